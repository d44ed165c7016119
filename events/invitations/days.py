"""Days as people write them: figures and names, before it is known which day of the calendar is meant."""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from events.invitations.facts import Span, any_of

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
WEEKDAY = any_of(
    r"mon(?:day)?", r"tue(?:s(?:day)?)?", r"wed(?:s|nesday|nsday)?", r"thu(?:r(?:s(?:day)?)?)?", r"thrusday",
    r"fri(?:day)?", r"sat(?:urday)?", r"sun(?:day)?",
)  # fmt: skip
MONTH = any_of(
    r"jan(?:uary|aury)?", r"feb(?:ruary|uary)?", r"mar(?:ch)?", r"apr(?:il)?", r"may", r"june?", r"july?",
    r"aug(?:ust)?", r"sept?(?:ember)?", r"oct(?:ober)?", r"nov(?:ember)?", r"dec(?:ember)?",
)  # fmt: skip
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
    r"(?!\d|\s?(?:[:.]\d\d|[ap]\.?m\b|hrs))(?:[,\s]{1,3}(?P<y2>(?:19|20)\d\d)(?!\d|\s?h(?:rs?|ours?)?\b)"
    r"| '(?P<z2>[2-4]\d)(?!\d))?"
)
ISO = NAMED % "w3" + r"(?<![\d./-])(?P<y3>(?:19|20)\d\d)(?P<s3>[-/.])(?P<m3>[01]?\d)(?P=s3)(?P<d3>[0-3]?\d)(?![\d/-])"
NUMERIC = (
    NAMED % "w4" + r"(?<![\d./-])(?P<a4>[0-3]?\d)\s?(?P<s4>[-/.])\s?(?P<b4>[0-3]?\d)\s?"
    r"(?P=s4)\s?(?P<y4>(?:19|20)?\d\d)(?![\d/-]|\.\d)"
)
SHORT = rf"(?<![a-z])(?P<w5>{WEEKDAY})s?[.,]?\s(?P<d5>[0-3]?\d)/(?P<m5>[01]?\d)(?![\d/])"
SHORT_ALONE = (
    rf"(?<![\d./-])(?P<d8>[0-3]?\d)/(?P<m8>[01]?\d)(?=\s?\(?{WEEKDAY}(?![a-z])"
    r"|[ ,@-]{1,3}(?:at |from )?(?:\d\d:\d\d|\d{1,2}(?:[.:]\d\d)?\s?[ap]m))"
)
BEHIND = re.compile(
    rf"\s?\(({WEEKDAY})\)"
    rf"|,? ({WEEKDAY})(?=[ ,]{{0,2}}(?:at\b|from\b|\n|$|\||\d{{1,2}}(?:[.:]\d\d)?\s?[ap]m|\d\d:\d\d))",
    re.IGNORECASE,
)
# `Thursday 13th`: the month is named elsewhere, if anywhere. `Thursday 6-8pm` and `Saturday 10 to 12` are times.
MONTHLESS = (
    rf"(?<![a-z])(?P<w7>{WEEKDAY})s?[.,]?\s(?:the\s)?(?P<d7>[0-3]?\d)"
    r"(?:(?:st|nd|rd|th)(?![a-z])|(?=[ ,]*(?:[,|@(\n]|: |$|at\b|from\b|- [A-Z])))"
)
RELATIVE = (
    r"\b(?P<rel>today|tonight|this evening|tomorrow(?: evening)?"
    rf"|(?:(?P<next>next|this|coming|week on)\s)?(?P<w6>{WEEKDAY})s?(?![a-z])(?: week\b)?)"
)
DAY = re.compile(
    "|".join(f"(?:{p})" for p in (ISO, NUMERIC, DAY_FIRST, MONTH_FIRST, SHORT, SHORT_ALONE, MONTHLESS, RELATIVE)),
    re.IGNORECASE,
)
# Further days of the same month in front of one: `13th, 20th and 27th January`, `Thursday 13 and Thursday 20 January`.
EARLIER = re.compile(
    rf"(?:(?<![a-z])({WEEKDAY})(s?)[.,]?\s?(?:the\s)?)?(?<![\d:./-])([0-3]?\d)\s?(?:st|nd|rd|th)?"
    r"\s?(,? ?and|,? ?&|or|,|-|to)\s?(?:the\s)?$",
    re.IGNORECASE,
)
LED_IN = re.compile(r"(?:\b(?:and|on|dates?|days)|[&:])\s$", re.IGNORECASE)
COUNTING = re.compile(r"([a-z]+)[ #.]{1,2}$", re.IGNORECASE)
INTRODUCING = {"on", "from", "the", "of", "for", "during", "is", "are", "daily", "dates", "and", "or", "runs", "held"}
# ... and behind one where the month stands first: `January 13, 20 and 27, 2022`. A time is none: `January 13, 6pm`.
LATER = re.compile(
    rf"\s?(,? ?and|,? ?&|or|,|-|to)\s?(?:the\s)?(?:({WEEKDAY})[.,]?\s)?([0-3]?\d)(?:st|nd|rd|th)?"
    r"(?!\d|\s?(?:[:.]\d|[ap]\.?m\b|hrs|-\s?\d|to\s\d|noon))(?=\s?(?:[,;.)&|(\n-]|$)|\s(?:at|from|and|or|on|in|via|20\d\d)\b)"
    r"(?:,?\s(20\d\d)(?!\d))?",
    re.IGNORECASE,
)
# A line with nothing but a month, which the days under it leave out.
HEADING = re.compile(rf"^[^\w\n]{{0,4}}({MONTH})\W{{0,2}}((?:19|20)\d\d)?\W{{0,3}}$", re.IGNORECASE | re.MULTILINE)


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
    since: date | None = None  # of `Thursday 13th`: the month named before it, as its first day

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
        if day is None or (found and day.start < found[-1].end):
            continue
        if day.month and day.weekday is None and (named := BEHIND.match(text, day.end)):
            day = replace(day, end=named.end(), weekday=weekday_number(named[1] or named[2]))
        if match["d1"]:
            days = _listed_before(text, day)
        else:
            days = _listed_behind(text, day) if match["d2"] else [day]
        while found and found[-1].end > days[0].start:
            found.pop()
        found += days
    return _under_headings(text, found)


def _under_headings(text: str, days: list[Written]) -> list[Written]:
    """Tells days without a month which is meant: that of the heading above, of a list's end, or of the day before."""
    headings = list(HEADING.finditer(text))
    starts = [heading.start() for heading in headings]
    following = _next_with_month(days)
    found, last = [], None
    for day, ahead in zip(days, following, strict=True):
        if day.month:
            last = day
        elif day.day:
            at = bisect_left(starts, day.start) - 1
            if at >= 0 and not (last and last.start > starts[at]):
                year = int(headings[at][2] or 0) or (last.year if last else 0)
                day = replace(day, month=month_number(headings[at][1]), year=year, relative="")
            elif ahead and ahead.start - day.end < 60 and _fits(day, ahead):
                day = replace(day, month=ahead.month, year=ahead.year, relative="")
            elif last and last.year:
                day = replace(day, since=last.on(last.year))
        found.append(day)
    return found


def _next_with_month(days: list[Written]) -> list[Written | None]:
    """For each day the next that names its month."""
    answers: list[Written | None] = []
    ahead = None
    for day in reversed(days):
        answers.append(ahead)
        ahead = day if day.month else ahead
    return answers[::-1]


def _fits(day: Written, ahead: Written) -> bool:
    value = replace(day, month=ahead.month).on(ahead.year or 2000)
    return day.day < ahead.day and (not ahead.year or (value is not None and value.weekday() == day.weekday))


def _written(match: re.Match[str]) -> Written | None:
    span = Place(start=match.start(), end=match.end(), text=" ".join(match[0].split()))
    name = next((match[f"w{i}"] for i in range(1, 8) if match[f"w{i}"]), None)
    weekday = weekday_number(name) if name else None
    if match["rel"] in {"sat", "sun", "wed", "mon"}:
        return None  # "the panel sat"
    if match["rel"]:
        return Written(**span, weekday=weekday, relative=match["rel"].lower())
    if match["d7"]:
        ordinal = not match[0][-1].isdigit()
        return Written(**span, day=int(match["d7"]), weekday=weekday, relative="" if ordinal else span["text"].lower())
    if match["a4"]:
        return _numeric(match, span, weekday)
    for i in ("1", "2", "3", "5", "8"):
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
    if i in "12" and match[f"z{i}"]:
        return 2000 + int(match[f"z{i}"])
    return int(match[f"y{i}"] or 0) if i < "5" else 0


def _numeric(match: re.Match[str], span: Place, weekday: int | None) -> Written | None:
    first, second = int(match["a4"]), int(match["b4"])
    year = int(match["y4"]) + (2000 if len(match["y4"]) == 2 else 0)
    if not (first and second) or max(first, second) > 31:
        return None
    us = second > 12 >= first
    day, month = (second, first) if us else (first, second)
    either = first <= 12 and second <= 12 and first != second
    return Written(**span, day=day, month=month, year=year, weekday=weekday, either=either, month_first=us)


def _listed_before(text: str, last: Written) -> list[Written]:
    """A day, and those in front that share its month and year. Commas alone are no list (`Room 5, 13 January`), unless
    a weekday or a word for days leads it in."""
    found: list[Written] = []
    at, is_list = last.start, False
    while len(found) < 12 and (match := EARLIER.search(text, max(0, at - 40), at)):
        joint = match[4].strip().lower()
        led_in = text[max(0, match.start() - 12) : match.start()]
        if re.search(r"\b(?:between|from)\s$", led_in, re.IGNORECASE):
            break
        weekday = weekday_number(match[1]) if match[1] else None
        if joint in {"-", "to"} and weekday is None and _is_numbered(text, match.start(3), last):
            break
        span = replace(last, start=match.start(), day=int(match[3]), weekday=weekday, text=f"{match[3]} {last.text}")
        if joint in {"-", "to"}:
            return [replace(span, text=" ".join(text[match.start() : last.end].split()), several=True)]
        at = match.start()
        is_list = is_list or joint != "," or bool(match[1]) or bool(LED_IN.search(led_in))
        found.append(replace(span, end=match.end(3)))
        if match[2]:  # `Mondays 7, 14 and 21 February`
            found = [replace(day, weekday=weekday) for day in found]
            last = replace(last, weekday=weekday)
            break
    return [*found[::-1], last] if is_list else [last]


def _is_numbered(text: str, position: int, last: Written) -> bool:
    """`Session 1 - Tue 18 January`, `Meeting 2 - 19 January`: the first figure counts something else."""
    word = COUNTING.search(text, max(0, position - 20), position)
    return last.weekday is not None or (word is not None and word[1].lower() not in INTRODUCING)


def _listed_behind(text: str, first: Written) -> list[Written]:
    """A day whose month stands first, and those behind it that share the month and year."""
    found, at, joints = [first], first.end, set()
    while len(found) < 12 and (match := LATER.match(text, at)):
        joint = match[1].strip().lower()
        weekday = weekday_number(match[2]) if match[2] else None
        if joint in {"-", "to"}:
            if len(found) > 1:
                break
            whole = " ".join(text[first.start : match.end()].split())
            return [replace(first, end=match.end(), text=whole, year=first.year or int(match[4] or 0), several=True)]
        joints.add(joint)
        at = match.end()
        words = f"{text[first.start : first.end]} ... {match[3]}"
        found.append(Written(match.start(3), at, words, int(match[3]), first.month, int(match[4] or 0), weekday))
    if joints <= {","}:
        return [first]
    year = next((day.year for day in found if day.year), 0)
    return [replace(day, year=year) for day in found]
