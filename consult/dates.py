"""London time in words and in arithmetic. Instants are aware datetimes; days are `date`s in Europe/London.

Wording follows GOV.UK style: "6pm", "6:30pm", "midday", "Thursday 13 January 2022"; the end of a day is "11:59pm".
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def london(instant: datetime) -> datetime:
    """The same instant on a clock in London. Raises ValueError for a naive datetime: no floating times."""
    if instant.tzinfo is None:
        raise ValueError("A naive datetime has no place on the London clock.")
    return instant.astimezone(LONDON)


def at(day: date, clock: time = time.min) -> datetime:
    """The instant at which clocks in London show `clock` on `day` (midnight at its start by default)."""
    return datetime.combine(day, clock, tzinfo=LONDON)


def end_of(day: date) -> datetime:
    """The instant at which `day` ends in London: the first moment that is no longer part of it."""
    return at(day + timedelta(days=1))


def last_day(end: datetime) -> date:
    """The last day in London that has any part before the instant `end`."""
    return london(end - timedelta(microseconds=1)).date()


def shift(instant: datetime, weeks: int) -> datetime:
    """`instant` moved by whole weeks on the London clock: 6pm stays 6pm across a clock change."""
    local = london(instant)
    return at(local.date() + timedelta(weeks=weeks), local.time())


def day_words(day: date) -> str:
    """`Thursday 13 January 2022`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def time_words(instant: datetime) -> str:
    """`6pm`, `6:30pm`, `midday`, `midnight`, by the clock in London."""
    local = london(instant)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def end_words(end: datetime) -> str:
    """`11:59pm on Friday 21 January 2022` for the end of that day, else `5pm on ...`."""
    clock = "11:59pm" if london(end).time() == time.min else time_words(end)
    return f"{clock} on {day_words(last_day(end))}"


def span_words(start: datetime, end: datetime | None) -> str:
    """`6pm to 7:30pm`; `from 6pm` where no end is known; names the other day where it ends on one."""
    if end is None:
        return f"from {time_words(start)}"
    if london(start).date() == last_day(end):
        return f"{time_words(start)} to {time_words(end)}"
    return f"{time_words(start)} to {time_words(end)} on {day_words(london(end).date())}"


def days_left_words(end: datetime, now: datetime) -> str:
    """How long until `end`, by the calendar in London: `11 days left`, `last day`, `closed`."""
    if now >= end:
        return "closed"
    days = (last_day(end) - london(now).date()).days
    return "closes today" if days == 0 else "1 day left" if days == 1 else f"{days} days left"
