"""The words of a text that belong to each meeting read from it: of whoever looks for its title and place."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

MOST_LINES = 12  # of one meeting, from its date on; also of the heading of a text
MOST_LETTERS = 2_000


@dataclass(frozen=True)
class Words:
    """`before` the words in front of its date on the same line; `own` from the paragraph with its date to the next
    meeting; `above` the lines before that, the nearest first, not beyond the meeting before it; `heading` the first
    lines of the whole text, not beyond its first meeting. No line is empty.
    """

    before: str = ""
    own: str = ""
    above: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()


def words_at(text: str, found_at: Iterable[int]) -> dict[int, Words]:
    """The words of the meetings found at these places of a cleaned text; several dates of one place share theirs."""
    places = sorted(set(found_at))
    heading = _lines(text[: places[0]])[:MOST_LINES] if places else ()
    begins = [_begin(text, at, last) for at, last in zip(places, [-1, *places], strict=False)]
    ends = [*begins[1:], len(text)]
    words = map(_words, repeat(text), repeat(heading), places, [0, *places], begins, ends)
    return dict(zip(places, words, strict=False))


def _begin(text: str, at: int, last: int) -> int:
    """Where the paragraph of a date begins; the date itself where the meeting before it stands in that paragraph."""
    blank = text.rfind("\n\n", 0, at)
    paragraph = blank + 2 if blank >= 0 else 0
    return at if last >= paragraph else paragraph


def _words(text: str, heading: tuple[str, ...], at: int, last: int, begin: int, end: int) -> Words:
    following = text[at : min(end, at + MOST_LETTERS)].split("\n")[:MOST_LINES]
    line = text.rfind("\n", 0, at) + 1
    above = _lines(text[last : max(last, line)])[:-5:-1]
    return Words(text[max(line, last) : at], text[begin:at] + "\n".join(following), above, heading)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)
