"""Pages hold when people change them: larger text, wider spacing, their own colours, no motion, paper."""

import pytest

from tests.browser import states
from tests.browser.checks import clipped, overlaps, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN = f"/consultations/{states.PLAN}/"
HALL = "/events/example-meeting-in-a-hall/"
ZOOM = "/events/black-communities-and-the-police-and-crime-plan-1/"
LARGE_TEXT = "html { font-size: 200% }"
# WCAG 1.4.12, the four values that a page must stand.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""
ADOPT = """(css) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets.push(sheet)
}"""
SLOW = """() => [...document.querySelectorAll('*')].flatMap((each) => ['', '::before', '::after'].map((part) => {
  const style = getComputedStyle(each, part)
  const longest = Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(',').map(parseFloat))
  return longest > 0.01 ? `${each.tagName}.${each.className}${part} moves for ${longest}s` : ''
})).filter(Boolean)"""
EDGELESS = """() => [...document.querySelectorAll('.govuk-button, .govuk-tag')].filter((each) => {
  const style = getComputedStyle(each)
  const [border, outline] = [parseFloat(style.borderTopWidth), parseFloat(style.outlineWidth)]
  const ground = getComputedStyle(document.body).backgroundColor
  const hasBorder = border >= 1 && style.borderTopStyle !== 'none' && style.borderTopColor !== ground
  const hasOutline = outline >= 1 && style.outlineStyle !== 'none' && style.outlineColor !== ground
  return !hasBorder && !hasOutline
}).map((each) => `${each.className} "${each.innerText}"`)"""


@pytest.fixture(autouse=True)
def demo(transactional_db):
    states.demo()


@pytest.fixture
def paths():
    """The pages that matter most, by name."""
    asked = states.questionnaire()
    words = {"section-trust": {"trust": "Youth clubs."}, "sender": {"respondent": "individual"}}
    base = states.begun(asked, **words, **{"section-met": {"used": "yes"}})
    return {
        "home": "/",
        "consultations": "/consultations/",
        "consultation": PLAN,
        "theme": f"{PLAN}themes/increasing-trust-and-confidence/",
        "events": "/events/",
        "hall": HALL,
        "zoom": ZOOM,
        "calendar": "/calendar/",
        "cookies": "/cookies/",
        "start": asked.get_absolute_url(),
        "tasks": base,
        "step": f"{base}section-trust/",
        "kinds": f"{base}section-kinds/",
        "met": f"{base}section-met/",
        "sender": f"{base}sender/",
        "check": f"{base}check/",
    }


def send(page, visit, paths):
    """Sends the view that stands ready; the receipt is shown."""
    visit(page, paths["check"])
    page.get_by_role("button", name="Send your views").click()
    page.get_by_role("heading", name="We have your views").wait_for()
    page.wait_for_load_state()  # the styles too


@pytest.mark.parametrize("css", [LARGE_TEXT, SPACING], ids=["text of 200%", "wider spacing"])
def test_changed_text_stays_whole(css, page, visit, paths):
    wrong: list[str] = []

    def look():
        page.evaluate(ADOPT, css)
        for width, height in {1280: 800, 320: 640}.items():
            page.set_viewport_size({"width": width, "height": height})
            found = [*too_wide(page), *clipped(page), *overlaps(page)]
            wrong.extend(f"{page.url} at {width}: {each}" for each in found)

    for path in paths.values():
        visit(page, path)
        look()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == (
        "32px" if css is LARGE_TEXT else "16px"
    )
    send(page, visit, paths)
    look()
    assert not wrong, "\n".join(wrong)


def test_in_colours_of_ones_own_everything_keeps_an_edge(new_context, visit, paths):
    states.all_states()
    page = new_context(forced_colors="active").new_page()
    for path in ["/", PLAN, HALL, "/events/", "/consultations/closed/", "/events/cancelled/", paths["check"]]:
        visit(page, path)
        assert page.locator(".govuk-button, .govuk-tag").count() > 0
        assert page.evaluate(EDGELESS) == [], path


def test_nothing_moves_for_those_who_asked_for_less(new_context, visit, paths):
    for motion, moves in {"reduce": False, "no-preference": True}.items():
        page = new_context(reduced_motion=motion).new_page()
        seen = []
        for path in paths.values():
            visit(page, path)
            seen += page.evaluate(SLOW)
        assert bool(seen) is moves, seen


def test_on_paper(new_context, visit, paths):
    page = new_context(viewport={"width": 800, "height": 1100}).new_page()

    def look(*words):
        page.emulate_media(media="print")
        for hidden in (
            "nav",
            ".govuk-skip-link",
            ".govuk-back-link",
            ".app-footer__links",
            ".app-band",
            ".govuk-exit-this-page",
        ):
            assert not any(each.is_visible() for each in page.locator(hidden).all()), f"{hidden} on paper: {page.url}"
        assert page.get_by_role("heading", level=1).is_visible()
        assert "Policing in the open" in page.locator("header").inner_text()
        for text in words:
            assert page.get_by_text(text).first.is_visible(), text
        assert [*too_wide(page), *clipped(page), *overlaps(page)] == []
        dark = page.evaluate(
            "[...document.querySelectorAll('main *')].filter((each) => each.checkVisibility() && each.innerText)"
            ".map((each) => getComputedStyle(each)).filter((style) => style.color === 'rgb(255, 255, 255)').length"
        )
        assert dark == 0, f"white text on paper: {page.url}"
        page.emulate_media(media="screen")

    visit(page, PLAN)
    look("11:59pm", "169 Union Street", "Final Police and Crime Plan published")
    visit(page, ZOOM)
    look("815 4586 9151", "369100", "London time")
    page.emulate_media(color_scheme="dark")
    visit(page, HALL)
    look("Example Hall", "Step-free access")
    send(page, visit, paths)
    look("Youth clubs.", page.locator(".app-reference__code").inner_text(), "The office reads every view.")
    assert len(page.pdf()) > 5000
