"""Letters through GOV.UK Notify (https://www.notifications.service.gov.uk), as a backend of Django's mail.

Chosen by EMAIL_URL=notify://. Notify wants a template; ours says no more than ((subject)) and ((body)), so that the
words of letters stay in templates/emails/. Files are left out: Notify takes no calendars (docs/deploy.md).
"""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from consult.mail_problems import NotSent

FOR_GOOD = "ValidationError"  # the address; a wrong key or template has other names, and may be mended at any minute
A_WORD = re.compile(r"[A-Za-z]{1,40}")


class NotifyBackend(BaseEmailBackend):
    """Hands each message to Notify. Raises NotSent where it was not taken."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        client = NotificationsAPIClient(
            settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_URL, timeout=settings.EMAIL_TIMEOUT
        )
        try:
            for message in email_messages:
                _hand_over(client, message)
        except APIError as error:
            if not self.fail_silently:
                raise _not_sent(error) from None  # its words may hold the address
            return 0
        finally:
            client.request_session.close()
        return len(email_messages)


def _hand_over(client: Any, message: EmailMessage) -> None:
    """Send it, unless Notify has it already: an answer that was lost on the way is not a letter that was lost."""
    reference = str(message.extra_headers.get("Message-ID", "")).strip("<>")
    if getattr(message, "is_again", False) and client.get_all_notifications(reference=reference)["notifications"]:
        return
    for address in message.recipients():
        client.send_email_notification(
            email_address=address,
            template_id=settings.NOTIFY_TEMPLATE_ID,
            personalisation={"subject": message.subject, "body": message.body},
            reference=reference,
        )


def _not_sent(error: APIError) -> NotSent:
    """What staff read of it: the status, and the kind of error that Notify names."""
    try:
        named = error.response.json()["errors"][0]["error"] if error.response is not None else ""
    except (LookupError, TypeError, ValueError):
        named = ""
    code = error.status_code if error.response is not None else "no answer"
    kind = named if A_WORD.fullmatch(str(named)) else ""
    return NotSent(f"GOV.UK Notify: {code} {kind}".strip(), for_good=kind == FOR_GOOD)
