"""Sending letters: once each, after the commit of what caused them, and again with longer waits where that failed."""

import logging
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator
from django_tasks import task

from consult import audit, mail_limits, mail_problems
from consult.models import Letter, User

log = logging.getLogger("consult.mail")
FORGOTTEN = dict.fromkeys(["to", "subject", "text", "html", "calendar"], "")  # once it is sent or given up
CLAIM = timedelta(minutes=15)  # for so long nobody else tries the same letter
LONGEST_WAIT = timedelta(days=1)


class LetterMessage(EmailMultiAlternatives):
    is_again = False  # tried before: whether it had arrived all the same is not known


def post(
    *,
    key: str,
    kind: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    calendar: str = "",
    until: datetime | None = None,
    counts: bool = False,
) -> Letter:
    """Write a letter down and send it after the commit; the same `key` again changes and sends nothing.

    `calendar` is an invitation as iCalendar text with its METHOD; it goes as a file with the letter. From `until` on
    the letter is of no use, and is not sent any more. `counts`: anybody may cause it, so it counts among those of a day
    (consult/mail_limits.py).
    """
    letter, is_new = Letter.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "subject": Truncator(" ".join(subject.split())).chars(300),  # a line break would begin another header
            "text": text,
            "html": html,
            "calendar": calendar,
            "until": until,
            "trace": mail_limits.trace_of(to) if counts else "",
            "next_try_at": timezone.now(),
        },
    )
    if is_new:
        transaction.on_commit(lambda: deliver_later.enqueue(letter.pk))
    return letter


def deliver(letter_id: int, now: datetime | None = None) -> bool:
    """Send one letter that is due, unless somebody else is at it; says whether it was sent. Never raises for mail.

    A letter is claimed before it is sent: two workers do not send it twice. What fails waits 2, 4, 8 ... minutes, up to
    a day, and is shown to staff; where the address is refused, it waits that day at once.
    """
    now = now or timezone.now()
    due = Letter.objects.due(now).filter(pk=letter_id)
    claimed = due.update(next_try_at=now + CLAIM, attempts=F("attempts") + 1, problem="")
    if not claimed:
        return False
    letter = Letter.objects.get(pk=letter_id)
    try:
        _message(letter).send()
    except Exception as error:  # whatever the mail server or its connection raises
        letter.problem = mail_problems.name_of(error)
        letter.next_try_at = now + _wait(error, letter.attempts)
        letter.save(update_fields=["problem", "next_try_at"])
        log.warning("Letter %s (%s) was not sent: %s", letter.pk, letter.kind, letter.problem)
        return False
    Letter.objects.filter(pk=letter_id).update(sent_at=now, gave_up_at=None, problem="", **FORGOTTEN)
    return True


def deliver_due(now: datetime | None = None) -> int:
    """Send every letter that is due; returns how many were sent."""
    return sum(deliver(pk, now) for pk in Letter.objects.due(now).values_list("pk", flat=True))


@transaction.atomic
def try_again(*, letters: QuerySet[Letter], by: User) -> int:
    """Try those at once that failed and wait for their next try; returns how many. Those being sent are left alone."""
    now = timezone.now()
    waiting = Letter.objects.unsent().filter(Q(until=None) | Q(until__gt=now), pk__in=letters.values("pk"))
    count = 0
    for letter in waiting.exclude(problem="").select_for_update():
        letter.next_try_at = now
        letter.save(update_fields=["next_try_at"])
        audit.record(by=by, verb="try-again", target=letter)
        transaction.on_commit(partial(deliver_later.enqueue, letter.pk))
        count += 1
    return count


def give_up(now: datetime | None = None) -> int:
    """Forget address and words of what could not be sent until its end, and return how many. That it failed stays."""
    now = now or timezone.now()
    return Letter.objects.past_hope(now).update(gave_up_at=now, **FORGOTTEN)


@task()
def deliver_later(letter_id: int) -> None:
    """`deliver` as a task of the queue; what fails is tried again by `manage.py tidy`."""
    deliver(letter_id)


def _wait(error: Exception, attempts: int) -> timedelta:
    """How long until the next try."""
    if mail_problems.is_for_good(error) or attempts > 10:  # 2 ** 11 minutes are more than a day
        return LONGEST_WAIT
    return timedelta(minutes=2**attempts)


def _message(letter: Letter) -> LetterMessage:
    """The letter as it goes out. Its Message-ID is the same at each try: one that arrives twice is known as one."""
    number = salted_hmac("consult.mail", letter.key).hexdigest()
    message = LetterMessage(
        subject=letter.subject,
        body=letter.text,
        to=[letter.to],
        reply_to=[settings.CONTACT_EMAIL],
        headers={
            "Message-ID": f"<{number}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",  # nobody's out-of-office answers it (RFC 3834)
        },
    )
    message.is_again = letter.attempts > 1
    message.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        # A file beside the letter, not another form of it: Outlook would show it in place of the words (RFC 6047 2.4).
        method = next(line[7:] for line in letter.calendar.splitlines() if line.startswith("METHOD:"))
        message.attach("invitation.ics", letter.calendar, f"text/calendar; method={method}")
    return message
