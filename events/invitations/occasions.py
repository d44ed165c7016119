"""Which time belongs to which day: from days and times of day to occasions."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import date

from events.invitations.facts import Clock, Day, Lines, Note

NEAR = 8  # lines between a day and a time that belong together
LEADS_ON = re.compile(r"[\s,(|-]*(?:on\b|this\b|next\b)?[\s,|-]*", re.IGNORECASE)
TO_DAY = re.compile(
    r"(?:\bto|\buntil|\btill?|\bends?:?|\bend (?:date|time|day)s?:?|\bfinish(?:es)?:?)\s?(?:on\s)?$", re.IGNORECASE
)
DASH = re.compile(r"[ |]*-\s*")
AGAIN = re.compile(r"\s?[,;]?\s?(?:and|or|&|/)\s?(?:again )?(?:at |from )?", re.IGNORECASE)
JOINS_DAYS = re.compile(r"(?:st|nd|rd|th)?[\s,;&|]*(?:and|or|&)?[\s,;|]*(?:on )?", re.IGNORECASE)
UNSETTLED = re.compile(r"\b(?:tb[acd]|to be (?:confirmed|announced|decided))\b", re.IGNORECASE)
RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
EACH = re.compile(r"\b(?:all|both|each|every|times?)\b", re.IGNORECASE)


@dataclass
class Occasion:
    """A day with its time, if it has one, and the last place in the text that speaks of it."""

    day: Day
    clock: Clock | None = None
    ends: Clock | None = None
    end_day: date | None = None
    further: list[Clock] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    source: "Occasion | None" = None  # beside which the time was written, once for several days

    @property
    def start(self) -> int:
        return min(self.day.start, self.clock.start) if self.clock and not self.source else self.day.start

    @property
    def end(self) -> int:
        return max(self.day.end, self.clock.end) if self.clock and not self.source else self.day.end


def occasions(lines: Lines, days: list[Day], clocks: list[Clock], borders: list[int]) -> list[Occasion]:
    """Joins days and times. `borders` are the positions of links and IDs, ascending: a list of days ends there."""
    found = [Occasion(day) for day in days]
    left = [clock for clock in clocks if clock.role != "doors" and not _same_line(lines, found, clock)]
    for clock in left:
        _nearby(lines, found, clock)
    found = _ended_by_the_next(lines, found)
    _share(lines, found, borders)
    return sorted([*found, *_second_sittings(lines, found)], key=lambda one: one.start)


def _neighbours(found: list[Occasion], clock: Clock) -> tuple[Occasion | None, Occasion | None]:
    at = bisect_right(found, clock.start, key=lambda one: one.day.start)
    return (found[at - 1] if at else None), (found[at] if at < len(found) else None)


def _same_line(lines: Lines, found: list[Occasion], clock: Clock) -> bool:
    """Takes a time to the day on its line: the one in front, unless that has its time and `7pm on <day>` follows."""
    before, after = _neighbours(found, clock)
    line = lines.line(clock.start)
    here = before if before and lines.line(before.day.end) == line else None
    there = after if after and lines.line(after.day.start) == line else None
    if there and _leads_on(lines, clock, there) and (here is None or here.clock or _on(lines, clock, there)):
        return _take(there, clock)
    if here:
        return _take(here, clock)
    return there is not None and not _far(lines, clock, there) and _take(there, clock)


def _leads_on(lines: Lines, clock: Clock, day: Occasion) -> bool:
    gap = lines.text[clock.end : day.day.start]
    return len(gap) < 60 and bool(LEADS_ON.fullmatch(gap))


def _far(lines: Lines, clock: Clock, day: Occasion) -> bool:
    """Whether another sentence lies between a time and the day behind it."""
    return bool(re.search(r"[.!?]\s", lines.text[clock.end : day.day.start]))


def _on(lines: Lines, clock: Clock, day: Occasion) -> bool:
    return bool(re.search(r"\bon\b", lines.text[clock.end : day.day.start], re.IGNORECASE))


def _nearby(lines: Lines, found: list[Occasion], clock: Clock) -> bool:
    """Takes a time to a day on another line: the one above that has none yet, else the one just below."""
    before, after = _neighbours(found, clock)
    if before and (lines.between(before.day.end, clock.start) > NEAR or _in_prose(lines, before.day)):
        before = None
    if before and (clock.role == "end" or before.clock is None) and _take(before, clock):
        return True
    if after and after.clock is None and lines.between(clock.end, after.day.start) <= 2:
        return _take(after, clock)
    return before is not None and _take(before, clock)


def _in_prose(lines: Lines, day: Day) -> bool:
    """Whether a day without a weekday stands in a sentence that goes on: `On 13 November 2020, the Mayor published`."""
    rest = lines.text[day.end : day.end + 60].split("\n")[0]
    return len(rest) > 40 and day.text[:1].isdigit()


def _take(one: Occasion, clock: Clock) -> bool:
    if clock.role == "end":
        one.ends = one.ends or clock
    elif one.clock is None:
        one.clock = clock
    else:
        one.further.append(clock)
    return True


def _ended_by_the_next(lines: Lines, found: list[Occasion]) -> list[Occasion]:
    """`13 January 18:00 to 13 January 19:30` is one occasion."""
    kept: list[Occasion] = []
    for one in found:
        last = kept[-1] if kept else None
        if last and last.clock and one.day.value and _is_end_of(lines, last, one):
            last.ends, last.end_day = one.clock or one.ends, one.day.value
        else:
            kept.append(one)
    return kept


def _is_end_of(lines: Lines, last: Occasion, one: Occasion) -> bool:
    if not (one.clock or one.ends) or lines.between(last.day.end, one.day.start) > 2:
        return False
    return bool(TO_DAY.search(lines.before(one.start, 30)) or DASH.fullmatch(lines.text, last.end, one.start))


def _share(lines: Lines, found: list[Occasion], borders: list[int]) -> None:
    """Gives the only time of a list of days to all of them: `13, 20 and 27 January, all from 6pm`."""
    for run in _lists(lines, found, borders):
        if RESPECTIVELY.search(lines.line_of(run[-1].day.end)):
            _give_in_turn(run)
        times = {(one.clock.begins, one.clock.ends) for one in run if one.clock}
        if len(times) == 1:
            _give(lines, next(one for one in run if one.clock), run)
    with_time = [one for one in found if one.clock]
    if with_time and len({one.clock.begins for one in with_time if one.clock}) == 1:
        line = lines.before(with_time[-1].clock.start) if with_time[-1].clock else ""
        if EACH.search(line):
            _give(lines, with_time[-1], found)


def _give_in_turn(run: list[Occasion]) -> None:
    """`18 and 19 January at 6pm and 7pm respectively`."""
    source = next((one for one in run if one.clock), run[0])
    clocks = [source.clock, *source.further]
    if len(clocks) == len(run):
        for one, clock in zip(run, clocks, strict=True):
            one.clock, one.further, one.source = clock, [], source


def _give(lines: Lines, source: Occasion, to: list[Occasion]) -> None:
    for one in to:
        if one.clock is None and not is_unsettled(lines, one.day):
            one.clock, one.ends, one.source = source.clock, source.ends, source


def is_unsettled(lines: Lines, day: Day) -> bool:
    """Whether the time of a day is still to come: `13 January 2022, time TBC`."""
    return bool(UNSETTLED.search(lines.text, day.end, day.end + 30))


def _lists(lines: Lines, found: list[Occasion], borders: list[int]) -> list[list[Occasion]]:
    """Days that follow one another with few words and no link between them."""
    runs: list[list[Occasion]] = []
    for one in found:
        if runs and _continues(lines, runs[-1][-1], one, borders):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _continues(lines: Lines, last: Occasion, one: Occasion, borders: list[int]) -> bool:
    between = lines.text[last.day.end : one.day.start]
    free = bisect_left(borders, last.day.end) == bisect_left(borders, one.day.start)
    return (
        free
        and len(between) < 80
        and (bool(JOINS_DAYS.fullmatch(between)) or (lines.begins(one.day.start) and "\n" in between))
    )


def _second_sittings(lines: Lines, found: list[Occasion]) -> list[Occasion]:
    """`10am-12pm and again 2pm-4pm` is two occasions, as are times with a pause between on lines of their own; other
    times that do not fall into the first are only noted."""
    more = []
    for one in found:
        last = one.clock
        for clock in one.further[:20]:
            if last is None or clock.zone != last.zone:
                continue
            again = AGAIN.fullmatch(lines.text, last.end, clock.start)
            if not _is_later(last, clock, 1 if again else 3):
                continue
            if again:
                more.append(Occasion(one.day, clock, source=one))
                last = clock
            elif lines.between(last.end, clock.start) and (last.ends is None or clock.begins > last.ends):
                more.append(Occasion(replace(one.day, start=clock.start, end=clock.end), clock))
                last = clock
            else:
                said = " ".join(clock.text.split())
                one.notes.append(Note("other", f"A further time stands beside this day: {said}."))
    return more


def _is_later(last: Clock, clock: Clock, hours: int) -> bool:
    """Whether a time is outside of the meeting before it; of two without end, whether so many hours lie between."""
    if last.ends and clock.ends:
        return clock.begins >= last.ends
    return not last.ends and not clock.ends and clock.begins.hour - last.begins.hour >= hours
