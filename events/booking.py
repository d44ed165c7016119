"""Whether people can book a place at a meeting, and where a registration stands. Asks, and changes nothing."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from events.models import Event, Registration

State = Registration.State
LEAST_TIME = timedelta(hours=1)  # no offer leaves less to accept
KNOWN = frozenset(
    [State.CONFIRMED, State.WAITING, State.OFFERED]
)  # the address is confirmed: has a place, or wants one


class Booking(StrEnum):
    """What booking at a meeting stands at."""

    OPEN = "open"
    NOT_TAKEN = "not taken"  # people just come
    DRAFT = "draft"
    OFF = "off"  # cancelled, or postponed
    OVER = "over"
    STARTED = "started"
    NOT_YET = "not yet"
    CLOSED = "closed"


def booking_at(event: Event, now: datetime | None = None) -> Booking:
    """Whether somebody can ask for a place at `now`, and if not, why. Reads the meeting and its changes only."""
    now = now or timezone.now()
    going_on = goes_on(event, now)
    if going_on is not Booking.OPEN:
        return going_on
    if event.registration_opens_at and now < event.registration_opens_at:
        return Booking.NOT_YET
    if event.registration_closes_at and event.registration_closes_at <= now:
        return Booking.CLOSED
    return Booking.OPEN


def goes_on(event: Event, now: datetime | None = None) -> Booking:
    """The same without opening and closing: who asked in time may confirm, take or change places until the start."""
    now = now or timezone.now()
    if not event.takes_registrations:
        return Booking.NOT_TAKEN
    if not event.is_published(now):
        return Booking.DRAFT
    if event.is_off:
        return Booking.OFF
    if event.is_over(now):
        return Booking.OVER
    if event.starts_at and event.starts_at <= now:
        return Booking.STARTED
    return Booking.OPEN


def goes_on_the_list(event: Event) -> bool:
    """Whether somebody who comes new waits: no place is free, or what is free is for those who wait already."""
    return event.is_full


def offer_ends_at(event: Event, now: datetime) -> datetime | None:
    """Until when an offer made at `now` holds; None where it would leave too little time, so that none is made."""
    until: datetime = now + settings.EVENT_OFFER_TIME
    if event.starts_at:
        until = min(until, event.starts_at - settings.EVENT_LAST_OFFER)
    return until if until - now >= LEAST_TIME else None


def place_in_line(registration: Registration) -> int:
    """Which on the waiting list it is, from 1; 0 where it does not wait."""
    keys = list(registration.event.registrations.waiting().values_list("pk", flat=True))
    return keys.index(registration.pk) + 1 if registration.pk in keys else 0


def hours_words(length: timedelta) -> str:
    """`24 hours`, `1 hour`."""
    hours = int(length.total_seconds() // 3600)
    return f"{hours} hour{'' if hours == 1 else 's'}"


def standing(registration: Registration, now: datetime | None = None) -> Registration.State:
    """Its state at `now`: an offer that ran out is over, whether or not somebody has written that down yet."""
    now = now or timezone.now()
    state, until = State(registration.state), registration.offered_until
    return State.CANCELLED if state == State.OFFERED and until and until <= now else state


def link_is_over(registration: Registration, now: datetime | None = None) -> bool:
    """Whether the link to confirm its address came too long ago, at `now`."""
    until: datetime = registration.created_at + settings.EVENT_CONFIRM_TIME
    return registration.state == State.UNCONFIRMED and until <= (now or timezone.now())
