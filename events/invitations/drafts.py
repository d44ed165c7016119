"""The draft of one meeting: what it holds, and the instant and warnings that follow from what was written."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from consult.dates import day_words, london
from events.invitations.facts import Note, Route, Value
from events.invitations.occasions import Occasion
from events.invitations.words import Words
from events.invitations.zones import Zone, instant, zone_named
from events.meeting_links import id_in_link

KINDS = (
    "id_mismatch", "weekday_mismatch", "ambiguous_date", "missing_date", "missing_time", "dst_gap", "dst_overlap",
    "no_join_link", "in_the_past", "other",
)  # fmt: skip
LONGEST_NIGHT = timedelta(hours=9)  # an end before the start is on the next day, if that makes no longer meeting
EVENING = time(17)


@dataclass
class Draft:
    """A meeting as read. Instants are aware and on the London clock; what was not written is None or empty.

    `day` holds the date of a meeting whose time is missing, `at` where it was found, `words` what the text says of it.
    `meeting_id` is digits without blanks (`81545869151`): it is compared and typed by machines, and a page groups them
    as it likes. A Google Meet has none. `phones` are as written, each number once.
    """

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    provider: str | None = None
    join_url: str | None = None
    meeting_id: str | None = None
    passcode: str | None = None
    phones: list[str] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    day: date | None = None
    at: int = 0
    words: Words = field(default_factory=Words)

    def as_json(self) -> dict[str, object]:
        """The draft as `manage.py read_invitation --json` prints it; instants in ISO 8601 with their offset."""
        return {
            "starts_at": self.starts_at.isoformat() if self.starts_at else None,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "provider": self.provider,
            "join_url": self.join_url,
            "meeting_id": self.meeting_id,
            "passcode": self.passcode,
            "phones": self.phones,
            "warnings": [{"kind": note.kind, "message": note.message} for note in self.warnings],
        }

    def warn(self, kind: str, message: str) -> None:
        if not any(note.kind == kind and note.message == message for note in self.warnings):
            self.warnings.append(Note(kind, message))


def draft_of(one: Occasion | None, route: Route | None, zone_word: str) -> Draft:
    """A draft from an occasion, a way to join, or both. `zone_word` is the zone that the text names for all of it."""
    draft = Draft()
    if one:
        draft.at = one.start
        _set_time(draft, one, zone_word)
    else:
        draft.at = route.start if route else 0
        draft.warn("missing_date", "No date is written for this meeting.")
        draft.warn("missing_time", "No time is written for this meeting.")
    if route:
        set_route(draft, route)
    return draft


def _set_time(draft: Draft, one: Occasion, zone_word: str) -> None:
    draft.day = one.day.value
    draft.warnings += [*one.day.notes, *(one.clock.notes if one.clock else ()), *one.notes]
    if one.clock is None:
        said = f" on {day_words(draft.day)}" if draft.day else ""
        draft.warn("missing_time", f"No time is written for the meeting{said}.")
    if one.clock is None or draft.day is None:
        return
    zone = zone_named(one.clock.zone or (one.ends.zone if one.ends else "") or zone_word)
    start = datetime.combine(draft.day, one.clock.begins)
    draft.starts_at, odd = instant(start, zone)
    draft.warnings += odd
    _set_end(draft, one, start, zone)


def _set_end(draft: Draft, one: Occasion, start: datetime, zone: Zone) -> None:
    if one.clock is None or draft.starts_at is None:
        return
    if one.clock.minutes:
        draft.ends_at = london(draft.starts_at + timedelta(minutes=one.clock.minutes))
        return
    clock = one.clock.ends or (one.ends.begins if one.ends else None)
    if clock is None:
        return
    end = datetime.combine(one.end_day or start.date(), clock)
    if end <= start and one.ends and one.ends.guessed and clock.hour < 12:
        end += timedelta(hours=12)  # `starts at 6pm, ends at 8`
    if end <= start and one.end_day is None and start.time() >= EVENING:
        end += timedelta(days=1)
    if end <= start or (end.date() > start.date() and one.end_day is None and end - start > LONGEST_NIGHT):
        draft.warn("other", f"The end, {clock:%H:%M}, is not after the start, {start:%H:%M}; it was left out.")
        return
    draft.ends_at, odd = instant(end, zone)
    draft.warnings += [note for note in odd if note.kind in {"dst_gap", "dst_overlap"} and note not in draft.warnings]


def set_route(draft: Draft, route: Route) -> None:
    """Fills in how to join, and warns where two things that must agree do not."""
    link = route.links[0] if route.links else None
    inside = id_in_link(link.value) if link else ""
    written = route.ids[0].value if route.ids else ""
    draft.join_url = link.value if link else None
    draft.provider = link.kind if link else None
    draft.meeting_id = written or inside or None
    draft.passcode = route.passcodes[0].value if route.passcodes else None
    draft.phones = _once(route.phones)
    if inside and written and inside != written:
        draft.warn("id_mismatch", f"The link is for meeting {inside}, but the ID written beside it is {written}.")
    if route.ids and route.ids[0].kind == "mended":
        draft.warn("other", f"A letter in the meeting ID was read as a figure: {written}. Check it.")
    _second_thoughts(draft, route)


def _second_thoughts(draft: Draft, route: Route) -> None:
    others = {code.value for code in route.passcodes[1:]} - {draft.passcode}
    # Zoom and Webex give a passcode of figures for the telephone beside one with letters.
    if draft.passcode and any(not (code.isdigit() and not draft.passcode.isdigit()) for code in others):
        draft.warn("other", f"More than one passcode is written: {', '.join(sorted({draft.passcode, *others}))}.")
    doors = {id_in_link(link.value) or link.value for link in route.links}
    if len(doors) > 1:
        draft.warn("other", "More than one link to this meeting is written, and they differ.")


def _once(phones: list[Value]) -> list[str]:
    """Each number once; of two spellings the one in groups, since people must read it."""
    kept: dict[str, str] = {}
    for phone in phones:
        digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", phone.value))
        if digits not in kept or len(phone.value) > len(kept[digits]):
            kept[digits] = phone.value
    return list(kept.values())


def mark_past(draft: Draft, notice: date | None, now: datetime) -> None:
    """Warns of a meeting that was over when the notice appeared, or, where it bears no date, that is over now.

    A notice from last year about an evening of last year is no mistake; a new text with last year's date is one.
    """
    if draft.day is None:
        return
    day = draft.starts_at.date() if draft.starts_at else draft.day
    if notice:
        if day < notice:
            draft.warn("in_the_past", f"{day_words(day)} is before the date of the notice, {day_words(notice)}.")
    elif day < london(now).date() or (draft.starts_at and draft.starts_at < now):
        draft.warn("in_the_past", f"{day_words(day)} is in the past.")
