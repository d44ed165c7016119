"""Times of day as people write them: `6:00pm`, `6-7.30pm`, `18.00`, `1800hrs`, `10am-12`, `5.30pm for 6pm`."""

import re
from dataclasses import dataclass, replace
from datetime import time

from events.invitations.facts import MASK, UNSAID, Clock, Lines, Note, any_of
from events.invitations.zones import AFTER_TIME, WORDS, ZOOM_TIME, ZOOM_ZONE, zone_named

ATOM = re.compile(
    r"(?<![\d£$€#])(?<!\d[.:,/])(?:"
    r"(?:12(?:[:.]00)? ?)?(?P<word>(?<![a-z])(?:noon|midday|midnight)(?![a-z]))"
    r"|(?P<mil>(?:[01]\d|2[0-3])[0-5]\d)(?P<hrs> ?(?:hrs?|hours|h)(?![a-z]))?(?!\d)"
    r"|(?P<fh>[01]?\d|2[0-3])h(?P<fm>[0-5]\d)?(?![a-z\d])"
    r"|(?P<h>[01]?\d|2[0-4])(?:(?P<dot>[:.])(?P<m>[0-5]\d)(?::[0-5]\d)?(?: ?hrs?(?![a-z]))?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m(?:\.|(?!(?-i:[a-z]))))?"
    r"(?!\d|[:/]\d|\.\d|,\d{3}|%|\s?(?:st|nd|rd|th)(?![a-z])|(?<=\d)(?:k|million)))",
    re.IGNORECASE,
)
JOINT = re.compile(
    rf"\s?(?:\(?{WORDS}\)?\s?)?(?:-|to|until|till?|through|and|&|\|)\s?(?:about |around )?", re.IGNORECASE
)
FOR = re.compile(r" ?for (?:a )?", re.IGNORECASE)
BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
DOORS = any_of(
    r"doors?", r"registrations?(?! (?:clos|deadline|required|link|form|is|essential))", r"arriv(?:al|als|e)",
    r"refreshments", r"tea", r"coffee", r"lunch", r"dinner", r"networking", r"sign[- ]?in", r"waiting room", r"gather",
)  # fmt: skip
DOORS_BEFORE = re.compile(rf"\b{DOORS}\b[^\n\d.;]{{0,25}}$", re.IGNORECASE)
DOORS_AFTER = re.compile(rf" ?\(?(?:for )?(?:the )?{DOORS}\b(?! ?(?:open )?(?:at |from )?:? ?\d)", re.IGNORECASE)
OFFICE_HOURS = re.compile(r",? ?(?:on )?weekdays", re.IGNORECASE)
OFFICE_BEFORE = re.compile(r"\b(?:lines?|offices?|phones?|reception|helpline)\b[^\n.]{0,25}$", re.IGNORECASE)
ENDS = any_of(r"ends?", r"ending", r"finish(?:es|ing)?", r"closes?", r"until", r"till?", r"concludes?")
END_BEFORE = re.compile(rf"\b{ENDS}(?: time)?\s?[:|]?\s?(?:at|by|around)?\s?$", re.IGNORECASE)
DEADLINE_BEFORE = re.compile(r"\b(?:by|before|no later than|deadline:?) $", re.IGNORECASE)
END_AFTER = re.compile(r" ?(?:- ?)?(?:close|end|finish)s?\b(?! (?:to|of))", re.IGNORECASE)
SAID_BEFORE = re.compile(r"(?:\b(?:at|from|time|starts?|starting|between|to)\s?[:|]?|[,|\u00b7@-])\s?$", re.IGNORECASE)
# Numbers without a colon or am and pm. A day in front is masked when times are looked for.
BARE_BEFORE = re.compile(rf"(?:{MASK}[ ,:|-]{{0,3}}|\b(?:from|time|between)\s?[:|]?\s?)$", re.IGNORECASE)
COUNTED = re.compile(r"\s?(?:people|places|years?|weeks?|days?|pages?|months?|boroughs?|per ?cent)\b", re.IGNORECASE)
AT = re.compile(r"\b(?:at|until|till?|(?:end|finish)\w* by)\s$", re.IGNORECASE)
# `Thursday evening, 6-7.30`, `between 6 and 7:30 in the evening`.
PART_BEFORE = re.compile(r".*\b(?:(?P<a>morning)|afternoon|evening|tonight)\b[^\n.;]{0,45}$", re.IGNORECASE | re.DOTALL)
PART_AFTER = re.compile(
    r"[ ,(]{0,3}(?:in the |this |on [a-z]{3,9} )?(?:(?P<a>morning)|afternoon|evening)\b", re.IGNORECASE
)
PAUSE = re.compile(r"(?=[,;\n)]|\.(?:\s|$)|$| on\b| for\b| in the\b)", re.IGNORECASE)
MIDNIGHT = (
    Note("other", "Midnight is read as the start of the day. Say 11:59pm or 12:01am if the other end is meant."),
)
LENGTH = re.compile(
    r"[ ,|(]{0,4}(?:for |lasting |duration:? ?|approx\.? |about )?(?:(?P<h>\d{1,2}(?:\.5)?) ?(?:hours?|hrs?)"
    r"(?:,? (?:and )?(?P<m>\d{1,2}) ?min(?:ute)?s?)?|(?P<only>\d{2,3}) ?min(?:ute)?s?|(?P<h2>\d)h(?P<m2>\d\d)?"
    r"|(?P<word>an?|one|two|three)(?P<half1> and a half)? hours?(?P<half2> and a half)?)\b\)?",
    re.IGNORECASE,
)
WORDS_OF_LENGTH = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


@dataclass(frozen=True)
class Atom:
    """One time as written. `half` is a or p; `sure`: it needs no half of the day; `bare`: it is a number alone."""

    start: int
    end: int
    hour: int
    minute: int
    half: str
    sure: bool
    bare: bool
    dotted: bool


def atoms(text: str) -> list[Atom]:
    return [atom for match in ATOM.finditer(text) if (atom := _atom(match))]


def _atom(match: re.Match[str]) -> Atom | None:
    span = match.start(), match.end()
    if match["word"]:
        return Atom(*span, 0 if match["word"].lower() == "midnight" else 12, 0, "", True, False, False)
    if match["mil"]:
        return Atom(*span, int(match["mil"][:2]), int(match["mil"][2:]), "", True, not match["hrs"], False)
    if match["fh"]:
        return Atom(*span, int(match["fh"]), int(match["fm"] or 0), "", True, False, False)
    hour, half = int(match["h"]), (match["half"] or "").lower()
    if (hour == 24 and match["m"] != "00") or (hour == 0 and half == "p"):
        return None
    if half and hour > 12:
        half = ""  # "18:00pm" can only be one time
    sure = bool(half) or (bool(match["m"]) and (hour >= 10 or match["h"].startswith("0")))
    bare = not (match["m"] or half)
    return Atom(*span, hour % 24, int(match["m"] or 0), half, sure, bare, match["dot"] == ".")


def clocks(text: str) -> list[Clock]:
    """Every time of day in the text, in order; two joined by a dash or `to` are one. Numbers alone are none."""
    lines = Lines(text)
    found: list[Clock] = []
    rest = atoms(text)
    at = 0
    while at < len(rest):
        first, second = rest[at], rest[at + 1] if at + 1 < len(rest) else None
        pair = _range(text, first, second) if second else None
        clock = pair or _single(text, first)
        if clock:
            found.append(_with_surroundings(lines, clock, _is_for(text, first, second)))
        at += 2 if pair else 1
    return found


def without_programmes(text: str, found: list[Clock]) -> list[Clock]:
    """Three or more lines that each begin with a later time are the programme of one meeting, from first to last.

    `text` must have days and links masked: a programme ends there.
    """
    kept: list[Clock] = []
    run: list[Clock] = []
    for clock in found:
        if run and not _goes_on(text, run[-1], clock):
            kept += _as_one(run)
            run = []
        run.append(clock)
    return [*kept, *_as_one(run)]


def _goes_on(text: str, last: Clock, clock: Clock) -> bool:
    between = text[last.end : clock.start][:300]
    own_line = re.search(r"\n[^\w\n]*$", between)
    if not own_line or MASK in between or between.count("\n") > 3:
        return False
    return clock.begins > last.begins and not (last.ends and clock.ends and clock.begins > last.ends)


def _as_one(run: list[Clock]) -> list[Clock]:
    doors = [clock for clock in run if clock.role == "doors"]
    items = [clock for clock in run if clock.role != "doors"]
    if len(run) < 3 or not items:
        return run
    first, last = items[0], run[-1]
    ends = last.begins if last.role == "end" else last.ends or first.ends
    return [
        *(clock for clock in doors if clock.start < first.start),
        replace(first, end=last.end, ends=ends, minutes=0),
    ]


def _is_for(text: str, first: Atom, second: Atom | None) -> bool:
    """`5.30pm for 6pm`: people may come from the first time, and it starts at the second."""
    return bool(second and not second.bare and FOR.fullmatch(text, first.end, second.start))


def _range(text: str, first: Atom, second: Atom) -> Clock | None:
    if second.start - first.end > 40 or not (joint := JOINT.fullmatch(text, first.end, second.start)):
        return None
    together = re.search(r"and|&", joint[0], re.IGNORECASE)
    if together and not BETWEEN.search(text, max(0, first.start - 10), first.start):
        return None
    if "|" in joint[0] and (first.bare or second.bare or joint[0].strip() != "|"):
        return None  # `6:00 PM | 1 hour`, `12pm EST | 5pm GMT`
    if first.bare and second.bare:
        return _bare_range(text, first, second)
    begins, ends, notes = _halves(text, first, second)
    return Clock(first.start, second.end, text[first.start : second.end], begins, ends, notes=notes)


def _bare_range(text: str, first: Atom, second: Atom) -> Clock | None:
    """`10-12` or `6 to 8`, without anything that makes a number a time but a day or `from` in front: always said."""
    if not BARE_BEFORE.search(text, max(0, first.start - 12), first.start) or COUNTED.match(text, second.end):
        return None
    begins, notes = _guessed(text, first, second.end)
    return Clock(first.start, second.end, text[first.start : second.end], begins, _after(second, begins), notes=notes)


def _halves(text: str, first: Atom, second: Atom) -> tuple[time, time, tuple[Note, ...]]:
    """Morning or evening for both ends of a range: `6-7.30pm`, `11-1pm`, `10am-12`, `9:30 - 17:00`."""
    if second.half and not first.half and not (first.sure and not first.bare):
        return _before(first, _time(second)), _time(second), ()
    if first.sure or first.half or (second.sure and not second.half and second.hour > 12):
        begins = _time(first)
        return begins, _after(second, begins), ()
    begins, notes = _guessed(text, first, second.end)
    return begins, _after(second, begins), notes


def _time(atom: Atom) -> time:
    if not atom.half:
        return time(atom.hour, atom.minute)
    return time(atom.hour % 12 + (12 if atom.half == "p" else 0), atom.minute)


def _before(atom: Atom, ends: time) -> time:
    """The later half of the day in which a time comes before another: 6 before 7.30pm is 6pm, 11 before 1pm is 11am."""
    if atom.hour > 12:
        return _time(atom)
    late, early = replace(atom, half="p"), replace(atom, half="a")
    if _time(late) < ends:
        return _time(late)
    return _time(early) if _time(early) < ends else _time(late)


def _after(atom: Atom, begins: time) -> time:
    """The next time after another on a clock with twelve hours, where the half of the day is not written."""
    if atom.half or atom.hour > 12 or _time(atom) > begins or (atom.sure and not atom.bare):
        return _time(atom)
    late = time((atom.hour + 12) % 24, atom.minute)
    return late if late > begins else _time(atom)


def _single(text: str, atom: Atom) -> Clock | None:
    if atom.bare:
        return _bare(text, atom)
    if atom.dotted and not atom.sure and not SAID_BEFORE.search(text, max(0, atom.start - 12), atom.start):
        return None  # "section 4.15"
    written = text[atom.start : atom.end]
    if atom.half or atom.sure:
        midnight = written.lower().endswith("midnight")
        return Clock(atom.start, atom.end, written, _time(atom), notes=MIDNIGHT if midnight else ())
    begins, notes = _guessed(text, atom)
    return Clock(atom.start, atom.end, written, begins, notes=notes)


def _bare(text: str, atom: Atom) -> Clock | None:
    """`at 6,` is a time; `at 6 Example Road` is none. Four figures are one directly behind a day, `at` or `from`."""
    if (
        atom.sure
        and BARE_BEFORE.search(text, max(0, atom.start - 12), atom.start)
        and not COUNTED.match(text, atom.end)
    ):
        return Clock(atom.start, atom.end, text[atom.start : atom.end], _time(atom))
    said = 1 <= atom.hour <= 12 and atom.end - atom.start <= 2
    if not said or not AT.search(text, max(0, atom.start - 14), atom.start) or not PAUSE.match(text, atom.end):
        return None
    begins, notes = _guessed(text, atom)
    return Clock(atom.start, atom.end, text[atom.start : atom.end], begins, notes=notes)


def _guessed(text: str, atom: Atom, end: int = 0) -> tuple[time, tuple[Note, ...]]:
    """`6:30` without a half of the day: noon to 7:59 at night, morning from 8; always said, unless words tell."""
    if atom.hour > 12 or atom.sure:
        return _time(atom), ()
    told = PART_AFTER.match(text, end or atom.end) or PART_BEFORE.match(text, max(0, atom.start - 60), atom.start)
    if told:
        return _time(replace(atom, half="a" if told["a"] else "p")), ()
    guess = replace(atom, half="p" if atom.hour in {12, *range(1, 8)} else "a")
    said = text[atom.start : atom.end]
    reading = f'"{said}" {UNSAID}. Read as {_time(guess):%H:%M}.'
    return _time(guess), (Note("other", reading),)


def _with_surroundings(lines: Lines, clock: Clock, is_for: bool) -> Clock:
    """Adds what stands around a time: doors or end, a length, a zone."""
    before = lines.before(clock.start, 40)
    after = lines.text[clock.end : clock.end + 110]
    role = "doors" if is_for or DOORS_BEFORE.search(before) or DOORS_AFTER.match(after) else "start"
    if OFFICE_HOURS.match(after) or (clock.ends and OFFICE_BEFORE.search(before)):
        role = "doors"
    if role == "start" and clock.ends is None and (END_BEFORE.search(before) or END_AFTER.match(after)):
        role = "end"
    if role == "start" and DEADLINE_BEFORE.search(before):
        role = "doors"
    zone = AFTER_TIME.match(after) or _zoom_zone(clock, before, after)
    length = LENGTH.match(after, zone.end() if zone else 0)
    if length and not clock.ends:
        clock = replace(clock, minutes=_minutes(length), end=clock.end + length.end())
    if length and not zone:
        zone = AFTER_TIME.match(after, length.end())
    if zone and zone[1].lower().startswith("local"):
        zone = None
    return replace(clock, role=role, zone=zone[1] if zone else "")


def _zoom_zone(clock: Clock, before: str, after: str) -> re.Match[str] | None:
    """The place that Zoom writes behind a time on its own line: `Time: Jan 13, 2022 06:00 PM Singapore`."""
    if not ZOOM_TIME.fullmatch(clock.text) or not (zone := ZOOM_ZONE.match(after)):
        return None
    sure = clock.text.endswith("M") or (before.startswith("Time:") and zone_named(zone[1]).known)
    return zone if sure else None


def _minutes(length: re.Match[str]) -> int:
    if length["only"]:
        return int(length["only"])
    if length["word"]:
        return WORDS_OF_LENGTH[length["word"].lower()] * 60 + (30 if length["half1"] or length["half2"] else 0)
    return int(float(length["h"] or length["h2"]) * 60) + int(length["m"] or length["m2"] or 0)
