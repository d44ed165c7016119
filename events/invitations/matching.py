"""Which way to join belongs to which occasion."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from events.invitations.context import invites
from events.invitations.facts import Day, Lines, Route, any_of
from events.invitations.occasions import Occasion, is_unsettled

Pair = tuple[Occasion | None, Route | None]

NEAR = 8  # lines between a day without a time and its link
NOT_ONLINE = any_of(
    "survey", "form", "consultation", "questionnaire", "at", "shop", "booking", "registration", "portal", "library",
    "safety", "abuse", "harm", "crime", "fraud", "hate", "here",
)  # fmt: skip
ONLINE = re.compile(r"\b" + any_of(
    r"zoom", r"(?:microsoft |ms )teams", r"on teams", r"teams (?:meeting|call|link)", r"webex", r"google meet",
    r"webinar", r"virtual(?:ly)?", r"video ?call", r"dial[- ]?in",
    r"join(?:ing)? (?:the |this |our )?(?:zoom|teams|meeting|call|webinar|online|link|details|instructions|here|via)",
    rf"(?<!book )(?<!register )(?<!respond )(?<!more )online(?! {NOT_ONLINE})",
) + r"\b", re.IGNORECASE)  # fmt: skip
PLACE = re.compile(r"\b" + any_of(
    r"in[- ]person", r"hall", r"library", r"church", r"mosque", r"temple", r"synagogue", r"gurdwara", r"school",
    r"college", r"centre", r"community (?:house|hub)", r"street", r"road", r"avenue", r"lane", r"venue", r"where",
    r"room \w", r"theatre", r"museum", r"pub", r"caf\u00e9", r"park", r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
) + r"\b", re.IGNORECASE)  # fmt: skip
PARTS = re.compile(r"[;\u2022|]|[,.] |\b(?:and|or) (?:one|another|the other|an?|then|also)\b", re.IGNORECASE)
SAME = re.compile(
    r"\b(?:same (?:link|zoom|details|meeting|id|login)|all (?:the |our )?(?:sessions|meetings|events|dates))\b",
    re.IGNORECASE,
)


def pairs(lines: Lines, occasions: list[Occasion], routes: list[Route]) -> list[Pair]:
    """Every meeting as its occasion and way to join, in the order of the text; either may be missing, not both.

    A way to join belongs to the days of its line, else to those between it and the way before it, else, where it
    stands first, to the day behind it; but not where a further way to join follows that day, which may be its own.
    """
    occasions = _serious(lines, occasions, routes)
    of: dict[int, Route] = {}
    loose = [route for route in routes if not _on_its_line(lines, occasions, route, of)]
    backwards = _routes_first(occasions, loose, of)
    in_turn = _in_turn(occasions, loose, of)
    of.update(in_turn)
    for route in [] if in_turn else loose:
        chosen = _behind(occasions, route, routes, of) if backwards else _before(lines, occasions, route, routes, of)
        if not chosen and route is routes[-1]:
            chosen = _behind(occasions, route, routes, of)
        of.update(dict.fromkeys(chosen, route))
    _shared(lines, occasions, routes, of)
    used = {id(route) for route in of.values()}
    if len(occasions) == 1 and 0 in of:
        used |= _second_doors(lines, routes, of)
    alone: list[Pair] = [(None, route) for route in routes if id(route) not in used and (route.links or route.ids)]
    found: list[Pair] = [*((one, of.get(at)) for at, one in enumerate(occasions)), *alone]
    return sorted(found, key=position)


def position(pair: Pair) -> int:
    """Where in the text a meeting begins."""
    one, route = pair
    return one.start if one else route.start if route else 0


def _serious(lines: Lines, occasions: list[Occasion], routes: list[Route]) -> list[Occasion]:
    """Without the days that have no time, unless words or a link close by make them the day of a meeting."""
    starts = [route.start for route in routes]
    kept = []
    for at, one in enumerate(occasions):
        following = occasions[at + 1].start if at + 1 < len(occasions) else len(lines.text)
        invited = invites(lines, one.day) or _at_a_place(lines, one.day) or is_unsettled(lines, one.day)
        if one.clock or one.ends or one.day.value is None or invited or _has_link(lines, one, starts, following):
            kept.append(one)
    return [
        one
        for one in kept
        if one.clock or one.ends or one.day.value or _near_any(lines, one, starts) or invites(lines, one.day)
    ]


def _at_a_place(lines: Lines, day: Day) -> bool:
    """`Community day, Saturday 15 January 2022, Larkspur Hall`."""
    end = lines.text.find("\n", day.end)
    return day.text[:1].isalpha() and elsewhere(lines.text[day.end : end if end >= 0 else None][:60])


def _has_link(lines: Lines, one: Occasion, starts: list[int], following: int) -> bool:
    at = bisect_left(starts, one.day.end)
    behind = at < len(starts) and starts[at] < following and lines.between(one.day.end, starts[at]) <= NEAR
    here = at > 0 and lines.line(starts[at - 1]) == lines.line(one.day.start)
    return here or (behind and not re.match(r",? the\b", lines.text[one.day.end : one.day.end + 6]))


def _near_any(lines: Lines, one: Occasion, starts: list[int]) -> bool:
    at = bisect_left(starts, one.day.end)
    return any(lines.between(one.day.start, start) <= NEAR for start in starts[max(0, at - 1) : at + 1])


def _on_its_line(lines: Lines, occasions: list[Occasion], route: Route, of: dict[int, Route]) -> bool:
    line = lines.line(route.start)
    at = bisect_right(occasions, route.start, key=lambda one: one.start) - 1
    for candidate in (at, at + 1):
        if 0 <= candidate < len(occasions) and candidate not in of:
            position = occasions[candidate].end if candidate == at else occasions[candidate].start
            if lines.line(position) == line:
                of[candidate] = route
                return _alone_before(lines, occasions, candidate)
    return False


def _alone_before(lines: Lines, occasions: list[Occasion], at: int) -> bool:
    """Whether no further day precedes on the same line, to which the same way to join may belong."""
    return at == 0 or lines.line(occasions[at - 1].end) != lines.line(occasions[at].start)


def _routes_first(occasions: list[Occasion], loose: list[Route], of: dict[int, Route]) -> bool:
    """Whether ways to join and days take turns, beginning and ending as `link, day, link, day`."""
    free = [one for at, one in enumerate(occasions) if at not in of]
    if len(loose) < 2 or len(free) != len(loose):
        return False
    borders = [position for route, one in zip(loose, free, strict=True) for position in (route.start, one.start)]
    return borders == sorted(borders)


def _in_turn(occasions: list[Occasion], loose: list[Route], of: dict[int, Route]) -> dict[int, Route]:
    """Where all days stand before as many ways to join, the first belongs to the first, and so on."""
    free = [at for at in range(len(occasions)) if at not in of]
    if len(loose) < 2 or len(free) != len(loose) or occasions[free[-1]].start > loose[0].start:
        return {}
    return dict(zip(free, loose, strict=True))


def _before(
    lines: Lines, occasions: list[Occasion], route: Route, routes: list[Route], of: dict[int, Route]
) -> list[int]:
    """The free days between a way to join and the one before it; not those that are held somewhere else."""
    at = bisect_left(routes, route.start, key=lambda r: r.start)
    since = routes[at - 1].start if at else -1
    first = bisect_right(occasions, since, key=lambda one: one.start)
    last = bisect_right(occasions, route.start, key=lambda one: one.start)
    free = [i for i in range(first, last) if i not in of]
    nearest = None if route in of.values() else free[-1:]  # its own day need not speak of it
    return [i for i in free if [i] == nearest or not elsewhere(_paragraph(lines, occasions, i))]


def _behind(occasions: list[Occasion], route: Route, routes: list[Route], of: dict[int, Route]) -> list[int]:
    at = bisect_right(routes, route.start, key=lambda r: r.start)
    until = routes[at].start if at < len(routes) else float("inf")
    first = bisect_right(occasions, route.start, key=lambda one: one.start)
    return [first] if first < len(occasions) and first not in of and occasions[first].start < until else []


def _shared(lines: Lines, occasions: list[Occasion], routes: list[Route], of: dict[int, Route]) -> None:
    """Gives the only way to join to the other days, where the text says that it is the same."""
    joining = [route for route in routes if route.links or route.ids]
    if len(joining) != 1 or not SAME.search(lines.text):
        return
    for at in range(len(occasions)):
        if at not in of and not elsewhere(_paragraph(lines, occasions, at)):
            of[at] = joining[0]


def _second_doors(lines: Lines, routes: list[Route], of: dict[int, Route]) -> set[int]:
    """Bare links close behind that of the only meeting are further ways into it: its draft warns that they differ."""
    last, used = of[0], set()
    for route in routes:
        close = route.start > last.start and lines.between(last.end, route.start) <= 3
        if close and not (route.ids or route.passcodes):
            of[0] = replace(of[0], links=[*of[0].links, *route.links])
            last = route
            used.add(id(route))
    return used


def elsewhere(words: str) -> bool:
    """Whether words name a place, and nothing online."""
    return bool(PLACE.search(words)) and not ONLINE.search(words)


def segment(lines: Lines, occasions: list[Occasion], at: int) -> tuple[str, str]:
    """The words in front of an occasion (three lines, not beyond the one before) and its own (eight lines)."""
    one = occasions[at]
    line = lines.line(one.start)
    floor = occasions[at - 1].end if at else 0
    above = max(floor, lines.starts[max(0, line - 3)])
    below = lines.starts[line + 8] if line + 8 < len(lines.starts) else len(lines.text)
    ceiling = _words_of_next(lines, one, occasions[at + 1]) if at + 1 < len(occasions) else len(lines.text)
    return lines.text[above : one.start][-600:], lines.text[one.start : max(one.end, min(below, ceiling))][:1500]


def _paragraph(lines: Lines, occasions: list[Occasion], at: int) -> str:
    """The words of an occasion with the title above it, if it has one."""
    one, floor = occasions[at], occasions[at - 1].end if at else 0
    start = _start_of_paragraph(lines, one.start)
    if start < floor:  # one paragraph, or one line, holds several
        start = max(floor, lines.starts[lines.line(one.start)])
    return lines.text[start : one.start] + segment(lines, occasions, at)[1]


def _start_of_paragraph(lines: Lines, position: int) -> int:
    """Where the lines begin that stand above a position without an empty line between; at most four."""
    at = lines.line(position)
    for _ in range(4):
        if at == 0 or lines.starts[at] - lines.starts[at - 1] == 1:
            break
        at -= 1
    return lines.starts[at]


def _words_of_next(lines: Lines, one: Occasion, following: Occasion) -> int:
    """Where the words begin that speak of the next occasion: its paragraph, its line, or its part of a sentence."""
    for start in (_start_of_paragraph(lines, following.start), lines.starts[lines.line(following.start)]):
        if start >= one.end:
            return start
    parts = [part.start() for part in PARTS.finditer(lines.text, one.end, following.start)]
    return parts[-1] if parts else following.start
