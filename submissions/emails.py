"""Letters to people who sent a view. They carry the reference, never what was said."""

from django.conf import settings
from django.template.loader import render_to_string

from consult import mail
from consult.models import Letter
from submissions.models import Submission


def post_receipt(submission: Submission) -> Letter | None:
    """Post the letter that a view has arrived, once for each reference; None where no e-mail address was left.

    It greets nobody by name: a name is what somebody typed, and letters of the Mayor's office do not carry their words
    to an address that may be another person's.
    """
    contact = getattr(submission, "contact", None)
    if not contact or not contact.email:
        return None
    context = {
        "submission": submission,
        "consultation": submission.consultation,
        "service_name": settings.SERVICE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }
    return mail.post(
        key=f"receipt:{submission.reference}",
        kind="receipt",
        to=contact.email,
        subject=f"We have your views: {submission.reference}",
        text=render_to_string("emails/receipt.txt", context),
        html=render_to_string("emails/receipt.html", context),
    )
