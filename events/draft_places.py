"""Where a pasted meeting takes place, as far as its text says: in a venue that is known, online, or both.

Everything here is a proposal and carries the sentence that tells staff so. Pure: texts and venues in, proposals out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from events.invitations import Draft
from events.models import Format, Venue

POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b", re.IGNORECASE)
LABEL = re.compile(r"^\W*(?:venue|where|location|place|address) ?[:|] ?(\S.*)$", re.IGNORECASE | re.MULTILINE)
ONLINE = re.compile(r"https?:|\b(?:zoom|teams|google meet|webex|online|virtual(?:ly)?|video call)\b", re.IGNORECASE)
BOTH = re.compile(r"\bhybrid\b|\bin[- ]person (?:and|or) online\b|\bonline (?:and|or) in[- ]person\b", re.IGNORECASE)
IN_PERSON = re.compile(
    r"\bin[- ]person\b|\b(?:hall|library|church|mosque|temple|synagogue|gurdwara|school|college|community centre|"
    r"youth centre|leisure centre|theatre|museum)\b",
    re.IGNORECASE,
)
# An address to which people write is no place to come to.
BY_POST = re.compile(
    r"^.*\b(?:write to|by post|freepost|post (?:it )?to|e-?mail|contact us)\b.*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Place:
    """What is proposed. `told` says of the fields `format` and `venue` where the proposal comes from."""

    format: str
    venue: Venue | None = None
    told: dict[str, str] = field(default_factory=dict)


def place_of(draft: Draft, venues: Sequence[Venue]) -> Place:
    """The format and the venue of one meeting, as its words have them."""
    text = BY_POST.sub("", draft.words.own)
    has_route = bool(draft.join_url or draft.meeting_id or draft.phones)
    is_online = has_route or bool(draft.provider) or any(note.kind == "no_join_link" for note in draft.warnings)
    named, coded = _named(text, venues), [] if is_online else _coded(text, venues)
    found = [venue for venue in named if venue in coded] or named or coded
    label = next((each[1].strip() for each in LABEL.finditer(text) if not ONLINE.search(each[1])), "")
    has_place = bool(found or BOTH.search(text) or (label and not is_online))
    has_place = has_place or (not is_online and bool(IN_PERSON.search(text) or POSTCODE.search(text)))
    format, why = _format(has_route, is_online, has_place)
    venue = found[0] if len(found) == 1 else None
    about_venue = _about_venue(found, named, label, text) if has_place else ""
    return Place(format, venue, {"format": why} | ({"venue": about_venue} if about_venue else {}))


def _format(has_route: bool, is_online: bool, has_place: bool) -> tuple[str, str]:
    if is_online and has_place:
        return Format.HYBRID, "Proposed: the text speaks of a place to come to and of joining online."
    if is_online:
        said = "gives a way to join online" if has_route else "speaks of a meeting online"
        return Format.ONLINE, f"Proposed: the text {said}."
    if has_place:
        return Format.IN_PERSON, "Proposed: the text speaks of a place to come to."
    return Format.IN_PERSON, "A first choice only: the text names neither a place nor a way to join online."


def _about_venue(found: list[Venue], named: list[Venue], label: str, text: str) -> str:
    if len(found) > 1:
        return f"The text fits several venues: {', '.join(venue.name for venue in found)}. Choose one."
    if found:
        return "Proposed: the text names it." if named else "Proposed: the text has its postcode."
    code = POSTCODE.search(text)
    unknown = label or (f"{code[1]} {code[2]}".upper() if code else "")
    if unknown:
        return f"The text says “{unknown[:120]}”, which is none of our venues. Add it under Venues, then choose it."
    return ""


def _named(text: str, venues: Sequence[Venue]) -> list[Venue]:
    """Those whose name stands in the text; not `Town Hall` where that is a part of `Lambeth Town Hall`."""
    plain = _plain(text)
    hits = [venue for venue in venues if _plain(venue.name) in plain]
    return [
        v for v in hits if not any(_plain(v.name) != _plain(w.name) and _plain(v.name) in _plain(w.name) for w in hits)
    ]


def _coded(text: str, venues: Sequence[Venue]) -> list[Venue]:
    codes = {f"{a}{b}".upper() for a, b in POSTCODE.findall(text)}
    return [venue for venue in venues if venue.postcode.replace(" ", "").upper() in codes]


def _plain(words: str) -> str:
    return f" {re.sub(r'[^a-z0-9]+', ' ', words.casefold().replace('’', '').replace(chr(39), '')).strip()} "
