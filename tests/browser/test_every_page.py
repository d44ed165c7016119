"""Every public page: found by following links, then looked at at each width, in the dark and without JavaScript."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import html5lib
import pytest
from django.test import Client
from django.utils import timezone

from submissions import survey
from submissions.models import Draft, Question
from tests import factories
from tests.browser import states
from tests.browser.checks import (
    WIDTHS,
    axe_violations,
    clipped,
    overlaps,
    small_targets,
    too_wide,
    unreachable,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SITE = "http://testserver"
PLAN = f"/consultations/{states.PLAN}/"
NOT_LINKED = [f"{PLAN}views/", "/events/?when=past", "/events/?borough=sutton", "/updates/?page=9"]
# What one does rather than reads; and months, which show the list again and have no end.
NOTHING_TO_SEARCH = ["respond/", "/return/", "/book/", "/join/", "/calendar/saved/", "/events/month/"]
ELEMENT = "{http://www.w3.org/1999/xhtml}"
ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}
HEAVIEST = 60 * 1024
OF_A_PHONE = ["button-name", "scrollable-region-focusable", "color-contrast", "aria-hidden-focus"]


@dataclass
class Served:
    """What the server sent for one address, and its elements by name."""

    path: str
    status: int
    kind: str
    text: str

    def __post_init__(self):
        is_page = self.kind.startswith("text/html")
        self.tree = html5lib.HTMLParser(strict=True).parse(self.text) if is_page else None

    def all(self, name):
        return list(self.tree.iter(f"{ELEMENT}{name}")) if self.is_page else []

    @property
    def is_page(self):
        return self.tree is not None

    @property
    def title(self):
        return "".join(self.all("title")[0].itertext())

    @property
    def ids(self):
        return [each.get("id") for each in self.tree.iter() if each.get("id")]

    @property
    def links(self):
        """Every address on this host that the page names, as (path with query, fragment)."""
        for element, attribute in ADDRESSES.items():
            for each in self.all(element):
                if not (element == "link" and each.get("rel") == "canonical") and each.get(attribute):
                    address = urljoin(SITE + self.path, each.get(attribute).replace("webcal://", "http://"))
                    whole, fragment = urldefrag(address)
                    if whole.startswith(SITE):
                        yield whole.removeprefix(SITE), fragment


def crawl(*starts):
    """Everything that can be reached by links from these addresses, each with what the server sent for it."""
    client, served, waiting = Client(), {}, list(starts)
    while waiting:
        path = waiting.pop()
        if path in served:
            continue
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        kind = response["Content-Type"]
        text = body.decode() if "text" in kind or "json" in kind else ""
        served[path] = Served(path, response.status_code, kind, text)
        waiting += [link for link, _ in served[path].links if link not in served]
    return served


def in_the_sitemap():
    tree = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    return [urlsplit(loc.text).path for loc in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def wrong_in_all(pages):
    """What html5lib has not refused already: headings, titles, language, landmarks, ids, names of pictures."""
    for page in pages:
        say = f"{page.path}: ".__add__
        heading = [
            int(each.tag[-1]) for each in page.tree.iter() if each.tag in {f"{ELEMENT}h{n}" for n in range(1, 7)}
        ]
        if heading.count(1) != 1:
            yield say(f"{heading.count(1)} headings of level 1")
        if any(after > before + 1 for before, after in pairwise(heading) if after > 1):
            yield say(f"headings leave out a level: {heading}")
        if page.all("html")[0].get("lang") != "en-GB":
            yield say("no language")
        if len(page.all("main")) != 1:
            yield say("not one main landmark")
        yield from (say(f"id {name} occurs {n} times") for name, n in Counter(page.ids).items() if n > 1)
        yield from (say("a picture has no alt") for each in page.all("img") if each.get("alt") is None)
        yield from (say(f"style attribute on {e.tag}") for e in page.tree.iter() if e.get("style") is not None)


@pytest.fixture
def demo():
    states.demo()


def test_no_page_of_the_demo_is_forgotten_and_no_link_is_dead(demo):
    served = crawl("/", *NOT_LINKED, "/sitemap.xml", "/robots.txt", "/.well-known/security.txt")
    assert {path: each.status for path, each in served.items() if each.status != 200} == {}
    assert set(in_the_sitemap()) <= set(served)
    assert len(in_the_sitemap()) == 31
    public = {urlsplit(path).path for path, each in served.items() if each.is_page}
    public = {path for path in public if not any(part in path for part in NOTHING_TO_SEARCH)}
    assert public - set(in_the_sitemap()) == {f"{PLAN}views/"}, "a page is missing from the sitemap"
    fragments = [
        f"{page.path} leads to {path}#{fragment}, which is not there"
        for page in served.values()
        for path, fragment in page.links
        if fragment and fragment not in served[path].ids
    ]
    assert not fragments, "\n".join(fragments)


@pytest.mark.parametrize("rows", ["demo", "all_states", "nothing"])
def test_the_markup_of_every_page_is_valid_and_its_title_its_own(rows):
    if rows != "nothing":
        getattr(states, rows)()
    served = crawl("/", *([] if rows != "demo" else NOT_LINKED))
    assert {path: each.status for path, each in served.items() if each.status != 200} == {}
    pages = [each for each in served.values() if each.is_page]
    assert len(pages) > 7
    wrong = list(wrong_in_all(pages))
    assert not wrong, "\n".join(wrong)
    # A list that is narrowed may keep its title; every other address has its own.
    narrowed = {"consultation", "borough", "format"}
    own = [page for page in pages if not narrowed & set(parse_qs(urlsplit(page.path).query))]
    shared = [
        f"{title}: {n}"
        for title, n in Counter(
            page.title for page in own if not {"page=1", "page=9"} & {urlsplit(page.path).query}
        ).items()
        if n > 1
    ]
    assert not shared, "\n".join(shared)


def look(page, visit, path, status=200):
    """Goes to a page and looks at it at each width and in the dark. Returns what is wrong."""
    page.emulate_media(color_scheme="light")
    visit(page, path, status=status)
    return look_again(page)


def look_again(page):
    """The same for the page that is shown already."""
    page.wait_for_load_state()
    page.emulate_media(color_scheme="light")
    wrong = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        found = [*too_wide(page), *clipped(page), *overlaps(page), *small_targets(page)]
        if width == 1280:
            found += axe_violations(page)
        if width == 320:
            found += axe_violations(page, *OF_A_PHONE)
            page.emulate_media(color_scheme="dark")
            found += axe_violations(page, "color-contrast")
        wrong += [f"{page.url} at {width}: {each}" for each in found]
    return wrong


def pages_to_look_at():
    """All pages that links lead to; of the filters' and the pagination's addresses, one each."""
    pages = [path for path, each in crawl("/", *NOT_LINKED).items() if each.is_page and each.status == 200]
    lone, seen = [], set()
    for path in sorted(pages):
        parts = urlsplit(path)
        kind = (parts.path, *sorted(parse_qs(parts.query)))
        if kind not in seen:
            lone.append(path)
        seen.add(kind)
    return lone


def test_every_page_is_accessible_at_every_width_and_in_the_dark(demo, page, visit):
    states.all_states()
    wrong = [each for path in pages_to_look_at() for each in look(page, visit, path)]
    assert not wrong, "\n".join(wrong)


def test_error_pages_and_empty_pages_are_accessible(page, visit):
    wrong = [each for path in ("/", "/consultations/", "/events/", "/updates/") for each in look(page, visit, path)]
    wrong += look(page, visit, "/nothing-here/", status=404)
    wrong += look(page, visit, "/events/?borough=nowhere&when=never")
    assert page.title().startswith("Error: ")
    assert not wrong, "\n".join(wrong)


def test_every_step_of_answering_is_accessible_its_mistakes_too(page, visit):
    asked = states.questionnaire()
    factories.questionnaire(asked.consultation, slug="short", title="Short one", audience="young people")
    version = asked.current
    assert version
    steps = [step.slug for step in survey.steps(version, {"section-met": {"used": ["yes"]}})]
    base = states.begun(asked)
    titles, wrong = [], []

    def note(found):
        titles.append(page.title())
        wrong.extend(found)

    def go_on(button="Save and continue"):
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()

    note(look(page, visit, f"{asked.consultation.get_absolute_url()}respond/"))
    note(look(page, visit, asked.get_absolute_url()))
    note(look(page, visit, base))
    visit(page, f"{base}section-met/")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Bad", exact=True).check()
    page.get_by_label("Why was it bad?").wait_for()
    wrong += look_again(page)
    go_on()
    for step in steps:
        note(look(page, visit, f"{base}{step}/"))
    note(look(page, visit, f"{base}check/"))
    no_mistake = len(titles)
    assert no_mistake == 11

    Question.objects.filter(identifier="trust").update(max_length=40)
    Question.objects.filter(section__identifier="kinds").exclude(kind="information").update(is_required=True)
    visit(page, f"{base}section-trust/")
    page.get_by_role("textbox").fill("youth clubs " * 10)
    go_on()
    note(look_again(page))
    visit(page, f"{base}section-kinds/")
    go_on()
    note(look_again(page))
    assert page.locator(".govuk-error-summary li").count() == 11
    page.get_by_label("Other").first.check()
    page.get_by_label("Other").last.check()
    page.get_by_label("Day", exact=True).fill("31")
    go_on()
    wrong += look_again(page)
    visit(page, f"{base}sender/")
    go_on()
    note(look_again(page))
    page.get_by_label("An organisation or a group").check()
    go_on()
    wrong += look_again(page)
    visit(page, f"{base}contact/")
    page.get_by_label("E-mail address").fill("nonsense")
    go_on()
    note(look_again(page))
    wrong += look(page, visit, base)
    assert page.get_by_text("Something to put right").count() == 4
    visit(page, f"{base}check/")
    go_on("Send your views")
    note(look_again(page))
    assert [title.startswith("Error: ") for title in titles] == [False] * no_mistake + [True] * 5

    Question.objects.update(max_length=10_000, is_required=False)
    words = {"section-trust": {"trust": "Youth clubs.\n\nMore of them."}, "sender": {"respondent": "individual"}}
    base = states.begun(asked, **words, publication={"consent": "on"})
    visit(page, f"{base}check/")
    go_on("Send your views")
    page.get_by_text("Your reference", exact=True).wait_for()
    note(look_again(page))
    assert len(set(titles)) == len(titles), titles

    base = states.begun(asked, **words)
    asked.consultation.closes_at = timezone.now() - timedelta(hours=1)
    asked.consultation.save()
    wrong += look(page, visit, asked.get_absolute_url())
    Draft.objects.update(begun_at=timezone.now() - timedelta(days=1))
    note(look(page, visit, f"{base}{steps[1]}/", status=403))
    assert page.get_by_role("heading", level=1).inner_text() == "This consultation has closed"
    assert page.get_by_text("Youth clubs.").is_visible()
    assert not wrong, "\n".join(wrong)


def test_a_question_brought_up_without_javascript_is_in_sight(no_js, visit):
    page = no_js
    page.set_viewport_size({"width": 320, "height": 640})
    visit(page, f"{states.begun(states.questionnaire())}section-met/")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_load_state()  # with its styles: the size of things is looked at
    assert page.title().startswith("One more question: ")
    assert page.get_by_role("group", name="How was it?").is_visible()
    assert [*too_wide(page), *clipped(page), *overlaps(page), *small_targets(page)] == []


def test_nothing_needs_javascript(demo, new_context, visit):
    """Every word, link and field is shown without it, on a phone."""
    states.all_states()
    without = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}).new_page()
    wrong = []
    for path in pages_to_look_at():
        visit(without, path)
        wrong += [f"{path}: {each}" for each in [*unreachable(without), *too_wide(without), *overlaps(without)]]
    assert not wrong, "\n".join(wrong)


def test_no_page_is_heavy(demo, new_context, visit):
    """A first view of any page weighs at most 60 KB as sent, with all its styles, scripts and pictures."""
    page = new_context().new_page()
    sent = []
    page.on("requestfinished", lambda request: sent.append(request))
    heavy = {}
    for path in pages_to_look_at():
        sent.clear()
        visit(page, path)
        page.wait_for_load_state("load")
        parts = {urlsplit(each.url).path: each.sizes()["responseBodySize"] for each in sent}
        assert {name.rsplit(".", 1)[-1] for name in parts} >= {"css", "js", "svg"}, parts
        heavy[path] = sum(parts.values())
    assert {path: weight for path, weight in heavy.items() if weight > HEAVIEST} == {}
