"""Keyboard and fingers: a skip link, focus that is always seen, a menu that opens, targets that are large enough."""

from itertools import pairwise

import pytest

from tests.browser import states
from tests.browser.checks import small_targets

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN = f"/consultations/{states.PLAN}/"
MENU = ["Consultations", "Meetings", "Updates", "Calendar"]
# What focus changes: the looks of each thing that can have it, with and without it, and whether something covers it.
FOCUS = """() => {
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary'
  const wrong = []
  let count = 0
  const looks = (one) => [one, one.parentElement, ...(one.labels ?? [])].flatMap((each) =>
    ['', '::before', '::after'].map((part) => {
      const s = getComputedStyle(each, part)
      return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderWidth].join()
    })
  ).join('|')
  for (const one of document.querySelectorAll(all)) {
    if (!one.checkVisibility({visibilityProperty: true})) continue
    document.activeElement.blur()
    const before = looks(one)
    one.focus({focusVisible: true})
    const name = `"${(one.innerText || one.name || '').trim().slice(0, 50)}"`
    if (document.activeElement !== one) wrong.push(`${name} takes no focus`)
    else if (looks(one) === before) wrong.push(`${name} looks the same with focus`)
    one.scrollIntoView({block: 'center', behavior: 'instant'})
    const box = one.getClientRects()[0]
    const top = document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + box.height / 2)
    const own = [one, ...(one.labels ?? [])].some((each) => each.contains(top) || top?.contains(each))
    if (!own) wrong.push(`${name} is covered by ${top?.outerHTML.slice(0, 80)}`)
    count += 1
  }
  return [count, wrong]
}"""


@pytest.fixture(autouse=True)
def demo(transactional_db):
    states.demo()


@pytest.fixture
def draft(transactional_db):
    return states.begun(states.questionnaire())


@pytest.mark.parametrize("screen", ["page", "phone", "no_js"])
def test_the_skip_link_comes_first_is_seen_and_skips(request, screen, visit):
    page = request.getfixturevalue(screen)
    visit(page, PLAN)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to main content")
    assert link.evaluate("one => one === document.activeElement")
    box = link.bounding_box()
    assert box["y"] >= 0
    assert min(box["width"], box["height"]) >= 44
    assert link.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(255, 221, 0)"
    page.keyboard.press("Enter")
    page.locator("main:focus, :target").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_focus_is_seen_everywhere(request, screen, visit, draft):
    page = request.getfixturevalue(screen)
    pages = {"/": 20, PLAN: 25, "/events/": 15, draft: 12, f"{draft}section-kinds/": 30, f"{draft}sender/": 10}
    for path, least in {**pages, "/nothing/": 10}.items():
        visit(page, path, status=404 if path == "/nothing/" else 200)
        count, wrong = page.evaluate(FOCUS)
        assert count >= least
        assert not wrong, "\n".join([path, *wrong])


def test_tab_goes_through_a_page_in_the_order_in_which_it_is_read(phone, visit):
    """In the single column of a phone, what comes next stands below, or beside on the same line."""
    page = phone
    visit(page, PLAN)
    places: list[float] = []
    while not places or page.evaluate("document.activeElement !== document.body"):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))
    places = places[1:-1]  # the skip link jumps into sight; the last press leaves the page
    assert len(places) > 25
    assert [(before, after) for before, after in pairwise(places) if after < before - 24] == []


def test_the_menu_of_a_phone_opens_by_keyboard(phone, visit):
    page = phone
    visit(page, "/")
    menu = page.get_by_role("button", name="Menu")
    menu.wait_for()
    links = page.get_by_role("navigation", name="Menu").get_by_role("link")
    assert links.count() == 0
    menu.focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    assert links.all_inner_texts() == MENU
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Meetings"


def test_without_javascript_every_link_of_the_menu_is_there(new_context, visit):
    page = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    visit(page, "/")
    assert not page.get_by_role("button", name="Menu").is_visible()
    links = page.get_by_role("navigation", name="Menu").get_by_role("link")
    assert links.all_inner_texts() == MENU
    assert all(links.nth(n).is_visible() for n in range(len(MENU)))
    assert small_targets(page, 24) == []


def test_the_menu_says_where_one_is(page, visit):
    visit(page, "/events/")
    assert page.locator("nav[aria-label=Menu] [aria-current=page]").all_inner_texts() == ["Meetings"]
    visit(page, PLAN)
    assert page.locator("nav [aria-current=true]").all_inner_texts() == ["Consultations"]


def test_main_controls_fit_a_thumb(phone, visit, draft):
    """Buttons, fields and the links of the menu are at least 44 pixels tall (ux: tap targets)."""
    page, small = phone, []
    for path in ("/", PLAN, "/events/", f"{draft}section-trust/", f"{draft}section-kinds/", f"{draft}sender/"):
        visit(page, path)
        page.get_by_role("button", name="Menu").click()
        controls = page.locator(
            "main button, main .govuk-button, main input:not([type=hidden]), main select, main textarea, "
            "main .app-filter > summary, .govuk-service-navigation__toggle, .govuk-service-navigation__item, "
            ".app-header__link, .app-tags__item"
        )
        assert controls.count() >= 6
        for control in controls.all():
            box = control.bounding_box()
            if box and min(box["width"], box["height"]) < 44:
                small.append(f"{path}: {control.evaluate('one => one.outerHTML')[:90]} is {box}")
    assert not small, "\n".join(small)


def test_the_main_action_is_on_the_first_screen_of_a_phone(phone, visit):
    """What is this, is it open for me, what can I do next: without scrolling, but for a notice to all pages."""
    page = phone
    for path, action in {"/": "See what is open", PLAN: "Have your say"}.items():
        visit(page, path)
        notice = sum(each.bounding_box()["height"] for each in page.locator(".app-notice").all())
        assert page.get_by_role("heading", level=1).bounding_box()["y"] < 320
        button = page.get_by_role("main").get_by_role("link", name=action).bounding_box()
        assert button["y"] + button["height"] - notice <= 640, f"{path}: {button}, notice {notice}"
    deadline = page.locator(".app-deadline").first
    assert deadline.bounding_box()["y"] < 640
    assert deadline.inner_text().startswith("Open")
