"""Calendars as they are written and served: every property, every state, every header."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consult.actions import take_offline
from consult.dates import LONDON
from events import ics
from events.actions import tell_calendars, tell_calendars_of_venue
from events.models import Event
from tests import factories
from tests.events.reading import lines, meetings, properties
from tests.factories import NOON, SUMMER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

LONDON_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE""".splitlines()


def get(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200
    return response.content


def write(row: Any, **fields: object) -> Any:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def only(body: bytes) -> dict[str, str]:
    (entry,) = properties(body)
    return entry


def entry_of(event: Event) -> dict[str, str]:
    return only(ics.event_calendar(Event.objects.for_list().get(pk=event.pk)))


def test_a_meeting_in_full(client: Client) -> None:
    event = factories.event(
        factories.consultation(title="Trust, and confidence"), title="Come; talk", slug="talk", body="- Tea\n- Talk"
    )
    factories.join_details(event, dial_in="0203 1\n0203 2")
    body = get(client, "/events/talk/calendar.ics")
    assert lines(body) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Mayor's Office for Policing and Crime//Policing in the open//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Come\\; talk",
        "X-WR-CALNAME:Come\\; talk",
        "COLOR:darkcyan",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "SOURCE;VALUE=URI:http://testserver/events/talk/calendar.ics",
        "URL:http://testserver/events/talk/",
        "X-PUBLISHED-TTL:PT6H",
        "X-WR-TIMEZONE:Europe/London",
        *LONDON_ZONE,
        "BEGIN:VEVENT",
        "SUMMARY:Come\\; talk",
        "DTSTART;TZID=Europe/London:20260115T180000",
        "DTEND;TZID=Europe/London:20260115T200000",
        "DTSTAMP:20260114T120000Z",
        f"UID:{event.uid}",
        "SEQUENCE:0",
        "CONFERENCE;FEATURE=AUDIO,VIDEO;VALUE=URI:https://us06web.zoom.us/j/81545869151?pwd=secret-in-link",
        "CREATED:20260114T120000Z",
        (
            "DESCRIPTION:Come and talk.\\n\\nTea\\n\\nTalk\\n\\nJoin: https://us06web.zoom.us/j/81545869151"
            "?pwd=secret-in-link\\n\\nMeeting ID: 815 4586 9151\\n\\nPasscode: 369100\\n\\n"
            "Phone: 0203 1\\, 0203 2\\n\\nHow to join: http://testserver/events/talk/join/\\n\\n"
            "All about it: http://testserver/events/talk/"
        ),
        "LAST-MODIFIED:20260114T120000Z",
        "LOCATION:Online\\, Zoom",
        'ORGANIZER;CN="Policing in the open":mailto:consultation@mopac.london.gov.uk',
        "STATUS:CONFIRMED",
        "URL:http://testserver/events/talk/",
        "CATEGORIES:Trust\\, and confidence",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_feeds_are_named_for_what_they_hold(client: Client) -> None:
    row = factories.consultation(title="Trust, \\ and more", slug="trust")
    factories.event(row, title="Ours")
    factories.event(title="Theirs")
    own, every = get(client, "/consultations/trust/calendar.ics"), get(client, "/calendar.ics")
    assert "NAME:Trust\\, \\\\ and more" in lines(own)
    assert "X-WR-CALNAME:Trust\\, \\\\ and more" in lines(own)
    assert "SOURCE;VALUE=URI:http://testserver/consultations/trust/calendar.ics" in lines(own)
    assert "URL:http://testserver/consultations/trust/" in lines(own)
    assert [entry["SUMMARY"] for entry in meetings(own)] == ["Ours"]
    assert "NAME:Policing in the open: all meetings" in lines(every)
    assert [entry["SUMMARY"] for entry in meetings(every)] == ["Ours", "Theirs"]
    assert len({entry["UID"] for entry in properties(every)}) == 8


def test_an_empty_calendar_is_still_one_to_subscribe_to(client: Client) -> None:
    row = factories.consultation(slug="trust", opens_at=None, closes_at=None)
    factories.event(row, starts_at=None, date_note="In spring")
    for path in ("/calendar.ics", "/consultations/trust/calendar.ics"):
        body = get(client, path)
        assert properties(body) == []
        assert lines(body)[-len(LONDON_ZONE) - 1 :] == [*LONDON_ZONE, "END:VCALENDAR"]


def test_past_meetings_stay(client: Client) -> None:
    factories.event(title="Past", starts_at=NOON - timedelta(days=400))
    assert [entry["SUMMARY"] for entry in meetings(get(client, "/calendar.ics"))] == ["Past"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"format": "online"}, "Online"),
        ({"format": "in_person"}, "Place to be confirmed"),
        ({"format": "hybrid"}, "Place to be confirmed"),
        ({"format": "in_person", "venue": True}, "Hall\\, 1 High Street\\, Brixton\\, SW2 1RW"),
        ({"format": "hybrid", "venue": True}, "Hall\\, 1 High Street\\, Brixton\\, SW2 1RW\\, and online"),
    ],
)
def test_location(fields: dict[str, Any], where: str) -> None:
    if "venue" in fields:
        fields["venue"] = factories.venue(name="Hall", address="1 High Street,\n\n Brixton\n", postcode="SW2 1RW")
    assert entry_of(factories.event(**fields))["LOCATION"] == where


def test_no_end_is_invented() -> None:
    assert not [name for name in entry_of(factories.event(ends_at=None)) if name.startswith(("DTEND", "DURATION"))]


@pytest.mark.parametrize(
    ("starts", "ends", "written"),
    [
        (
            datetime(2026, 3, 29, 0, 30, tzinfo=LONDON),
            datetime(2026, 3, 29, 3, 0, tzinfo=LONDON),
            {
                "DTSTART;TZID=Europe/London": "20260329T003000",
                "DTEND;TZID=Europe/London": "20260329T030000",
            },
        ),
        # Within the hour that comes twice a local time would be ambiguous.
        (
            datetime(2026, 10, 25, 1, 30, tzinfo=LONDON),
            datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1),
            {"DTSTART": "20261025T003000Z", "DTEND": "20261025T013000Z"},
        ),
        (
            datetime(2026, 10, 25, 1, 15, tzinfo=LONDON, fold=1),
            datetime(2026, 10, 25, 2, 0, tzinfo=LONDON),
            {"DTSTART": "20261025T011500Z", "DTEND;TZID=Europe/London": "20261025T020000"},
        ),
    ],
)
def test_times_around_the_clock_changes(starts: datetime, ends: datetime, written: dict[str, str]) -> None:
    entry = entry_of(factories.event(starts_at=starts, ends_at=ends))
    assert {name: value for name, value in entry.items() if name.startswith(("DTSTART", "DTEND"))} == written


@pytest.mark.parametrize(
    ("kind", "status", "title", "says"),
    [
        ("cancelled", "CANCELLED", "Cancelled: Talk", "Cancelled: Floods."),
        ("postponed", "CANCELLED", "Postponed: Talk", "Postponed: Floods."),
        ("moved", "CONFIRMED", "Talk", "Moved: Floods."),
        ("reinstated", "CONFIRMED", "Talk", "Going ahead again: Floods."),
    ],
)
def test_states(kind: str, status: str, title: str, says: str) -> None:
    event = factories.event(title="Talk")
    factories.join_details(event)
    event.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    entry = entry_of(event)
    assert (entry["STATUS"], entry["SUMMARY"]) == (status, title)
    assert entry["DESCRIPTION"].startswith(f"{says}\\n\\n")
    joins = [name for name in entry if name.startswith("CONFERENCE")]
    assert bool(joins) is (status == "CONFIRMED")
    assert ("Passcode" in entry["DESCRIPTION"]) is (status == "CONFIRMED")


def test_an_example_says_so_in_its_title() -> None:
    entry = entry_of(factories.event(title="Talk", is_illustrative=True))
    assert entry["SUMMARY"] == "Example only: Talk"
    assert "This meeting is an example. It will not take place." in entry["DESCRIPTION"]


def test_details_by_phone_alone_make_no_conference() -> None:
    event = factories.event()
    factories.join_details(event, url="", dial_in="0203 1")
    entry = entry_of(event)
    assert not [name for name in entry if name.startswith("CONFERENCE")]
    assert "Phone: 0203 1" in entry["DESCRIPTION"]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("a, b; c\\ d: e", "a\\, b\\; c\\\\ d: e"),
        ("two\r\nlines\nand\rmore", "two lines and more"),
        ("BEGIN:VALARM\r\nEND:VEVENT", "BEGIN:VALARM END:VEVENT"),
        ("\x00\x07bell\x7f\x9b\ufeff", "bell"),
        ("line\u2028para\u2029next\x85\x0b\x0cend", "line para next end"),
        ("\\n is no newline", "\\\\n is no newline"),
        ("<b>&amp", "<b>&amp"),
        ("😀" * 200, "😀" * 200),
        ("é" * 500, "é" * 500),
        ("👩🏾‍🦽 " * 28, ("👩🏾‍🦽 " * 28).strip()),
    ],
)
def test_titles_are_escaped_once_and_cleaned(title: str, written: str) -> None:
    event = Event.objects.for_list().get(pk=factories.event().pk)
    event.title = title  # in memory: no database would hold some of them
    body = ics.event_calendar(event)
    assert only(body)["SUMMARY"] == written
    assert f"NAME:{written}" in lines(body)


def test_bodies_keep_their_lines_and_lose_control_characters() -> None:
    event = Event.objects.for_list().get(pk=factories.event().pk)
    event.summary, event.body = "one\r\ntwo\x00", "## Head, line\n\n- a; b\n- c\\d\x1b\n\n<script>x</script>"
    assert only(ics.event_calendar(event))["DESCRIPTION"].startswith(
        "one\\ntwo\\n\\nHead\\, line\\n\\na\\; b\\n\\nc\\\\d\\n\\n<script>x</script>\\n\\nHow to join: "
    )


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=200), summary=st.text(max_size=400), name=st.text(max_size=200))
def test_no_text_can_break_a_line(title: str, summary: str, name: str) -> None:
    event = Event.objects.for_list().first() or factories.event()
    event.title, event.summary, event.consultation.title = title, summary, name
    body = ics.event_calendar(event)
    names = [line.split(":")[0].split(";")[0] for line in lines(body)]
    assert names.count("BEGIN") == names.count("END") == 5
    assert names.count("SUMMARY") == names.count("DESCRIPTION") == names.count("CATEGORIES") == 1


def test_addresses_survive_everything_but_their_deletion() -> None:
    event = factories.event()
    before = entry_of(event)["UID"]
    event.title, event.slug, event.starts_at, event.ends_at = "Other", "other", SUMMER, None
    event.save()
    assert entry_of(event)["UID"] == before == str(event.uid)


class TestHttp:
    def test_headers(self, client: Client) -> None:
        factories.event(slug="talk")
        for path, name in {
            "/events/talk/calendar.ics": "talk",
            "/calendar.ics": "policing-in-the-open",
        }.items():
            response = client.get(path)
            assert response["Content-Type"] == "text/calendar; charset=utf-8"
            assert response["Content-Disposition"] == f'inline; filename="{name}.ics"'
            assert response["Cache-Control"] == "public, max-age=300"
            assert response["Last-Modified"] == "Wed, 14 Jan 2026 12:00:00 GMT"
            assert response["ETag"].startswith('"')
            assert response["Content-Length"] == str(len(response.content))
            assert response["Vary"] == "Accept-Encoding"
            assert "Content-Encoding" not in response
            assert not response.cookies

    def test_needs_no_accept_header_and_heeds_none(self, client: Client) -> None:
        for headers in ({}, {"accept": "text/html"}, {"accept": "nonsense"}, {"accept-encoding": "gzip"}):
            response = client.get("/calendar.ics", headers=headers)
            assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert "Disallow: /calendar" not in client.get("/robots.txt").content.decode()

    def test_head_is_get_without_its_body(self, client: Client) -> None:
        factories.event()
        whole, head = client.get("/calendar.ics"), client.head("/calendar.ics")
        assert head.content == b""
        assert head.headers == whole.headers

    @pytest.mark.parametrize("path", ["/calendar.ics", "/consultations/row/calendar.ics", "/events/talk/calendar.ics"])
    def test_who_has_it_gets_304_without_a_body(self, client: Client, path: str) -> None:
        factories.event(factories.consultation(slug="row"), slug="talk")
        whole = client.get(path)
        for headers in (
            {"if-none-match": whole["ETag"]},
            {"if-none-match": f'"other", W/{whole["ETag"]}'},
            {"if-none-match": "*"},
            {"if-modified-since": whole["Last-Modified"]},
            {"if-none-match": whole["ETag"], "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        ):
            for method in (client.get, client.head):
                again = method(path, headers=headers)
                assert (again.status_code, again.content) == (304, b""), headers
                for name in ("ETag", "Last-Modified", "Cache-Control"):
                    assert again[name] == whole[name]

    def test_who_has_something_else_gets_it_whole(self, client: Client) -> None:
        factories.event()
        whole = client.get("/calendar.ics")
        for headers in (
            {"if-none-match": '"other"'},
            {"if-none-match": '"other"', "if-modified-since": whole["Last-Modified"]},
            {"if-modified-since": "Wed, 14 Jan 2026 11:59:59 GMT"},
            {"if-modified-since": "nonsense"},
            {"if-none-match": "\x7f,,"},
        ):
            again = client.get("/calendar.ics", headers=headers)
            assert (again.status_code, again.content) == (200, whole.content), headers

    @pytest.mark.parametrize(
        "change",
        [
            lambda event: event.delete(),
            lambda event: write(event, publish_at=None),
            lambda event: tell_calendars(event=write(event, title="New")),
            lambda event: tell_calendars_of_venue(venue=write(event.venue, name="New")),
            lambda event: take_offline(row=event, reason="A mistake.", by=factories.user()),
            lambda event: write(event.consultation, title="New"),
            lambda event: write(event.consultation, publish_at=None),
        ],
    )
    def test_every_change_shows_in_both_validators(
        self, client: Client, time_machine, change: Callable[[Event], object]
    ) -> None:
        factories.event(title="Stays")
        event = factories.event(format="in_person", venue=factories.venue())
        before = client.get("/calendar.ics")
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        change(event)
        after = client.get("/calendar.ics", headers={"if-modified-since": before["Last-Modified"]})
        assert after.status_code == 200
        assert after["ETag"] != before["ETag"]
        assert after["Last-Modified"] == "Wed, 14 Jan 2026 13:00:00 GMT"

    def test_what_the_clock_publishes_shows_in_both_validators(self, client: Client, time_machine) -> None:
        factories.event(publish_at=NOON + timedelta(hours=1))
        before = client.get("/calendar.ics")
        time_machine.move_to(NOON + timedelta(hours=2), tick=False)
        after = client.get("/calendar.ics", headers={"if-modified-since": before["Last-Modified"]})
        assert after.status_code == 200
        assert after["Last-Modified"] == "Wed, 14 Jan 2026 13:00:00 GMT"

    def test_unchanged_data_gives_the_same_bytes_for_ever(self, client: Client, time_machine) -> None:
        for number in range(3):
            event = factories.event(format="hybrid", venue=factories.venue(), starts_at=NOON + timedelta(days=number))
            factories.join_details(event)
        before = client.get("/calendar.ics")
        time_machine.move_to(NOON + timedelta(days=200), tick=False)
        after = client.get("/calendar.ics")
        assert (after.content, after["ETag"]) == (before.content, before["ETag"])
        assert after["Last-Modified"] == before["Last-Modified"]

    @pytest.mark.parametrize("path", ["/calendar.ics", "/consultations/row/calendar.ics"])
    def test_the_same_queries_at_one_and_at_three(self, client: Client, path: str) -> None:
        row = factories.consultation(slug="row")
        counts = []
        for wanted in (1, 3):
            while Event.objects.count() < wanted:
                event = factories.event(row, format="hybrid", venue=factories.venue())
                factories.join_details(event)
                event.changes.create(kind="moved", reason="A larger room.", changed_at=NOON)
                tell_calendars(event=event)
            with CaptureQueriesContext(connection) as queries:
                get(client, path)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    @pytest.mark.parametrize("path", ["/calendar.ics", "/consultations/row/calendar.ics", "/events/talk/calendar.ics"])
    def test_wrong_methods_are_refused(self, method: str, path: str) -> None:
        """As a program meets them, with no token of a form."""
        factories.event(factories.consultation(slug="row"), slug="talk")
        response = getattr(Client(enforce_csrf_checks=True), method)(path)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


class TestCalendarPage:
    def test_offers_webcal_and_https_and_tells_how(self, client: Client, settings) -> None:
        settings.SITE_URL = "https://portal.example"
        factories.consultation(title="The Plan", slug="plan")
        factories.consultation(title="Secret", slug="secret", publish_at=None)
        text = client.get("/calendar/").content.decode()
        for words in (
            'href="webcal://portal.example/calendar.ics"',
            'href="webcal://portal.example/consultations/plan/calendar.ics"',
            ">https://portal.example/calendar.ics<",
            ">https://portal.example/consultations/plan/calendar.ics<",
            "Google may take 12 to 24 hours to show a change.",
        ):
            assert words in text
        assert "cid=" not in text
        assert "ecret" not in text

    def test_calendars_name_the_address_of_the_portal(self, client: Client, settings) -> None:
        settings.SITE_URL = "https://portal.example:8443"
        event = factories.event(slug="talk")
        body = get(client, "/events/talk/calendar.ics")
        assert "SOURCE;VALUE=URI:https://portal.example:8443/events/talk/calendar.ics" in lines(body)
        assert only(body)["UID"] == str(event.uid)
