"""Why a letter was not sent, in a word or two that staff may read, and whether the same letter can succeed later. Pure.

The words of an error are never kept: mail servers and services repeat the address in theirs.
"""

import smtplib


class NotSent(Exception):
    """A service that carries letters did not take one: `kind` is what staff read, without personal data.

    `for_good`: the same letter to the same address fails again until somebody changes something.
    """

    def __init__(self, kind: str, *, for_good: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.for_good = for_good


def name_of(error: Exception) -> str:
    """What went wrong: `ConnectionRefusedError`, `SMTPRecipientsRefused 550`, `GOV.UK Notify: 403 AuthError`."""
    if isinstance(error, NotSent):
        return error.kind
    return " ".join(str(part) for part in (type(error).__qualname__, _code(error)) if part)


def is_for_good(error: Exception) -> bool:
    """Whether trying again soon is of no use: the address is refused (5yz, RFC 5321 4.2.1).

    What else is refused, such as our own name and password, may be put right at any minute.
    """
    if isinstance(error, NotSent):
        return error.for_good
    return isinstance(error, smtplib.SMTPRecipientsRefused) and _code(error) >= 500


def _code(error: Exception) -> int:
    """What an SMTP server answered, to the recipient or to the message; 0 where it answered nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else 0
