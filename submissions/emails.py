"""Letters to people who sent a view. They carry the reference, never what was said."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from submissions.models import Submission


def receipt(submission: Submission) -> EmailMultiAlternatives | None:
    """The letter that a view has arrived, as text and HTML; None where no e-mail address was left."""
    contact = getattr(submission, "contact", None)
    if not contact or not contact.email:
        return None
    context = {
        "submission": submission,
        "consultation": submission.consultation,
        "contact": contact,
        "service_name": settings.SERVICE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }
    letter = EmailMultiAlternatives(
        subject=f"We have your views: {submission.reference}",
        body=render_to_string("emails/receipt.txt", context),
        to=[contact.email],
        reply_to=[settings.CONTACT_EMAIL],
    )
    letter.attach_alternative(render_to_string("emails/receipt.html", context), "text/html")
    return letter


@task()
def send_receipt(submission_id: int) -> None:
    """Send the receipt of one submission, if it asked for one. Queued once, by `actions.send`."""
    submission = Submission.objects.select_related("consultation", "contact").get(pk=submission_id)
    letter = receipt(submission)
    if letter:
        letter.send()
