"""Ways to join: links, meeting IDs, passcodes and telephone numbers, and which were written together."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from events.invitations.facts import MASK, Lines, Route, Span, Value, any_of, mask
from events.meeting_links import id_in_link, joins, only_digits, service_of, unwrapped

MOST = 20  # different links, IDs or passcodes kept of one way to join
HOSTS = (
    r"zoom\.us|zoom\.com|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|webex\.com|meet\.jit\.si|whereby\.com"
)
LINK = re.compile(
    rf"https?://[^\s<>\"|{MASK}]{{3,}}|(?<![\w.@/-])(?:[a-z0-9-]{{1,40}}\.){{0,3}}(?:{HOSTS})/[^\s<>\"|{MASK}]{{3,}}",
    re.IGNORECASE,
)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# Words that a lost line break glues behind a link or a passcode.
GLUED = re.compile(any_of(
    r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?=\W|\d|$)", r"(?:Meeting|Webinar)(?: ?ID\b|$)",
    r"(?:Passcode|Password|MeetingID)\b", r"Join (?:Zoom|on|by|from)", r"One ?tap", r"Dial(?: by|-in)", r"Find ?your",
    r"Time:", r"Date:", r"Phone:", r"Topic:", r"https?://",
    r"(?:January|February|March|April|June|July|August|September|October|November|December)(?= ?\d)",
))  # fmt: skip
JOIN_WORDS = re.compile(
    r"\b(?:join(?:ing)?|attend|log ?in|dial in|connect)\b[^\n]{0,60}$"
    r"|\b(?:meeting|video|call|joining|conference|zoom|teams|webex|webinar|session|online) (?:link|url)\W{0,3}$",
    re.IGNORECASE,
)
NOT_JOINING = re.compile(any_of(
    r"regist", r"sign[- ]?up", r"eventbrite", r"survey", r"form", r"book", r"ticket", r"mailing", r"newsletter",
    r"unsubscribe", r"policy", r"privacy", r"document", r"read", r"watch", r"download", r"calendar", r"conversation",
    r"recording", r"agenda", r"microsite", r"debate", r"support\.", r"help", r"\.pdf", r"facebook", r"twitter",
    r"youtube", r"youtu\.be", r"aka\.ms", r"microsoft\.com",
), re.IGNORECASE)  # fmt: skip
REGISTERS = re.compile(r"/(?:meeting|webinar)/register|/ev/|/event/|registration", re.IGNORECASE)
FIGURE = r"[\dlIOo]"
ID_NAME = any_of(
    r"(?:zoom|meeting|webinar|event)[ -]?(?:meeting )?(?:i\.?d|number|no\.?|code)(?: \(access code\))?",
    r"(?<!conference )(?<!phone conference )\bi\.?d", r"access code(?=\W{0,4}\d{3,4}[ -]?\d{3}[ -]?\d{3,4})",
)  # fmt: skip
ID_LABEL = rf"(?<![a-z])(?<!phone )(?<!video )(?<!device ){ID_NAME}(?: number)?(?:\s(?:is|no\.?))?[\s:.#*_|=(-]{{0,6}}"
MEETING_ID = re.compile(rf"{ID_LABEL}(?P<id>\d(?:[ .-]?{FIGURE}){{8,15}})(?!\d)", re.IGNORECASE)
CODE_ID = re.compile(
    r"\b(?:meeting (?:id|code)|google meet(?: code)?|meet code) ?:? ?(?P<id>[a-z]{3}-[a-z]{4}-[a-z]{3})\b",
    re.IGNORECASE,
)
# `Zoom: 815 4586 9151`: figures in the groups of an ID need less of a label.
NAMED_ID = re.compile(
    r"\b(?:zoom|webinar)(?: (?:room|call|meeting|code|details|link))?[\s:.#(|=-]{1,4}"
    r"(?P<id>[1-9]\d\d([ -]?)\d{3,4}\2\d{4})(?![ -]?\d)",
    re.IGNORECASE,
)
NOT_PART_OF_ID = re.compile(
    r"(?:st|nd|rd|th)(?![a-z])|[ -]?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|[:/.]\d|\s?[ap]m(?![a-z])"
)
CODE_NAME = any_of(
    r"pass ?code", r"pass ?word", r"pwd", r"pass(?=:? \d{4})", r"access ?code", r"(?<![a-z])(?:pin|pw)",
    r"(?<![a-z] )code(?= ?[:=])", r"(?<=the )code(?= \d{4,10}\b)", rf"(?<={MASK} )code(?= \d{{4,10}}\b)",
)  # fmt: skip
PASSCODE = re.compile(
    rf"(?<![a-z])(?:(?P<not>host|no|without a|account|your own) )?{CODE_NAME}(?![a-z])"
    r"(?: \((?:case[- ]sensitive|if (?:asked|needed|required))\))?"
    r"(?P<all> for (?:both|all|each|every)(?: of these| the)?(?: \w+)?)?"
    r"(?P<sep>(?: (?:is|to (?:join|enter)(?: is)?))?[\s*_]{0,2}[:=|-][*_]{0,2}\s{0,3}| (?:is:?|of) |\s)"
    rf"(?P<value>\d{{2,4}}(?: \d{{2,4}}){{1,4}}(?:\s?#|(?=[.,;)\n]|$))|[^\s<>|{MASK}]{{3,40}})",
    re.IGNORECASE,
)
NO_CODE = {
    "none",
    "n/a",
    "not",
    "required",
    "see",
    "will",
    "tbc",
    "protected",
    "below",
    "when",
    "and",
    "you",
    "your",
    "reset",
    "the",
    "for",
    "here",
    "needed",
    "separately",
    "above",
    "later",
    "please",
}
ONE_TAP = re.compile(r"(?<![\d+])(\+?\d[\d ().-]{6,20}\d),{1,4}(?:,|\d{6,16}#?)[\d,*#]{0,40}")
NUMBER = re.compile(r"(?<![\d\w+/.,])(\+?\(?\d[\d ().-]{6,20}\d)(?![\d/]|\.\d)")
DIAL_WORDS = re.compile(
    r"\b(?:dial(?:l?ing)?|one[- ]tap|toll|audio|call[- ]in|conference call|by (?:tele)?phone|local number)\b",
    re.IGNORECASE,
)
PHONE_WORDS = re.compile(r"\b(?:tele)?phone\b|\btel\b", re.IGNORECASE)
OFFICE_WORDS = re.compile(any_of(
    r"contact", r"enquir", r"inquir", r"question", r"quer(?:y|ies)", r"information", r"office", r"book", r"rsvp",
    r"regist", r"switchboard", r"minicom", r"textphone", r"text ?relay", r"ring us", r"call us", r"phone us",
    r"speak to", r"accessib", r"access needs", r"interpreter", r"help", r"e-?mail", r"fax",
), re.IGNORECASE)  # fmt: skip
SENTENCE = re.compile(r"(?:[^.;]|[.;](?! [A-Z]))+")
COUNTRY = re.compile(
    r"^\W{0,4}(?:[A-Z][A-Za-z ]{1,30}: ?)?(?:\([A-Z]{2}\) ?)?\+?\(?\d[\d ().-]{6,20}\d"
    r",? ?(?:[A-Z][a-z]|US\b|UK\b|or\b|\(|$)"
)


def links(text: str) -> list[Value]:
    """Every link, in order: `kind` is its service for one by which people join, else ''."""
    lines = Lines(text)
    found: list[Value] = []
    for match in LINK.finditer(text):
        written = _trimmed(match[0], text[match.end() : match.end() + 12])
        url = unwrapped(written if written[:4].lower() == "http" else f"https://{written}")
        found.append(Value(match.start(), match.start() + len(written), url, _kind(lines, match.start(), url)))
    return found


def _trimmed(link: str, following: str) -> str:
    """A link without the punctuation of its sentence, and without words that a lost line break glued to it."""
    glued = next(
        (m for m in GLUED.finditer(link + following, 12) if m.start() < len(link) and _is_break(link, m)), None
    )
    link = link[: glued.start()] if glued else link
    while link and (link[-1] in ".,;:!?'*>]}\u2026\u00bb" or (link[-1] == ")" and link.count("(") < link.count(")"))):
        link = link[:-1]
    return link


def _is_break(link: str, glued: re.Match[str]) -> bool:
    return not glued[0].startswith("http") or link[glued.start() - 1] not in "=/_"


def _kind(lines: Lines, start: int, url: str) -> str:
    if joins(url):
        return service_of(url)
    if service_of(url) or NOT_JOINING.search(url):
        return ""
    before = lines.before(start, 90)
    said = before if before.strip(" <-*") else lines.line_above(start)
    return "other" if JOIN_WORDS.search(said) and not NOT_JOINING.search(said) else ""


def meeting_ids(text: str, known: frozenset[str]) -> list[Value]:
    """Meeting IDs behind their label. `value` is digits; `kind` is `mended` where a letter was read as a digit and no
    link (`known`: the IDs in links) confirms it."""
    found = []
    for match in MEETING_ID.finditer(text):
        written = _cut_id(match["id"], text[match.end() : match.end() + 5], known)
        digits = only_digits(re.sub("[oO]", "0", re.sub("[lI]", "1", written))).replace(".", "")
        clear = sum(c.isdigit() for c in written)
        if len(digits) >= 9 and clear >= len(digits) - 3:
            kind = "mended" if clear < len(digits) and digits not in known else ""
            found.append(Value(match.start(), match.start("id") + len(written), digits, kind))
    found += [Value(*match.span(), match["id"].lower()) for match in CODE_ID.finditer(text)]
    rest = mask(text, found)
    return found + [
        Value(*match.span(), only_digits(match["id"]).replace("-", "")) for match in NAMED_ID.finditer(rest)
    ]


def _cut_id(written: str, following: str, known: frozenset[str]) -> str:
    """Without the figures of a date or time that follows with no break: `815 4586 9151 13 January`."""
    for cut in (m.end() for m in re.finditer(r"\d(?=[ .-]|\d|$)", written)):
        if only_digits(written[:cut]).replace(".", "") in known:
            return written[:cut]
    if NOT_PART_OF_ID.match(following):
        return re.sub(r"[ .-]?\w{1,2}$", "", written)
    return re.sub(r" ?[lIOo]{1,2}$", "", written) if following[:1].isalpha() else written


def passcodes(text: str) -> list[Value]:
    """Passcodes behind their label, exactly as written but for the punctuation and words glued to them.

    A `pwd=` inside a link is none: the link must be masked in `text`. A PIN in groups is given without blanks and `#`.
    """
    found = []
    for match in PASSCODE.finditer(text):
        value = _cut_code(match["value"], text[match.end() : match.end() + 12])
        firm = bool(re.search(r"[:=|-]", match["sep"])) or " is" in match["sep"] or _ends_with_code(text, match, value)
        if match["not"] or value.lower() in NO_CODE or len(value) < 3 or not (firm or re.search(r"\d", value)):
            continue
        end = match.start("value") + len(value)
        plain = re.sub(r"[\s#]", "", value) if " " in value else value
        found.append(Value(match.start(), end, plain, "shared" if match["all"] else ""))
    return found


def _ends_with_code(text: str, match: re.Match[str], value: str) -> bool:
    """`ID 815 4586 9151, password larks`: a word ends the clause, and an ID or link (masked) stands in front."""
    end = match.start("value") + len(value)
    return MASK in text[max(0, match.start() - 60) : match.start()] and bool(
        re.match(r"[).,;]*(?:\s*$|\n|\))", text[end : end + 4])
    )


def _cut_code(value: str, following: str) -> str:
    glued = next((m for m in GLUED.finditer(value + following, 3) if m.start() < len(value)), None)
    value = value[: glued.start()] if glued else value
    numeric = re.match(r"\d{4,10}(?=\W|[A-Z][a-z]{2,})", value)
    if numeric and not re.match(r"\W[^\s.,;)]", value[numeric.end() :]) and " " not in value:
        return numeric[0]
    if value[0] in "*_'\"" and value.rstrip(".,;").endswith(value[0]):  # bold, or between quotation marks
        return value.rstrip(".,;").strip(value[0])
    value = value.rstrip(".,;:'\"")
    return value.rstrip(").,;") if value.count("(") < value.count(")") else value


def phones(text: str, routes_at: Iterable[Span]) -> list[Value]:
    """Dial-in numbers, as written. An office's own number is none.

    Counted: a number with `,,` and a meeting ID behind it; a number on a line that speaks of dialling in, audio or
    toll, and the list of numbers under such a line; a `phone` or `tel` line at most three lines from an ID, passcode
    or link. Never: a sentence that speaks of questions, enquiries, booking, an office or access needs.
    """
    found = [Value(match.start(), match.end(), match[1].strip()) for match in ONE_TAP.finditer(text)]
    near = _lines_near(Lines(text), routes_at)
    rest = mask(text, found)
    at, listing = 0, 0
    for number, line in enumerate(rest.split("\n")):
        dialling = bool(DIAL_WORDS.search(line)) or (number in near and bool(PHONE_WORDS.search(line)))
        listing = _listing(line, dialling, listing)
        for sentence in SENTENCE.finditer(line) if dialling or listing > 0 else ():
            if not OFFICE_WORDS.search(sentence[0]):
                found += _numbers(sentence[0], at + sentence.start())
        at += len(line) + 1
    return sorted(found, key=lambda value: value.start)


def _listing(line: str, dialling: bool, listing: int) -> int:
    """How many empty lines a list of dial-in numbers may still have; 0 outside of one."""
    if dialling or (listing and COUNTRY.match(line)):
        return 3
    return max(0, listing - 1) if not line.strip() else 0


def _numbers(line: str, at: int) -> list[Value]:
    line = line[:2000]
    return [
        Value(at + m.start(1), at + m.end(1), m[1].strip())
        for m in NUMBER.finditer(line)
        if 10 <= sum(c.isdigit() for c in m[1]) <= 15 and (m[1].lstrip("(")[0] in "+0" or re.match(r"1[- (.]", m[1]))
    ]


def _lines_near(lines: Lines, spans: Iterable[Span]) -> set[int]:
    return {at + step for span in spans for at in (lines.line(span.start),) for step in range(-3, 4)}


@dataclass(frozen=True)
class Pieces:
    """What ways to join are made of, as (field of Route, value) in order; every place that holds no date or time."""

    parts: list[tuple[str, Value]]
    places: list[Span]
    signs: list[Value]  # links that register for a meeting online; `value` is the service


def pieces(text: str) -> Pieces:
    """Links, IDs, passcodes and dial-in numbers of a cleaned text. Each is looked for in what the former left."""
    every = links(text)
    joining = [link for link in every if link.kind]
    taken: list[Span] = [*every, *(Span(*m.span()) for m in MAIL.finditer(text))]
    rest = mask(text, taken)
    ids = meeting_ids(rest, frozenset(filter(None, (id_in_link(link.value) for link in joining))))
    rest = mask(rest, ids)
    codes = passcodes(rest)
    rest = mask(rest, codes)
    numbers = phones(rest, [*joining, *ids, *codes])
    fields = {"links": joining, "ids": ids, "passcodes": codes, "phones": numbers}
    parts = [(name, value) for name, values in fields.items() for value in values]
    signs = [Value(link.start, link.end, service_of(link.value)) for link in every if REGISTERS.search(link.value)]
    ordered = sorted(parts, key=lambda part: part[1].start)
    return Pieces(ordered, [*taken, *ids, *codes, *numbers], [sign for sign in signs if sign.value])


def routes(parts: list[tuple[str, Value]], borders: list[int]) -> list[Route]:
    """Ways to join, in order. `borders` are the positions of meetings' days, ascending: what stands behind the next day
    belongs to the next way to join, if this one has a link or ID already."""
    found: list[Route] = []
    shared = [value for name, value in parts if name == "passcodes" and value.kind == "shared"]
    for name, value in parts:
        if value in shared:
            continue
        behind = bisect_left(borders, value.start)
        if not found or _is_next(found[-1], name, value, borders[behind - 1] if behind else -1):
            found.append(Route(value.start, value.end))
        found[-1] = _added(found[-1], name, value)
    return [route if route.passcodes else replace(route, passcodes=shared) for route in _whole(found, borders)]


def _is_next(route: Route, name: str, value: Value, border: int) -> bool:
    """Whether a piece begins another way to join."""
    ids = {v.value for v in route.ids} | {id_in_link(v.value) for v in route.links} - {""}
    if name == "links":
        own = id_in_link(value.value)
        if route.links:
            return value.value != route.links[0].value and (border > route.links[-1].end or not (own and own in ids))
        return bool(route.ids) and route.start < border and not (own and own in ids)
    if name == "ids" and (route.ids or value.value in ids):
        return value.value not in ids
    core = max((v.end for v in (*route.links, *route.ids)), default=border)
    return border > core


def _whole(found: list[Route], borders: list[int]) -> list[Route]:
    """Puts halves together: Webex writes the link, the day and the ID in any order. Two ways to join are halves of one
    if no day stands before the first, one between them, and only one of them has a link, the other an ID."""
    whole: list[Route] = []
    since = 0
    for route in found:
        last = whole[-1] if whole else None
        if (
            last
            and _halves(last, route)
            and _days(borders, since, last.start) == 0
            and _days(borders, last.start, route.start) == 1
        ):
            for name in ("links", "ids", "passcodes", "phones"):
                for value in getattr(route, name):
                    last = _added(last, name, value)
            whole[-1] = last
        else:
            since = last.end if last else 0
            whole.append(route)
    return whole


def _halves(one: Route, other: Route) -> bool:
    linked, numbered = (one, other) if one.links else (other, one)
    if not linked.links or numbered.links or linked.ids or not numbered.ids:
        return False
    inside = {id_in_link(link.value) for link in linked.links} - {""}
    return not inside or bool(inside & {each.value for each in numbered.ids})


def _days(borders: list[int], since: int, until: int) -> int:
    return bisect_left(borders, until) - bisect_left(borders, since)


def _added(route: Route, name: str, value: Value) -> Route:
    values: list[Value] = getattr(route, name)
    if name == "phones" or (len(values) < MOST and value.value not in {v.value for v in values}):
        values.append(value)
    return replace(route, end=max(route.end, value.end))
