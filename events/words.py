"""A meeting in words: when and where, as it is announced."""

from datetime import datetime

from consult.dates import day_words, london, span_words
from events.models import Event, Format


def announced_words(event: Event) -> str:
    """`Thursday 15 January 2026, 6pm to 8pm, online`: what the public was told of its time and place."""
    return f"{when_words(event)}, {where_words(event)}"


def when_words(event: Event) -> str:
    """`Thursday 15 January 2026, 6pm to 8pm`, London time; the note on its date where there is none."""
    if event.starts_at is None:
        return event.date_note
    return moment_words(event.starts_at, event.ends_at)


def moment_words(starts_at: datetime, ends_at: datetime | None) -> str:
    """`Thursday 15 January 2026, 6pm to 8pm`, London time."""
    return f"{day_words(london(starts_at).date())}, {span_words(starts_at, ends_at)}"


def where_words(event: Event) -> str:
    """`online`, `Town Hall`, `Town Hall and online`, `place to be confirmed`."""
    if event.format == Format.ONLINE:
        return "online"
    place = event.venue.name if event.venue else "place to be confirmed"
    return f"{place} and online" if event.format == Format.HYBRID else place
