"""What staff do to a consultation. Each verb is atomic and leaves an audit entry."""

from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import Truncator

from consult import audit
from consult.models import AuditEntry, Consultation, KeyDate, KeyDateMove, Publishable, User

OFFLINE = "take-offline"  # in the audit


class CannotBeDone(Exception):
    """The verb does not fit what stands. The message says why, for the person who tried."""


@transaction.atomic
def move_key_date(*, key_date: KeyDate, to: date, reason: str, by: User) -> KeyDate:
    """Give a key date or promise a new day in London and keep the old one with the reason, for the public to see.

    Raises CannotBeDone where the day is the one it has, or a promise was kept already.
    """
    key_date = KeyDate.objects.select_for_update().get(pk=key_date.pk)
    if key_date.kept_on:
        raise CannotBeDone("This promise was kept: its date can no longer be moved.")
    if key_date.on == to:
        raise CannotBeDone("Enter another date: this is the one it has now.")
    KeyDateMove.objects.create(
        key_date=key_date, was=key_date.on, became=to, reason=reason, moved_at=timezone.now(), moved_by=by
    )
    audit.record(by=by, verb="move", target=key_date, was=str(key_date.on), became=str(to))
    key_date.on = to
    key_date.save(update_fields=["on"])
    return key_date


@transaction.atomic
def keep_promise(*, key_date: KeyDate, on: date, evidence_url: str = "", by: User) -> KeyDate:
    """Say that a promise was kept on this day in London, and where people can see it.

    Raises CannotBeDone where it is no promise, was kept already, or the day is still to come.
    """
    key_date = KeyDate.objects.select_for_update().get(pk=key_date.pk)
    if not key_date.is_promise:
        raise CannotBeDone("This date is not a promise.")
    if key_date.kept_on:
        raise CannotBeDone("This promise is marked as kept already.")
    if on > timezone.localdate():
        raise CannotBeDone("Enter a date that is not in the future.")
    key_date.kept_on, key_date.evidence_url = on, evidence_url
    key_date.save(update_fields=["kept_on", "evidence_url"])
    audit.record(by=by, verb="keep", target=key_date, on=str(on))
    return key_date


@transaction.atomic
def take_offline(*, row: Publishable, reason: str, by: User) -> Publishable:
    """Make a draft again of what the public sees: for what should never have been shown. The reason is for staff.

    Raises CannotBeDone where the public does not see it.
    """
    row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if not row.is_published():
        raise CannotBeDone("The public does not see it: there is nothing to take offline.")
    audit.record(by=by, verb=OFFLINE, target=row, reason=reason, was=str(row.publish_at))
    row.publish_at = None
    row._change_reason = Truncator(f"Taken offline: {reason}").chars(100)  # type: ignore[attr-defined]
    row.save(update_fields=["publish_at"])
    return row


@transaction.atomic
def take_consultation_offline(*, consultation: Consultation, reason: str, by: User) -> Publishable:
    """Take a consultation offline, with all that belongs to it.

    Raises CannotBeDone where the public does not see it, or meetings to come would vanish from calendars unsaid.
    """
    coming = consultation.events.published().upcoming().prefetch_related("changes")
    if named := [event.title for event in coming if not event.is_off]:
        raise CannotBeDone(f"Cancel its meetings first, so that calendars say so: {', '.join(named)}.")
    return take_offline(row=consultation, reason=reason, by=by)


def was_taken_offline(row: models.Model) -> bool:
    """Whether the public saw it until somebody took it offline."""
    kind = ContentType.objects.get_for_model(row)
    return AuditEntry.objects.filter(verb=OFFLINE, content_type=kind, object_id=row.pk).exists()
