"""London time in words and in arithmetic, around both clock changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult import dates
from consult.dates import LONDON

days = st.dates(date(1996, 1, 1), date(2099, 12, 31))


def test_a_day_closes_at_its_end_in_winter_and_in_summer() -> None:
    assert dates.end_of(date(2022, 1, 21)) == datetime(2022, 1, 22, 0, tzinfo=UTC)
    assert dates.end_of(date(2022, 7, 21)) == datetime(2022, 7, 21, 23, tzinfo=UTC)


def test_days_of_23_and_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    length = {day: dates.end_of(day).astimezone(UTC) - dates.at(day).astimezone(UTC) for day in (spring, autumn)}
    assert length == {spring: timedelta(hours=23), autumn: timedelta(hours=25)}


@given(days)
def test_the_end_of_a_day_leads_back_to_the_day(day: date) -> None:
    assert dates.last_day(dates.end_of(day)) == day


@given(days, st.integers(-600, 600))
def test_moved_by_weeks_the_weekday_and_the_clock_stay(day: date, weeks: int) -> None:
    before = dates.at(day, time(18, 30))
    after = dates.shift(before, weeks)
    assert dates.london(after).time() == time(18, 30)
    assert dates.london(after).date() - day == timedelta(weeks=weeks)


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "midnight"), (0, 5, "12:05am"), (9, 0, "9am"), (12, 0, "midday"), (12, 30, "12:30pm"), (18, 0, "6pm")],
)
def test_times_in_words(hour: int, minute: int, words: str) -> None:
    assert dates.time_words(datetime(2026, 7, 1, hour, minute, tzinfo=LONDON)) == words


def test_spans_in_words() -> None:
    start = datetime(2026, 1, 13, 18, tzinfo=LONDON)
    assert dates.span_words(start, None) == "from 6pm"
    assert dates.span_words(start, start + timedelta(hours=2)) == "6pm to 8pm"
    assert dates.span_words(start, start + timedelta(hours=6)) == "6pm to midnight"
    assert dates.span_words(start, start + timedelta(hours=7)) == "6pm to 1am on Wednesday 14 January 2026"


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=11), "11 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(minutes=1), "closes today"),
        (timedelta(0), "closed"),
    ],
)
def test_days_left_count_calendar_days(before: timedelta, words: str) -> None:
    end = datetime(2022, 1, 22, tzinfo=LONDON)
    now = end - timedelta(minutes=1) - before if before > timedelta(hours=1) else end - before
    assert dates.days_left_words(end, now) == words


def test_the_end_of_a_day_reads_as_one() -> None:
    assert dates.end_words(datetime(2022, 1, 22, tzinfo=LONDON)) == "11:59pm on Friday 21 January 2022"
    assert dates.end_words(datetime(2022, 1, 21, 17, tzinfo=LONDON)) == "5pm on Friday 21 January 2022"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        dates.london(datetime(2026, 1, 1))
