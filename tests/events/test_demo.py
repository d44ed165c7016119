"""The meetings of the demonstration: the facts of the notices, moved by whole weeks, loaded once and again."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consult.dates import LONDON
from events.models import AccessProvision, Event, EventChange, JoinDetails, Venue
from tests.events.reading import icalendar, properties, structured_data
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

FIRST = "black-communities-and-the-police-and-crime-plan-1"
SECOND = "black-communities-and-the-police-and-crime-plan-2"
HALL = "example-meeting-in-a-hall"
MADE_UP = {
    "example-workshop-with-few-places": "20 of 20 places are left.",
    "example-meeting-in-a-hall-and-online": "https://meeting.example/hall",
    "example-meeting-full": '<h2 class="app-banner__title" id="full">Full</h2>',
    "example-meeting-over": "34 people came",
    "example-meeting-cancelled": '<h2 class="app-banner__title" id="change">Cancelled</h2>',
    "example-meeting-moved": '<h2 class="app-banner__title" id="change">Moved</h2>',
}
# As they stand in the notice.
NOTICE = {
    FIRST: (
        datetime(2022, 1, 13, 18, tzinfo=LONDON),
        "https://us06web.zoom.us/j/81545869151?pwd=dWpOVlBIZTArQzl3TXlDa244eVdBZz09",
        "815 4586 9151",
        "369100",
    ),
    SECOND: (
        datetime(2022, 1, 20, 18, tzinfo=LONDON),
        "https://us06web.zoom.us/j/82212978318?pwd=cHpTYTQ3aVd6QjNsUFZOSDdQQnA2dz09",
        "822 1297 8318",
        "408243",
    ),
}


def load(*options: str) -> None:
    call_command("load_demo", *options, verbosity=0, stdout=StringIO())


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of meetings, with every column."""
    models: tuple[Any, ...] = (Event, Venue, JoinDetails, AccessProvision, EventChange, Event.history.model)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def start_of(slug: str) -> datetime:
    """When a meeting begins, by the clock in London."""
    starts_at = Event.objects.get(slug=slug).starts_at
    assert starts_at
    return starts_at.astimezone(LONDON)


def entries() -> dict[str, dict[str, str]]:
    """Address of the page -> its entry in the calendar of all meetings."""
    return {entry["URL"]: entry for entry in properties(Client().get("/calendar.ics").content)}


@pytest.mark.parametrize("slug", NOTICE)
def test_true_dates_are_those_of_the_notice(slug: str) -> None:
    load("--true-dates")
    starts_at, url, meeting_id, passcode = NOTICE[slug]
    event = Event.objects.get(slug=slug)
    assert event.starts_at == starts_at
    assert event.ends_at is None  # the notice names no end
    assert (event.format, event.venue, event.is_illustrative) == ("online", None, False)
    details = event.join_details
    assert (details.provider, details.url) == ("zoom", url)
    assert (details.meeting_id, details.passcode) == (meeting_id, passcode)
    assert (details.visibility, details.hours_before, details.dial_in) == ("public", None, "")
    details.full_clean()
    entry = entries()[f"http://testserver/events/{slug}/"]
    assert entry["DTSTART;TZID=Europe/London"] == f"{starts_at:%Y%m%dT180000}"
    assert entry["CONFERENCE;FEATURE=AUDIO,VIDEO;VALUE=URI"] == url
    page = Client().get(f"/events/{slug}/").content.decode()
    assert f"{starts_at:%A} {starts_at.day} January 2022</time>, from 6pm (London time)" in page


def test_by_default_today_falls_where_the_notices_stand() -> None:
    load()
    weeks = (NOON.date() - datetime(2022, 1, 7).date()).days // 7
    moved = start_of(FIRST)
    assert moved == NOTICE[FIRST][0] + timedelta(weeks=weeks)
    assert (moved.hour, moved.weekday()) == (18, 3)
    assert NOON - timedelta(days=1) < moved < NOON + timedelta(days=7)
    hall = start_of(HALL)
    assert (hall.hour, hall.minute) == (18, 30)
    assert hall > NOON


def test_what_the_notices_do_not_say_is_not_made_up() -> None:
    load()
    for slug, words in {
        "online-workshop-on-policing-and-crime-priorities": "Dates to be confirmed",
        "community-meetings": "days and places to be confirmed",
    }.items():
        event = Event.objects.get(slug=slug)
        assert (event.starts_at, event.venue) == (None, None)
        assert words in event.date_note
    hall = Event.objects.get(slug=HALL)
    assert hall.is_illustrative
    page = Client().get(f"/events/{HALL}/").content.decode()
    assert "This meeting is an example." in page
    assert structured_data(page) == []
    assert entries()[f"http://testserver/events/{HALL}/"]["SUMMARY"].startswith("Example only: ")
    assert {event.slug for event in Event.objects.filter(is_illustrative=True)} == {HALL, *MADE_UP}


def test_states_that_the_notices_have_none_of_are_made_up_and_say_so() -> None:
    load()
    told = entries()
    for slug, words in MADE_UP.items():
        page = Client().get(f"/events/{slug}/").content.decode()
        assert "This meeting is an example." in page, slug
        assert words in page, slug
        assert structured_data(page) == [], slug
        assert "Example only: " in told[f"http://testserver/events/{slug}/"]["SUMMARY"], slug
    cancelled = told["http://testserver/events/example-meeting-cancelled/"]
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", "0")
    assert set(EventChange.objects.values_list("changed_by", flat=True)) == {None}


def test_twice_leaves_every_row_untouched(time_machine) -> None:
    load()
    before, calendar = rows(), Client().get("/calendar.ics").content
    time_machine.move_to(NOON + timedelta(hours=5), tick=False)
    load()
    assert rows() == before
    assert Client().get("/calendar.ics").content == calendar


def test_what_staff_changed_is_left_within_the_week(time_machine) -> None:
    load()
    event = Event.objects.get(slug=FIRST)
    event.title = "Changed by staff"
    event.save()
    load()
    assert Event.objects.get(slug=FIRST).title == "Changed by staff"


def test_a_week_later_everything_moves_and_calendars_are_told(time_machine) -> None:
    load()
    before = {event.slug: event for event in Event.objects.all()}
    told, counts = entries(), {name: len(found) for name, found in rows().items() if name != "HistoricalEvent"}
    time_machine.move_to(NOON + timedelta(weeks=1), tick=False)
    load()
    after = {event.slug: event for event in Event.objects.all()}
    assert {name: len(found) for name, found in rows().items() if name != "HistoricalEvent"} == counts
    assert after.keys() == before.keys()
    for slug, event in after.items():
        assert event.pk == before[slug].pk
        was = before[slug].starts_at
        assert event.starts_at == (was and was + timedelta(weeks=1))
    assert entries().keys() == told.keys()
    for url, entry in entries().items():
        assert entry["UID"] == told[url]["UID"]
        assert (told[url]["SEQUENCE"], entry["SEQUENCE"]) == ("0", "1")
        assert entry["LAST-MODIFIED"] == "20260121T120000Z"
    ask_by = AccessProvision.objects.exclude(ask_by=None)
    hall = after[HALL].day
    assert hall
    assert {hall - provision.ask_by for provision in ask_by if provision.ask_by} == {timedelta(weeks=1)}


def test_moving_across_a_clock_change_keeps_the_time_of_day(time_machine) -> None:
    time_machine.move_to(datetime(2026, 7, 15, 12, tzinfo=LONDON), tick=False)
    load()
    for slug, hour in {FIRST: 18, SECOND: 18, HALL: 18}.items():
        moved = start_of(slug)
        assert (moved.hour, moved.utcoffset()) == (hour, timedelta(hours=1))


def test_the_calendars_are_valid() -> None:
    load()
    for path in (
        "/calendar.ics",
        "/consultations/police-and-crime-plan/calendar.ics",
        "/consultations/black-voices-on-policing/calendar.ics",
        *(f"/events/{slug}/calendar.ics" for slug in Event.objects.values_list("slug", flat=True)),
    ):
        assert icalendar(Client().get(path).content)["method"] == "PUBLISH", path


def test_true_dates_after_moved_ones_and_back() -> None:
    load()
    moved = {event.slug: event.starts_at for event in Event.objects.all()}
    load("--true-dates")
    assert Event.objects.get(slug=SECOND).starts_at == NOTICE[SECOND][0]
    load()
    assert {event.slug: event.starts_at for event in Event.objects.all()} == moved
    assert Event.objects.get(slug=SECOND).sequence == 2
