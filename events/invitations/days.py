"""Days as people write them. London staff put the day first; what can only be read the American way is read so."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypedDict

from consult.dates import day_words
from events.invitations.facts import Day, Note, Span

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday|nsday)?|thu(?:r(?:s(?:day)?)?)?|thrusday|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
MONTH = (
    r"(?:jan(?:uary|aury)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
MONTH_END = r"(?:(?![a-z])|(?=(?:at|from)[\s\d]))\.?"
# A short year is not a time (`13 Jan 20:30`), nor the next day of a list (`13 January 20 January`).
NOT_A_YEAR = rf"(?!\d|\s?(?:[:.]\d|[ap]\.?m|h|-\s?\d|to\s\d|st|nd|rd|th|{MONTH}|people|places))"
YEAR = (
    r"(?:[\s,.'/-]{0,3}(?P<%s>(?:19|20)\d\d)(?!\d|\s?h(?:rs?|ours?)?\b)|[ .'/-]{1,2}(?P<%s>[2-4]\d)" + NOT_A_YEAR + ")?"
)
NAMED = rf"(?:(?<![a-z])(?P<%s>{WEEKDAY})s?[.,]?[\s,-]{{0,3}}(?:the\s)?)?"
DAY_FIRST = (
    NAMED % "w1" + r"(?<!\d)(?<!\d[.:/])(?P<d1>[0-3]?\d)\s?(?:st|nd|rd|th)?\s?(?:of\s)?(?:day\sof\s)?[\s,./-]{0,2}"
    rf"(?P<m1>{MONTH}){MONTH_END}" + YEAR % ("y1", "z1")
)
MONTH_FIRST = (
    NAMED % "w2" + rf"(?<![a-z])(?P<m2>{MONTH})\.?\s?(?:the\s)?(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?"
    r"(?!\d|\s?(?:[:.]\d\d|[ap]\.?m\b|hrs))(?:[,\s]{1,3}(?P<y2>(?:19|20)\d\d)(?!\d|\s?h(?:rs?|ours?)?\b))?"
)
ISO = NAMED % "w3" + r"(?<![\d./-])(?P<y3>(?:19|20)\d\d)(?P<s3>[-/.])(?P<m3>[01]?\d)(?P=s3)(?P<d3>[0-3]?\d)(?![\d/-])"
NUMERIC = (
    NAMED % "w4" + r"(?<![\d./-])(?P<a4>[0-3]?\d)\s?(?P<s4>[-/.])\s?(?P<b4>[0-3]?\d)\s?"
    r"(?P=s4)\s?(?P<y4>(?:19|20)?\d\d)(?![\d/-]|\.\d)"
)
SHORT = rf"(?<![a-z])(?P<w5>{WEEKDAY})s?[.,]?\s(?P<d5>[0-3]?\d)/(?P<m5>[01]?\d)(?![\d/])"
RELATIVE = (
    rf"\b(?P<rel>today|tonight|this evening|tomorrow(?: evening)?|(?:(?P<next>next|this"
    rf"|coming)\s)?(?P<w6>{WEEKDAY})s?(?![a-z]))"
)
DAY = re.compile("|".join(f"(?:{p})" for p in (ISO, NUMERIC, DAY_FIRST, MONTH_FIRST, SHORT, RELATIVE)), re.IGNORECASE)
# Further days of the same month in front of one: `13th, 20th and 27th January`, `Thursday 13 and Thursday 20 January`.
EARLIER = re.compile(
    rf"(?:(?<![a-z])({WEEKDAY})s?[.,]?\s?(?:the\s)?)?(?<![\d:./-])([0-3]?\d)\s?(?:st|nd|rd|th)?\s?(,? ?and"
    rf"|,? ?&|or|,|-|to)\s?(?:the\s)?$",
    re.IGNORECASE,
)


class Place(TypedDict):
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Written(Span):
    """The figures of a day, before it is known which year, or which of two readings, is meant."""

    text: str
    day: int = 0
    month: int = 0
    year: int = 0
    weekday: int | None = None
    either: bool = False  # 03/04/2022: the month may stand first
    month_first: bool = False  # 01/13/2022: it must
    several: bool = False  # 13-14 January
    relative: str = ""  # "tomorrow", "next thursday", "thursday"

    def on(self, year: int) -> date | None:
        return _date(year, self.month, self.day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def weekday_number(name: str) -> int:
    return next(i for i, day in enumerate(WEEKDAYS) if day.startswith(name.lower().replace("thr", "thu")[:3]))


def month_number(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))


def written_days(text: str) -> list[Written]:
    """Every day that the text names, in order, with `tomorrow` and the like."""
    found: list[Written] = []
    for match in DAY.finditer(text):
        day = _written(match)
        if day is None:
            continue
        if match["d1"]:
            found += _earlier_days(text, day)
            if found and found[-1].several and found[-1].end == day.end:
                continue
        found.append(day)
    return sorted(found, key=lambda day: day.start)


def _written(match: re.Match[str]) -> Written | None:
    span = Place(start=match.start(), end=match.end(), text=" ".join(match[0].split()))
    name = next((match[f"w{i}"] for i in range(1, 7) if match[f"w{i}"]), None)
    weekday = weekday_number(name) if name else None
    if match["rel"] in {"sat", "sun", "wed", "mon"}:
        return None  # "the panel sat"
    if match["rel"]:
        return Written(**span, weekday=weekday, relative=match["rel"].lower())
    if match["a4"]:
        return _numeric(match, span, weekday)
    for i in ("1", "2", "3", "5"):
        if match[f"d{i}"]:
            return _with_month(match, i, span, weekday)
    return None


def _with_month(match: re.Match[str], i: str, span: Place, weekday: int | None) -> Written | None:
    month = match[f"m{i}"]
    year = _year(match, i)
    if month == "may" and not year and weekday is None:
        return None  # "the first 13 may be asked"
    number = int(month) if month.isdigit() else month_number(month)
    return Written(**span, day=int(match[f"d{i}"]), month=number, year=year, weekday=weekday)


def _year(match: re.Match[str], i: str) -> int:
    if i == "1" and match["z1"]:
        return 2000 + int(match["z1"])
    return int(match[f"y{i}"] or 0) if i != "5" else 0


def _numeric(match: re.Match[str], span: Place, weekday: int | None) -> Written | None:
    first, second = int(match["a4"]), int(match["b4"])
    year = int(match["y4"]) + (2000 if len(match["y4"]) == 2 else 0)
    if not (first and second) or min(first, second) > 12:
        return None
    us = second > 12
    day, month = (second, first) if us else (first, second)
    either = first <= 12 and second <= 12 and first != second
    return Written(**span, day=day, month=month, year=year, weekday=weekday, either=either, month_first=us)


def _earlier_days(text: str, last: Written) -> list[Written]:
    """The days in front that share the month and year of the last. A comma alone is no list: `Room 5, 13 January`."""
    found: list[Written] = []
    at = last.start
    while len(found) < 12 and (match := EARLIER.search(text, max(0, at - 40), at)):
        joint = match[3].strip().lower()
        if not found and joint == ",":
            break
        if re.search(r"\b(?:between|from)\s$", text[max(0, match.start() - 12) : match.start()], re.IGNORECASE):
            break
        weekday = weekday_number(match[1]) if match[1] else None
        span = replace(last, start=match.start(), day=int(match[2]), weekday=weekday, text=f"{match[2]} {last.text}")
        if joint in {"-", "to"}:
            return [replace(span, text=" ".join(text[match.start() : last.end].split()), several=True)]
        at = match.start()
        found.append(replace(span, end=match.end(2)))
    return found[::-1]


@dataclass(frozen=True)
class Habits:
    """What the other dates of a text show about how it writes them."""

    month_first: frozenset[bool]
    known: frozenset[date]
    years: frozenset[int]


def habits_of(days: list[Written]) -> Habits:
    sure = [day for day in days if day.year and not day.either]
    return Habits(
        month_first=frozenset(day.month_first for day in sure if re.search(r"\d[/.-]\d", day.text) and day.day > 12),
        known=frozenset(value for day in sure if (value := day.on(day.year))),
        years=frozenset(day.year for day in days if day.year >= 2000),
    )


def decided(days: list[Written], notice: date | None, today: date) -> list[Day]:
    """Returns each written day as a date, with notes on whatever had to be chosen.

    `notice` is the day on which the text itself appeared, if it says so; `today` is a day in London. Without a year
    it is the next such day from either. Of two readings the weekday decides, else how the text writes its other
    dates, else the day stands first and a note says so.
    """
    habits = habits_of(days)
    return [_decide(day, habits, notice, today) for day in days]


def _decide(day: Written, habits: Habits, notice: date | None, today: date) -> Day:
    if day.relative:
        value, notes = _relative(day, notice)
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
    first, other = day.on(day.year), _date(day.year, day.day, day.month)
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
        return _checked(day, value)
    if len(habits.years) == 1 and (named := day.on(min(habits.years))):
        return named, []
    if value is None or notice:
        return _checked(day, value)
    return value, [Note("ambiguous_date", f'"{day.text}" has no year. Read as the next one, {day_words(value)}.')]


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
    return (day.weekday - notice.weekday() - 1) % 7 + 1
