"""What staff write to the people of a meeting."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consult import audit
from consult.actions import CannotBeDone
from consult.models import AuditEntry, User
from events import emails
from events.audiences import Audience, people_of
from events.models import Event

WRITE = "write-to-registered"


@transaction.atomic
def write_to_registered(
    *,
    event: Event,
    to: Audience,
    subject: str,
    text: str,
    by: User,
    key: str,
    kinds: Iterable[str] = (),
    now: datetime | None = None,
) -> int:
    """Post one letter to each person meant; returns how many.

    `key` belongs to one filled-in form: the same words to the same audience under it again post nothing. `kinds` are
    those of consult.credentials that staff let out on purpose. On record: who, when, to which audience, how many;
    not to whom, nor what it says. Raises CannotBeDone where the public does not see the meeting, or nobody is there.
    """
    event = Event.objects.select_for_update(of=("self",)).for_list().get(pk=event.pk)
    now = now or timezone.now()
    if not event.is_published(now):
        raise CannotBeDone("The public does not see this meeting, so nobody is written to about it.")
    message = salted_hmac(WRITE, f"{key}\0{to}\0{subject}\0{text}").hexdigest()[:20]
    target = {"content_type": ContentType.objects.get_for_model(Event), "object_id": event.pk}
    if done := AuditEntry.objects.filter(verb=WRITE, detail__message=message, **target).first():
        return int(done.detail["letters"])
    people = to.of(people_of(event, now))
    if not people:
        raise CannotBeDone("Nobody is there to write to.")
    for row in people:
        row.event = event
        emails.post_message(row, message=message, subject=subject, text=text)
    audit.record(by=by, verb=WRITE, target=event, to=to, letters=len(people), message=message, kinds=sorted(kinds))
    return len(people)
