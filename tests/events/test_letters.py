"""Letters about places: each once, with an invitation that calendars understand, and no word that a stranger typed."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from consult.models import Letter
from events import actions, emails, ics, links
from events.models import Event, EventChange, JoinDetails, Registration
from tests import factories
from tests.events.test_registration import book, subjects
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


@pytest.fixture
def workshop() -> Event:
    event = factories.event(title="Workshop, first", slug="workshop", takes_registrations=True, capacity=2)
    factories.join_details(event, visibility="registered")
    return actions.tell_calendars(event=event)


def parts(letter: Any) -> list[Message]:
    return [
        part for part in message_from_bytes(letter.message().as_bytes(linesep="\r\n")).walk() if not part.is_multipart()
    ]


def invitation(letter: Any) -> tuple[str, Any]:
    """METHOD and the VEVENT of the file that goes with a letter, as SMTP carries it."""
    [part] = [part for part in parts(letter) if part.get_content_type() == "text/calendar"]
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert part.get_filename() == "invitation.ics"
    calendar = Calendar.from_ical(body)
    assert part.get_param("method") == calendar["method"]
    assert part.get_param("charset") == "utf-8"
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert body.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    [event] = calendar.walk("VEVENT")
    return str(calendar["method"]), event


def has_invitation(letter: Any) -> bool:
    return any(part.get_content_type() == "text/calendar" for part in parts(letter))


def test_a_booked_place_comes_with_an_invitation(workshop: Event) -> None:
    row = book(workshop, places=2)
    letter = mail.outbox[-1]
    method, entry = invitation(letter)
    assert method == "REQUEST"
    assert str(entry["uid"]) == ics.uid(workshop)
    assert entry["sequence"] == workshop.sequence == 0
    assert entry["status"] == "CONFIRMED"
    assert entry["organizer"] == "mailto:consultation@mopac.london.gov.uk"
    attendee = entry["attendee"]
    assert attendee == "mailto:ada@example.org"
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert entry["dtstamp"].dt == NOON
    assert entry["dtstart"].dt == workshop.starts_at
    own = f"http://testserver{links.path(links.JOIN, row)}"
    assert str(entry["description"]).count(own) == str(entry["description"]).count("/join/") == 1
    assert links.sign(links.BOOKING, row) not in str(entry)
    assert "zoom.us" not in letter.message().as_string()
    for body in (letter.body, letter.alternatives[0][0]):
        assert "Workshop, first" in body
        assert own in body
        assert links.path(links.BOOKING, row) in body
    assert "You have 2 places" in " ".join(letter.body.split()).replace("you have", "You have")


def test_the_personal_link_stands_in_no_public_calendar(client: Client, workshop: Event) -> None:
    row = book(workshop)
    for path in ("/calendar.ics", f"{workshop.get_absolute_url()}calendar.ics"):
        text = client.get(path).content.decode().replace("\r\n ", "")
        assert links.sign(links.JOIN, row) not in text
        assert "ATTENDEE" not in text


def test_giving_a_place_back_takes_it_out_of_the_calendar(workshop: Event) -> None:
    row = book(workshop)
    actions.cancel(registration=row)
    method, entry = invitation(mail.outbox[-1])
    assert method == "CANCEL"
    assert entry["organizer"] == "mailto:consultation@mopac.london.gov.uk"
    assert str(entry["uid"]) == ics.uid(workshop)
    assert entry["sequence"] == workshop.sequence + 1
    assert "status" not in entry  # RFC 5546 3.2.5: the meeting itself is not cancelled
    assert entry["attendee"] == "mailto:ada@example.org"
    assert "/join/" not in str(entry["description"]) or links.sign(links.JOIN, row) not in str(entry["description"])


def test_who_waits_has_no_entry_to_take_out(workshop: Event) -> None:
    book(workshop, "first@example.org", 2)
    row = book(workshop)
    assert not has_invitation(mail.outbox[-1])
    actions.cancel(registration=row)
    assert not has_invitation(mail.outbox[-1])
    assert mail.outbox[-1].subject == "You left the waiting list: Workshop, first"
    assert "because you were on the waiting list" in mail.outbox[-1].body


def test_the_number_of_an_invitation_rises_with_each_letter(workshop: Event, time_machine) -> None:
    """RFC 5546: REQUEST, CANCEL, REQUEST to one person, then a change by staff; each above the one before."""
    found = []
    for minute in (1, 2):
        time_machine.move_to(NOON + timedelta(minutes=minute), tick=False)
        row = book(workshop)
        found.append(invitation(mail.outbox[-1]))
        actions.cancel(registration=row)
        found.append(invitation(mail.outbox[-1]))
    time_machine.move_to(NOON + timedelta(minutes=3), tick=False)
    book(workshop)
    Event.objects.update(starts_at=NOON + timedelta(days=3), ends_at=None)
    event = actions.tell_calendars(event=workshop)
    assert event.sequence == 1
    found.append(invitation(mail.outbox[-1]))
    assert [(method, int(entry["sequence"])) for method, entry in found] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2), ("CANCEL", 3), ("REQUEST", 5),
    ]  # fmt: skip
    assert {str(entry["uid"]) for _, entry in found} == {ics.uid(workshop)}


def test_the_file_goes_with_the_letter_and_no_other_link_to_one(workshop: Event, settings: Any) -> None:
    book(workshop)
    assert "invitation.ics" in mail.outbox[-1].body
    assert "calendar.ics" not in mail.outbox[-1].body
    row = factories.registration(workshop)
    row.event = workshop
    settings.EMAIL_BACKEND = "consult.mail_notify.NotifyBackend"  # takes no file
    letter = emails.post_booked(row, NOON)
    letter.refresh_from_db()
    assert f"http://testserver{workshop.get_absolute_url()}calendar.ics" in letter.text
    assert "invitation.ics" not in letter.text


@pytest.mark.parametrize(
    ("hours", "places", "says"),
    [
        (None, 1, "How to join online: your own link. It works already."),
        (2, 2, "It works from Thursday 15 January 2026, 4pm (London time)."),
    ],
)
def test_letters_say_when_the_link_to_join_works(workshop: Event, hours: int | None, places: int, says: str) -> None:
    JoinDetails.objects.update(hours_before=hours)
    book(workshop, places=places)
    letter = mail.outbox[-1]
    for body in (letter.body, letter.alternatives[0][0]):
        assert says.split(". ")[-1] in body
        assert ("for you and whoever you booked for. Please do not pass it on to others." in body) is (places == 2)


def test_a_letter_about_a_hall_says_how_to_get_there() -> None:
    venue = factories.venue(travel="Bus 2 stops outside.", access="The lift is on the left.", is_step_free=True)
    event = factories.event(format="hybrid", venue=venue, takes_registrations=True)
    book(event)
    letter = mail.outbox[-1]
    for body in (letter.body, letter.alternatives[0][0]):
        for words in ("Bus 2 stops outside.", "The lift is on the left.", "Step-free from the street to the room."):
            assert words in body
    assert str(invitation(letter)[1]["location"]) == f"{venue.address_line}, and online"


def test_a_postponed_meeting_keeps_the_place_and_says_where_to_give_it_up(workshop: Event) -> None:
    row = book(workshop, places=2)
    actions.postpone_event(event=workshop, date_note="In spring", reason="Floods.", by=staff())
    letter = mail.outbox[-1]
    for body in (letter.body, letter.alternatives[0][0]):
        assert "You keep 2 places. You need do nothing." in body
        assert links.path(links.BOOKING, row) in body
        assert "/join/" not in body


def test_html_letters_ask_nobody_for_anything_and_their_main_link_makes_sense_alone(workshop: Event) -> None:
    book(workshop, "first@example.org", 2)
    row = book(workshop)
    actions.cancel(registration=Registration.objects.get(email="first@example.org"))
    html = str(mail.outbox[-1].alternatives[0][0])
    assert ">Take your place at Workshop, first</a>" in html
    assert f'href="http://testserver{links.path(links.BOOKING, row)}"' in html
    assert html.index("Policing in the open") < html.index("Hello,")
    for outside in ("<img", "url(", "@import", "<link", "<script", "src="):
        assert outside not in html
    assert set(re.findall(r'(?:href|src)="(https?://[^/"]+)', html)) == {"http://testserver"}


def test_without_a_date_there_is_no_invitation_yet() -> None:
    event = factories.event(takes_registrations=True, starts_at=None, date_note="In spring")
    event = actions.tell_calendars(event=event)
    row = book(event)
    assert "In spring" in mail.outbox[-1].body
    assert not has_invitation(mail.outbox[-1])
    Event.objects.update(starts_at=NOON + timedelta(days=3))
    actions.tell_calendars(event=event)
    method, entry = invitation(mail.outbox[-1])
    assert (method, entry["sequence"]) == ("REQUEST", 1)
    Event.objects.update(starts_at=None)
    actions.tell_calendars(event=event)
    method, entry = invitation(mail.outbox[-1])
    assert (method, entry["status"], "dtstart" in entry) == ("CANCEL", "CANCELLED", False)
    actions.cancel(registration=row)
    assert not has_invitation(mail.outbox[-1])


def staff() -> Any:
    return factories.user(is_staff=True)


def test_a_cancelled_meeting_is_told_to_all_who_have_or_want_a_place(workshop: Event) -> None:
    book(workshop, "has@example.org", 2)
    book(workshop, "waits@example.org")
    actions.book(event=workshop, name="A", email="unconfirmed@example.org", places=1)
    actions.cancel(registration=book(workshop, "gone@example.org"))
    mail.outbox.clear()
    actions.cancel_event(event=workshop, reason="The hall is flooded.", by=staff())
    assert sorted(letter.to[0] for letter in mail.outbox) == ["has@example.org", "waits@example.org"]
    has, waits = sorted(mail.outbox, key=lambda letter: letter.to[0])
    assert has.subject == "Cancelled: Workshop, first"
    assert "The hall is flooded." in has.body
    assert "The hall is flooded." in has.alternatives[0][0]
    method, entry = invitation(has)
    assert (method, entry["sequence"], entry["status"]) == ("CANCEL", 1, "CANCELLED")
    assert not has_invitation(waits)
    actions.reinstate_event(event=workshop, reason="It is dry again.", by=staff())
    has = next(letter for letter in mail.outbox[2:] if letter.to == ["has@example.org"])
    method, entry = invitation(has)
    assert (has.subject, method, entry["sequence"]) == ("Going ahead again: Workshop, first", "REQUEST", 2)
    assert len(mail.outbox) == 4


@pytest.mark.parametrize(
    ("kind", "method", "words"),
    [("postponed", "CANCEL", "This meeting is postponed."), ("moved", "REQUEST", "This meeting has moved.")],
)
def test_what_staff_announce_is_told_with_its_reason(workshop: Event, kind: str, method: str, words: str) -> None:
    book(workshop)
    change = EventChange.objects.create(
        event=workshop, kind=kind, reason="Floods.", was="Thursday 15 January 2026, 6pm", changed_at=NOON
    )
    if kind == "moved":
        Event.objects.update(starts_at=NOON + timedelta(days=3), ends_at=None)
    actions.tell_calendars(event=workshop, change=change)
    letter = mail.outbox[-1]
    assert letter.subject == f"{change.get_kind_display()}: Workshop, first"
    for part in (words, "The reason: Floods.", "Before: Thursday 15 January 2026, 6pm"):
        assert part in letter.body
        assert part in letter.alternatives[0][0]
    assert invitation(letter)[0] == method
    assert invitation(letter)[1]["sequence"] == 1


def test_the_verbs_of_staff_write_to_those_who_booked(workshop: Event) -> None:
    book(workshop)
    mail.outbox.clear()
    actions.postpone_event(event=workshop, date_note="In spring", reason="Floods.", by=staff())
    method, entry = invitation(mail.outbox[-1])
    assert (method, entry["sequence"], entry["status"]) == ("CANCEL", 1, "CANCELLED")
    actions.move_event(
        event=workshop, starts_at=NOON + timedelta(days=30), ends_at=None, format="online", venue=None,
        reason="It is dry.", by=factories.user(is_staff=True),
    )  # fmt: skip
    method, entry = invitation(mail.outbox[-1])
    assert (method, entry["sequence"], entry["dtstart"].dt) == ("REQUEST", 2, NOON + timedelta(days=30))
    assert subjects() == ["Postponed", "Moved"]
    assert "Before: In spring" in mail.outbox[-1].body


def test_an_edit_that_calendars_are_told_of_is_told_by_letter_once(cast: Callable[[str], Client]) -> None:
    venue = factories.venue()
    event = factories.event(format="hybrid", venue=venue, takes_registrations=True)
    event = actions.tell_calendars(event=event)
    book(event)
    mail.outbox.clear()
    event.title = "Other words"
    event.save()
    actions.tell_calendars(event=event)
    assert mail.outbox == []
    venue.address = "2 Low Road"
    venue.save()
    actions.tell_calendars_of_venue(venue=venue)
    actions.tell_calendars_of_venue(venue=venue)
    [letter] = mail.outbox
    assert letter.subject == "Changed: Other words"
    assert "2 Low Road" in letter.body
    assert "2 Low Road" in str(invitation(letter)[1]["location"])


def test_nobody_is_told_of_what_is_over_or_not_public(workshop: Event) -> None:
    book(workshop)
    mail.outbox.clear()
    Event.objects.update(starts_at=NOON - timedelta(days=2), ends_at=NOON - timedelta(days=1))
    actions.tell_calendars(event=workshop)
    Event.objects.update(starts_at=NOON + timedelta(days=2), ends_at=None, publish_at=None)
    actions.tell_calendars(event=workshop)
    assert mail.outbox == []


def test_no_letter_repeats_what_was_typed(workshop: Event) -> None:
    typed: dict[str, Any] = {"name": "Typed name", "access_needs": "Typed needs", "consent_wording": "Yes."}
    for email in ("ada@example.org", "grace@example.org", "eve@example.org"):
        row = actions.book(event=workshop, email=email, places=1, **typed)
        actions.book(event=workshop, email=email, places=1, **typed)
        row = actions.confirm(registration=row, stamp=links.stamp_of(row.created_at))
        actions.book(event=workshop, email=email, places=1, **typed)
    actions.cancel(registration=Registration.objects.order_by("pk")[0])
    assert set(subjects()) == {
        "Confirm your place", "You have a place", "Your place", "You are on the waiting list",
        "You cancelled your place", "A place is free for you", "Confirm that you join the waiting list",
    }  # fmt: skip
    for letter in mail.outbox:
        assert "Typed" not in letter.message().as_string()
        assert len(letter.to) == 1


def test_letters_read_as_plain_text(workshop: Event) -> None:
    Event.objects.update(title="Fish & chips <b>")
    workshop.refresh_from_db()
    book(workshop)
    for letter in mail.outbox:
        assert "Fish & chips <b>" in letter.body
        assert "&amp;" not in letter.body
        assert "<p>" not in letter.body
        assert "\n\n\n\n" not in letter.body
        assert "Fish &amp; chips &lt;b&gt;" in letter.alternatives[0][0]
        assert max(len(line) for line in letter.body.splitlines() if "http" not in line) < 300


def test_once_it_is_sent_the_invitation_is_forgotten_too(workshop: Event) -> None:
    book(workshop)
    letter = Letter.objects.get(kind="registration-booked")
    assert (letter.to, letter.text, letter.calendar) == ("", "", "")
    assert letter.sent_at == NOON


def test_summer_and_winter_by_the_clock_in_london() -> None:
    event = factories.event(takes_registrations=True, starts_at=factories.SUMMER + timedelta(hours=6))
    book(event)
    _, entry = invitation(mail.outbox[-1])
    assert entry["dtstart"].params["TZID"] == "Europe/London"
    assert entry["dtstart"].dt.hour == 18
    assert "6pm" in mail.outbox[-1].body
