"""Letters that the clock asks for, and what the clock deletes. Each once, however often and wherever it is run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events import links
from events.models import Event, Registration
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOON = factories.NOON.astimezone(UTC)  # days are counted by elapsed time here, not by the clock in London
START = NOON + 3 * DAY


@pytest.fixture
def workshop() -> Event:
    """In three days, booked by Ada; others wait, cancelled or never confirmed."""
    event = factories.event(
        title="Workshop", slug="workshop", takes_registrations=True, starts_at=START, ends_at=START + 2 * HOUR
    )
    factories.registration(event, email="ada@example.org", confirmed_at=NOON)
    for state in ("unconfirmed", "waiting", "offered", "cancelled"):
        # Long enough that nothing expires here.
        factories.registration(
            event, state=state, confirmed_at=None, offered_until=START, cancelled_at=NOON, created_at=START
        )
    return event


def remind() -> list[Any]:
    """Run the command; returns the letters that it sent."""
    before = len(mail.outbox)
    call_command("send_reminders", stdout=StringIO())
    return mail.outbox[before:]


def test_a_day_and_an_hour_before_once_each(workshop: Event, time_machine) -> None:
    sent = {}
    for minutes in range(-26 * 60, 3 * 60, 5):
        time_machine.move_to(START + timedelta(minutes=minutes), tick=False)
        for letter in remind():
            sent[minutes] = (letter.subject, letter.to)
    assert sent == {
        -24 * 60: ("Reminder: Workshop", ["ada@example.org"]),
        -60: ("Soon: Workshop", ["ada@example.org"]),
    }


def test_a_reminder_says_when_where_and_how_to_cancel(workshop: Event, time_machine) -> None:
    factories.join_details(workshop, visibility="registered")
    time_machine.move_to(START - DAY, tick=False)
    [letter] = remind()
    row = Registration.objects.get(email="ada@example.org")
    for body in (letter.body, letter.alternatives[0][0]):
        assert "Saturday 17 January 2026, midday to 2pm" in body
        assert links.path(links.JOIN, row) in body
        assert links.path(links.BOOKING, row) in body
        assert "zoom.us" not in body


@pytest.mark.parametrize(("hours", "says_so"), [(None, True), (1, True), (0, False)])
def test_an_hour_before_one_can_join_now_where_that_is_so(
    workshop: Event, time_machine, hours: int | None, says_so: bool
) -> None:
    factories.join_details(workshop, visibility="registered", hours_before=hours)
    time_machine.move_to(START - HOUR, tick=False)
    [letter] = remind()
    row = Registration.objects.get(email="ada@example.org")
    for body in (letter.body, letter.alternatives[0][0]):
        assert ("You can join now." in body) is says_so
        assert links.path(links.JOIN, row) in body
        assert links.path(links.BOOKING, row) in body


def test_who_books_within_the_day_is_not_reminded_of_it(workshop: Event, time_machine) -> None:
    Registration.objects.update(confirmed_at=START - 3 * HOUR)
    time_machine.move_to(START - 2 * HOUR - timedelta(minutes=5), tick=False)
    assert remind() == []
    time_machine.move_to(START - HOUR, tick=False)
    assert len(remind()) == 1


def test_a_reminder_that_was_missed_by_far_is_left_out(workshop: Event, time_machine) -> None:
    time_machine.move_to(START - 2 * HOUR, tick=False)
    assert remind() == []
    time_machine.move_to(START, tick=False)
    assert remind() == []


def test_a_meeting_that_moved_is_reminded_of_anew(workshop: Event, time_machine) -> None:
    time_machine.move_to(START - DAY, tick=False)
    assert len(remind()) == 1
    Event.objects.update(starts_at=START + 5 * DAY, ends_at=None)
    assert remind() == []
    time_machine.move_to(START + 4 * DAY, tick=False)
    assert len(remind()) == 1


@pytest.mark.parametrize("kind", ["cancelled", "postponed"])
def test_nobody_is_reminded_of_what_is_off_or_hidden(workshop: Event, time_machine, kind: str) -> None:
    change = workshop.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    time_machine.move_to(START - DAY, tick=False)
    assert remind() == []
    change.delete()
    Event.objects.update(publish_at=None)
    assert remind() == []


def test_in_many_places_at_once(workshop: Event, time_machine) -> None:
    for _ in range(5):
        factories.registration(workshop)
    time_machine.move_to(START - DAY, tick=False)
    together = Barrier(4)

    def run(_: int) -> None:
        together.wait()
        try:
            call_command("send_reminders", stdout=StringIO())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert len(mail.outbox) == 6
    assert len({letter.to[0] for letter in mail.outbox}) == 6


def test_thanks_come_once_there_are_notes(workshop: Event, client: Client, time_machine) -> None:
    Event.objects.update(notes="", recording_url="")
    time_machine.move_to(START + DAY, tick=False)
    assert remind() == []
    Event.objects.update(notes="We heard you.", recording_url="https://example.org/film")
    [letter] = remind()
    assert (letter.subject, letter.to) == ("What came of the meeting: Workshop", ["ada@example.org"])
    assert "https://example.org/film" in letter.body
    assert "90 days after the meeting we delete" in letter.body
    assert remind() == []


def test_nobody_is_thanked_before_the_end(workshop: Event, time_machine) -> None:
    Event.objects.update(notes="Agenda")
    time_machine.move_to(START + HOUR, tick=False)
    assert remind() == []


def test_the_same_number_of_questions_for_one_and_for_many(workshop: Event, time_machine) -> None:
    time_machine.move_to(START - DAY, tick=False)
    remind()
    counts = []
    for more in (0, 20):
        for _ in range(more):
            factories.registration(workshop)
        remind()
        with CaptureQueriesContext(connection) as found:
            remind()
        counts.append(len(found))
    assert counts[0] == counts[1]


# --- what is deleted --------------------------------------------------------------------------------


def tidy() -> None:
    call_command("tidy", stdout=StringIO())


def people(event: Event) -> list[tuple[str, str]]:
    return list(event.registrations.order_by("pk").values_list("state", "email"))


def test_what_nobody_confirmed_is_deleted_after_two_days(workshop: Event, time_machine) -> None:
    Registration.objects.filter(state="unconfirmed").update(created_at=NOON)
    time_machine.move_to(NOON + 2 * DAY - timedelta(seconds=1), tick=False)
    tidy()
    assert Registration.objects.filter(state="unconfirmed").exists()
    time_machine.move_to(NOON + 2 * DAY, tick=False)
    tidy()
    assert not Registration.objects.filter(state="unconfirmed").exists()
    assert Registration.objects.count() == 4


def test_who_came_is_forgotten_after_ninety_days_and_counted_for_ever(workshop: Event, time_machine) -> None:
    Registration.objects.filter(state="unconfirmed").delete()
    Registration.objects.update(access_needs="Lift", places=2, cancelled_at=START + 2 * HOUR)
    end = START + 2 * HOUR
    time_machine.move_to(end + 90 * DAY - timedelta(seconds=1), tick=False)
    tidy()
    assert not Registration.objects.filter(email="").exists()
    time_machine.move_to(end + 90 * DAY, tick=False)
    tidy()
    rows = Registration.objects.all()
    assert {(row.email, row.name, row.access_needs) for row in rows} == {("", "", "")}
    assert {row.erased_at for row in rows} == {end + 90 * DAY}
    assert rows.filter(state="confirmed").places() == 2
    time_machine.move_to(end + 91 * DAY, tick=False)
    tidy()
    assert {row.erased_at for row in rows.all()} == {end + 90 * DAY}


def test_who_cancelled_long_ago_is_forgotten_before_the_meeting(workshop: Event, time_machine) -> None:
    Event.objects.update(starts_at=NOON + 200 * DAY, ends_at=None)
    Registration.objects.filter(state="unconfirmed").delete()
    Registration.objects.filter(state="offered").update(offered_until=NOON + 150 * DAY)
    time_machine.move_to(NOON + 90 * DAY, tick=False)
    tidy()
    assert {state for state, email in people(workshop) if not email} == {"cancelled"}


@pytest.mark.parametrize("how", ["cancelled", "closed", "reinstated", "expected"])
def test_meetings_that_never_got_a_date(time_machine, how: str) -> None:
    consultation = factories.consultation(closes_at=NOON + 400 * DAY)
    event = factories.event(consultation, takes_registrations=True, starts_at=None, date_note="In spring")
    factories.registration(event)
    if how == "closed":
        consultation.closes_at = NOON
        consultation.save()
    elif how != "expected":
        event.changes.create(kind="cancelled", reason="No room.", changed_at=NOON)
        if how == "reinstated":
            event.changes.create(kind="reinstated", reason="A room.", changed_at=NOON)
    time_machine.move_to(NOON + 91 * DAY, tick=False)
    tidy()
    assert (Registration.objects.get().email == "") is (how in {"cancelled", "closed"})


def test_tidy_in_many_places_at_once(workshop: Event, time_machine) -> None:
    Registration.objects.filter(state="unconfirmed").delete()
    Registration.objects.filter(state="waiting").update(places=1)
    Registration.objects.filter(state="offered").update(offered_until=NOON)
    together = Barrier(4)

    def run(_: int) -> None:
        together.wait()
        try:
            tidy()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert sorted(letter.subject for letter in mail.outbox) == [
        "A place is free for you: Workshop",
        "Your offer has run out: Workshop",
    ]
