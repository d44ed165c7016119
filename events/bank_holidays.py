"""Bank holidays in England and Wales. Pure.

The days follow the rules of the Banking and Financial Dealings Act 1971, schedule 1, with a substitute on the next
working day for one that falls on a weekend. https://www.gov.uk/bank-holidays has the list that counts: a day that is
proclaimed once (a coronation) is written down in PROCLAIMED when it is known.
"""

from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import MO, relativedelta

FIRST_YEAR = 2024  # in some years before, days were moved for once
PROCLAIMED: dict[date, str] = {}


def bank_holidays(year: int) -> dict[date, str]:
    """Day -> name, in order; empty before 2024."""
    if year < FIRST_YEAR:
        return {}
    sunday = easter(year)
    days = {
        sunday - timedelta(days=2): "Good Friday",
        sunday + timedelta(days=1): "Easter Monday",
        date(year, 5, 1) + relativedelta(weekday=MO(1)): "the early May bank holiday",
        date(year, 5, 31) + relativedelta(weekday=MO(-1)): "the spring bank holiday",
        date(year, 8, 31) + relativedelta(weekday=MO(-1)): "the summer bank holiday",
    }
    days |= {day: name for day, name in PROCLAIMED.items() if day.year == year}
    for month, number, name in ((1, 1, "New Year’s Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day")):
        day = date(year, month, number)
        # Boxing Day keeps its place on a Monday after a Christmas Sunday, whose substitute is then the Tuesday.
        if name == "Boxing Day" and day.weekday() == 0:
            days[day + timedelta(days=1)], days[day] = days.pop(day), name
            continue
        substitute = day
        while substitute.weekday() >= 5 or substitute in days:
            substitute += timedelta(days=1)
        days[substitute] = name if substitute == day else f"the substitute day for {name}"
    return dict(sorted(days.items()))


def holiday_on(day: date) -> str:
    """What is celebrated on a day, the feast itself on a weekend included; empty where nothing is."""
    fixed = {(12, 25): "Christmas Day", (12, 26): "Boxing Day", (1, 1): "New Year’s Day"}
    return bank_holidays(day.year).get(day) or fixed.get((day.month, day.day), "")
