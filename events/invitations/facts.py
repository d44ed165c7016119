"""What stands in a text, and where: days, times of day, and ways to join, before anyone says which belong together."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

MASK = "\x00"  # cleaning leaves no control character, so this one is free
UNSAID = "does not say morning or evening"


@dataclass(frozen=True)
class Note:
    """One thing that a person should look at. `kind` is one of drafts.KINDS."""

    kind: str
    message: str


@dataclass(frozen=True)
class Span:
    """From the first letter to behind the last, in the cleaned text."""

    start: int
    end: int


@dataclass(frozen=True)
class Day(Span):
    """A day as written. `value` is None where it cannot be said which day is meant; the notes then say why."""

    text: str
    value: date | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Clock(Span):
    """A time of day as written, perhaps with its end, the words for its zone, and a stated length in minutes."""

    text: str
    begins: time
    ends: time | None = None
    role: str = "start"  # or "end", or "doors": when people may come in or ring, not when it starts
    minutes: int = 0
    zone: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def guessed(self) -> bool:
        """Whether it does not say which half of the day is meant."""
        return any(UNSAID in note.message for note in self.notes)


@dataclass(frozen=True)
class Value(Span):
    """A link, meeting ID, passcode or telephone number."""

    value: str
    kind: str = ""


@dataclass(frozen=True)
class Route(Span):
    """A way to join: what was written together about one online meeting."""

    links: list[Value] = field(default_factory=list)
    ids: list[Value] = field(default_factory=list)
    passcodes: list[Value] = field(default_factory=list)
    phones: list[Value] = field(default_factory=list)


def any_of(*words: str) -> str:
    """A pattern for one of these words, each a pattern itself."""
    return f"(?:{'|'.join(words)})"


class Lines:
    """Says on which line of a text a position is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def line(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def between(self, first: int, second: int) -> int:
        """How many lines lie from one position to another."""
        return abs(self.line(second) - self.line(first))

    def before(self, position: int, limit: int = 120) -> str:
        """The words of the same line in front of a position."""
        return self.text[max(self.starts[self.line(position)], position - limit) : position]

    def says(self, start: int, end: int) -> bool:
        """Whether anything but bullets and what was masked stands there."""
        return bool(self.text[start:end].strip(f" -*o|{MASK}"))

    def line_of(self, position: int) -> str:
        """The line of a position, cut at 400 letters."""
        start = self.starts[self.line(position)]
        end = self.text.find("\n", position, start + 400)
        return self.text[start : end if end >= 0 else start + 400]

    def begins(self, position: int) -> bool:
        """Whether nothing but a bullet or a number stands in front of a position on its line."""
        return not self.before(position).strip(" -*o\u2022\u00b7.)|0123456789")

    def line_above(self, position: int) -> str:
        """The nearest line above that is not empty, cut at 80 letters."""
        at = self.line(position) - 1
        while at > 0 and self.starts[at] + 1 == self.starts[at + 1]:
            at -= 1
        return self.text[self.starts[at] : self.starts[at + 1] - 1][:80] if at >= 0 else ""


def mask(text: str, spans: Iterable[Span]) -> str:
    """The text with those places made unreadable, every other position kept."""
    pieces, at = [], 0
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if span.end > at:
            start = max(at, span.start)
            pieces += [text[at:start], MASK * (span.end - start)]
            at = span.end
    return "".join([*pieces, text[at:]])
