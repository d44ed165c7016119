"""What `manage.py tidy` does for this app."""

from consult import mail


def tidy() -> list[str]:
    """Send the letters that are due. Returns what was done, a line each."""
    return [f"letters sent: {mail.deliver_due()}"]
