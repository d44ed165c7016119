"""A resident puts a calendar together, follows it, changes and ends it: on a phone without JavaScript, and with it."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from events.models import SavedFeed
from tests.browser import states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demo(transactional_db):
    states.demo()


@pytest.fixture(params=["page", "phone", "no_js"])
def screen(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def look(axe, request):
    """Axe, where there are scripts: it needs them, and what it sees without them is the same."""
    return (lambda page: None) if "no_js" in request.node.name else axe


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def test_from_the_page_on_calendars_to_the_end_of_ones_own(screen, visit, look):
    visit(screen, "/calendar/")
    look(screen)
    with screen.expect_navigation():
        screen.get_by_role("link", name="Make a calendar of your own").click()
    look(screen)
    screen.get_by_label("How it takes place").select_option("online")
    screen.get_by_label("1 day before").check()
    screen.get_by_label("1 hour before").check()
    press(screen, "Make the calendar")
    look(screen)
    assert re.fullmatch(r"/calendar/saved/edit/[\w-]{32}/", urlsplit(screen.url).path)
    feed = SavedFeed.objects.get()
    address = f"/calendar/saved/{feed.token}.ics"
    assert screen.get_by_role("link", name="Subscribe to this calendar").get_attribute("href").endswith(address)
    assert screen.get_by_text(address).count() == 1
    body = Client().get(address).content
    assert body.count(b"BEGIN:VALARM") == 2 * (body.count(b"STATUS:CONFIRMED") + body.count(b"STATUS:TENTATIVE")) > 0

    assert screen.get_by_label("1 day before").is_checked()
    screen.get_by_label("1 day before").uncheck()
    press(screen, "Save changes")
    look(screen)
    assert screen.get_by_text("Your changes are saved").is_visible()
    feed.refresh_from_db()
    assert feed.alarms == [60]

    press(screen, "End this calendar")
    look(screen)
    assert screen.get_by_text("This cannot be undone").is_visible()
    press(screen, "End this calendar")
    look(screen)
    assert screen.get_by_text("This calendar ended on").is_visible()
    assert b"BEGIN:VEVENT" not in Client().get(address).content


def test_a_value_that_is_not_in_the_list_is_told_beside_its_field(page, visit, axe):
    visit(page, "/calendar/saved/")
    page.eval_on_selector("[name=format]", "one => one.add(new Option('x', 'nonsense', true, true))")
    press(page, "Make the calendar")
    axe(page)
    assert page.title().startswith("Error: ")
    assert page.locator(".govuk-error-summary li").all_inner_texts() == ["Choose how it takes place from the list"]
