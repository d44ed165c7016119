"""Time zones as people write them, and instants on their clocks. London is meant where nothing else is said."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from consult.dates import LONDON, day_words
from events.invitations.facts import Note

# Abbreviation -> region whose clock is meant, and the hours from UTC that the abbreviation itself stands for.
ABBREVIATIONS: dict[str, tuple[str, float]] = {
    "GMT": ("Europe/London", 0),
    "BST": ("Europe/London", 1),
    "WET": ("Europe/Lisbon", 0),
    "CET": ("Europe/Paris", 1),
    "CEST": ("Europe/Paris", 2),
    "EET": ("Europe/Athens", 2),
    "EEST": ("Europe/Athens", 3),
    "EST": ("America/New_York", -5),
    "EDT": ("America/New_York", -4),
    "CST": ("America/Chicago", -6),
    "CDT": ("America/Chicago", -5),
    "MST": ("America/Denver", -7),
    "MDT": ("America/Denver", -6),
    "PST": ("America/Los_Angeles", -8),
    "PDT": ("America/Los_Angeles", -7),
    "WAT": ("Africa/Lagos", 1),
    "EAT": ("Africa/Nairobi", 3),
    "SAST": ("Africa/Johannesburg", 2),
    "JST": ("Asia/Tokyo", 9),
    "AEST": ("Australia/Sydney", 10),
    "AEDT": ("Australia/Sydney", 11),
}
NAMES = {
    "greenwich mean time": "GMT",
    "british summer time": "BST",
    "central european time": "Europe/Paris",
    "central european summer time": "Europe/Paris",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "et": "America/New_York",
    "pt": "America/Los_Angeles",
    "india": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "pakistan": "Asia/Karachi",
    "bangladesh": "Asia/Dhaka",
    "ghana": "Africa/Accra",
    "nigeria": "Africa/Lagos",
    "kenya": "Africa/Nairobi",
    "ireland": "Europe/Dublin",
    "canberra": "Australia/Sydney",
    "beijing": "Asia/Shanghai",
    "india standard time": "Asia/Kolkata",
    "utc": "UTC",
    "z": "UTC",
    "universal time": "UTC",
    "universal time utc": "UTC",
    "eastern standard time": "America/New_York",
    "eastern daylight time": "America/New_York",
    "pacific standard time": "America/Los_Angeles",
    "pacific daylight time": "America/Los_Angeles",
    "east africa time": "Africa/Nairobi",
    "west africa time": "Africa/Lagos",
}
# Without "time" behind it only a place that is no British town too, as Halifax, Perth or Boston are.
CITIES = r"(?:Paris|Amsterdam|Berlin|Brussels|Madrid|Rome|Lisbon|Dublin|Athens|Lagos|Nairobi|Accra|New York|Jamaica)"
LONG = "|".join(sorted((name for name in NAMES if len(name) > 11), key=len, reverse=True))
WORDS = (
    r"(?:\(?(?:UTC|GMT) ?[+-] ?\d{1,2}(?::?\d\d)?\)?(?: [^\n|\d]{0,60})?|[+-]\d\d:?\d\d(?!\d)"
    r"|(?:London|UK|U\.K\.|United Kingdom|British|local)(?: local)? ?time|London(?![a-z])|UK(?![a-z])"
    rf"|(?:{LONG}|Eastern Time|Central Time|Mountain Time|Pacific Time)(?: \(US and Canada\))?"
    rf"|(?-i:{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))}|UTC|IST|ET|PT)(?![A-Za-z])|(?-i:Z)(?![A-Za-z])"
    r"|(?-i:(?:Europe|America|Africa|Asia|Australia|Pacific|Atlantic)/[A-Z][A-Za-z_]{2,30}(?:/[A-Z][A-Za-z_]{2,30})?)"
    rf"|(?-i:{CITIES})(?= ?(?:time\b|$|\n|\)|\|))"
    r"|(?-i:(?!Start|End|Finish|Clos|Doors?|Lunch|Tea|Break|Arriv|Same)(?:[A-Z][a-z]{2,12} ){1,2}time(?![a-z])))"
)
AFTER_TIME = re.compile(rf"[ ,|(\[]{{0,4}}({WORDS})", re.IGNORECASE)
LINE = re.compile(rf"\btime ?zone ?[:=|-]? ?\(?({WORDS})", re.IGNORECASE)
# Zoom writes the place of the zone behind the time: `Jan 13, 2022 06:00 PM Mumbai, Kolkata, New Delhi`.
ZOOM_TIME = re.compile(r"\d\d:\d\d(?: [AP]M)?")
ZOOM_ZONE = re.compile(r" ([A-Z][A-Za-z]{2,20}(?:,? \(?[A-Z][A-Za-z]{1,20}\)?| and){0,6})(?=\n|$)")
OFFSET = re.compile(r"\(?(?:UTC|GMT)? ?([+-]) ?(\d{1,2}):?(\d\d)?\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Zone:
    """The clock that a time is read on. `hours` is what its abbreviation claims; `known` is False for a riddle."""

    clock: tzinfo
    word: str = ""
    hours: float | None = None
    known: bool = True


def zone_named(word: str) -> Zone:
    """The zone for words such as `GMT`, `(UTC+01:00)`, `Eastern Time (US and Canada)`, `Europe/Paris`; London for none.

    `GMT` and `BST` mean the clock in London: staff write either all year. An offset beside the word London, as
    Outlook writes it all year, means London too. Other abbreviations mean the clock of their region.
    """
    text = re.sub(r" \(US and Canada\)", "", word, flags=re.IGNORECASE).strip(" ()[],|")
    text = re.sub(r" time$", "", text, flags=re.IGNORECASE)
    if not text or re.search(r"\b(?:London|UK|U\.K|United Kingdom|British|local)\b(?! summer)", text, re.IGNORECASE):
        return Zone(LONDON, word)
    if (offset := OFFSET.match(word.strip())) and any(c in "+-" for c in word[:6]):
        return Zone(_fixed(offset), word)
    name = NAMES.get(text.lower()) or NAMES.get(f"{text} time".lower()) or text
    if name not in ABBREVIATIONS:
        name = _place(name) or name
    if name in ABBREVIATIONS:
        region, hours = ABBREVIATIONS[name]
        return Zone(ZoneInfo(region), name, hours)
    return _region(name, word)


def _place(text: str) -> str:
    """The zone of the first place in a list such as `Osaka, Sapporo, Tokyo` that is known."""
    names = (part.strip().lower() for part in text.split(","))
    return next((zone for name in names if (zone := NAMES.get(name) or _places().get(name))), "")


@cache
def _places() -> dict[str, str]:
    parts = "Europe", "America", "Africa", "Asia", "Australia", "Pacific", "Atlantic", "Indian"
    names = sorted(name for name in available_timezones() if name.split("/")[0] in parts)
    return {name.rsplit("/", 1)[-1].replace("_", " ").lower(): name for name in names}


def _fixed(offset: re.Match[str]) -> tzinfo:
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes < 24 * 60 else LONDON


def _region(name: str, word: str) -> Zone:
    if name == "UTC":
        return Zone(UTC, word)
    try:
        return Zone(ZoneInfo(name), word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Zone(LONDON, word, known=False)


def instant(local: datetime, zone: Zone) -> tuple[datetime, list[Note]]:
    """The instant at which the zone's clock shows `local` (naive), on the London clock, with what is odd about it.

    An hour that the clock skips is moved on by the length of the gap; of an hour that comes twice the first is taken.
    """
    aware = local.replace(tzinfo=zone.clock)
    london = aware.astimezone(UTC).astimezone(LONDON)
    return london, [*_odd_clock(local, aware, london), *_odd_word(aware, zone)]


def _odd_clock(local: datetime, aware: datetime, london: datetime) -> list[Note]:
    said = f"{local:%H:%M} on {day_words(local.date())}"
    if aware.astimezone(UTC).astimezone(aware.tzinfo).replace(tzinfo=None) != local:
        return [Note("dst_gap", f"The clocks go forward over {said}: there is no such time. Read as {london:%H:%M}.")]
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return [
            Note("dst_overlap", f"The clocks go back: {said} comes twice. Read as the first time, before the change.")
        ]
    return []


def _odd_word(aware: datetime, zone: Zone) -> list[Note]:
    if not zone.known:
        return [Note("other", f'The time zone "{zone.word}" is not known here. Read as London time.')]
    offset = aware.utcoffset()
    if zone.hours is None or offset == timedelta(hours=zone.hours):
        return []
    where = "London" if zone.clock == LONDON else str(zone.clock)
    return [
        Note(
            "other",
            f"{zone.word} is not in use on {day_words(aware.date())}. Read as the clock in {where} on that day.",
        )
    ]
