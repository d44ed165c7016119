"""How to join: shown to whom and when it may be seen, and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consult.dates import LONDON
from consult.models import Partner
from events.meeting_links import id_in_link, only_digits
from events.models import Event, JoinDetails
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

SECRETS = {
    "url": "https://us06web.zoom.us/j/81545869151?pwd=leak-link",
    "meeting_id": "815 4586 9151",
    "passcode": "leak-passcode",
    "dial_in": "0203 leak-phone",
}
LEAKS = ("leak", "81545869151", "815 4586 9151", "zoom")


def pages_of(event: Event) -> list[str]:
    consultation = event.consultation
    return [
        event.get_absolute_url(),
        f"{event.get_absolute_url()}calendar.ics",
        "/events/",
        "/events/?format=online",
        "/events/?when=past",
        "/calendar.ics",
        "/calendar/",
        consultation.get_absolute_url(),
        f"{consultation.get_absolute_url()}calendar.ics",
        "/",
        "/updates.atom",
        "/sitemap.xml",
    ]


def assert_nowhere(client: Client, event: Event) -> None:
    for path in pages_of(event):
        response = client.get(path)
        assert response.status_code == 200, path
        text = response.content.decode().replace("\r\n ", "").lower()
        assert [leak for leak in LEAKS if leak in text] == [], path
        assert [leak for leak in LEAKS if leak in str(response.headers).lower()] == [], path


@pytest.mark.parametrize("hours", [None, 0, 2, 1000])
@pytest.mark.parametrize("starts", [NOON + timedelta(days=1), NOON - timedelta(minutes=30), NOON - timedelta(days=9)])
@pytest.mark.parametrize("format", ["online", "hybrid"])
def test_what_is_for_registered_people_appears_nowhere(
    client: Client, hours: int | None, starts: datetime, format: str
) -> None:
    event = factories.event(starts_at=starts, format=format)
    factories.join_details(event, **SECRETS, visibility="registered", hours_before=hours)
    factories.update(event.consultation)
    assert_nowhere(client, event)


def test_the_page_says_who_gets_the_link(client: Client) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS, visibility="registered")
    assert "The link is for people who are invited." in client.get(event.get_absolute_url()).content.decode()


def test_nobody_who_may_not_see_them_finds_them_in_the_admin(cast: Callable[[str], Client]) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS, visibility="registered")
    event.consultation.partnerships.create(partner=Partner.objects.create(name="Black Thrive Global"), role="Hosts")
    for name, sees in {"moderator": False, "analyst": False, "partner": False, "editor": True}.items():
        client = cast(name)
        for path in (
            "/admin/",
            "/admin/events/event/",
            f"/admin/events/event/?q={SECRETS['passcode']}",
            f"/admin/events/event/{event.pk}/change/",
            f"/admin/events/event/{event.pk}/history/",
        ):
            text = client.get(path).content.decode()
            told = sees and path.endswith("/change/")
            assert ("leak-link" in text) is told, (name, path)
            assert ("leak-phone" in text) is told, (name, path)


def test_public_ones_stand_on_the_page_and_in_calendars(client: Client) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS)
    page = client.get(event.get_absolute_url()).content.decode()
    for words in SECRETS.values():
        assert words in page
    for path in (f"{event.get_absolute_url()}calendar.ics", "/calendar.ics"):
        text = client.get(path).content.decode().replace("\r\n ", "")
        for words in SECRETS.values():
            assert words in text, path


def test_public_ones_with_hours_are_hidden_until_then_and_the_page_says_when(client: Client, time_machine) -> None:
    event = factories.event()  # on Thursday 15 January at 6pm
    factories.join_details(event, **SECRETS, hours_before=2)
    words = '<time datetime="2026-01-15T16:00:00+00:00">Thursday 15 January 2026, 4pm</time>'
    for moment in (NOON, event.starts_at - timedelta(hours=2, seconds=1)):
        time_machine.move_to(moment, tick=False)
        assert_nowhere(client, event)
        text = client.get(event.get_absolute_url()).content.decode()
        assert f"The link appears here from {words}." in text
    time_machine.move_to(event.starts_at - timedelta(hours=2), tick=False)
    text = client.get(event.get_absolute_url()).content.decode()
    for secret in SECRETS.values():
        assert secret in text
    assert "The link appears here" not in text
    assert "Online, on Zoom" in client.get("/events/").content.decode()


def test_calendars_never_carry_details_that_wait_and_stay_the_same_bytes(client: Client, time_machine) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS, hours_before=2)
    path = f"{event.get_absolute_url()}calendar.ics"
    before = client.get(path).content
    time_machine.move_to(event.starts_at, tick=False)
    assert client.get(path).content == before
    text = before.decode().replace("\r\n ", "")
    assert "leak" not in text
    assert "How to join appears on the page of the meeting from Thursday 15 January 2026\\, 4pm." in text


def test_hours_count_by_the_clock_of_instants_across_a_clock_change() -> None:
    event = factories.event(starts_at=datetime(2026, 3, 29, 3, tzinfo=LONDON))
    details = factories.join_details(event, hours_before=2)
    assert details.shown_from == datetime(2026, 3, 29, 0, tzinfo=UTC)


def test_without_a_date_there_is_no_hour_to_wait_for(client: Client) -> None:
    event = factories.event(starts_at=None, date_note="In spring")
    factories.join_details(event, **SECRETS, hours_before=2)
    assert_nowhere(client, event)
    text = client.get(event.get_absolute_url()).content.decode()
    assert "The link appears here before the meeting, once its date is known." in text


@pytest.mark.parametrize("kind", ["cancelled", "postponed"])
def test_a_meeting_that_is_off_shows_no_link_anywhere(client: Client, kind: str) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS)
    event.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    assert_nowhere(client, event)


def test_details_left_over_from_an_online_meeting_stay_hidden_in_a_hall(client: Client) -> None:
    event = factories.event(format="in_person", venue=factories.venue())
    factories.join_details(event, **SECRETS)
    assert_nowhere(client, event)


def test_new_details_are_for_registered_people_unless_somebody_says_otherwise() -> None:
    assert JoinDetails().visibility == "registered"


@pytest.mark.parametrize(
    "written",
    [
        "81545869151",
        "815 4586 9151",
        "815-4586-9151",
        " 815\u00a04586\u202f9151 ",
        "815\u20134586\u20119151",
        "815\u200b4586\ufeff9151",
        "",
    ],
)
def test_a_meeting_id_equal_to_the_one_in_the_link_is_accepted(written: str) -> None:
    JoinDetails(url="https://us06web.zoom.us/j/81545869151?pwd=x", meeting_id=written).clean()


@pytest.mark.parametrize("written", ["815 4586 9152", "8154586915", "815458691510", "x", "815 4586 9151 or 2"])
def test_a_meeting_id_that_is_not_the_one_in_the_link_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        JoinDetails(url="https://us06web.zoom.us/j/81545869151?pwd=x", meeting_id=written).clean()
    assert refused.value.message_dict == {
        "meeting_id": ["The link is for meeting 81545869151. Check which of the two is right."]
    }


@pytest.mark.parametrize(
    ("url", "meeting"),
    [
        ("https://zoom.us/j/81545869151", "81545869151"),
        ("https://US06web.Zoom.us/j/81545869151?pwd=x", "81545869151"),
        ("https://zoom.us/w/815458691?tk=1", "815458691"),
        ("https://zoom.us/wc/join/81545869151", "81545869151"),
        ("https://zoom.us/j/12345678", ""),
        ("https://zoom.us/j/8154586915123", ""),
        ("https://zoom.us/my/office", ""),
        ("https://zoom.us.example/j/81545869151", ""),
        ("https://example.org/zoom.us/j/81545869151", ""),
        ("https://notzoom.us/j/81545869151", ""),
        ("https://teams.microsoft.com/l/meetup-join/19", ""),
        ("", ""),
    ],
)
def test_the_id_in_a_link(url: str, meeting: str) -> None:
    assert id_in_link(url) == meeting
    assert only_digits(meeting) == meeting
