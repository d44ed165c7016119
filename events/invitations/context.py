"""What the words around a day or a time say about it: a meeting, a closing date, the day the notice was posted."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from events.invitations.days import WEEKDAY
from events.invitations.facts import Lines, Span, any_of

CLOCK_WORDS = (
    r"(?:[^\w\n]|\b(?:on|at|the|of|end|day|midnight|noon|midday|close|business|a|from|in)\b"
    r"|\d{1,2}(?:[.:]\d\d)?(?:\s?[ap]\.?m)?)*"
)
BY = any_of(
    r"by", r"until", r"till?", r"before", r"since", r"after", r"no later than", r"up to", r"expir(?:es|y)",
    r"(?:run|runs|open|continue)s? to",
)  # fmt: skip
# Directly before the day, with at most a time between: "by 5pm on", "until", "published by the end of".
DEADLINE = re.compile(rf"\b{BY}\b{CLOCK_WORDS}$", re.IGNORECASE)
# Anywhere before it in the same clause.
FIRMLY_OTHER = re.compile(r"\b" + any_of(
    r"deadline", r"closing", r"rsvp", r"on sale", r"unavailable",
    r"(?:minutes|recordings?|notes?|slides|summary|photos?|films?) (?:of|from)",
    r"interviews? (?:will|are|in|on|take|week)", r"incidents? (?:\w+ )?(?:took place|happened|occurred)",
    r"(?:met|spoke to|talked to|visited) (?:\w+ ){1,4}?(?:at|on|in)", r"in the area", r"in (?:place|force) (?:from|on)",
    r"(?:police|officers) were (?:\w+ )?called", r"(?:downloaded|printed|retrieved|accessed|generated)",
    r"(?:was|were) (?:\w+ly )?(?:robbed|attacked|stabbed|shot|assaulted|arrested|charged|killed|injured|found|seen)",
) + r"\b", re.IGNORECASE)  # fmt: skip
LABELLED_OTHER = re.compile(any_of(
    r"[Pp]ublished", r"[Uu]pdated", r"[Ii]ssued", r"Dated", r"DATED", r"[Rr]eviewed", r"Old", r"Previously",
    r"(?:[Oo]rder|[Ii]nvoice|[Ii]ssue) date",
) + " ?:")  # fmt: skip
# Before it in the clause, unless a word of meetings stands nearer.
OTHER = re.compile(r"\b" + any_of(
    r"(?:consultation|survey|registration|booking) opens?",
    r"(?:consultation|survey|polling|evidence|window|period|engagement) (?:\w+ ){0,2}?"
    r"(?:runs?|lasts?|ends?|(?:is|was) open)",
    r"clos(?:e|es|ed)", r"publish\w*", r"updated?", r"issued", r"launch\w*", r"respon[ds]\w*", r"submit\w*",
    r"submissions?", r"apply", r"applications?", r"received", r"bookings?", r"began",
) + r"\b", re.IGNORECASE)  # fmt: skip
MEETING = re.compile(r"\b" + any_of(
    r"meetings?", r"events?", r"sessions?", r"workshops?", r"when", r"dates?", r"time", r"join\w*", r"start\w*",
    r"held", r"tak\w+ place", r"host\w*", r"webinars?",
    r"zoom", r"teams", r"online", r"forum", r"panel", r"see you", r"come",
    r"invit\w*", r"drop-?in", r"assembly", r"discussion", r"evening", r"conversation", r"hearing", r"call",
    r"vigil",
) + r"\b", re.IGNORECASE)  # fmt: skip
TIME_ON = r"\d{1,2}(?:[.:]\d\d)? ?(?:[ap]m)? on "
EARLIER = re.compile(any_of(
    r"\bfollowing(?! \w*(?:dates?|days|times?|sessions|events|meetings|workshops|evenings)\b)\b[^\n,]{0,25}$",
    r"\b(?:last|previous|recent|earlier) (?:\w+ )?(?:meeting|event|session|workshop)\b[^\n,]{0,25}$",
    rf"\bbetween (?:{TIME_ON})?$",
    r"\bbetween [^.\n]{3,40}\band $",
    rf"\bbetween {TIME_ON}[^.\n]{{3,40}}\band {TIME_ON}$",
), re.IGNORECASE)  # fmt: skip
# Of a counter or library: each day of the line is one on which it is open, or not.
HOURS = re.compile(r"\b(?:opening|service|counter) (?:hours|times)\b", re.IGNORECASE)
AFTERWARDS = re.compile(any_of(
    rf"[^\n.]{{0,25}}{HOURS.pattern}",
    r"[^\n.]{0,25}\b(?:the|a|an|our|we|he|she|they)\b (?:\w+ ){0,2}?"
    r"(?:announced|published|launched|said|confirmed|signed)\b",
    r"[^\n.]{0,25}\b(?:is|was) (?:the )?(?:closing|last|final|deadline)",
    r"[^\n.]{0,25}\b(?:has been|have been|was|is|are) (?:now )?(?:moved|postponed|rescheduled) (?:to|until|from)\b",
    r"[^\n.]{0,25}\bwill now (?:be|take)",
    r"\W{0,3}(?:deadline|closing date|closes)\b",
), re.IGNORECASE)  # fmt: skip
# When somebody can be reached, or when nothing happens.
OFFICE_DAYS = re.compile(r"\b" + any_of(
    r"opening (?:hours|times)", r"(?:office|working|business) (?:hours|days|times)",
    r"(?:is|are|lines?|offices?) (?:open|closed)", r"my days",
    r"(?:open|closed) (?:from |on |daily|week|mon|tue|wed|thu|fri|sat|sun)",
), re.IGNORECASE)  # fmt: skip
TO_WEEKDAY = re.compile(rf"s?\s?(?:-|to|until|till?|through)\s?{WEEKDAY}", re.IGNORECASE)
FROM_WEEKDAY = re.compile(rf"{WEEKDAY}s?\s?(?:-|to|until|till?|through)\s?$", re.IGNORECASE)
WEEK_OF = re.compile(r"\b(?:week (?:commencing|beginning|starting|of|from)|w/?c|w/?b)\W{0,3}(?:the )?$", re.IGNORECASE)
NOT = any_of(
    r"no", r"not", r"except(?:ing)?", r"apart from", r"without", r"instead of", r"rather than", r"originally",
    r"previously", r"was due", r"not on",
)  # fmt: skip
HELD = any_of(
    r"meet\w*", r"session", r"event", r"class", r"drop-?in", r"workshop", r"be held", r"taking place", r"planned",
    r"scheduled", r"held",
)  # fmt: skip
NOT_HELD = re.compile(rf"\b{NOT}\b(?: (?:a |any )?{HELD})?(?: (?:on|for|at))?\s?(?:{WEEKDAY}s?,?\s)?$", re.IGNORECASE)
CLAUSE = re.compile(r"[.!?;](?=\s)|[\n|\u2022]")
LABEL = re.compile(
    r"(?-i:\b(?:Posted|Published|Last updated|Date posted)(?: on)?: ?)$|"
    r"(?:^|[\n|])\W{0,4}(?:date )?(?:posted|published|last updated|updated|issued|notice date|dated)(?: on)?\W{0,3}$",
    re.IGNORECASE,
)
INVITING = any_of(
    r"join(?:ing)? us", r"see you", r"meetings?", r"events?", r"sessions?", r"workshops?", r"webinars?", r"held",
    r"takes? place", r"taking place", r"forum", r"assembly", r"drop-?in",
)  # fmt: skip
INVITES = re.compile(
    rf"(?:\b(?:date|when|time|day)s? ?[:|]"
    rf"|\b{INVITING}\b(?: \w+){{0,4}}?[,:]?(?: (?:will be|is|are))?(?: (?:on|for))?)\W{{0,3}}$",
    re.IGNORECASE,
)
HEADER = re.compile(r"^\W{0,3}(?:Sent|Date|Received|Sent on) ?:[^\n]{1,120}$", re.MULTILINE)
NEIGHBOUR = re.compile(r"^\W{0,3}(?:From|To|Subject|Sent|Cc|Reply-To) ?:", re.MULTILINE)
# A chat as WhatsApp exports it: `[07/01/2022, 10:12:33] Name:`, `07/01/2022, 10:12 - Name:`; a post on Facebook.
STAMP = re.compile(
    r"^\[?\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?(?:\]| -) [^\n:]{1,60}:"
    r"|\b\d{1,2} [A-Z][a-z]{2,8}(?: 20\d\d)? at \d\d:\d\d \u00b7",
    re.MULTILINE | re.IGNORECASE,
)
WROTE = re.compile(r"^On [^\n]{5,160}(?:\n[^\n]{1,80})?wrote ?:", re.MULTILINE)


def clause_before(lines: Lines, position: int) -> Span:
    """Where the words stand that govern a position: back to the end of a sentence, over a line break to a label."""
    line = lines.starts[lines.line(position)]
    start = max(line, position - 120)
    breaks = [start, *(mark.end() for mark in CLAUSE.finditer(lines.text, start, position))]
    if len(breaks) > 1 and lines.text[breaks[-1] - 1] == "|" and not lines.says(breaks[-1], position):
        breaks.pop()  # the cell before the day's own in a table
    if lines.says(breaks[-1], position):
        return Span(breaks[-1], position)
    above = lines.line_above(position)
    is_label = 0 < len(above) <= 40 and not any(c.isdigit() for c in above)
    return Span(line - 1 - len(above), line - 1) if is_label else Span(position, position)


def _end_of(lines: Lines, clause: Span) -> str:
    """The last words of a clause; where it is the line above, as if it were the same line."""
    return lines.text[max(clause.start, clause.end - 90) : clause.end].rstrip("\n") + " " * (
        lines.text[clause.end] == "\n"
    )


class Clauses:
    """What the words of a text say about its days. Each kind of word is looked for once, not once for every day."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.marks = {
            pattern: [match.span() for match in pattern.finditer(lines.text)]
            for pattern in (FIRMLY_OTHER, LABELLED_OTHER, OTHER, MEETING)
        }

    def _last(self, pattern: re.Pattern[str], clause: Span) -> int:
        """Where such a word stands last in a clause, else -1."""
        marks = self.marks[pattern]
        at = bisect_left(marks, (clause.end,)) - 1
        return marks[at][0] if at >= 0 and marks[at][0] >= clause.start and marks[at][1] <= clause.end else -1

    def is_deadline(self, day: Span) -> bool:
        """Whether a day is something else than a meeting: the end of a consultation, a publication, a birthday."""
        clause = clause_before(self.lines, day.start)
        before = _end_of(self.lines, clause)
        if any(pattern.search(before) for pattern in (DEADLINE, EARLIER, NOT_HELD)):
            return True
        if HOURS.search(self.lines.before(day.start)) or AFTERWARDS.match(self.lines.text, day.end, day.end + 60):
            return True
        firmly = max(self._last(FIRMLY_OTHER, clause), self._last(LABELLED_OTHER, clause))
        return firmly >= 0 or self._last(OTHER, clause) > self._last(MEETING, clause)


def names_week(lines: Lines, day: Span) -> bool:
    """Whether a day only says in which week something is: `week commencing 10 January`."""
    return bool(WEEK_OF.search(lines.before(day.start)))


def is_office_day(lines: Lines, day: Span) -> bool:
    """Whether a weekday alone says when somebody works or is open, not when people meet: `Monday to Friday`."""
    before, after = lines.before(day.start), lines.text[day.end : day.end + 20]
    return bool(TO_WEEKDAY.match(after) or FROM_WEEKDAY.search(before) or OFFICE_DAYS.search(before + after))


def is_label_of_notice(lines: Lines, day: Span) -> bool:
    """Whether the line says that this is the day on which the notice itself appeared: `Posted: January 07, 2022`."""
    return bool(LABEL.search("\n" + lines.before(day.start)))


def invites(lines: Lines, day: Span) -> bool:
    """Whether the words before a day without a time make it the day of a meeting: `Date:`, `join us on`."""
    return bool(INVITES.search(_end_of(lines, clause_before(lines, day.start))))


def mail_headers(text: str) -> list[Span]:
    """Where mail and chat programs wrote when a message was sent. `Date:` counts only among headers."""
    found = [
        Span(*header.span())
        for header in HEADER.finditer(text)
        if not re.match(r"\W*Date", header[0]) or _among_headers(text, header.span())
    ]
    others = (Span(*match.span()) for pattern in (WROTE, STAMP) for match in pattern.finditer(text))
    return [*found, *others]


def _among_headers(text: str, span: tuple[int, int]) -> bool:
    around = text[max(0, span[0] - 160) : span[0]].split("\n")[-3:], text[span[1] : span[1] + 160].split("\n")[:3]
    return any(NEIGHBOUR.match(line) for part in around for line in part)


def within(spans: Iterable[Span], places: Iterable[Span]) -> list[bool]:
    """For each span in order whether it lies in one of the places. Both may be long."""
    borders = sorted((place.start, place.end) for place in places)
    answers, at = [], 0
    for span in spans:
        while at < len(borders) and borders[at][1] <= span.start:
            at += 1
        answers.append(at < len(borders) and borders[at][0] <= span.start)
    return answers
