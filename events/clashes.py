"""What speaks against the time of a meeting. Told to staff, who decide; it never stands in their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from consult.dates import LONDON, day_words, end_words, last_day, london
from events.bank_holidays import holiday_on
from events.models import LIKELY_LENGTH, Event
from events.words import when_words

EARLY, LATE = time(8), time(22)
LONGEST = timedelta(days=31)  # days of a meeting that are looked at


@dataclass(frozen=True)
class Clash:
    """`words` is a sentence; `other` the meeting that it is about, if it is about one."""

    words: str
    other: Event | None = None


def clashes_of(event: Event) -> list[Clash]:
    """What speaks against its time: other meetings, holidays, the closed consultation, the hour. It may be unsaved."""
    if event.starts_at is None or (event.pk and event.is_off):
        return []
    ends = _likely_end(event, event.starts_at)
    return [
        *_same_time(event, event.starts_at, ends),
        *_holidays(event.starts_at, ends),
        *_after_closing(event, event.starts_at),
        *_odd_hours(event, event.starts_at),
    ]


def clashes_among(events: Sequence[Event]) -> list[list[Clash]]:
    """The same for several that are not saved yet, each also against the others: `other` may be one of these."""
    return [[*_each_other(event, events), *clashes_of(event)] for event in events]


def clashes_on(day: date) -> list[Clash]:
    """What speaks against a day, while the hour is not known."""
    return [Clash(f"{day_words(day)} is a public holiday: {name}.")] if (name := holiday_on(day)) else []


def _likely_end(event: Event, starts: datetime) -> datetime:
    return event.ends_at or starts + LIKELY_LENGTH


def _each_other(event: Event, events: Sequence[Event]) -> list[Clash]:
    if event.starts_at is None:
        return []
    ends = _likely_end(event, event.starts_at)
    return [
        _at_the_same_time(event, other)
        for other in events
        if other is not event
        and other.starts_at
        and other.starts_at < ends
        and event.starts_at < _likely_end(other, other.starts_at)
        and _shared(event, other)
    ]


def _at_the_same_time(event: Event, other: Event) -> Clash:
    return Clash(f"At the same time, {' and '.join(_shared(event, other))}: {when_words(other)}.", other)


def _same_time(event: Event, starts: datetime, ends: datetime) -> list[Clash]:
    shared = Q(consultation=event.consultation_id)
    if event.venue_id:
        shared |= Q(venue=event.venue_id)
    goes_on = Q(ends_at__gt=starts) | Q(ends_at=None, starts_at__gt=starts - LIKELY_LENGTH)
    others = Event.objects.going_ahead().filter(shared, goes_on, starts_at__lt=ends).exclude(pk=event.pk)
    return [_at_the_same_time(event, other) for other in others.select_related("venue").order_by("starts_at", "id")]


def _shared(event: Event, other: Event) -> list[str]:
    place = [f"in the same place ({other.venue})"] if event.venue_id and other.venue_id == event.venue_id else []
    return [*place, *(["for the same consultation"] if other.consultation_id == event.consultation_id else [])]


def _holidays(starts: datetime, ends: datetime) -> list[Clash]:
    first, last = london(starts).date(), last_day(min(ends, starts + LONGEST))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [clash for day in days for clash in clashes_on(day)]


def _after_closing(event: Event, starts: datetime) -> list[Clash]:
    closes = event.consultation.closes_at
    if closes is None or starts < closes:
        return []
    return [Clash(f"It begins after the consultation closes, at {end_words(closes)}.")]


def _odd_hours(event: Event, starts: datetime) -> list[Clash]:
    begins, ends = london(starts), london(event.ends_at or starts)
    late = ends > datetime.combine(begins.date(), LATE, tzinfo=LONDON)
    if begins.time() < EARLY or begins.time() >= LATE or late:
        return [Clash(f"It is outside the hours from 8am to 10pm: {when_words(event)}.")]
    return []
