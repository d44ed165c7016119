"""Meetings as iCalendar (RFC 5545, 5546, 7986). Pure: objects in, bytes out, the same bytes for the same rows.

A meeting is turned into text when it changes, and kept (events/calendar_texts.py); feeds join what is kept
(events/ics_feed.py). Times stand in Europe/London with a VTIMEZONE of our own: the one that icalendar 7.3 makes begins
summer an hour late.

Only public facts go in. Join details that appear some hours before the meeting stay out for good: a calendar is kept,
mirrored and fetched when nobody knows, so what it says may not depend on the clock. It says from when the page shows
them instead, and stays the same bytes until a person changes something.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vRecur, vText, vUri
from icalendar import Event as VEvent
from icalendar.cal.component import Component
from icalendar.prop import vInline

from consult.dates import LONDON, day_words, london, time_words
from consult.markup import for_machines, plain
from events.models import Event, Format

PRODID = "-//Mayor's Office for Policing and Crime//Policing in the open//EN"
REFRESH = timedelta(hours=6)
FOOTER = "END:VCALENDAR\r\n"
END = "END:VEVENT\r\n"
PAGE = "\r\nURL:"  # how the line begins that leads to the page
NAME = re.compile(r"[A-Z-]+")
DAY = re.compile(r"\r\nDTSTART(?:;[^:]*)?:(\d{4})(\d\d)(\d\d)")
OFF_SUMMARIES = ("SUMMARY:Cancelled: ", "SUMMARY:Postponed: ")
CONFERENCE: dict[str, Any] = {"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"]}


class YearlyRule(vRecur):
    """Its parts in the order that RFC 5545 and all other calendars write them; vRecur puts the day first."""

    canonical_order = ("FREQ", "BYMONTH", "BYDAY")  # type: ignore[assignment]


def event_calendar(event: Event) -> bytes:
    """One meeting as a calendar of its own, made now: for previews. What is published is joined from what is kept."""
    page = event.get_absolute_url()
    text = entry_text(event)
    whole = closed(text, category_line(event.consultation.title)) if text else ""
    return f"{header(event.title, page, f'{page}calendar.ics')}{whole}{FOOTER}".encode()


def header(name: str, page: str, feed: str) -> str:
    """Everything of a calendar that comes before its first entry. `page` and `feed` are addresses below SITE_URL."""
    return _written(_calendar(name, page, feed)).removesuffix(FOOTER)


def entry_text(event: Event) -> str:
    """A meeting as VEVENT, to be kept; empty while it has no date.

    The name of its consultation is not in it: that changes without the meeting. `closed` adds it.
    """
    if event.starts_at is None:
        return ""
    entry = _vevent(event, event.starts_at)
    entry.pop("categories")
    return _written(entry)


def closed(text: str, more: str) -> str:
    """A kept VEVENT with further lines at its end."""
    return f"{text[: -len(END)]}{more}{END}"


def category_line(title: str) -> str:
    return _content_line("CATEGORIES", _line(title))


def gone_text(text: str, *, sequence: int, at: datetime, mark: str, words: str, keeps_page: bool) -> str:
    """The last public text of a meeting that lost its date or was withdrawn, as cancelled since `at`.

    Made of the kept text alone, so that nothing written since can show. Its way to join goes, `words` are its new
    description, and `mark` stands before its title: Cancelled, or Postponed.
    """
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    new = {"STATUS": "CANCELLED", "SEQUENCE": str(sequence), "DTSTAMP": stamp, "LAST-MODIFIED": stamp}
    new["DESCRIPTION"] = _lines(words).to_ical().decode()
    lines = []
    for line in text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n"):
        name = NAME.match(line)[0]  # type: ignore[index]  # each line of ours has a name
        if name == "CONFERENCE" or (name == "URL" and not keeps_page):
            continue
        if name == "SUMMARY" and not line.startswith(OFF_SUMMARIES):
            line = line.replace(":", f":{mark}: ", 1)
        lines.append(f"{name}:{new[name]}" if name in new else line)
    return "".join(map(_folded, lines))


def first_day(text: str) -> date:
    """The day on which a kept entry begins."""
    found = DAY.search(text)
    if found is None:
        raise ValueError("An entry without DTSTART was kept.")
    return date(int(found[1]), int(found[2]), int(found[3]))


def postponed_words(event: Event) -> str:
    """Why a meeting that everybody still sees has no date any more, and where to look for the next one."""
    change = event.latest_change
    parts = [
        f"{change.get_kind_display()}: {change.reason}" if change and event.is_off else "",
        "" if event.is_cancelled else "This date no longer holds. The next one will be announced on its page.",
        f"All about it: {_page(event)}",
    ]
    return "\n\n".join(part for part in parts if part)


def is_cancelled(text: str) -> bool:
    """Whether a kept entry says that the meeting does not take place."""
    return "\r\nSTATUS:CANCELLED\r\n" in text


def uid(event: Event) -> str:
    """The meeting's name for ever: it survives a new title, date, address or host (RFC 7986 5.3)."""
    return str(event.uid)


def essentials(event: Event) -> list[str]:
    """What a subscriber must be told of again when it changes: date, time, place, way to join and state."""
    venue, join = event.venue, event.lasting_join_details
    return [
        event.starts_at.isoformat() if event.starts_at else event.date_note,
        event.ends_at.isoformat() if event.ends_at else "",
        event.format,
        venue.address_line if venue else "",
        f"{join.provider} {join.url} {join.meeting_id} {join.passcode} {join.dial_in}" if join else _wait_words(event),
        _status(event),
    ]


def _calendar(name: str, page: str, feed: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _line(name))
    calendar.add("x-wr-calname", _line(name))
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
        component.add("rrule", YearlyRule(freq="YEARLY", bymonth=month, byday="-1SU"))
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
    entry.add("dtstart", _clock(starts_at))
    if event.ends_at:
        entry.add("dtend", _clock(event.ends_at))
    entry.add("status", _status(event))
    entry.add("summary", _line(_summary(event)))
    entry.add("description", _lines(_description(event)))
    entry.add("location", _line(_location(event)))
    entry.add("url", vUri(_page(event)))
    entry.add("categories", [_line(event.consultation.title)])
    entry.add("organizer", f"mailto:{settings.CONTACT_EMAIL}", parameters={"CN": settings.SERVICE_NAME})
    venue = event.venue
    if venue and venue.latitude is not None and venue.longitude is not None:
        entry.add("geo", _point(venue.latitude, venue.longitude))
    join = event.lasting_join_details
    if join and join.url:
        entry.add("conference", vUri(join.url), parameters=CONFERENCE)
    return entry


def _clock(instant: datetime) -> datetime:
    """The instant by the clock in London; in UTC within the hour that comes twice in October.

    There a local time means its first occurrence (RFC 5545 3.3.5), but not to every program: ical.js takes the second.
    """
    local = instant.astimezone(LONDON)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return instant.astimezone(UTC) if comes_twice else local


def _point(*degrees: Decimal) -> vInline:
    """Latitude and longitude. vGeo writes a hall beside the meridian of Greenwich as 1e-05, which is no FLOAT here."""
    return vInline(";".join(f"{Decimal(each).normalize():f}" for each in degrees))


def _written(component: Component) -> str:
    return bytes(component.to_ical()).decode()


def _content_line(name: str, value: vText) -> str:
    return _folded(f"{name}:{value.to_ical().decode()}")


def _folded(line: str) -> str:
    """A content line as it is written: at most 75 octets a line, no character parted (RFC 5545 3.1)."""
    rest = line.encode()
    parts: list[bytes] = []
    while len(rest) > (length := 75 if not parts else 74):  # the blank that begins a folded line counts
        while rest[length] & 0xC0 == 0x80:
            length -= 1
        parts.append(rest[:length])
        rest = rest[length:]
    return b"\r\n ".join([*parts, rest]).decode() + "\r\n"


def _lines(text: str) -> vText:
    return vText(for_machines(text))


def _line(text: str) -> vText:
    return vText(" ".join(_lines(text).split()))


def _page(event: Event) -> str:
    return f"{settings.SITE_URL}{event.get_absolute_url()}"


def _gateway(event: Event) -> str:
    """Where the way to join stands, to whom may see it and when. It stays right when the link behind it changes."""
    return f"{_page(event)}join/"


def _status(event: Event) -> str:
    """RFC 5545 3.8.1.11. What was cancelled or postponed does not take place at its date."""
    if event.is_off:
        return "CANCELLED"
    return "TENTATIVE" if event.is_provisional else "CONFIRMED"


def _summary(event: Event) -> str:
    """The title; what Outlook would not show, or nobody would look up, stands in words before it (standards.md K4)."""
    words = [
        event.latest_change.get_kind_display() if event.latest_change and event.is_off else "",
        "Example only" if event.is_illustrative else "",
        event.title,
    ]
    return ": ".join(word for word in words if word)


def _location(event: Event) -> str:
    if event.venue:
        return f"{event.venue.address_line}{', and online' if event.needs_join_details else ''}"
    if event.format != Format.ONLINE:
        return "Place to be confirmed"
    join = event.lasting_join_details
    return f"Online, {join.get_provider_display()}" if join else "Online"


def _description(event: Event) -> str:
    """Plain text: what changed, what it is, how to join, and where to read on."""
    change = event.latest_change
    join = event.lasting_join_details
    parts = [
        f"{change.get_kind_display()}: {change.reason}" if change else "",
        event.summary,
        plain(event.body),
        f"Join: {join.url}" if join and join.url else "",
        f"Meeting ID: {join.meeting_id}" if join and join.meeting_id else "",
        f"Passcode: {join.passcode}" if join and join.passcode else "",
        f"Phone: {', '.join(join.dial_in.splitlines())}" if join and join.dial_in else "",
        _wait_words(event),
        _provided(event),
        "This meeting is an example. It will not take place." if event.is_illustrative else "",
        f"How to join: {_gateway(event)}" if event.needs_join_details and not event.is_off else "",
        f"All about it: {_page(event)}",
    ]
    return "\n\n".join(part for part in parts if part)


def _provided(event: Event) -> str:
    """What is provided, a line each, with the day by which to ask."""
    lines = [
        f"- {provision.get_kind_display()}{f', ask by {day_words(provision.ask_by)}' if provision.ask_by else ''}"
        for provision in event.provisions.all()
    ]
    return "\n".join(["What is provided:", *lines]) if lines else ""


def _wait_words(event: Event) -> str:
    """From when the page shows how to join; empty where that is no question of time."""
    wait = event.join_details_wait
    if wait is None or wait.shown_from is None:
        return ""
    day = day_words(london(wait.shown_from).date())
    return f"How to join appears on the page of the meeting from {day}, {time_words(wait.shown_from)}."


def _duration(length: timedelta) -> str:
    return f"PT{int(length.total_seconds() // 3600)}H"
