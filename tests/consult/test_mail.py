"""Letters: once each, again where that failed, forgotten when they are sent."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from consult import mail
from consult.models import AuditEntry, Letter, User
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]


def post(key: str = "receipt:1", **fields: str) -> Letter:
    texts: dict[str, Any] = {
        "kind": "receipt",
        "to": "ada@example.org",
        "subject": "Hello",
        "text": "Words",
        "html": "<p>Words</p>",
    }
    return mail.post(key=key, **texts | fields)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A mail server that refuses, until the test lets it work."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError("ada@example.org")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    return monkeypatch


def test_a_letter_goes_out_once_and_is_forgotten() -> None:
    post()
    post()
    assert [(letter.to, letter.subject, letter.body) for letter in outbox.outbox] == [
        (["ada@example.org"], "Hello", "Words")
    ]
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.to, letter.subject, letter.text, letter.html) == (NOON, "", "", "", "")
    assert mail.deliver(letter.pk) is False
    assert len(outbox.outbox) == 1


def test_nothing_goes_out_where_its_cause_is_undone() -> None:
    def undone() -> None:
        with transaction.atomic():
            post()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert outbox.outbox == []
    assert not Letter.objects.exists()


def test_what_fails_is_tried_again_with_longer_waits(broken: Any, time_machine: Any, caplog: Any) -> None:
    post()
    waits = []
    for _ in range(12):
        letter = Letter.objects.get()
        waits.append(letter.next_try_at)
        assert (letter.sent_at, letter.problem) == (None, "ConnectionRefusedError")
        time_machine.move_to(letter.next_try_at, tick=False)
        call_command("tidy", stdout=StringIO())
    gaps = [(after - before) / timedelta(minutes=1) for before, after in pairwise(waits)]
    assert gaps == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    assert "ada" not in caplog.text
    broken.undo()
    time_machine.move_to(Letter.objects.get().next_try_at, tick=False)
    call_command("tidy", stdout=StringIO())
    assert len(outbox.outbox) == 1
    assert Letter.objects.due().count() == 0


def test_a_letter_that_somebody_is_sending_is_left_alone(time_machine: Any) -> None:
    letter = post()
    Letter.objects.update(sent_at=None, to="ada@example.org", next_try_at=NOON + mail.CLAIM)
    outbox.outbox.clear()
    assert mail.deliver(letter.pk) is False
    time_machine.move_to(NOON + mail.CLAIM, tick=False)  # whoever claimed it died
    assert mail.deliver(letter.pk) is True
    assert len(outbox.outbox) == 1


def test_a_subject_cannot_begin_another_header() -> None:
    post(subject="Hello\r\nBcc: everybody@example.org")
    assert outbox.outbox[0].subject == "Hello Bcc: everybody@example.org"


def test_the_database_refuses_letters_to_nobody_and_a_memory_of_sent_ones() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(key="a", kind="x", to="", next_try_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(key="b", kind="x", to="ada@example.org", sent_at=NOON, next_try_at=NOON)


# --- staff try again once it is mended ----------------------------------------------------------------


def press(client: Client, *letters: Letter) -> str:
    sent = {"action": "try_again", "_selected_action": [letter.pk for letter in letters]}
    return client.post("/admin/consult/letter/", sent, follow=True).content.decode()


def test_staff_try_what_failed_again_at_once(broken: Any, cast: Callable[[str], Client]) -> None:
    letters, client = [post(f"receipt:{number}") for number in range(2)], cast("administrator")
    assert "2 letters are tried again." in press(client, *letters)
    assert [letter.attempts for letter in Letter.objects.all()] == [2, 2]
    broken.undo()
    assert "1 letter is tried again." in press(client, letters[0])
    assert list(Letter.objects.order_by("key").values_list("sent_at", flat=True)) == [NOON, None]
    assert len(outbox.outbox) == 1
    assert AuditEntry.objects.filter(verb="try-again").count() == 3


def test_what_is_sent_given_up_or_being_sent_is_not_tried_again(
    broken: Any, cast: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, failed = cast("administrator"), post("receipt:1")
    given_up = Letter.objects.create(key="a", kind="x", next_try_at=NOON, gave_up_at=NOON, problem="x")
    sent = Letter.objects.create(key="b", kind="x", next_try_at=NOON, sent_at=NOON)
    seen = []

    def slow(*args: Any, **kwargs: Any) -> int:
        seen.append(mail.try_again(letters=Letter.objects.all(), by=User.objects.get()))
        return 1

    broken.setattr(EmailBackend, "send_messages", slow)
    assert "1 letter is tried again." in press(client, failed, given_up, sent)
    assert seen == [0]
    assert Letter.objects.get(pk=failed.pk).sent_at == NOON


@pytest.mark.parametrize("name", ["resident", "editor", "moderator", "analyst", "partner"])
def test_who_may_not_see_letters_tries_none(broken: Any, cast: Callable[[str], Client], name: str) -> None:
    letter = post()
    press(cast(name), letter)
    assert Letter.objects.get().attempts == 1
