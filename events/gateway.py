"""Who may see how to join a meeting, and when. Everything that shows join details not public at all times asks here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from events.models import Event, JoinDetails, Registration


class Why(StrEnum):
    """What the page says: the details, or why they are not there."""

    SHOWN = "shown"
    NOT_ONLINE = "not online"
    OFF = "off"
    OVER = "over"
    NOT_ANNOUNCED = "not announced"
    WAIT = "wait"  # for all, or for this person, from `opens`; or once the date is known
    REGISTERED_ONLY = "registered only"
    NO_PLACE = "no place"  # the link is good, and its person has no place now


@dataclass(frozen=True)
class Way:
    """`details` are there to be shown, and only then; `opens` is the instant from which they will be, where known."""

    why: Why
    details: JoinDetails | None = None
    opens: datetime | None = None


def way_in(event: Event, registration: Registration | None = None, now: datetime | None = None) -> Way:
    """How somebody gets into a meeting at `now`: anybody, or the person of a registration at this meeting."""
    now = now or timezone.now()
    details: JoinDetails | None = getattr(event, "join_details", None)
    if event.is_off:
        return Way(Why.OFF)
    if event.is_over(now):
        return Way(Why.OVER)
    if not event.needs_join_details:
        return Way(Why.NOT_ONLINE)
    if details is None:
        return Way(Why.NOT_ANNOUNCED)
    if details.visibility == JoinDetails.Visibility.REGISTERED:
        if registration is None:
            return Way(Why.REGISTERED_ONLY)
        if not _has_place(event, registration):
            return Way(Why.NO_PLACE)
    opens = details.shown_from
    if details.hours_before is not None and (opens is None or now < opens):
        return Way(Why.WAIT, opens=opens)
    return Way(Why.SHOWN, details=details)


def _has_place(event: Event, registration: Registration) -> bool:
    return (
        registration.event_id == event.pk
        and registration.state == Registration.State.CONFIRMED
        and registration.erased_at is None
    )
