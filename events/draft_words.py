"""The words of a pasted text that belong to each meeting read from it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from events.invitations import Draft
from events.invitations.calendars import ESCAPED, EVENT, holds_calendar, properties
from events.invitations.clean import NEWLINES, clean

MOST_LINES = 12  # of one meeting, from its date on
MOST_LETTERS = 2_000


@dataclass(frozen=True)
class Words:
    """`before` the words in front of its date on the same line; `own` from the paragraph with its date to the next
    meeting; `above` the lines before that, the nearest first, not beyond the meeting before it.
    """

    before: str
    own: str
    above: list[str]


def words_of(text: str, drafts: Sequence[Draft]) -> list[Words]:
    """For each draft, in their order; dates of a series that were read in one place share their words."""
    if holds_calendar(text):
        parts = [Words("", _of_entry(part), []) for part in EVENT.split(NEWLINES.sub("\n", text))[1:]]
        return parts if len(parts) == len(drafts) else [Words("", "", [])] * len(drafts)
    whole = clean(text)
    places = sorted({draft.at for draft in drafts})
    begins = [_begin(whole, at, last) for at, last in zip(places, [-1, *places], strict=False)]
    ends = [*begins[1:], len(whole)]
    words = map(_words, repeat(whole), places, [0, *places], begins, ends)
    known = dict(zip(places, words, strict=False))
    return [known[draft.at] for draft in drafts]


def heading_lines(text: str, drafts: Sequence[Draft]) -> list[str]:
    """The first lines of a text that are not empty, before its first meeting."""
    if holds_calendar(text) or not drafts:
        return []
    return [line for line in clean(text)[: min(draft.at for draft in drafts)].split("\n") if line][:12]


def _of_entry(part: str) -> str:
    """What a calendar entry says, in lines as an invitation writes them."""
    entry = properties(part)
    labels = {"SUMMARY": "Title", "LOCATION": "Where", "DESCRIPTION": "About"}
    said = {label: ESCAPED.sub(_letter, entry[name][1]) for name, label in labels.items() if name in entry}
    return "\n".join(f"{label}: {clean(words)}" for label, words in said.items())


def _letter(escaped: re.Match[str]) -> str:
    return "\n" if escaped[1] in "nN" else escaped[1]


def _begin(whole: str, at: int, last: int) -> int:
    """Where the paragraph of a date begins; the date itself where the meeting before it stands in that paragraph."""
    blank = whole.rfind("\n\n", 0, at)
    paragraph = blank + 2 if blank >= 0 else 0
    return at if last >= paragraph else paragraph


def _words(whole: str, at: int, last: int, begin: int, end: int) -> Words:
    following = whole[at : min(end, at + MOST_LETTERS)].split("\n")[:MOST_LINES]
    line = whole.rfind("\n", 0, at) + 1
    above = [each for each in reversed(whole[last : max(last, line)].split("\n")) if each]
    return Words(whole[max(line, last) : at], whole[begin:at] + "\n".join(following), above[:4])
