"""The people of a meeting: who has a place, who waits for one. Asks, and changes nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone

from events.booking import KNOWN, standing
from events.models import Event, Registration

State = Registration.State


class Audience(TextChoices):
    """Whom a letter of staff goes to."""

    PLACES = "places", "Who has a place"
    WAITING = "waiting", "Who waits for a place, or is offered one"
    ALL = "all", "All of them"

    def of(self, people: Iterable[Registration]) -> list[Registration]:
        """Those of `people_of` that it means."""
        has_place = {Audience.PLACES: [True], Audience.WAITING: [False], Audience.ALL: [True, False]}[self]
        return [row for row in people if (row.state == State.CONFIRMED) in has_place]


def people_of(event: Event, now: datetime | None = None) -> list[Registration]:
    """Who has a place, by name, then who is offered one or waits, in turn.

    Offers that ran out and deleted details are left out.
    """
    now = now or timezone.now()
    rows = event.registrations.filter(state__in=KNOWN, erased_at=None)
    known = [row for row in rows if standing(row, now) in KNOWN]
    coming = sorted(
        (row for row in known if row.state == State.CONFIRMED), key=lambda row: (row.name.casefold(), row.pk)
    )
    waiting = sorted(
        (row for row in known if row.state != State.CONFIRMED), key=lambda row: (row.queued_at or now, row.pk)
    )
    return [*coming, *waiting]


def came_through_the_door(event: Event) -> int:
    """How many people were checked in: the places of each who came, also once their details are deleted."""
    return event.registrations.filter(attended_at__isnull=False).places()
