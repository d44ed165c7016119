"""Meetings as iCalendar (RFC 5545, 5546, 7986). Pure: objects in, bytes out, the same bytes for the same rows.

Times stand in Europe/London with a VTIMEZONE of our own: the one that icalendar 7.3 makes begins summer an hour late.
Only public facts go in: join details that are not public are not even read here.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText, vUri
from icalendar import Event as VEvent

from consult.dates import LONDON
from consult.markup import plain
from consult.models import Consultation
from events.models import Event, EventChange, Format

PRODID = "-//Mayor's Office for Policing and Crime//Policing in the open//EN"
REFRESH = timedelta(hours=6)
CONFERENCE: dict[str, Any] = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}
STATUS_WORDS = {EventChange.Kind.CANCELLED: "Cancelled: ", EventChange.Kind.POSTPONED: "Postponed: "}


def event_calendar(event: Event) -> bytes:
    """One meeting as a calendar of its own."""
    calendar = _calendar(event.title, event.get_absolute_url(), f"{event.get_absolute_url()}calendar.ics")
    return _with(calendar, [event])


def consultation_calendar(consultation: Consultation, events: Iterable[Event]) -> bytes:
    """All meetings of a consultation as a calendar to subscribe to."""
    page = consultation.get_absolute_url()
    return _with(_calendar(consultation.title, page, f"{page}calendar.ics"), events)


def portal_calendar(events: Iterable[Event]) -> bytes:
    """All meetings as a calendar to subscribe to."""
    return _with(_calendar(f"{settings.SERVICE_NAME}: all meetings", "/events/", "/calendar.ics"), events)


def uid(event: Event) -> str:
    """The meeting's name for ever: it survives a new title, date or address (RFC 7986 5.3)."""
    return f"event-{event.pk}@{urlsplit(settings.SITE_URL).hostname}"


def essentials(event: Event) -> list[str]:
    """What a subscriber must be told of again when it changes: date, time, place, way to join and state."""
    venue, join = event.venue, event.public_join_details
    return [
        event.starts_at.isoformat() if event.starts_at else event.date_note,
        event.ends_at.isoformat() if event.ends_at else "",
        event.format,
        venue.address_line if venue else "",
        f"{join.url} {join.meeting_id} {join.passcode} {join.dial_in}" if join else "",
        _status(event),
    ]


def _with(calendar: Calendar, events: Iterable[Event]) -> bytes:
    for event in events:
        if event.starts_at:  # a meeting with no date yet has no place in a calendar
            calendar.add_component(_vevent(event, event.starts_at))
    return bytes(calendar.to_ical())


def _calendar(name: str, page: str, feed: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", LONDON.key)
    calendar.add("url", vUri(f"{settings.SITE_URL}{page}"))
    calendar.add("source", vUri(f"{settings.SITE_URL}{feed}"), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _duration(REFRESH))
    calendar.add("color", "darkcyan")  # a CSS3 name is all that RFC 7986 5.9 allows
    calendar.add_component(_london())
    return calendar


def _london() -> Timezone:
    """Europe/London since the European rule of 1996: clocks change at 01:00 UTC on the last Sunday."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    # RFC 5545 3.6.5: an onset is local time without a zone.
    for component, name, onset, month, before, after in (
        (TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), 3, 0, 1),  # noqa: DTZ001
        (TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), 10, 1, 0),  # noqa: DTZ001
    ):
        component.add("dtstart", onset)
        component.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday="-1SU"))
        component.add("tzoffsetfrom", timedelta(hours=before))
        component.add("tzoffsetto", timedelta(hours=after))
        component.add("tzname", name)
        zone.add_component(component)
    return zone


def _vevent(event: Event, starts_at: datetime) -> VEvent:
    entry = VEvent()
    entry.add("uid", uid(event))
    entry.add("dtstamp", event.modified_at.astimezone(UTC))
    entry.add("created", event.created_at.astimezone(UTC))
    entry.add("last-modified", event.modified_at.astimezone(UTC))
    entry.add("sequence", event.sequence)
    entry.add("dtstart", starts_at.astimezone(LONDON))
    if event.ends_at:
        entry.add("dtend", event.ends_at.astimezone(LONDON))
    entry.add("status", _status(event))
    entry.add("summary", _summary(event))
    entry.add("description", _description(event))
    entry.add("location", _location(event))
    entry.add("url", vUri(_page(event)))
    entry.add("categories", [event.consultation.title])
    entry.add("organizer", f"mailto:{settings.CONTACT_EMAIL}", parameters={"CN": settings.SERVICE_NAME})
    join = event.public_join_details
    if join and join.url and not event.is_cancelled:
        entry.add("conference", vUri(join.url), parameters=CONFERENCE)
    return entry


def _page(event: Event) -> str:
    return f"{settings.SITE_URL}{event.get_absolute_url()}"


def _status(event: Event) -> str:
    """RFC 5545 3.8.1.11. What was cancelled or postponed does not take place at its date."""
    change = event.latest_change
    return "CANCELLED" if change and change.kind in STATUS_WORDS else "CONFIRMED"


def _summary(event: Event) -> str:
    """The title; a state that Outlook would not show stands in words before it (standards.md K4)."""
    change = event.latest_change
    return STATUS_WORDS.get(EventChange.Kind(change.kind), "") + event.title if change else event.title


def _location(event: Event) -> vText:
    if event.venue:
        return vText(event.venue.address_line)
    join = event.public_join_details
    online = f"Online, {join.get_provider_display()}" if join else "Online"
    return vText(online if event.format == Format.ONLINE else "Place to be confirmed")


def _description(event: Event) -> str:
    """Plain text: what it is, what changed, how to join where that is public, and where to read on."""
    change = event.latest_change
    join = event.public_join_details if not event.is_cancelled else None
    parts = [
        f"{change.get_kind_display()}: {change.reason}" if change else "",
        event.summary,
        plain(event.body),
        f"Meeting ID: {join.meeting_id}" if join and join.meeting_id else "",
        f"Passcode: {join.passcode}" if join and join.passcode else "",
        f"Phone: {', '.join(join.dial_in.splitlines())}" if join and join.dial_in else "",
        "This meeting is an example. It will not take place." if event.is_illustrative else "",
        f"More and how to join: {_page(event)}",
    ]
    return "\n\n".join(part for part in parts if part)


def _duration(length: timedelta) -> str:
    return f"PT{int(length.total_seconds() // 3600)}H"
