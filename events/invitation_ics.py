"""A meeting as an invitation to one person (iTIP: RFC 5546, RFC 6047). Pure: objects in, text out.

The UID is that of the public calendar, so that a calendar which follows both shows one entry. SEQUENCE is this
person's: it rises with each letter (`next_sequence`). The way to join that is for this person alone stands here and
nowhere else.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as VEvent

from events import ics
from events.models import Event


def next_sequence(event: Event, invited: int | None) -> int:
    """SEQUENCE of the next letter to a person whose latest had `invited`: more than that, and no less than in public.

    An organizer raises it with each REQUEST and CANCEL to somebody (RFC 5546 2.1.4, 3.2.5): else a calendar may drop
    the later one. It never falls behind the meeting's own, which staff's changes raise.
    """
    return event.sequence if invited is None else max(event.sequence, invited + 1)


def request(event: Event, *, attendee: str, sequence: int, join_address: str = "", now: datetime) -> str:
    """METHOD:REQUEST for a person who has a place (RFC 5546 3.2.2); empty while the meeting has no date.

    `attendee` is an e-mail address; `join_address` the person's own gateway, empty where nothing is joined online.
    """
    if event.starts_at is None:
        return ""
    entry = _entry(event, event.starts_at, attendee, sequence, now)
    if join_address:
        entry["description"] = vText(_with_own_link(str(entry["description"]), event, join_address))
    return _text("REQUEST", entry)


def cancel(event: Event, *, attendee: str, sequence: int, now: datetime) -> str:
    """METHOD:CANCEL (RFC 5546 3.2.5), for a person who gave the place back or for a meeting that does not take place.

    STATUS is given for the whole meeting only, one that lost its date included.
    """
    entry = _entry(event, event.starts_at or now, attendee, sequence, now)
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


def _entry(event: Event, starts_at: datetime, attendee: str, sequence: int, now: datetime) -> VEvent:
    entry = ics._vevent(event, starts_at)
    for name in ("dtstamp", "sequence"):
        entry.pop(name)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("sequence", sequence)
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
