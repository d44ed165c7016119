"""How people find a meeting, in a real browser: with a keyboard, on a phone, and without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consult.models import Consultation
from events.models import Registration
from events.months import Month
from tests import factories
from tests.browser import states
from tests.browser.checks import axe_violations, clipped, overlaps, small_targets, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def meetings():
    """The demo, a full workshop, one that is over with all that came of it, and a day with many."""
    states.demo()
    plan = Consultation.objects.get(slug=states.PLAN)
    now = timezone.now()
    hall = factories.venue(name="Town Hall", borough="camden", travel="Bus 2.", access="A lift.", is_step_free=True)
    full = factories.event(
        plan, slug="full", title="Workshop that is full", format="in_person", venue=hall,
        starts_at=now + timedelta(hours=1), takes_registrations=True, capacity=1,
    )  # fmt: skip
    Registration.objects.create(event=full, email="a@example.org", state="confirmed", created_at=now)
    factories.event(
        plan, slug="past", title="What people said", starts_at=now - timedelta(days=3), attendance=42,
        notes="Officers who stay.", recording_url="https://video.example/1", slides_url="https://slides.example/1",
    )  # fmt: skip
    for number in range(12):
        factories.event(plan, title=f"Neighbourhood meeting {number}", starts_at=now + timedelta(hours=2))
    return Month.of(timezone.localdate(now + timedelta(hours=1)))


def wrong_at(page, width, *, dark=False):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if dark else "light")
    return [*too_wide(page), *clipped(page), *overlaps(page), *small_targets(page), *axe_violations(page)]


def test_without_javascript_the_list_is_narrowed_widened_and_seen_in_other_ways(meetings, no_js, visit):
    visit(no_js, "/events/")
    no_js.get_by_text("Narrow the list").click()
    no_js.get_by_label("Borough").select_option("Camden")
    no_js.get_by_label("Childcare").check()
    no_js.get_by_role("button", name="Show meetings").click()
    assert no_js.get_by_text("No meeting fits all of this.").is_visible()
    no_js.get_by_role("link", name="Without “Childcare”").click()
    assert no_js.get_by_text("1 meeting", exact=True).is_visible()
    assert no_js.get_by_role("link", name="Subscribe to this view").get_attribute("href") == (
        "webcal://testserver/calendar.ics?borough=camden"
    )
    views = no_js.get_by_role("navigation", name="Ways to see the meetings")
    views.get_by_role("link", name="Month").click()
    assert no_js.get_by_role("link", name="Workshop that is full").is_visible()
    assert "borough=camden" in no_js.url
    no_js.get_by_role("navigation", name="Ways to see the meetings").get_by_role("link", name="Where").click()
    no_js.get_by_role("link", name="Camden", exact=True).click()
    assert no_js.get_by_role("heading", level=1).inner_text() == "Meetings"
    no_js.get_by_role("link", name="Remove: Camden").click()
    assert no_js.get_by_role("link", name="Neighbourhood meeting 11").is_visible()


def test_a_wrong_day_is_told_and_led_to(meetings, page, visit):
    visit(page, "/events/?from=soon")
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Enter a real date, like 21/3/2026").click()
    box = page.get_by_label("On or after")
    assert box.evaluate("each => each === document.activeElement")
    assert box.input_value() == "soon"
    box.fill("1/1/2026")
    box.press("Enter")
    page.wait_for_url("**from=1%2F1%2F2026**")
    assert not page.title().startswith("Error: ")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_a_month_is_a_table_at_every_width(meetings, page, visit, width):
    page.set_viewport_size({"width": width, "height": 800})
    visit(page, f"/events/month/{meetings}/")
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader").count() == 7
    assert {row.get_by_role("cell").count() <= 7 for row in table.get_by_role("row").all()} == {True}
    day = table.get_by_role("cell").filter(has=page.get_by_role("link", name="Workshop that is full"))
    assert day.get_by_role("link", name="Neighbourhood meeting").count() == 12
    assert day.get_by_text("Full", exact=True).is_visible()
    assert timezone.localtime(timezone.now() + timedelta(hours=1)).strftime("%A") in day.inner_text() or width == 1280
    assert not wrong_at(page, width)
    assert not wrong_at(page, width, dark=True)


def test_months_are_walked_by_keyboard(meetings, page, visit):
    visit(page, f"/events/month/{meetings}/?consultation={states.PLAN}")
    link = page.get_by_role("navigation", name="Months").get_by_role("link").first
    words = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: str(meetings) not in address)
    assert f"consultation={states.PLAN}" in page.url
    assert page.get_by_role("heading", level=1).inner_text().removeprefix("Meetings in ") in words


@pytest.mark.parametrize("path", ["/events/full/", "/events/past/", "/events/where/", "/events/example-meeting-moved/"])
def test_pages_of_meetings_hold_at_every_width(meetings, page, visit, path):
    visit(page, path)
    wrong = [f"{width}: {each}" for width in (320, 768, 1280) for each in wrong_at(page, width)]
    assert not wrong + wrong_at(page, 320, dark=True), "\n".join(wrong)


def test_the_filter_folds_on_a_phone_and_stands_open_beside_the_list(meetings, page, visit):
    page.set_viewport_size({"width": 1280, "height": 800})
    visit(page, "/events/?borough=camden")
    assert page.get_by_label("Borough").is_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_label("Borough").wait_for(state="hidden")
    page.get_by_text("Narrow the list").click()
    assert page.get_by_label("Borough").is_visible()


def test_the_state_is_the_first_thing_on_the_page(meetings, phone, visit):
    for path, words in {"/events/full/": "Full", "/events/example-meeting-cancelled/": "Cancelled"}.items():
        visit(phone, path)
        banner = phone.get_by_role("heading", name=words, exact=True).bounding_box()
        assert banner["y"] < phone.get_by_role("heading", level=1).bounding_box()["y"]
        assert banner["y"] < 400, path
