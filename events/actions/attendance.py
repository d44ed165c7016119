"""Who came: noted at the door, and said in public once staff say so. And each look at who comes, which is on record."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from consult import audit
from consult.actions import CannotBeDone
from consult.models import AuditEntry, User
from events import calendar_version
from events.audiences import came_through_the_door
from events.booking import KNOWN
from events.models import Event, Registration


@transaction.atomic
def check_in(*, registration: Registration, came: bool, by: User) -> Registration:
    """Note that a person came, or take that back. Twice is once: the first time stands.

    Raises CannotBeDone where they have no place and do not wait for one, or their details are deleted.
    """
    row = Registration.objects.select_for_update().get(pk=registration.pk)
    if row.state not in KNOWN or row.erased_at:
        raise CannotBeDone("This booking no longer stands.")
    if bool(row.attended_at) == came:
        return row
    row.attended_at = timezone.now() if came else None
    row.save(update_fields=["attended_at"])
    audit.record(by=by, verb="came" if came else "did-not-come", target=row)
    return row


@transaction.atomic
def publish_count(*, event: Event, by: User, now: datetime | None = None) -> Event:
    """Say in public that as many people came as were checked in at the door.

    Raises CannotBeDone before the meeting is over, and where nobody was checked in.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not event.is_over(now):
        raise CannotBeDone("Wait until the meeting is over: people may still come.")
    came = came_through_the_door(event)
    if not came:
        raise CannotBeDone("Nobody was checked in at the door. Enter how many came in the form of the meeting.")
    if event.attendance == came:
        return event
    event.attendance = came
    event._change_reason = "As many as were checked in at the door"  # type: ignore[attr-defined]
    event.save(update_fields=["attendance", "modified_at"])
    calendar_version.rise()  # its page shows it
    audit.record(by=by, verb="publish-count", target=event, came=came)
    return event


def look_at_people(*, event: Event, how: str, by: User) -> AuditEntry:
    """Write down that somebody looks at who comes; `how` is a verb, such as `look-at-attendance`."""
    return audit.record(by=by, verb=how, target=event)
