"""What `manage.py tidy` does for this app."""

from django.utils import timezone

from consult import mail, mail_limits


def tidy() -> list[str]:
    """Send the letters that are due, give up those that are past hope. Returns what was done, a line each."""
    now = timezone.now()
    mail_limits.forget_traces(now)
    return [f"letters sent: {mail.deliver_due(now)}", f"letters given up: {mail.give_up(now)}"]
