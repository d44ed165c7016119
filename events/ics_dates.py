"""The dates of consultations as all-day entries of a calendar (RFC 5545). Pure: the same bytes for the same rows.

Opening, a warning a week before closing, closing, and what was promised to be published by when. Nothing here depends
on the clock: an entry says what is on its day, not how long it is until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from icalendar import Event as VEvent
from icalendar import vUri

from consult.dates import day_words, last_day, london
from consult.models import Consultation, KeyDate
from events import ics

NAMES = UUID("5f0c7d0e-3c39-4d0b-9a55-6a3f3f7f2c11")  # of these entries; never changed
WARNING = timedelta(days=7)


@dataclass
class Told:
    """What the history says of one date: how often it changed, and when it and its words last did."""

    first: datetime | None = None
    last: datetime | None = None
    changes: int = 0
    _seen: Any = field(default=None, repr=False)

    def take(self, at: datetime, day: object, words: Sequence[object]) -> None:
        """One row of the history, the oldest first."""
        if self.first is None:
            self.first = self.last = at
        elif (day, *words) != self._seen:
            self.last = at
            self.changes += day != self._seen[0]
        self._seen = (day, *words)


def entries(consultations: Iterable[Consultation]) -> str:
    """All dates of these consultations as VEVENTs, in a fixed order, in three queries."""
    rows = sorted(consultations, key=lambda row: row.pk)
    told = _told_of_consultations(rows)
    promises = _promises(rows)
    told_of_promises = _told_of_promises([promise for each in promises.values() for promise in each])
    texts: list[str] = []
    for row in rows:
        texts += _of_consultation(row, told)
        texts += [_promise(row, promise, told_of_promises[promise.pk]) for promise in promises[row.pk] if promise.on]
    return "".join(texts)


def _told_of_consultations(rows: list[Consultation]) -> dict[tuple[int, str], Told]:
    told: dict[tuple[int, str], Told] = defaultdict(Told)
    history = Consultation.history.filter(id__in=[row.pk for row in rows]).order_by("history_id")
    for pk, at, title, slug, *dates in history.values_list("id", "history_date", "title", "slug", *DATES):
        for name, day in zip(DATES, dates, strict=True):
            told[pk, name].take(at, day, (title, slug))
    return told


DATES = ("opens_at", "closes_at")


def _promises(rows: list[Consultation]) -> dict[int, list[KeyDate]]:
    found: dict[int, list[KeyDate]] = defaultdict(list)
    wanted = KeyDate.objects.filter(consultation__in=rows, is_promise=True).order_by("pk").prefetch_related("moves")
    for promise in wanted:
        found[promise.consultation_id].append(promise)
    return found


def _told_of_promises(promises: list[KeyDate]) -> dict[int, Told]:
    told: dict[int, Told] = defaultdict(Told)
    history = KeyDate.history.filter(id__in=[promise.pk for promise in promises]).order_by("history_id")
    for pk, at, on, *words in history.values_list("id", "history_date", "on", "label", "kept_on", "evidence_url"):
        told[pk].take(at, on, words)
    return told


def _of_consultation(row: Consultation, told: dict[tuple[int, str], Told]) -> Iterator[str]:
    if row.opens_at:
        opens_on = london(row.opens_at).date()
        words = f"Opens at {_clock(row.opens_at)} on {day_words(opens_on)}, London time."
        yield _entry(row, "opens", opens_on, f"Opens: {row.title}", words, told[row.pk, "opens_at"])
    if row.closes_at:
        closes_on = last_day(row.closes_at)
        clock = "23:59" if london(row.closes_at).time() == time.min else _clock(row.closes_at)
        words = f"Closes at {clock} on {day_words(closes_on)}, London time."
        closing = told[row.pk, "closes_at"]
        if row.opens_at is None or closes_on - WARNING >= london(row.opens_at).date():
            yield _entry(row, "closing-soon", closes_on - WARNING, f"Closing in 7 days: {row.title}", words, closing)
        yield _entry(row, "closes", closes_on, f"Closes at {clock}: {row.title}", words, closing)


def _promise(row: Consultation, promise: KeyDate, told: Told) -> str:
    assert promise.on is not None  # noqa: S101 - the caller looked
    parts = [f"We promised this by {day_words(promise.on)}."]
    parts += [
        f"Before: {day_words(move.was) if move.was else 'no date'}. Moved because: {move.reason}"
        for move in promise.moves.all()
    ]
    if promise.kept_on:
        parts.append(f"Kept on {day_words(promise.kept_on)}. {promise.evidence_url}".strip())
    word = "Kept" if promise.kept_on else "Promised"
    title = f"{word}: {promise.label} ({row.title})"
    return _entry(row, f"promise-{promise.pk}", promise.on, title, "\n\n".join(parts), told)


def _entry(row: Consultation, kind: str, on: date, title: str, words: str, told: Told) -> str:
    page = f"{settings.SITE_URL}{row.get_absolute_url()}"
    stamp = (told.last or row.publish_at or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)
    # A promise keeps its name when it is put under another consultation.
    name = kind if kind.startswith("promise-") else f"consultation-{row.pk}-{kind}"
    entry = VEvent()
    entry.add("uid", str(uuid5(NAMES, name)))
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("sequence", told.changes)
    entry.add("dtstart", on)
    entry.add("dtend", on + timedelta(days=1))  # the first day that is no longer part of it (RFC 5545 3.6.1)
    entry.add("status", "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("summary", ics._line(title))
    entry.add("description", ics._lines(f"{words}\n\nAll about it: {page}"))
    entry.add("url", vUri(page))
    entry.add("categories", [ics._line(row.title)])
    entry.add("organizer", f"mailto:{settings.CONTACT_EMAIL}", parameters={"CN": settings.SERVICE_NAME})
    return ics._written(entry)


def _clock(instant: datetime) -> str:
    return f"{london(instant):%H:%M}"
