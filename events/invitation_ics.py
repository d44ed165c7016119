"""A meeting as an invitation to one person (iTIP: RFC 5546, RFC 6047). Pure: objects in, text out.

The UID and SEQUENCE are those of the public calendar, so that a calendar which follows both shows one entry. The way to
join that is for this person alone stands here and nowhere else.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as VEvent

from events import ics
from events.models import Event


def request(event: Event, *, attendee: str, join_address: str = "", now: datetime) -> str:
    """METHOD:REQUEST for a person who has a place (RFC 5546 3.2.2); empty while the meeting has no date.

    `attendee` is an e-mail address; `join_address` the person's own gateway, empty where nothing is joined online.
    """
    if event.starts_at is None:
        return ""
    entry = _entry(event, event.starts_at, attendee, now)
    if join_address:
        entry["description"] = vText(_with_own_link(str(entry["description"]), event, join_address))
    return _text("REQUEST", entry)


def cancel(event: Event, *, attendee: str, now: datetime) -> str:
    """METHOD:CANCEL (RFC 5546 3.2.5), for a person who gave the place back or for a meeting that does not take place.

    STATUS is given for the whole meeting only, one that lost its date included. SEQUENCE is that of the meeting, which
    rose if the meeting itself was cancelled; DTSTAMP tells the rest apart (RFC 5546 2.1.5). A number raised for one
    person would make that person's calendar take the next public change for an old one.
    """
    entry = _entry(event, event.starts_at or now, attendee, now)
    entry.pop("status")
    if event.starts_at is None:
        entry.pop("dtstart")
    if event.is_off or event.starts_at is None:
        entry.add("status", "CANCELLED")
    return _text("CANCEL", entry)


def _with_own_link(words: str, event: Event, join_address: str) -> str:
    """The public words with this person's link in place of the one for everybody, so that there is one to press."""
    public = f"{settings.SITE_URL}{reverse('join', args=[event.slug])}"
    return words.replace(public, join_address, 1) if public in words else f"How to join: {join_address}\n\n{words}"


def _entry(event: Event, starts_at: datetime, attendee: str, now: datetime) -> VEvent:
    entry = ics._vevent(event, starts_at)
    entry.pop("dtstamp")
    entry.add("dtstamp", now.astimezone(UTC))
    address = vCalAddress(f"mailto:{attendee}")
    for name, value in (("CUTYPE", "INDIVIDUAL"), ("PARTSTAT", "ACCEPTED"), ("RSVP", "FALSE")):
        address.params[name] = value
    entry.add("attendee", address)
    return entry


def _text(method: str, entry: VEvent) -> str:
    calendar = Calendar()
    calendar.add("prodid", ics.PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(ics._london())
    calendar.add_component(entry)
    text: str = calendar.to_ical().decode()
    return text
