"""Letters through GOV.UK Notify, against a real server on this machine: exact requests, errors, settings."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.test import Client

from consult import mail
from consult.models import Letter
from events import actions, links
from tests import factories, notify_server
from tests.consult.test_mail import post
from tests.factories import NOON
from tests.notify_server import KEY, SECRET, SERVICE, TEMPLATE, Notify, refusal
from tests.test_settings import PRODUCTION, manage, setting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

WORDS = "ada@example.org is not for us"


@pytest.fixture
def notify(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notify]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with notify_server.running() as server:
        settings.EMAIL_BACKEND = "consult.mail_notify.NotifyBackend"
        settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE_ID, settings.NOTIFY_URL = KEY, TEMPLATE, server.url
        yield server


def again(time_machine: Any) -> None:
    """The next try, at its time."""
    time_machine.move_to(Letter.objects.get().next_try_at, tick=False)
    call_command("tidy", stdout=StringIO())


def test_a_letter_is_one_request_and_says_what_the_templates_say(notify: Notify) -> None:
    event = factories.event(title="Workshop & talk", slug="workshop", takes_registrations=True)
    actions.book(event=event, name="Ada", email="ada@example.org", places=1)
    [(method, path, sent)] = notify.asked
    assert (method, path) == ("POST", "/v2/notifications/email")
    body = sent["personalisation"].pop("body")
    reference = sent.pop("reference")
    assert sent == {
        "email_address": "ada@example.org",
        "template_id": TEMPLATE,
        "personalisation": {"subject": "Confirm your place: Workshop & talk"},
    }
    assert body.startswith("Policing in the open\n\nHello,\n\nSomebody, we hope you, asked for 1 place at this meet")
    assert "http://testserver/events/workshop/book/confirm/" in body
    assert len(reference) == 40 + len("@testserver")
    [token] = notify.tokens
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert claims == {"iss": SERVICE, "iat": int(NOON.astimezone(UTC).timestamp())}
    assert Letter.objects.get().sent_at == NOON


def test_the_invitation_is_left_out_and_the_words_lead_to_it(notify: Notify) -> None:
    event = factories.event(slug="workshop", takes_registrations=True)
    factories.registration(event, email="ada@example.org")
    actions.cancel_event(event=event, reason="Floods.", by=factories.user())
    assert Letter.objects.get().calendar == ""  # it had one, which is forgotten with the rest
    [(_, _, sent)] = notify.asked
    assert set(sent) == {"email_address", "template_id", "personalisation", "reference"}
    assert set(sent["personalisation"]) == {"subject", "body"}
    event = factories.event(slug="talk", takes_registrations=True)
    row = actions.book(event=event, name="Ada", email="ada@example.org", places=1)
    actions.confirm(registration=row, stamp=links.stamp_of(row.created_at))
    body = notify.asked[-1][2]["personalisation"]["body"]
    assert "Put the meeting into your calendar:\nhttp://testserver/events/talk/calendar.ics\n" in body
    assert "file with this letter" not in body


@pytest.mark.parametrize(
    ("answer", "problem", "minutes"),
    [
        (refusal(400, "ValidationError", f"email_address Not valid {WORDS}"), "400 ValidationError", 1440),
        (refusal(400, "BadRequestError", f"Template not found {WORDS}"), "400 BadRequestError", 2),
        (refusal(403, "AuthError", f"Invalid token: API key not found {WORDS}"), "403 AuthError", 2),
        (refusal(429, "RateLimitError", f"Exceeded rate limit {WORDS}"), "429 RateLimitError", 2),
        (refusal(429, "TooManyRequestsError", f"Exceeded send limits {WORDS}"), "429 TooManyRequestsError", 2),
        (refusal(500, "Exception", f"Internal server error {WORDS}"), "500 Exception", 2),
        (refusal(503, WORDS, WORDS), "503", 2),
        ((502, b"<html>ada@example.org</html>"), "502", 2),
        ((500, ["ada@example.org"]), "500", 2),
    ],
)  # fmt: skip
def test_what_is_refused_is_seen_by_staff_tried_again_and_never_lost(
    notify: Notify,
    cast: Callable[[str], Client],
    caplog: Any,
    time_machine: Any,
    answer: Any,
    problem: str,
    minutes: int,
) -> None:
    notify.answers.append(answer)
    post()
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.problem) == (None, f"GOV.UK Notify: {problem}")
    assert (letter.to, letter.text) == ("ada@example.org", "Words")
    assert letter.next_try_at - NOON == timedelta(minutes=minutes)
    page = cast("administrator").get("/admin/consult/letter/").content.decode()
    assert f"GOV.UK Notify: {problem}" in page
    for words in (caplog.text, page, letter.problem):
        assert "ada@example.org" not in words
    assert f"was not sent: GOV.UK Notify: {problem}" in caplog.text
    again(time_machine)
    assert Letter.objects.get().sent_at
    assert [method for method, *_ in notify.asked] == ["POST", "GET", "POST"]
    assert notify.asked[0] == notify.asked[2]


def test_an_answer_that_was_lost_on_the_way_sends_nothing_twice(notify: Notify, time_machine: Any) -> None:
    notify.answers.append(None)
    post()
    assert Letter.objects.get().problem == "GOV.UK Notify: no answer"
    again(time_machine)
    [first, second] = notify.asked
    assert second == ("GET", "/v2/notifications", {"reference": first[2]["reference"]})
    assert Letter.objects.get().sent_at
    assert len(notify.taken) == 1


def test_nobody_answers(settings: Any, notify: Notify, time_machine: Any) -> None:
    settings.NOTIFY_URL = "http://127.0.0.1:9"
    post()
    assert Letter.objects.get().problem == "GOV.UK Notify: no answer"
    settings.NOTIFY_URL = notify.url
    again(time_machine)
    assert notify.taken
    assert Letter.objects.get().sent_at


def test_each_letter_has_a_reference_of_its_own(notify: Notify) -> None:
    post("receipt:1")
    post("receipt:2")
    post("receipt:2")
    assert len(notify.taken) == len(set(notify.taken)) == 2
    assert "receipt" not in notify.taken[0]


def test_other_messages_go_out_too_and_may_fail_silently(notify: Notify) -> None:
    assert django_mail.send_mail("Hello", "Words", None, ["ada@example.org", "grace@example.org"]) == 1
    assert [sent["email_address"] for _, _, sent in notify.asked] == ["ada@example.org", "grace@example.org"]
    notify.answers.append(refusal(403, "AuthError", "No."))
    assert django_mail.send_mail("Hello", "Words", None, ["ada@example.org"], fail_silently=True) == 0


# --- settings -----------------------------------------------------------------------------------------

GOOD = {"EMAIL_URL": "notify://", "NOTIFY_API_KEY": KEY, "NOTIFY_TEMPLATE_ID": TEMPLATE}


def test_the_settings_choose_it() -> None:
    names = "[settings.EMAIL_BACKEND, settings.NOTIFY_URL, settings.NOTIFY_API_KEY]"
    assert setting(names, **GOOD) == [
        "consult.mail_notify.NotifyBackend", "https://api.notifications.service.gov.uk", KEY,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"NOTIFY_API_KEY": ""}, "NOTIFY_API_KEY"),
        ({"NOTIFY_API_KEY": f"portal-{SECRET}"}, "NOTIFY_API_KEY"),
        ({"NOTIFY_API_KEY": f"{KEY} "}, ""),  # blanks around it are no matter
        ({"NOTIFY_TEMPLATE_ID": ""}, "NOTIFY_TEMPLATE_ID"),
        ({"NOTIFY_TEMPLATE_ID": "Letters"}, "NOTIFY_TEMPLATE_ID"),
        ({"NOTIFY_URL": "api.example"}, "NOTIFY_URL"),
        ({"EMAIL_URL": "notfy://"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://host:mail"}, "EMAIL_URL"),
        ({"EMAIL_URL": "smtp://["}, "EMAIL_URL"),
        ({"EMAIL_URL": "notify:"}, ""),
    ],
)
def test_what_is_wrong_or_missing_is_one_sentence_that_says_what_to_mend(wrong: dict[str, str], named: str) -> None:
    result = manage("check", **PRODUCTION | GOOD | wrong)
    if not named:
        assert result.returncode == 0, result.stderr
        return
    assert result.returncode == 1
    assert result.stderr.startswith(f"{named} is not ")
    assert len(result.stderr.splitlines()) == 1
    assert SECRET not in result.stderr


def test_without_it_nothing_of_it_is_wanted() -> None:
    assert setting("settings.NOTIFY_API_KEY", EMAIL_URL="smtp://mail.example") == ""


def test_the_library_is_loaded_only_where_it_is_chosen() -> None:
    code = "import sys; from consult import mail; print('notifications_python_client' in sys.modules)"
    assert manage("shell", "--no-imports", "-c", code, **PRODUCTION).stdout == "False\n"


def test_the_claim_outlasts_a_slow_answer(settings: Any) -> None:
    """A letter asks twice at most, each with this time to answer; nobody else may try it meanwhile."""
    assert timedelta(seconds=2 * 2 * settings.EMAIL_TIMEOUT) < mail.CLAIM
