"""Bank holidays in England: day by day as GOV.UK and the proclamations have them."""

from datetime import date

import pytest

from events.bank_holidays import bank_holidays, holiday_on

# https://www.gov.uk/bank-holidays and, for past years, the proclamations in the Gazette; Christmas itself on a weekend.
LISTED = {
    2012: "01-01 01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26",  # Diamond Jubilee
    2013: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2014: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2015: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    2016: "01-01 03-25 03-28 05-02 05-30 08-29 12-25 12-26 12-27",
    2017: "01-01 01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2018: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2019: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-26 12-28",  # the early one on VE day
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    2022: "01-01 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-25 12-26 12-27",  # Platinum Jubilee, state funeral
    2023: "01-01 01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",  # Coronation
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    2028: "01-01 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2033: "01-01 01-03 04-15 04-18 05-02 05-30 08-29 12-25 12-26 12-27",  # Christmas on a Sunday
}


@pytest.mark.parametrize("year", LISTED)
def test_days(year: int) -> None:
    assert [f"{day:%m-%d}" for day in bank_holidays(year)] == LISTED[year].split()


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year’s Day"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 5, 4), "Early May bank holiday"),
        (date(2026, 5, 25), "Spring bank holiday"),
        (date(2026, 8, 31), "Summer bank holiday"),
        (date(2026, 12, 26), "Boxing Day"),
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2028, 1, 3), "New Year’s Day (substitute day)"),
        (date(2033, 12, 26), "Boxing Day"),  # it keeps its Monday
        (date(2033, 12, 27), "Christmas Day (substitute day)"),
        (date(2022, 6, 2), "Spring bank holiday"),  # moved
        (date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        # Moved away from, of Scotland, of Northern Ireland, and an ordinary day.
        (date(2020, 5, 4), ""),
        (date(2022, 5, 30), ""),
        (date(2026, 1, 2), ""),
        (date(2026, 11, 30), ""),
        (date(2026, 3, 17), ""),
        (date(2026, 4, 4), ""),
    ],
)
def test_names(day: date, name: str) -> None:
    assert holiday_on(day) == name


@pytest.mark.parametrize("year", [2000, 2100])
def test_every_year_that_staff_can_enter(year: int) -> None:
    assert len(bank_holidays(year)) >= 8
