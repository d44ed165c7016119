"""Who came: noted at the door. And each look at who comes, which is on record."""

from django.db import transaction
from django.utils import timezone

from consult import audit
from consult.actions import CannotBeDone
from consult.models import AuditEntry, User
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


def look_at_people(*, event: Event, how: str, by: User) -> AuditEntry:
    """Write down that somebody looks at who comes; `how` is a verb, such as `look-at-attendance`."""
    return audit.record(by=by, verb=how, target=event)
