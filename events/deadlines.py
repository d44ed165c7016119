"""By when people must act before a meeting: book, and ask for what they need. Pure; what is worked out is not saved."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from consult import dates
from events.models import AccessProvision, Event


def deadlines(event: Event) -> list[tuple[str, str]]:
    """Each as what it is about and its day, in words for staff; London time."""
    instants = [("Booking opens", event.registration_opens_at), ("Booking closes", event.registration_closes_at)]
    found = [(what, f"{dates.time_words(at)} on {_day_words(at)}") for what, at in instants if at]
    asked = [(p.get_kind_display(), p.ask_by) for p in event.provisions.all() if p.ask_by]
    return [*found, *((f"{kind}: ask by", dates.day_words(day)) for kind, day in asked)]


def booking_along(event: Event, days: int, now: datetime) -> dict[str, Any]:
    """When booking opens and closes once the meeting has moved by so many days, by the clock in London.

    An opening that has passed stays, and so does a closing where the meeting comes earlier. No booking that runs is
    ended: it then goes on until the meeting starts.
    """
    opens, closes = event.registration_opens_at, event.registration_closes_at
    if opens and opens > now:
        opens = _later(opens, days)
    if closes and (closes > now or days > 0):
        moved = _later(closes, days)
        closes = None if moved <= now < closes else moved
    return {"registration_opens_at": opens, "registration_closes_at": closes}


def provisions_along(event: Event, days: int, today: date) -> Sequence[AccessProvision]:
    """The provisions with a day by which to ask, moved along; a day that has not passed is today at the earliest."""
    asked = [provision for provision in event.provisions.all() if provision.ask_by]
    for provision in asked:
        day = provision.ask_by or today
        moved = day + timedelta(days=days)
        provision.ask_by = max(moved, today) if day >= today else moved
    return asked


def _later(instant: datetime, days: int) -> datetime:
    local = dates.london(instant)
    return dates.at(local.date() + timedelta(days=days), local.time())


def _day_words(instant: datetime) -> str:
    return dates.day_words(dates.london(instant).date())
