"""Letters to people who send a view. They carry the reference or the return code, never what was said."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from consult import mail
from consult.models import Letter
from submissions.models import Draft, Submission

WAY_BACK = "way-back"


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


def post_way_back(draft: Draft, *, code: str, to: str, key: str) -> Letter:
    """Post the return code of a draft, once for each key.

    The link is that of the code, not the address of the draft: it opens nothing once the view is sent, while the
    address opens the receipt.
    """
    questionnaire = draft.version.questionnaire
    context = {
        "draft": draft,
        "code": code,
        "link": f"{settings.SITE_URL}{reverse('return_by_link', args=[code])}",
        "return_page": f"{settings.SITE_URL}{reverse('return')}",
        "questionnaire": questionnaire,
        "consultation": questionnaire.consultation,
        "service_name": settings.SERVICE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
    }
    return mail.post(
        key=key,
        kind=WAY_BACK,
        to=to,
        subject="The way back to what you began",
        text=render_to_string("emails/way_back.txt", context),
        html=render_to_string("emails/way_back.html", context),
    )
