"""A month as a table: weeks from Monday to Sunday, each day with what happens on it. Pure: no HTTP, no rows."""

import re
from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what staff may enter
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int  # 1 to 12

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-01`. Raises ValueError for anything else, and for years out of reach."""
        found = re.fullmatch("([0-9]{4})-([0-9]{2})", text)
        if not found:
            raise ValueError("A month is written as 2026-01.")
        month = cls(*map(int, found.groups()))
        if not (month.is_within_reach and 1 <= month.number <= 12):
            raise ValueError(f"There is no such month from {FIRST_YEAR} to {LAST_YEAR}.")
        return month

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    def __str__(self) -> str:
        """As in an address: `2026-01`."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def is_within_reach(self) -> bool:
        return FIRST_YEAR <= self.year <= LAST_YEAR

    @property
    def words(self) -> str:
        """`January 2026`."""
        return f"{self.first_day:%B} {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    def plus(self, months: int) -> Self:
        """The month that comes so many later, or earlier where it is less than 0."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return type(self)(year, number + 1)


@dataclass
class Day:
    """One day of the month, with what happens on it in the order in which it was given."""

    day: date
    is_today: bool
    things: list[Any] = field(default_factory=list)


@dataclass
class Week:
    days: list[Day | None]  # seven; None where the day belongs to another month

    @property
    def is_empty(self) -> bool:
        """Whether a list of days has nothing to show of it."""
        return not any(day and (day.things or day.is_today) for day in self.days)


def weeks(month: Month, things: Iterable[tuple[date, Any]], today: date) -> list[Week]:
    """The rows of the table.

    `things` may come in any order of days; what falls outside the month is left out.
    """
    days: dict[date, Day] = {}
    rows: list[Week] = []
    for week in Calendar().monthdatescalendar(month.year, month.number):
        inside = [Day(day, day == today) if Month.of(day) == month else None for day in week]
        days |= {each.day: each for each in inside if each}
        rows.append(Week(inside))
    for on, thing in things:
        if on in days:
            days[on].things.append(thing)
    return rows
