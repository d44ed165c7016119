"""The way back to a draft, sent as a letter to whoever asks for it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from consult.actions import CannotBeDone
from consult.models import Letter
from submissions import emails
from submissions.models import Draft

MOST = 3  # letters about one draft
# Whom a letter goes to is not kept, so all drafts together share a limit too, far above what people do.
MOST_OF_ALL, WHILE = 300, timedelta(hours=1)


class TooMany(CannotBeDone):
    """No further letter now; the text says what to do."""


@transaction.atomic
def send_way_back(*, draft: Draft, code: str, to: str, once: UUID, now: datetime | None = None) -> Letter:
    """Post the return code of a draft to an address; the same `once` again posts nothing.

    The address is in the letter alone, which forgets it once it is sent. Raises TooMany, and Draft.DoesNotExist where
    the draft was sent or has expired meanwhile.
    """
    now = now or timezone.now()
    draft = Draft.objects.select_for_update().get(pk=draft.pk, expires_at__gt=now)
    about = f"draft:{salted_hmac('submissions.way-back', draft.key).hexdigest()}:"
    sent_before = Letter.objects.filter(key=f"{about}{once}").first()
    if sent_before:
        return sent_before
    if Letter.objects.filter(key__startswith=about).count() >= MOST:
        raise TooMany(f"We have sent {MOST} letters already and send no more. Write the return code down instead")
    if Letter.objects.filter(kind=emails.WAY_BACK, created_at__gt=now - WHILE).count() >= MOST_OF_ALL:
        raise TooMany("We send many letters just now. Try again in an hour, or write the return code down instead")
    return emails.post_way_back(draft, code=code, to=to, key=f"{about}{once}")
