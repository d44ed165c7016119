"""What people may ask of us about their views, as the privacy page promises. Each verb is atomic and audited.

The audit says that it was done and by whom, never what was there.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from consult import audit
from consult.actions import CannotBeDone
from consult.models import Letter, User
from submissions.models import Contact, Submission


@transaction.atomic
def withdraw_consent(*, submission: Submission, by: User) -> Submission:
    """The sender no longer agrees to publication: at once nobody sees it. The wording they had agreed to is kept.

    Raises CannotBeDone where they do not agree to it anyway.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if not submission.consents_to_publication:
        raise CannotBeDone("The sender does not agree to publication: there is nothing to withdraw.")
    submission.consents_to_publication = False
    submission.save(update_fields=["consents_to_publication"])
    audit.record(by=by, verb="withdraw-consent", target=submission)
    return submission


@transaction.atomic
def correct_contact(*, submission: Submission, name: str, email: str, by: User) -> Submission:
    """Put right how to reach the sender, also in a letter that waits to be sent; with neither, forget it.

    Raises CannotBeDone where the submission was erased.
    """
    submission = _not_erased(submission)
    if name or email:
        Contact.objects.update_or_create(submission=submission, defaults={"name": name, "email": email})
    else:
        Contact.objects.filter(submission=submission).delete()
    waiting = _letters(submission)
    if email:
        waiting.update(to=email)
    else:
        waiting.delete()
    audit.record(by=by, verb="correct-contact", target=submission)
    return submission


@transaction.atomic
def erase(*, submission: Submission, reason: str, by: User) -> Submission:
    """Delete what was said and who said it, for good. Reference, day, channel and decisions stay, for the count.

    Raises CannotBeDone where that was done before.
    """
    submission = _not_erased(submission)
    was = submission.respondent
    submission.answers.all().delete()
    Contact.objects.filter(submission=submission).delete()
    _letters(submission).delete()
    about = ["organisation", "role", "speaks_for", "view_formed", "relation"]
    for name in about:
        setattr(submission, name, "")
    submission.respondent = Submission.Respondent.INDIVIDUAL
    submission.consents_to_publication = False
    submission.erased_at, submission.erased_reason = timezone.now(), reason
    submission.save(update_fields=["respondent", *about, "consents_to_publication", "erased_at", "erased_reason"])
    audit.record(by=by, verb="erase", target=submission, reason=reason, respondent=was)
    return submission


def _not_erased(submission: Submission) -> Submission:
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.erased_at:
        raise CannotBeDone("This was erased already.")
    return submission


def _letters(submission: Submission) -> QuerySet[Letter]:
    """Those to its sender that wait to be sent; one that was sent is forgotten."""
    return Letter.objects.filter(key__endswith=f":{submission.reference}", sent_at=None)
