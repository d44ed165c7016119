"""What should hardly stand in a text that everybody reads: ways into a meeting, somebody's own telephone. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST = 80  # letters of a finding that are shown

PASSCODE_WORD = r"(?:pass[ -]?(?:code|word|key|phrase)s?|access codes?|PINs?)"
PASSCODE = re.compile(
    rf"\b{PASSCODE_WORD}\b(?P<sign>[ ]{{0,3}}(?:is|are|[:=#(–—-])?)[ ]{{0,3}}(?P<code>[^\s]{{4,60}})", re.IGNORECASE
)
NEAR_PASSCODE = re.compile(rf"\b{PASSCODE_WORD}\b", re.IGNORECASE)
MEETING_ID = re.compile(r"(?<![\d+/])\d{3}[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)")
NEAR = 120  # letters between a meeting ID and the word passcode
# A query that lets people in: of Zoom and Webex by its name; the short links of Teams say `p`. Perhaps encoded.
IN_LINK = re.compile(r"(?:[?&;]|%3F|%26)(?:pwd|pw|passcode|password)(?:=|%3D)[^&\s]", re.IGNORECASE)
IN_TEAMS_LINK = re.compile(r"teams\.(?:microsoft|live)\.com/meet/[^?\s]{1,40}\?(?:\S{0,200}&)?p=\S", re.IGNORECASE)
# 07 and nine figures, or the same from abroad; figures follow the 7, so that "07 01 2026 9.30" is a day.
MOBILE = re.compile(r"(?<![\d+])(?:(?:\+|00)44[ ().-]{0,3}(?:0[ ).-]{0,2})?|0)7\d(?:[ .()-]{0,2}\d){8}(?!\d)")
KINDS = {
    "passcode": "a passcode",
    "link": "a link that carries its passcode",
    "meeting_id": "a meeting ID beside its passcode",
    "mobile": "a mobile number",
}


@dataclass(frozen=True)
class Finding:
    """`kind` is a key of KINDS. `words` are shown to who wrote them, and written into no log: hence no part of repr."""

    kind: str
    words: str = field(repr=False)

    @property
    def label(self) -> str:
        return KINDS[self.kind]


def find(text: str) -> list[Finding]:
    """What in a text lets people into a meeting or is somebody's own number: in its order, each once."""
    plain = _plain(text)
    found = sorted([*_links(plain), *_passcodes(plain), *_meeting_ids(plain), *_mobiles(plain)])
    return list(dict.fromkeys(Finding(kind, words[:LONGEST]) for _, kind, words in found))


Place = tuple[int, str, str]  # where, kind, words


def _plain(text: str) -> str:
    """Figures are figures, blanks are blanks, and what nobody sees is gone: no way around by look-alikes."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    bare = re.sub(r"[*_`]", "", visible) if "*" in visible or "`" in visible else visible
    return re.sub(r"[^\S\n]", " ", re.sub("[‐‑‒−]", "-", bare))


def _links(text: str) -> Iterator[Place]:
    for word in re.finditer(r"\S+", text):
        if IN_LINK.search(word[0]) or IN_TEAMS_LINK.search(word[0]):
            yield word.start(), "link", word[0].strip("()<>[].,;")


def _passcodes(text: str) -> Iterator[Place]:
    for match in PASSCODE.finditer(text):
        code = match["code"].strip("\"'“”‘’().,;:!?")
        said = match["sign"].strip() != ""
        if len(code) < 4 or "://" in code:
            continue
        if any(c.isdigit() for c in code) or (said and len(code) >= 6 and re.search(r"[a-z][A-Z]|[@!$%&]", code)):
            yield match.start(), "passcode", match[0]


def _meeting_ids(text: str) -> Iterator[Place]:
    words = [match.start() for match in NEAR_PASSCODE.finditer(text)]
    at = 0
    for match in MEETING_ID.finditer(text):
        while at < len(words) and words[at] < match.start() - NEAR:
            at += 1
        if at < len(words) and words[at] <= match.end() + NEAR:
            yield match.start(), "meeting_id", match[0]


def _mobiles(text: str) -> Iterator[Place]:
    for match in MOBILE.finditer(text):
        yield match.start(), "mobile", match[0]
