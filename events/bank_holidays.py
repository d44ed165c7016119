"""Bank holidays in England, as https://www.gov.uk/bank-holidays names them. Pure: the package knows the days."""

from datetime import date
from functools import cache

import holidays

NAMES = {
    "May Day": "Early May bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
}
OBSERVED = " (observed)"


@cache
def bank_holidays(year: int) -> dict[date, str]:
    """Day -> name, in order: with substitute days, those proclaimed once, and Christmas itself on a weekend."""
    found = holidays.country_holidays("GB", subdiv="ENG", years=year, expand=False)
    return {day: _named(found[day]) for day in sorted(found)}


def holiday_on(day: date) -> str:
    """What is celebrated on a day; empty where nothing is."""
    return bank_holidays(day.year).get(day, "")


def _named(name: str) -> str:
    if name.endswith(OBSERVED):
        return f"{_named(name.removesuffix(OBSERVED))} (substitute day)"
    return NAMES.get(name, name).replace("'", "’")
