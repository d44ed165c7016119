"""Letters that cannot be delivered have an end: address and words are forgotten, that it failed stays to be seen."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from consult import mail, mail_limits
from consult.models import Letter
from tests.consult.test_mail import broken, post
from tests.factories import NOON

__all__ = ["broken"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WORDS = ("to", "subject", "text", "html", "calendar")
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def tidy() -> str:
    out = StringIO()
    call_command("tidy", stdout=out)
    return out.getvalue()


def words_of(letter: Letter) -> list[str]:
    return [getattr(letter, name) for name in WORDS]


def test_what_fails_for_two_weeks_is_given_up_and_forgotten(broken: Any, time_machine: Any) -> None:
    letter = post(calendar=CALENDAR)
    time_machine.move_to(NOON + 14 * DAY - SECOND, tick=False)
    assert "letters given up: 0" in tidy()
    letter.refresh_from_db()
    assert words_of(letter) == ["ada@example.org", "Hello", "Words", "<p>Words</p>", CALENDAR]
    time_machine.move_to(NOON + 14 * DAY, tick=False)
    assert "letters given up: 1" in tidy()
    letter.refresh_from_db()
    assert words_of(letter) == ["", "", "", "", ""]
    assert (letter.sent_at, letter.gave_up_at) == (None, NOON + 14 * DAY)
    assert (letter.kind, letter.problem, letter.attempts >= 2) == ("receipt", "ConnectionRefusedError", True)


def test_staff_still_see_that_it_failed_what_it_was_and_when(
    broken: Any, time_machine: Any, cast: Callable[[str], Client]
) -> None:
    post()
    time_machine.move_to(NOON + 15 * DAY, tick=False)
    tidy()
    administrator = cast("administrator")
    page = administrator.get("/admin/consult/letter/?gave_up_at__isempty=0").content.decode()
    for words in ("receipt", "ConnectionRefusedError", "29 Jan 2026, noon"):
        assert words in page
    assert "1 letter" in page
    assert "ada@example.org" not in page
    page = administrator.get("/admin/consult/letter/?gave_up_at__isempty=1").content.decode()
    assert "0 letters" in page


def test_what_was_given_up_is_never_sent(broken: Any, time_machine: Any) -> None:
    letter = post()
    time_machine.move_to(NOON + 15 * DAY, tick=False)
    tidy()
    broken.undo()
    time_machine.move_to(NOON + 30 * DAY, tick=False)
    assert "letters sent: 0" in tidy()
    assert mail.deliver(letter.pk) is False
    assert outbox.outbox == []
    post()  # its cause happens again: one letter was written, and that is known
    assert outbox.outbox == []


def test_what_is_sent_is_not_given_up(time_machine: Any) -> None:
    letter = post()
    time_machine.move_to(NOON + 30 * DAY, tick=False)
    assert "letters given up: 0" in tidy()
    letter.refresh_from_db()
    assert (letter.sent_at, letter.gave_up_at) == (NOON, None)


def test_a_letter_that_is_of_no_more_use_is_not_sent_late(broken: Any, time_machine: Any) -> None:
    """Nobody is told that a meeting begins soon once it has begun."""
    start = NOON + timedelta(hours=1)
    letter = mail.post(key="r", kind="reminder", to="ada@example.org", subject="Soon", text="W", html="W", until=start)
    broken.undo()
    time_machine.move_to(start, tick=False)
    assert mail.deliver(letter.pk) is False
    assert "letters given up: 1" in tidy()
    letter.refresh_from_db()
    assert (letter.gave_up_at, words_of(letter)) == (start, ["", "", "", "", ""])
    assert outbox.outbox == []


def test_a_server_that_takes_it_while_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = post()
    Letter.objects.update(sent_at=None, to="ada@example.org", next_try_at=NOON)
    outbox.outbox.clear()
    send = mail.LetterMessage.send

    def slow(message: Any) -> int:
        mail.give_up(NOON + 20 * DAY)
        return send(message)

    monkeypatch.setattr(mail.LetterMessage, "send", slow)
    assert mail.deliver(letter.pk) is True
    letter.refresh_from_db()
    assert (letter.sent_at, letter.gave_up_at, len(outbox.outbox)) == (NOON, None, 1)


@pytest.mark.parametrize(
    "left", [{name: "x"} for name in ("subject", "text", "html", "calendar")] + [{"to": "a@b.org"}]
)
@pytest.mark.parametrize("end", ["sent_at", "gave_up_at"])
def test_the_database_keeps_no_word_of_what_has_ended(left: dict[str, str], end: str) -> None:
    Letter.objects.create(key="a", kind="x", next_try_at=NOON, **{end: NOON})
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(key="b", kind="x", next_try_at=NOON, **{end: NOON}, **left)


def test_the_database_allows_one_end() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(key="a", kind="x", next_try_at=NOON, sent_at=NOON, gave_up_at=NOON)


def test_the_schema_goes_back_and_forth_with_letters_that_were_given_up() -> None:
    Letter.objects.create(key="a", kind="x", next_try_at=NOON, gave_up_at=NOON)
    Letter.objects.create(key="b", kind="x", next_try_at=NOON, sent_at=NOON)
    MigrationExecutor(connection).migrate([("consult", "0005_letter_calendar")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT key FROM consult_letter")
            assert cursor.fetchall() == [("b",)]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


# --- how many letters others may cause ------------------------------------------------------------------


def test_letters_that_anybody_may_cause_are_counted_for_a_day_without_the_address(time_machine: Any) -> None:
    texts: dict[str, Any] = {"kind": "confirm", "subject": "S", "text": "T", "html": "H"}
    mail.post(key="1", to="ada+one@example.org", counts=True, **texts)
    mail.post(key="2", to="Ada@Example.org", counts=True, **texts)
    mail.post(key="3", to="ada@example.org", **texts)
    mail.post(key="4", to="grace@example.org", counts=True, **texts)
    assert sorted(mail_limits.keys_of_the_day(" ADA+two@example.org", NOON)) == ["1", "2"]
    traces = {letter.trace for letter in Letter.objects.all()}
    assert len(traces) == 3
    assert "ada" not in str(traces)
    time_machine.move_to(NOON + DAY - SECOND, tick=False)
    tidy()
    assert Letter.objects.exclude(trace="").count() == 3
    time_machine.move_to(NOON + DAY, tick=False)
    assert mail_limits.keys_of_the_day("ada@example.org", NOON + DAY) == []
    tidy()
    assert not Letter.objects.exclude(trace="").exists()


def test_the_privacy_page_says_so(client: Client) -> None:
    page = " ".join(client.get("/privacy/").content.decode().split())
    assert "is tried for 14 days at most; then we forget your address and the words" in page
    assert "we count for one day how many letters went there" in page
