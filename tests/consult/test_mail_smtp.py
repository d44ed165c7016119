"""Letters over SMTP, to a real server on this machine: what arrives, and what happens where it does not."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO
from typing import Any

import environ
import pytest
from django.conf import settings as portal
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar

from consult.models import Letter
from events import actions, ics, links
from tests import factories, smtp_server
from tests.consult.test_mail import post
from tests.factories import NOON
from tests.smtp_server import MailServer
from tests.test_settings import PRODUCTION, manage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """The portal sends to it, as with EMAIL_URL=smtp://127.0.0.1:PORT."""
    with smtp_server.running() as server:
        for name, value in environ.Env.email_url_config(f"smtp://127.0.0.1:{server.port}").items():
            setattr(settings, name, value)
        yield server


def arrived(server: MailServer) -> EmailMessage:
    """The one letter that arrived."""
    [envelope] = server.letters
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def again(time_machine: Any) -> Letter:
    """The next try, at its time."""
    time_machine.move_to(Letter.objects.get().next_try_at, tick=False)
    call_command("tidy", stdout=StringIO())
    return Letter.objects.get()


# --- what arrives -------------------------------------------------------------------------------------


def test_the_environment_names_the_server(server: MailServer) -> None:
    result = manage("sendtestemail", "ada@example.org", **PRODUCTION | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"})
    assert result.returncode == 0, result.stderr
    assert arrived(server)["From"] == "Policing in the open <consultation@mopac.london.gov.uk>"


def test_a_booking_arrives_once_and_whole(server: MailServer) -> None:
    event = factories.event(title="Zoë’s workshop, “one”", slug="workshop", takes_registrations=True)
    event = actions.tell_calendars(event=event)
    row = actions.book(event=event, name="Ada", email="ada@example.org", places=1)
    server.letters.clear()
    for _ in range(2):
        actions.confirm(registration=row, stamp=links.stamp_of(row.created_at))
    call_command("tidy", stdout=StringIO())
    message, [envelope] = arrived(server), server.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == ("consultation@mopac.london.gov.uk", ["ada@example.org"])
    assert message["From"] == "Policing in the open <consultation@mopac.london.gov.uk>"
    assert message["To"] == "ada@example.org"
    assert message["Reply-To"] == "consultation@mopac.london.gov.uk"
    assert message["Subject"].strip() == "You have a place: Zoë’s workshop, “one”"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@testserver>")
    assert message["Date"] == "Wed, 14 Jan 2026 12:00:00 -0000"
    assert {"Cc", "Bcc", "Sender"}.isdisjoint(message)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    plain, html = (message.get_body([kind]) for kind in ("plain", "html"))
    for part in (plain, html):
        assert part is not None
        assert "Zoë’s workshop, “one”" in part.get_content()
        assert links.path(links.BOOKING, row) in part.get_content()
    [invitation] = message.iter_attachments()
    assert invitation.get_filename() == "invitation.ics"
    assert invitation["Content-Type"].params["method"] == "REQUEST"
    calendar = Calendar.from_ical(invitation.get_content())
    [entry] = calendar.walk("VEVENT")
    assert (str(entry["uid"]), entry["attendee"]) == (ics.uid(event), "mailto:ada@example.org")
    assert max(len(line) for line in (envelope.original_content or b"").split(b"\r\n")) <= 998


def test_a_line_that_is_one_dot_does_not_end_the_letter(server: MailServer) -> None:
    post(text="First\n.\nLast")
    body = arrived(server).get_body(["plain"])
    assert body is not None
    assert body.get_content().replace("\r", "").rstrip() == "First\n.\nLast"


# --- what does not ------------------------------------------------------------------------------------

REFUSALS = [
    ("RCPT", "451 4.3.0 ada@example.org later", "SMTPRecipientsRefused 451", [2, 4]),
    ("RCPT", "550 5.1.1 ada@example.org nobody", "SMTPRecipientsRefused 550", [1440, 1440]),
    ("MAIL", "530 5.7.0 sign in first", "SMTPSenderRefused 530", [2, 4]),
    ("DATA", "451 4.7.1 too many for ada@example.org", "SMTPDataError 451", [2, 4]),
    ("DATA", "554 5.7.1 looks like spam to ada@example.org", "SMTPDataError 554", [2, 4]),
]


@pytest.mark.parametrize(("command", "answer", "problem", "minutes"), REFUSALS)
def test_what_is_refused_is_tried_again_seen_by_staff_and_arrives_once(
    server: MailServer,
    cast: Callable[[str], Client],
    time_machine: Any,
    caplog: Any,
    command: str,
    answer: str,
    problem: str,
    minutes: list[int],
) -> None:
    server.refuses = [(command, answer)] * 2
    post()
    page = cast("administrator").get("/admin/consult/letter/").content.decode()
    assert problem in page
    assert "ada@example.org" not in page
    waits, tried = [], NOON
    for _ in range(2):
        letter = Letter.objects.get()
        waits.append(round((letter.next_try_at - tried).total_seconds() / 60))
        tried = letter.next_try_at
        assert (letter.sent_at, letter.problem, letter.to) == (None, problem, "ada@example.org")
        again(time_machine)
    assert waits == minutes
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.problem, letter.to, letter.attempts) == (tried, "", "", 3)
    call_command("tidy", stdout=StringIO())
    assert arrived(server)["To"] == "ada@example.org"
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the server has its own
    assert sum(f"was not sent: {problem}" in words for words in ours) == 2
    assert "ada@example.org" not in "".join(ours)


@pytest.mark.parametrize("when", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_drops_before_the_letter_is_taken(server: MailServer, time_machine: Any, when: str) -> None:
    server.hangs_up = when
    post()
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.text) == (None, "Words")
    assert letter.problem in {"SMTPServerDisconnected", "ConnectionResetError"}
    assert server.letters == []
    assert again(time_machine).sent_at
    arrived(server)


def test_a_connection_that_drops_afterwards_sends_nothing_twice(server: MailServer, time_machine: Any) -> None:
    server.hangs_up = "QUIT"
    letter = post()
    assert Letter.objects.get().sent_at == NOON
    time_machine.move_to(letter.next_try_at, tick=False)
    call_command("tidy", stdout=StringIO())
    arrived(server)


def test_an_answer_that_was_lost_gives_the_same_letter_the_same_name(server: MailServer, time_machine: Any) -> None:
    """SMTP cannot tell whether it was taken (RFC 5321 4.5.3.2.6): a second copy says by its name that it is one."""
    server.hangs_up = "TAKEN"
    post()
    assert Letter.objects.get().sent_at is None
    assert again(time_machine).sent_at
    first, second = (message_from_bytes(letter.original_content or b"") for letter in server.letters)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].count("@") == 1


def test_one_address_that_is_refused_does_not_hold_up_others(server: MailServer) -> None:
    server.refuses = [("RCPT", "550 5.1.1 nobody")]
    post("receipt:1", to="nobody@example.org")
    post("receipt:2")
    assert arrived(server)["To"] == "ada@example.org"
    assert list(Letter.objects.order_by("key").values_list("problem", flat=True)) == ["SMTPRecipientsRefused 550", ""]


def test_no_server_at_all(server: MailServer, settings: Any, time_machine: Any) -> None:
    settings.EMAIL_PORT = 9
    post()
    assert Letter.objects.get().problem == "ConnectionRefusedError"
    settings.EMAIL_PORT = server.port
    assert again(time_machine).sent_at
    arrived(server)


def test_a_server_that_does_not_answer_is_not_waited_for_longer_than_the_claim() -> None:
    assert 10 * portal.EMAIL_TIMEOUT < 15 * 60
