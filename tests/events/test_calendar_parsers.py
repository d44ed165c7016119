"""What parsers that we did not write make of our calendars: icalendar, strictly, and ical.js, which knows no zones."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.dates import LONDON
from events import ics
from events.models import Event
from tests import factories
from tests.events import reading
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

WILD = 'Commas, semicolons; colons: "quotes" \\ back\\n <b>&amp;</b> 😀👩🏾‍🦽 é '
SPANS = {
    "spring night": (
        datetime(2026, 3, 29, 0, 30, tzinfo=LONDON),
        datetime(2026, 3, 29, 3, 0, tzinfo=LONDON),
        ("2026-03-29T00:30:00.000Z", "2026-03-29T02:00:00.000Z"),
    ),
    "day before spring": (
        datetime(2026, 3, 28, 18, 0, tzinfo=LONDON),
        datetime(2026, 3, 28, 20, 0, tzinfo=LONDON),
        ("2026-03-28T18:00:00.000Z", "2026-03-28T20:00:00.000Z"),
    ),
    "day after spring": (
        datetime(2026, 3, 29, 18, 0, tzinfo=LONDON),
        datetime(2026, 3, 29, 20, 0, tzinfo=LONDON),
        ("2026-03-29T17:00:00.000Z", "2026-03-29T19:00:00.000Z"),
    ),
    "first minute of summer": (
        datetime(2026, 3, 29, 2, 0, tzinfo=LONDON),
        None,
        ("2026-03-29T01:00:00.000Z", None),
    ),
    "summer": (
        datetime(2026, 7, 15, 18, 0, tzinfo=LONDON),
        datetime(2026, 7, 15, 20, 0, tzinfo=LONDON),
        ("2026-07-15T17:00:00.000Z", "2026-07-15T19:00:00.000Z"),
    ),
    "autumn night": (
        datetime(2026, 10, 25, 0, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 3, 0, tzinfo=LONDON),
        ("2026-10-24T23:30:00.000Z", "2026-10-25T03:00:00.000Z"),
    ),
    "first of the hour that comes twice": (
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 45, tzinfo=LONDON),
        ("2026-10-25T00:30:00.000Z", "2026-10-25T00:45:00.000Z"),
    ),
    "second of the hour that comes twice": (
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1),
        datetime(2026, 10, 25, 1, 45, tzinfo=LONDON, fold=1),
        ("2026-10-25T01:30:00.000Z", "2026-10-25T01:45:00.000Z"),
    ),
    "from one into the other": (
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1),
        ("2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"),
    ),
    "winter": (
        datetime(2026, 12, 1, 18, 0, tzinfo=LONDON),
        datetime(2026, 12, 1, 20, 0, tzinfo=LONDON),
        ("2026-12-01T18:00:00.000Z", "2026-12-01T20:00:00.000Z"),
    ),
    "years away": (
        datetime(2037, 7, 15, 18, 0, tzinfo=LONDON),
        datetime(2037, 7, 15, 20, 0, tzinfo=LONDON),
        ("2037-07-15T17:00:00.000Z", "2037-07-15T19:00:00.000Z"),
    ),
}


def spans() -> dict[str, tuple[str, str | None]]:
    for title, (start, end, _) in SPANS.items():
        factories.event(title=title, starts_at=start, ends_at=end)
    return {title: instants for title, (_, _, instants) in SPANS.items()}


def iso(value: Any) -> str | None:
    return value and value.dt.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_icalendar_reads_the_right_instants(client: Client) -> None:
    wanted = spans()
    calendar = reading.icalendar(client.get("/calendar.ics").content)
    assert {
        str(event["summary"]): (iso(event["dtstart"]), iso(event.get("dtend")))
        for event in calendar.walk("VEVENT")
        if str(event["summary"]) in SPANS
    } == wanted


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_ical_js_reads_the_right_instants_wherever_it_runs(client: Client, zone: str) -> None:
    wanted = spans()
    read = reading.ical_js(client.get("/calendar.ics").content, zone)
    assert {
        event["summary"]: (event["start"], event["end"]) for event in read["events"] if event["summary"] in SPANS
    } == wanted
    utc = {"first of the hour that comes twice", "second of the hour that comes twice", "from one into the other"}
    assert {event["summary"] for event in read["events"] if event["zone"] == "UTC" and not event["allDay"]} == utc


def test_the_time_zone_itself_is_that_of_london(client: Client) -> None:
    """Every hour around both clock changes of ten years, by the VTIMEZONE alone."""
    (zone,) = reading.icalendar(client.get("/calendar.ics").content).walk("VTIMEZONE")
    ours = zone.to_tz(lookup_tzid=False)
    for year in range(2021, 2031):
        for month, day in ((3, 25), (10, 25)):
            start = datetime(year, month, day, 0, 30, tzinfo=UTC)
            for hours in range(8 * 24):
                local = (start + timedelta(hours=hours)).astimezone(LONDON)
                naive = local.replace(tzinfo=None)
                if local.fold or naive.replace(fold=1, tzinfo=LONDON).utcoffset() != local.utcoffset():
                    continue  # the hour that comes twice is written in UTC the second time
                assert naive.replace(tzinfo=ours).utcoffset() == local.utcoffset(), local


def escaped(text: str) -> str:
    """NAME is younger (RFC 7986) than what both parsers know: they give it as it is written."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def full() -> Event:
    """A meeting with all that a calendar can hold, every text 200 letters of trouble."""
    title = (WILD * 4)[:200].strip()
    event = factories.event(
        factories.consultation(title=title),
        title=title,
        summary=(WILD * 8)[:400].strip(),
        body=f"First, paragraph; with \\ marks.\n\n{'word ' * 900}\n\n- one\n- two",
        format="hybrid",
        venue=factories.venue(name="Hall, large; 2", address="1 High Street\nBrixton", postcode="SW2 1RW"),
    )
    factories.join_details(event)
    event.changes.create(kind="moved", reason="A larger room, thanks; really.", changed_at=NOON)
    return event


def test_icalendar_reads_every_text_as_it_was_meant(client: Client) -> None:
    event = full()
    body = client.get(f"{event.get_absolute_url()}calendar.ics").content
    calendar = reading.icalendar(body)
    (entry,) = calendar.walk("VEVENT")
    assert calendar["name"] == calendar["x-wr-calname"] == escaped(event.title)
    assert str(calendar["method"]) == "PUBLISH"
    assert str(entry["summary"]) == event.title
    assert str(entry["location"]) == "Hall, large; 2, 1 High Street, Brixton, SW2 1RW, and online"
    assert str(entry["description"]).startswith(
        f"Moved: A larger room, thanks; really.\n\n{event.summary}\n\nFirst, paragraph; with \\ marks.\n\nword word"
    )
    assert str(entry["description"]).endswith(f"\n\nAll about it: http://testserver{event.get_absolute_url()}")
    assert [str(name) for name in entry["categories"].cats] == [event.consultation.title]
    assert entry["conference"].params["FEATURE"] == ["AUDIO", "VIDEO"]
    assert entry["organizer"].params["CN"] == "Policing in the open"
    assert "ATTENDEE" not in entry
    assert not calendar.walk("VALARM")
    assert calendar["refresh-interval"].dt == timedelta(hours=6)


def test_ical_js_reads_every_text_as_it_was_meant(client: Client) -> None:
    event = full()
    body = client.get(f"{event.get_absolute_url()}calendar.ics").content
    read = reading.ical_js(body)
    (entry,) = read["events"]
    assert (read["name"], read["method"]) == (escaped(event.title), "PUBLISH")
    assert entry["summary"] == event.title
    assert entry["location"] == "Hall, large; 2, 1 High Street, Brixton, SW2 1RW, and online"
    assert entry["description"] == str(reading.icalendar(body).walk("VEVENT")[0]["description"])
    assert entry["categories"] == [event.consultation.title]
    assert (entry["uid"], entry["sequence"], entry["status"]) == (str(event.uid), 0, "CONFIRMED")
    assert entry["stamp"] == "2026-01-14T12:00:00.000Z"
    assert entry["conference"] == {
        "type": "uri",
        "value": "https://us06web.zoom.us/j/81545869151?pwd=secret-in-link",
        "feature": "AUDIO,VIDEO",
    }


def test_an_empty_calendar_is_valid_to_both(client: Client) -> None:
    body = client.get("/calendar.ics").content
    assert reading.icalendar(body).walk("VEVENT") == []
    assert reading.ical_js(body) == {"name": "Policing in the open: all meetings", "method": "PUBLISH", "events": []}


def test_a_title_of_five_hundred_letters_is_whole_to_both() -> None:
    event = Event.objects.for_list().get(pk=factories.event().pk)
    event.title = (WILD * 12)[:500].strip()  # in memory: longer than staff may write
    body = ics.event_calendar(event)
    assert str(reading.icalendar(body).walk("VEVENT")[0]["summary"]) == event.title
    assert reading.ical_js(body)["events"][0]["summary"] == event.title
