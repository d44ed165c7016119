"""/events/<slug>/join/: how to join, shown to whom and when it may be seen; else when and how to get it."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from consult.log import UtcFormatter
from consult.models import Letter
from events import actions, links
from events.models import Event, Registration
from tests import factories
from tests.events.test_join_details import LEAKS, SECRETS, assert_nowhere
from tests.events.test_registration import book
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


@pytest.fixture
def workshop() -> Event:
    """Tomorrow at 6pm, until 8pm."""
    return factories.event(title="Workshop", slug="workshop", takes_registrations=True, capacity=2)


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def assert_shown(client: Client, path: str) -> None:
    text = words(client, path)
    for secret in SECRETS.values():
        assert secret in text


def assert_hidden(client: Client, path: str) -> str:
    text = words(client, path)
    assert [leak for leak in LEAKS if leak in text.lower()] == [], path
    return text


def test_public_details_are_there_for_everybody_until_the_end(client: Client, time_machine) -> None:
    event = factories.event()
    path = f"{event.get_absolute_url()}join/"
    assert "How to join is not announced yet." in words(client, path)
    factories.join_details(event, **SECRETS)
    assert_shown(client, path)
    time_machine.move_to(event.ends_at - timedelta(seconds=1), tick=False)
    assert_shown(client, path)
    time_machine.move_to(event.ends_at, tick=False)
    assert "This meeting is over." in assert_hidden(client, path)
    assert "What came of it" not in words(client, path)
    Event.objects.update(notes="We heard you.")
    assert "What came of it" in words(client, path)


def test_public_details_that_wait(client: Client, time_machine) -> None:
    event = factories.event()
    path = f"{event.get_absolute_url()}join/"
    factories.join_details(event, **SECRETS, hours_before=2)
    assert "Thursday 15 January 2026, 4pm" in assert_hidden(client, path)
    time_machine.move_to(event.starts_at - timedelta(hours=2), tick=False)
    assert_shown(client, path)


def test_registered_details_need_the_link_of_a_place_that_is_held(client: Client, workshop: Event) -> None:
    factories.join_details(workshop, **SECRETS, visibility="registered")
    public = f"{workshop.get_absolute_url()}join/"
    assert "The link is for people who have booked a place." in assert_hidden(client, public)
    row = book(workshop)
    own = links.path(links.JOIN, row)
    assert_shown(client, own)
    assert_hidden(client, public)
    assert_hidden(client, links.path(links.BOOKING, row))
    assert_nowhere(client, workshop)
    for state in ("unconfirmed", "waiting", "offered", "cancelled"):
        Registration.objects.update(state=state, queued_at=NOON, offered_until=NOON + timedelta(hours=1))
        assert "holds no place now" in assert_hidden(client, own)
    Registration.objects.update(state="confirmed", email="", name="", access_needs="", erased_at=NOON)
    assert client.get(own).status_code == 404


def test_registered_details_of_another_meeting_are_not_opened(client: Client, workshop: Event) -> None:
    other = factories.event(takes_registrations=True)
    factories.join_details(other, **SECRETS, visibility="registered")
    row = book(workshop)
    response = client.get(f"{other.get_absolute_url()}join/{links.sign(links.JOIN, row)}/")
    assert response.status_code == 404
    assert "leak" not in response.content.decode()


def test_registered_details_wait_for_their_hour(client: Client, workshop: Event, time_machine) -> None:
    factories.join_details(workshop, **SECRETS, visibility="registered", hours_before=24)
    row = book(workshop)
    own = links.path(links.JOIN, row)
    assert "from <time" in assert_hidden(client, own)
    assert "Wednesday 14 January 2026, 6pm" in words(client, own)
    time_machine.move_to(workshop.starts_at - timedelta(hours=24, seconds=1), tick=False)
    assert_hidden(client, own)
    time_machine.move_to(workshop.starts_at - timedelta(hours=24), tick=False)
    assert_shown(client, own)
    time_machine.move_to(workshop.ends_at - timedelta(seconds=1), tick=False)
    assert_shown(client, own)
    time_machine.move_to(workshop.ends_at, tick=False)
    assert_hidden(client, own)


def test_without_a_date_the_hour_never_comes(client: Client) -> None:
    event = factories.event(takes_registrations=True, starts_at=None, date_note="In spring")
    factories.join_details(event, **SECRETS, visibility="registered", hours_before=2)
    row = book(event)
    assert "once its date is known" in assert_hidden(client, links.path(links.JOIN, row))


@pytest.mark.parametrize("kind", ["cancelled", "postponed"])
def test_what_is_off_shows_nothing(client: Client, workshop: Event, kind: str) -> None:
    factories.join_details(workshop, **SECRETS, visibility="registered")
    row = book(workshop)
    workshop.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    for path in (f"{workshop.get_absolute_url()}join/", links.path(links.JOIN, row)):
        assert "Floods." in assert_hidden(client, path)
    assert_nowhere(client, workshop)


def test_a_meeting_in_a_room_has_no_link(client: Client) -> None:
    event = factories.event(format="in_person", venue=factories.venue(), takes_registrations=True)
    factories.join_details(event, **SECRETS)
    row = book(event)
    for path in (f"{event.get_absolute_url()}join/", links.path(links.JOIN, row)):
        assert "takes place in a room" in assert_hidden(client, path)
    assert "/join/" not in mail.outbox[-1].body


def test_a_registered_link_where_nobody_books_says_whom_to_write_to(client: Client) -> None:
    event = factories.event()
    factories.join_details(event, **SECRETS, visibility="registered")
    assert "mailto:" in assert_hidden(client, f"{event.get_absolute_url()}join/")


@pytest.mark.parametrize("visibility", ["public", "registered"])
@pytest.mark.parametrize("hours", [None, 2])
def test_no_letter_carries_the_details(workshop: Event, visibility: str, hours: int | None) -> None:
    """Every kind of letter, and every invitation; public ones at all times stand in calendars, and in no letter."""
    factories.join_details(workshop, **SECRETS, visibility=visibility, hours_before=hours)
    actions.tell_calendars(event=workshop)
    rows = [book(workshop, f"{n}@example.org") for n in range(4)]
    actions.book(event=workshop, name="A", email="0@example.org", places=1)
    actions.change(registration=rows[1], places=1, access_needs="x")
    actions.cancel(registration=rows[0])
    workshop.changes.create(kind="moved", reason="Floods.", changed_at=NOON)
    Event.objects.filter(pk=workshop.pk).update(starts_at=workshop.starts_at + timedelta(hours=1), ends_at=None)
    actions.tell_calendars(event=workshop)
    assert Letter.objects.count() == len(mail.outbox) > 12
    for letter in mail.outbox:
        whole = letter.message().as_string().lower() if hours or visibility == "registered" else letter.body.lower()
        assert [leak for leak in LEAKS if leak in whole] == [], letter.subject
        assert "leak" not in letter.alternatives[0][0]


def test_signed_addresses_stand_in_no_log(workshop: Event) -> None:
    row = book(workshop)
    for purpose in links.ADDRESSES:
        path = links.path(purpose, row)
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
        line = UtcFormatter().format(record)
        assert links.sign(purpose, row) not in line
        assert "***" in line
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: /events/x/join/ %s", ("y",), None)
    assert UtcFormatter().format(record).endswith("/events/x/join/ y")
