"""Pasted iCalendar objects (RFC 5545), as far as an invitation needs them. Lenient: mails indent and cut them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from consult.dates import LONDON, london
from events.invitations.clean import NEWLINES, clean
from events.invitations.drafts import Draft, mark_past, set_route
from events.invitations.routes import pieces, routes
from events.invitations.words import Words
from events.invitations.zones import Zone, instant

EVENT = re.compile(r"^[> \t]{0,8}BEGIN:VEVENT[ \t]*$", re.MULTILINE | re.IGNORECASE)
END = re.compile(r"^[> \t]{0,8}END:VEVENT", re.MULTILINE | re.IGNORECASE)
PROPERTY = re.compile(r"^[> \t]{0,8}([A-Za-z-]{2,60})((?:;[^:;\n\"]{0,200}(?:\"[^\"\n]{0,200}\")?){0,8}):(.*)$")
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z)?)?$")
LENGTH = re.compile(r"P(?:(\d{1,2})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?$")
ESCAPED = re.compile(r"\\([nN,;\\])")
TEXTS = ("URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "LOCATION", "DESCRIPTION")

Properties = dict[str, tuple[str, str]]  # name -> (parameters, value)


@dataclass(frozen=True)
class Moment:
    """DTSTART or DTEND: a clock reading in a zone; without a time of day, a whole day."""

    day: date
    clock: time | None
    zone: Zone


def holds_calendar(text: str) -> bool:
    return bool(EVENT.search(NEWLINES.sub("\n", text)))


def read_calendar(text: str, now: datetime) -> list[Draft]:
    """A draft for each VEVENT, in order. `now` is an aware instant, against which the past is measured."""
    text = NEWLINES.sub("\n", text)
    drafts = [_draft(_properties(part)) for part in EVENT.split(text)[1:]]
    for draft in drafts:
        mark_past(draft, None, now)
    return drafts


def _properties(part: str) -> Properties:
    """The properties of one event, the first of each name. Stops at its end, or at an alarm inside it."""
    end = END.search(part)
    part = re.split(r"\n[> \t]{0,8}BEGIN:", part[: end.start()] if end else part, maxsplit=1)[0]
    unfolded = re.sub(r"\n(?:> ?)?[ \t]", "", part)
    found: Properties = {}
    for line in unfolded.split("\n"):
        if match := PROPERTY.match(line):
            found.setdefault(match[1].upper(), (match[2], match[3].strip()))
    return found


def _draft(event: Properties) -> Draft:
    draft = Draft(words=Words(own=_own_words(event)))
    start = _moment(event, "DTSTART")
    if start is None:
        draft.warn("missing_date", "The calendar entry has no start that can be read.")
    else:
        _set_times(draft, event, start)
    text = clean("\n".join(_unescaped(event[name][1]) for name in TEXTS if name in event))
    ways = [route for route in routes(pieces(text).parts, []) if route.links or route.ids]
    if ways:
        set_route(draft, ways[0])
        draft.provider = draft.provider or "other"
    if "RRULE" in event or "RDATE" in event:
        draft.warn("other", "The calendar entry repeats: only its first date is read.")
    if "CANCELLED" in event.get("STATUS", ("", ""))[1].upper():
        draft.warn("other", "The calendar entry says that the meeting is cancelled.")
    return draft


def _own_words(event: Properties) -> str:
    """What an entry says, in lines as an invitation writes them."""
    labels = {"SUMMARY": "Title", "LOCATION": "Where", "DESCRIPTION": "About"}
    said = {label: _unescaped(event[name][1]) for name, label in labels.items() if name in event}
    return "\n".join(f"{label}: {clean(words)}" for label, words in said.items())


def _set_times(draft: Draft, event: Properties, start: Moment) -> None:
    draft.day = start.day
    if start.clock is None:
        draft.warn("missing_time", "The calendar entry is for a whole day.")
        return
    draft.starts_at, odd = instant(datetime.combine(start.day, start.clock), start.zone)
    draft.warnings += odd
    end = _moment(event, "DTEND")
    if end and end.clock:
        draft.ends_at = instant(datetime.combine(end.day, end.clock), end.zone)[0]
    elif length := LENGTH.match(event.get("DURATION", ("", ""))[1]):
        weeks, days, hours, minutes = (int(figure or 0) for figure in length.groups())
        draft.ends_at = london(draft.starts_at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes))
    if draft.ends_at and draft.ends_at <= draft.starts_at:
        draft.ends_at = None
        draft.warn("other", "The calendar entry does not end after it starts; the end was left out.")


def _moment(event: Properties, name: str) -> Moment | None:
    parameters, value = event.get(name, ("", ""))
    match = MOMENT.match(value)
    if not match or not 1900 <= int(match[1]) < 2200:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        clock = time(int(match[4]), int(match[5])) if match[4] else None
    except ValueError:
        return None
    return Moment(day, clock, _zone(parameters) if not match[6] else Zone(UTC))


def _zone(parameters: str) -> Zone:
    named = re.search(r"TZID=\"?([^\";]{1,80})", parameters, re.IGNORECASE)
    if not named:
        return Zone(LONDON)
    name = WINDOWS_TO_OLSON.get(named[1], named[1])
    clock = _known(name)
    return Zone(clock or LONDON, named[1], known=clock is not None)


def _known(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _unescaped(value: str) -> str:
    return ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
