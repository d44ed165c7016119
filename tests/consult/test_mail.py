"""Letters: once each, again where that failed, forgotten when they are sent."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, transaction

from consult import mail
from consult.models import Letter
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
