"""Reading a whole notice: from text to drafts.

What makes a day no meeting; a rule wins over those below it:

    stands in the header of a mail, or behind `Posted:`     it dates the notice (`mail_headers`, `is_label_of_notice`)
    directly behind `by`, `until`, `between`, `not on`      out (`context.DEADLINE`, `EARLIER`, `NOT_HELD`)
    before `is the deadline`; on a line of opening hours    out (`AFTERWARDS`, `HOURS`)
    `deadline`, `rsvp`, `Issue date:` in its clause         out (`FIRMLY_OTHER`, `LABELLED_OTHER`)
    `closes`, `published`, `bookings` in its clause         out, unless a word of `MEETING` stands nearer (`OTHER`)
    ends a range that began with a day left out             out (`LASTS_UNTIL`)
    ends any other range                                    one draft, for the first day
    `tomorrow`, or a weekday alone                          out beside any day in full; out in office hours
    has no time                                             out, unless at a place, by a link or invited to (`matching`)
    was read already, of the same instant and link          one draft (`merging`)
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from consult.dates import london
from events.invitations.clean import clean
from events.invitations.clocks import ATOM, clocks, without_programmes
from events.invitations.context import Clauses, is_label_of_notice, is_office_day, mail_headers, names_week, within
from events.invitations.dating import decided
from events.invitations.days import DAY, WEEKDAY, Written, written_days
from events.invitations.drafts import Draft, draft_of, mark_past
from events.invitations.facts import MASK, Clock, Day, Lines, Note, Route, Span, Value, any_of, mask
from events.invitations.matching import ONLINE, Pair, elsewhere, pairs, position, segment
from events.invitations.merging import merged
from events.invitations.occasions import LEADS_ON, NEAR, Occasion, occasions
from events.invitations.routes import pieces, routes
from events.invitations.words import words_at
from events.invitations.zones import LINE
from events.meeting_links import service_of

MOST_DAYS, MOST_TIMES = 1_000, 5_000  # of one text; figures alone may be times
REPEATS = re.compile(r"\b" + any_of(
    rf"(?:every|each) (?:other |second |\d+ |two |three |four )?(?:week|month|{WEEKDAY})\w*",
    r"every (?:week)?days?(?=,| until| from| for \d)", r"(?:occurs|repeats) every", r"recurring",
    rf"(?:first|second|third|fourth|last|[1-4](?:st|nd|rd|th)) {WEEKDAY}s? (?:of|in) (?:each|every|the) month",
    r"(?:weekly|fortnightly|monthly)(?! (?:news|bulletin|update|digest|e-?mail|round|report|magazine|figures))",
) + r"\b", re.IGNORECASE)  # fmt: skip
FOLLOWS = re.compile(r"[ ,]{0,2}(?:at |from )?", re.IGNORECASE)
LASTS_UNTIL = re.compile(r" ?(?:-|to|until|till?|through) ?", re.IGNORECASE)
COUNT = re.compile(r"\b(\d{1,3}) occurrence", re.IGNORECASE)
CANCELLED = re.compile(any_of(
    r"\b(?:has been|have been|is|are|was|now) (?:now )?(?:cancelled|canceled|postponed|moved|rescheduled)\b"
    r"(?! (?:to|until|from))",
    r"^(?:Subject:)?\W{0,4}(?:cancelled|canceled|postponed)\b", r"(?-i:\b(?:CANCELLED|CANCELED|POSTPONED)\b)",
), re.IGNORECASE | re.MULTILINE)  # fmt: skip
# A year that stands for itself, as in a heading: not `2021/22`, `2022-2025` or a part of a date, which is masked.
YEAR_ALONE = re.compile(r"(?<![\d/.:+-])(20\d\d)(?![\d/.:-]\d|\d)")
ALL_ONLINE = re.compile(rf"\b(?:both|all|each)\b[^.\n]{{0,60}}{ONLINE.pattern}", re.IGNORECASE)
SERVICES = (("zoom", r"zoom"), ("teams", r"teams"), ("webex", r"webex"), ("meet", r"google meet"))


@dataclass(frozen=True)
class Reading:
    """A cleaned text with what was found in it. `notice` is the day on which it says that it appeared."""

    lines: Lines
    days: list[Day]
    clocks: list[Clock]
    routes: list[Route]
    signs: list[Value]
    notice: date | None
    zone_word: str
    service: str  # named anywhere in it
    all_online: bool


def read_text(text: str, now: datetime) -> list[Draft]:
    """The meetings of a text without calendar objects, in its order."""
    whole = clean(text)
    part = _first_part(whole)
    found = facts_of(part, london(now).date())
    borders = sorted(v.start for route in found.routes for v in (*route.links, *route.ids))
    dated = occasions(found.lines, found.days, found.clocks, borders)
    paired = pairs(found.lines, dated, found.routes)
    taken = {one.clock.start for one, _ in paired if one and one.clock}
    found = replace(found, clocks=[clock for clock in found.clocks if clock.start not in taken])
    drafts = merged([_draft(found, paired, at) for at in range(len(paired))])
    words = words_at(part, (draft.at for draft in drafts))
    for draft in drafts:
        draft.words = words[draft.at]
        mark_past(draft, found.notice, now)
    _note_repeats(found.lines.text, drafts)
    if len(part) < len(whole):
        drafts = drafts or [draft_of(None, None, "")]
        drafts[-1].warn(
            "other", f"The text holds more than {MOST_DAYS:,} days or {MOST_TIMES:,} times: its rest was not read."
        )
    return drafts


def _first_part(text: str) -> str:
    """As much of a text as is read: a hostile one may hold a hundred thousand days, each with costs of its own."""
    ends = (islice(DAY.finditer(text), MOST_DAYS, None), islice(ATOM.finditer(text), MOST_TIMES, None))
    return text[: min((match.start() for matches in ends for match in islice(matches, 1)), default=len(text))]


def facts_of(text: str, today: date) -> Reading:
    """Finds days, times and ways to join in a cleaned text, leaving out days that are no meetings."""
    parts = pieces(text)
    plain = mask(text, parts.places)
    lines = Lines(plain)
    headers = mail_headers(plain)
    written = written_days(plain)
    years = frozenset(int(year[1]) for year in YEAR_ALONE.finditer(mask(plain, written)))
    in_header = within(written, headers)
    notice = _notice_date(lines, written, in_header, today)
    rest = mask(plain, headers)
    body = [
        day for day, header in zip(written, in_header, strict=True) if not header and not is_label_of_notice(lines, day)
    ]
    days = _meeting_days(Lines(rest), body, decided(body, notice, today, years))
    undated = mask(rest, written)
    times = _free(Lines(rest), without_programmes(undated, clocks(undated)), body, days)
    zone = LINE.search(rest)
    ways = routes(parts.parts, [day.start for day in days])
    return Reading(
        Lines(rest),
        days,
        times,
        ways,
        parts.signs,
        notice,
        zone[1] if zone else "",
        _service(text),
        bool(ALL_ONLINE.search(rest)),
    )


def _notice_date(lines: Lines, written: list[Written], in_header: list[bool], today: date) -> date | None:
    """The latest day that is labelled as the notice's own, else the last (innermost) mail's."""
    known = [day if day.year else None for day in written]
    labelled = [day for day in known if day and is_label_of_notice(lines, day)]
    mailed = [day for day, header in zip(known, in_header, strict=True) if day and header]
    if labelled:
        return max((day.value for day in decided(labelled, None, today) if day.value), default=None)
    return next((day.value for day in reversed(decided(mailed, None, today)) if day.value), None)


def _meeting_days(lines: Lines, written: list[Written], meant: list[Day]) -> list[Day]:
    """The days that may be meetings. `Tomorrow` and a weekday alone count only where no day is written in full."""
    clauses = Clauses(lines)
    possible: list[tuple[str, Day]] = []
    left_out = 0  # the end of the last day that is none
    for figures, day in zip(written, meant, strict=True):
        if clauses.is_deadline(day) or (left_out and LASTS_UNTIL.fullmatch(lines.text, left_out, day.start)):
            left_out = day.end
        else:
            possible.append((figures.relative, _of_week(lines, day)))
    full = [day for relative, day in possible if not relative]
    if full:
        return _without_last_days(lines, full)
    alone = [day for _, day in possible if not is_office_day(lines, day)]
    listed = [day for day in alone if lines.begins(day.start)]
    return alone if len(listed) < 3 else []  # `Mon 9am-5pm`, `Tue 9am-5pm`, ...: when somebody is there


def _of_week(lines: Lines, day: Day) -> Day:
    if not day.value or not names_week(lines, day):
        return day
    return replace(
        day,
        value=None,
        notes=(Note("missing_date", f'The notice names the week of "{day.text.rstrip(".")}", no day.'),),
    )


def _without_last_days(lines: Lines, days: list[Day]) -> list[Day]:
    """`27 January to 28 January` is one draft, for the first day, that says so."""
    kept: list[Day] = []
    for day in days:
        if kept and kept[-1].value and LASTS_UNTIL.fullmatch(lines.text, kept[-1].end, day.start):
            said = " ".join(lines.text[kept[-1].start : day.end].split())
            note = Note("other", f'"{said}" names several days; this draft is for the first.')
            kept[-1] = replace(kept[-1], end=day.end, notes=(*kept[-1].notes, note))
        else:
            kept.append(day)
    return kept


def _free(lines: Lines, times: list[Clock], written: list[Written], days: list[Day]) -> list[Clock]:
    """The times that do not belong to a day left out: not `5pm` of `closes at 5pm on 21 January`, nor office hours.
    What closes has no end: `until 1 March, 10am to 11am` says when the meetings are."""
    kept = {day.start for day in days}
    others = [day for day in written if day.start not in kept]
    closing = Borders([day for day in others if not day.relative])
    office = Borders([day for day in others if day.relative and is_office_day(lines, day)])
    return [
        clock
        for clock in times
        if not ((not clock.ends and closing.touch(lines.text, clock)) or office.touch(lines.text, clock))
    ]


class Borders:
    """Where days begin and end, in order."""

    def __init__(self, days: Sequence[Span]) -> None:
        self.starts, self.ends = [day.start for day in days], [day.end for day in days]

    def touch(self, text: str, clock: Clock) -> bool:
        """Whether one of them stands directly behind or before a time."""
        after, before = bisect_left(self.starts, clock.end), bisect_right(self.ends, clock.start) - 1
        ahead = after < len(self.starts) and self.starts[after] - clock.end < 20
        if ahead and LEADS_ON.fullmatch(text, clock.end, self.starts[after]):
            return True
        near = before >= 0 and clock.start - self.ends[before] < 12
        return near and bool(FOLLOWS.fullmatch(text, self.ends[before], clock.start))


def _draft(found: Reading, paired: list[Pair], at: int) -> Draft:
    one, route = paired[at]
    draft = draft_of(one, route, found.zone_word)
    above, own = _words(found.lines, paired, at)
    claimed = ONLINE.search(own) or (not elsewhere(own) and (found.all_online or ONLINE.search(above)))
    sign = _near_sign(found, draft.at)
    online = bool(draft.meeting_id or claimed or sign)
    if draft.provider is None and online:
        draft.provider = _service(own) or _service(above) or sign or found.service or None
    if draft.provider == "other" and not service_of(draft.join_url or ""):
        draft.provider = _service(own) or "other"  # a shortened link
    if one is None and any(c.role == "start" for c in _near_clocks(found, draft.at)):
        draft.warnings = [note for note in draft.warnings if note.kind != "missing_time"]
    if CANCELLED.search(f"{_title(found.lines, draft.at)}{own}"):
        draft.warn("other", "The notice seems to say that this meeting is cancelled or moved.")
    if draft.join_url is None and online:
        draft.warn("no_join_link", "The notice speaks of a meeting online, but no link to join it is written.")
    return draft


def _near_sign(found: Reading, position: int) -> str:
    """The service of a link close by at which people register for a meeting online."""
    at = bisect_left(found.signs, position, key=lambda sign: sign.start)
    near = (sign for sign in found.signs[max(0, at - 1) : at + 1] if found.lines.between(sign.start, position) <= NEAR)
    return next((sign.value for sign in near), "")


def _title(lines: Lines, position: int) -> str:
    """The words in front of a day, and the line above if it holds nothing else."""
    above = lines.line_above(position)
    return f"{above}\n" * (not any(c.isdigit() or c == MASK for c in above)) + lines.before(position)


def _near_clocks(found: Reading, position: int) -> list[Clock]:
    at = bisect_left(found.clocks, position, key=lambda clock: clock.start)
    return [c for c in found.clocks[max(0, at - 2) : at + 2] if found.lines.between(c.start, position) <= NEAR]


def _words(lines: Lines, paired: list[Pair], at: int) -> tuple[str, str]:
    one, route = paired[at]
    dated = [pair[0] for pair in paired if pair[0]] if len(paired) < 3 else _around(paired, at)
    if one is None or one not in dated:
        start = route.start if route else 0
        return lines.text[max(0, start - 300) : start], lines.text[start : start + 600]
    above, own = segment(lines, dated, next(i for i, other in enumerate(dated) if other is one))
    last_one, last = paired[at - 1] if at else (None, None)
    if last and last.end > one.start - len(above) and last is not route:
        above = lines.text[min(last.end, one.start) : one.start]
    if one.source:  # a list with one time and one place
        after = bisect_right(paired, one.source.start, key=position)
        own += segment(lines, [one.source, *(pair[0] for pair in paired[after : after + 1] if pair[0])], 0)[1]
    if last_one and last is None and lines.line(last_one.end) == lines.line(one.start):
        above = lines.before(one.start)
    return above, own


def _around(paired: list[Pair], at: int) -> list[Occasion]:
    return [pair[0] for pair in paired[max(0, at - 1) : at + 2] if pair[0]]


def _service(words: str) -> str:
    return next((name for name, pattern in SERVICES if re.search(pattern, words, re.IGNORECASE)), "")


def _note_repeats(text: str, drafts: list[Draft]) -> None:
    """Says so where a text speaks of a series and lists one date, or fewer dates than it counts."""
    dated = [draft for draft in drafts if draft.starts_at] or drafts
    count = COUNT.search(text)
    wanted = int(count[1]) if count else 2
    at = dated[0].at if dated else 0
    if dated and len(dated) < wanted and (count or REPEATS.search(text, max(0, at - 400), at + 800)):
        dated[0].warn(
            "other",
            "The text says that the meeting repeats, but does not list every date: only those written are read.",
        )
