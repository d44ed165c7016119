"""Which day of the calendar is meant by one as written. London staff put the day first; what can only be read the
American way is read so."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from consult.dates import day_words
from events.invitations.days import WEEKDAYS, Written
from events.invitations.facts import Day, Note


@dataclass(frozen=True)
class Habits:
    """What the other dates of a text show about how it writes them."""

    month_first: frozenset[bool]
    known: frozenset[date]
    years: frozenset[int]
    named: frozenset[int] = frozenset()  # years that stand somewhere for themselves


def habits_of(days: list[Written], start: date) -> Habits:
    """`start` is the day from which days without a year count: where the weekday agrees, that year is in use."""
    named = [(day.weekday, _next(day, start)) for day in days if day.weekday is not None and day.month and not day.year]
    shown = frozenset(value.year for weekday, value in named if value and value.weekday() == weekday)
    sure = [day for day in days if day.year and not day.either]
    return Habits(
        month_first=frozenset(day.month_first for day in sure if re.search(r"\d[/.-]\d", day.text) and day.day > 12),
        known=frozenset(value for day in sure if (value := day.on(day.year))),
        years=frozenset(day.year for day in days if day.year >= 2000) or shown,
    )


def decided(days: list[Written], notice: date | None, today: date, named: frozenset[int] = frozenset()) -> list[Day]:
    """Returns each written day as a date, with notes on whatever had to be chosen.

    `notice` is the day on which the text itself appeared, if it says so; `today` is a day in London. Without a year
    it is the next such day from either, which needs no note if the text names that year for itself (`named`). Of two
    readings the weekday decides, else how the text writes its other dates, else the day stands first and a note says
    so.
    """
    habits = replace(habits_of(days, notice or today), named=named)
    return [_decide(day, habits, notice, today) for day in days]


def _decide(day: Written, habits: Habits, notice: date | None, today: date) -> Day:
    if day.relative and not day.day:
        value, notes = _relative(day, notice)
    elif not day.month:
        value, notes = _without_month(day, day.since or notice or today)
    elif not day.year:
        value, notes = _without_year(day, habits, notice, today)
    elif day.either:
        value, notes = _either(day, habits)
    else:
        value, notes = _checked(day, day.on(day.year))
    return Day(day.start, day.end, day.text, value, (*notes, *_several(day)))


def _several(day: Written) -> list[Note]:
    return [Note("other", f'"{day.text}" names several days; this draft is for the first.')] if day.several else []


def _checked(day: Written, value: date | None) -> tuple[date | None, list[Note]]:
    if value is None:
        return None, [Note("missing_date", f'"{day.text}" is no date in the calendar.')]
    if day.weekday is not None and value.weekday() != day.weekday:
        said = WEEKDAYS[day.weekday].capitalize()
        return value, [Note("weekday_mismatch", f"The notice says {said}, but {_plain_words(value)} is a {value:%A}.")]
    return value, []


def _plain_words(value: date) -> str:
    return day_words(value).split(" ", 1)[1]


def _either(day: Written, habits: Habits) -> tuple[date | None, list[Note]]:
    """Both readings exist, since neither figure is over 12."""
    first, other = day.on(day.year), replace(day, day=day.month, month=day.day).on(day.year)
    if first is None or other is None:
        return _checked(day, first or other)
    if day.weekday is not None and day.weekday in {first.weekday(), other.weekday()}:
        return (first if day.weekday == first.weekday() else other), []
    if (first in habits.known) != (other in habits.known):
        return _checked(day, first if first in habits.known else other)
    if len(habits.month_first) == 1:
        return _checked(day, other if True in habits.month_first else first)
    value, notes = _checked(day, first)
    readings = f"{_plain_words(first)} or {_plain_words(other)}"
    return value, [*notes, Note("ambiguous_date", f'"{day.text}" may be {readings}. Read with the day first.')]


def _without_year(day: Written, habits: Habits, notice: date | None, today: date) -> tuple[date | None, list[Note]]:
    value = _next(day, notice or today)
    if day.weekday is not None:
        fits = [v for year in sorted(habits.years) if (v := day.on(year)) and v.weekday() == day.weekday]
        if value is not None and value.weekday() != day.weekday and len(fits) == 1:
            return fits[0], []
        past = day.on(value.year - 1) if value else None
        if value and past and past.weekday() == day.weekday != value.weekday():
            return past, []  # just over, which is a warning of its own
        return _checked(day, value)
    if len(habits.years) == 1 and (named := day.on(min(habits.years))):
        return named, []
    if value is None or notice or value.year in habits.named:
        return _checked(day, value)
    return value, [Note("ambiguous_date", f'"{day.text}" has no year. Read as the next one, {day_words(value)}.')]


def _without_month(day: Written, start: date) -> tuple[date | None, list[Note]]:
    """`Thursday 13th`: the next day for which both are true."""
    days = (start + timedelta(days=ahead) for ahead in range(366) if start.year < 9998)
    value = next((each for each in days if (each.day, each.weekday()) == (day.day, day.weekday)), None)
    if value is None:
        return None, [Note("missing_date", f'The notice says "{day.text}" and not of which month.')]
    return value, [Note("ambiguous_date", f'"{day.text}" has no month. Read as the next one, {day_words(value)}.')]


def _next(day: Written, start: date) -> date | None:
    """The first such day on or after another; 29 February may take eight years."""
    years = range(start.year, min(start.year + 9, 9999))
    return next((value for year in years if (value := day.on(year)) and value >= start), None)


def _relative(day: Written, notice: date | None) -> tuple[date | None, list[Note]]:
    if notice is None:
        return None, [Note("missing_date", f'The notice says "{day.text}" and not from which day that counts.')]
    try:
        value = notice + timedelta(days=_days_on(day, notice))
    except OverflowError:
        return None, [Note("missing_date", f'"{day.text}" is no date in the calendar.')]
    reading = f'"{day.text}" is read as {day_words(value)}, counted from the date of the notice, {day_words(notice)}.'
    return value, [Note("ambiguous_date", reading)]


def _days_on(day: Written, notice: date) -> int:
    if day.weekday is None:
        return 1 if day.relative.startswith("tomorrow") else 0
    later = 7 if "week" in day.relative else 0
    return (day.weekday - notice.weekday() - 1) % 7 + 1 + later
