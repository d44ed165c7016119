"""The dates of a consultation in one line: opening, key dates, closing, promises, outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from consult import dates
from consult.models import Consultation, KeyDate


class Mark(StrEnum):
    DONE = "done"
    NEXT = "next"
    LATER = "later"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass
class Entry:
    label: str
    on: date | None
    mark: Mark
    words: str  # where it stands: never told by colour or shape alone
    note: str = ""  # what is known where there is no date, or the hour
    url: str = ""
    was: tuple[tuple[date | None, str], ...] = ()  # earlier dates of a promise, each with the reason of its move


MARKS = {
    KeyDate.State.KEPT: Mark.DONE,
    KeyDate.State.DONE: Mark.DONE,
    KeyDate.State.OVERDUE: Mark.LATE,
    KeyDate.State.UNKNOWN: Mark.UNKNOWN,
}


NOT_YET = {"To come", KeyDate.State.DUE.label, KeyDate.State.MOVED.label}  # what may be marked as next


def entries(consultation: Consultation, extra: Iterable[Entry], now: datetime) -> list[Entry]:
    """All dated things of a consultation at `now`, in the order in which they come; undated ones last.

    `extra` brings what other apps know, such as meetings. The first thing that is still to come is marked as next.
    """
    today = dates.london(now).date()
    found = [_opening(consultation, now), *extra, _closing(consultation, now)]
    found += [_key_date(key_date, today) for key_date in consultation.key_dates.all()]
    if consultation.outcome_at and consultation.outcome_at <= now:
        found.append(Entry("Outcome published", dates.london(consultation.outcome_at).date(), Mark.DONE, "Done"))
    found.sort(key=lambda entry: (entry.on is None and entry.mark is not Mark.DONE, entry.on or date.min))
    for entry in found:
        if entry.mark is Mark.LATER and entry.words in NOT_YET:
            entry.mark = Mark.NEXT
            entry.words = "Next" if entry.words == "To come" else f"Next: {entry.words.lower()}"
            break
    return found


def _opening(consultation: Consultation, now: datetime) -> Entry:
    if consultation.opens_at is None:
        return Entry("Consultation opened", None, Mark.DONE, "Done", "The opening date is not stated.")
    begun = consultation.opens_at <= now
    return Entry(
        "Consultation opened" if begun else "Consultation opens",
        dates.london(consultation.opens_at).date(),
        Mark.DONE if begun else Mark.LATER,
        "Done" if begun else "To come",
    )


def _closing(consultation: Consultation, now: datetime) -> Entry:
    if consultation.closes_at is None:
        return Entry("Consultation closes", None, Mark.UNKNOWN, "Date to be confirmed", "There is no closing date yet.")
    over = consultation.closes_at <= now
    return Entry(
        "Consultation closed" if over else "Consultation closes",
        dates.last_day(consultation.closes_at),
        Mark.DONE if over else Mark.LATER,
        "Done" if over else "To come",
        f"at {dates.end_words(consultation.closes_at).split(' on ')[0]}",
    )


def _key_date(key_date: KeyDate, today: date) -> Entry:
    state = key_date.state(today)
    return Entry(
        key_date.label,
        key_date.on,
        MARKS.get(state, Mark.LATER),
        state.label,
        key_date.date_note if key_date.on is None else "",
        key_date.evidence_url,
        tuple((move.was, move.reason) for move in key_date.moves.all()),
    )
