"""Meetings counted by the place where people meet. Pure: counted rows in, groups out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consult.boroughs import BOROUGHS
from events.models import Format


@dataclass
class Place:
    """A borough, or everything online: how many meetings, and the first and the last of them."""

    name: str
    value: str  # in an address
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def take(self, row: Mapping[str, Any]) -> None:
        self.count += row["count"]
        self.first = min((each for each in (self.first, row["first"]) if each), default=None)
        self.last = max((each for each in (self.last, row["last"]) if each), default=None)


@dataclass
class Whereabouts:
    online: Place
    boroughs: list[Place] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # names of boroughs without any
    unknown: int = 0  # in a hall that is not announced
    total: int = 0

    @property
    def empty_words(self) -> str:
        """`Barnet, Bexley and Brent`."""
        return " and ".join(filter(None, [", ".join(self.empty[:-1]), *self.empty[-1:]]))


def by_place(rows: Iterable[Mapping[str, Any]]) -> Whereabouts:
    """`rows` carry format, venue__borough, count, first and last. What is hybrid counts online and in its borough."""
    places = {value: Place(name, value) for value, name in BOROUGHS}
    found = Whereabouts(Place("Online", Format.ONLINE))
    for row in rows:
        found.total += row["count"]
        if row["format"] != Format.IN_PERSON:
            found.online.take(row)
        if row["venue__borough"] in places:
            places[row["venue__borough"]].take(row)
        elif row["format"] != Format.ONLINE:
            found.unknown += row["count"]
    found.boroughs = [place for place in places.values() if place.count]
    found.empty = [place.name for place in places.values() if not place.count]
    return found
