"""Coming back to a draft: by a code, by a letter, for a time; and nobody else by guessing."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from consult.log import UtcFormatter
from consult.models import Consultation, Letter
from submissions import actions, actions_return, keys, views_return
from submissions.models import Answer, Draft, Question
from submissions.tries import HOUR, Tries, network_of
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture(autouse=True)
def no_tries_yet() -> Iterator[None]:
    views_return.TRIES.forget()
    yield
    views_return.TRIES.forget()


@pytest.fixture
def trust() -> Question:
    plan = factories.consultation(slug="plan", title="The Plan")
    return factories.question(plan, identifier="trust", text="What would raise trust?")


@pytest.fixture
def plan(trust: Question) -> Consultation:
    return trust.section.version.questionnaire.consultation


@pytest.fixture
def token(plan: Consultation) -> str:
    return actions.begin(questionnaire=plan.questionnaires.get())


@pytest.fixture
def code(token: str) -> str:
    found = keys.code_of(token)
    assert found is not None
    return found


def tasks(token: str) -> str:
    return f"/consultations/plan/respond/{token}/"


def come_back(token: str) -> str:
    return f"{tasks(token)}come-back/"


def finish(client: Client, token: str) -> None:
    Draft.objects.update(
        data={
            "section-trust": {"trust": ["Listen."]},
            "sender": {"respondent": ["individual"]},
            "publication": {},
            "contact": {"email": [""]},
        }
    )
    assert client.post(f"{tasks(token)}check/").status_code == 302


# --- the code -----------------------------------------------------------------------------------------


def test_a_code_is_short_and_leads_to_an_address_that_nobody_can_guess() -> None:
    token = keys.new_token()
    code = keys.code_of(token)
    assert code is not None
    assert CODE.fullmatch(code)
    assert token == keys.token_of(code)
    assert len(token.removeprefix(f"{code}-")) == 43  # 256 bits in base64
    assert keys.new_token() != token


def test_the_address_follows_from_the_code_for_nobody_else(settings: pytest.FixtureRequest) -> None:
    code = keys.code_of(keys.new_token()) or ""
    ours = keys.token_of(code)
    settings.SECRET_KEY = "y" * 50  # type: ignore[attr-defined]
    assert keys.token_of(code) != ours
    assert keys.code_of(ours) is None  # the address still opens its draft, with no code to show


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_none_and_never_an_error(typed: str) -> None:
    found = keys.code_typed(typed)
    assert found is None or keys.code_typed(found) == found
    assert keys.code_of(typed) is None


def test_a_code_and_a_reference_are_not_mixed_up() -> None:
    assert keys.code_typed("K7TM-4WXD") is None


def test_an_address_in_use_is_not_given_out_again(plan: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that of a draft nor that of a receipt."""
    drafted, sent, free = keys.new_token(), keys.new_token(), keys.new_token()
    given_out = iter([drafted, drafted, sent, free])
    monkeypatch.setattr(keys, "new_token", lambda: next(given_out))
    factories.submission(plan, key=keys.key_of(sent))
    questionnaire = plan.questionnaires.get()
    assert [actions.begin(questionnaire=questionnaire) for _ in range(2)] == [drafted, free]


# --- typing it ------------------------------------------------------------------------------------------


def test_the_code_leads_to_the_draft_however_it_is_typed(client: Client, token: str, code: str) -> None:
    assert client.get("/return/").status_code == 200
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        response = client.post("/return/", {"code": typed})
        assert (response.status_code, response["Location"]) == (302, tasks(token))
    fresh = Client()
    assert fresh.get(f"/return/{code}/")["Location"] == tasks(token)
    assert not fresh.cookies


@pytest.mark.parametrize("typed", [" ", "\0", "\0K7TM"])
def test_nothing_typed(client: Client, typed: str) -> None:
    text = client.post("/return/", {"code": typed}).content.decode()
    assert "<title>Error: Come back to your answer" in text
    assert text.count("Enter your return code") == 2


def test_every_code_that_leads_nowhere_gets_the_same_answer(client: Client, token: str, code: str) -> None:
    """Never given out, one character wrong, hostile, sent, expired: the same words and as many queries."""
    other = keys.code_of(keys.new_token()) or ""
    wrong = code[:-1] + next(each for each in "23" if each != code[-1])
    answers = {told(client, typed) for typed in (other, wrong, "é" * 5000, "../../admin")}
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        answers.add(told(client, code))
    finish(client, token)
    answers.add(told(client, code))
    [(status, queries, text)] = answers
    assert (status, queries) == (200, 2)  # the draft, and the notices of every page
    assert "no longer opens" in text
    assert "Error: " in text


def told(client: Client, typed: str) -> tuple[int, int, str]:
    """Status, number of queries and page, without what was typed and the token of the form."""
    with CaptureQueriesContext(connection) as queries:
        response = client.post("/return/", {"code": typed})
    text = re.sub(r'value="[^"]*"', "", response.content.decode())
    return response.status_code, len(queries), text


def test_after_many_wrong_codes_a_network_waits_and_others_do_not(client: Client, token: str, code: str) -> None:
    for _ in range(30):
        assert told(client, keys.code_of(keys.new_token()) or "")[0] == 200
    wrong, right = (client.post("/return/", {"code": each}) for each in (keys.code_of(keys.new_token()), code))
    assert wrong.status_code == right.status_code == 429
    assert wrong.content == right.content
    assert "Try again in 60 minutes" in right.content.decode()
    assert client.get(tasks(token)).status_code == 200  # the address is not held up
    assert client.post("/return/", {"code": code}, REMOTE_ADDR="192.0.2.7").status_code == 302
    with time_machine.travel(NOON + HOUR, tick=False):
        assert client.post("/return/", {"code": code}).status_code == 302


def test_right_codes_and_slips_of_the_pen_are_not_counted(client: Client, code: str) -> None:
    for _ in range(40):
        assert client.post("/return/", {"code": code}).status_code == 302
        assert client.post("/return/", {"code": code[:-2]}).status_code == 200
    assert client.post("/return/", {"code": code}).status_code == 302


def test_behind_a_proxy_it_is_the_address_that_the_proxy_saw(
    client: Client, code: str, settings: pytest.FixtureRequest
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    for _ in range(30):
        client.post("/return/", {"code": keys.code_of(keys.new_token())}, HTTP_X_FORWARDED_FOR="made-up, 192.0.2.1")
    held, free = (
        client.post("/return/", {"code": code}, HTTP_X_FORWARDED_FOR=each) for each in ("192.0.2.1", "192.0.2.2")
    )
    assert (held.status_code, free.status_code) == (429, 302)


def test_who_has_many_networks_waits_too() -> None:
    tries = Tries(most=2, most_of_all=3)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        assert tries.wait(address, NOON) is None
        tries.failed(address)
    assert tries.wait("192.0.2.4", NOON + timedelta(minutes=20)) == timedelta(minutes=40)
    assert tries.wait("192.0.2.4", NOON + HOUR) is None


def test_no_address_is_kept_even_in_memory() -> None:
    tries = Tries(most=2, most_of_all=3)
    tries.wait("192.0.2.1", NOON)
    tries.failed("192.0.2.1")
    [trace] = [each for each, number in tries.counts.items() if number]
    assert b"192" not in trace
    tries.wait("192.0.2.1", NOON + HOUR)
    tries.failed("192.0.2.1")
    assert trace not in tries.counts  # another hour, another salt


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_what_counts_as_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


# --- the page and the letter ------------------------------------------------------------------------------


def test_the_page_says_the_code_and_how_long_it_is_kept(client: Client, token: str, code: str) -> None:
    assert come_back(token) in client.get(tasks(token)).content.decode()
    text = client.get(come_back(token)).content.decode()
    assert CODE.findall(text.replace(token, "")) == [code]
    assert "kept until Friday 13 February 2026" in text
    assert "11:59pm on Wednesday 21 January 2026" in text
    assert "no-store" in client.get(come_back(token))["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_the_letter_leads_back_until_the_view_is_sent(client: Client, token: str, code: str) -> None:
    response = client.post(come_back(token), {"email": "ada@example.org", "once": str(uuid4())}, follow=True)
    assert response.redirect_chain == [(f"{come_back(token)}?sent=yes", 302)]
    assert "The letter is on its way." in response.content.decode()
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["ada@example.org"], "The way back to what you began")
    html = letter.alternatives[0][0]  # type: ignore[attr-defined]
    for body in (letter.body, html):
        assert f"http://testserver/return/{code}/" in body
        assert token not in body
        assert "Friday 13 February 2026" in body
        assert "11:59pm on Wednesday 21 January 2026" in body
    assert client.get(f"/return/{code}/")["Location"] == tasks(token)
    finish(client, token)
    assert client.get(f"/return/{code}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_address_is_kept_nowhere(client: Client, token: str) -> None:
    client.post(come_back(token), {"email": "ada@example.org", "once": str(uuid4())})
    assert len(mail.outbox) == 1
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "ada@example.org" not in str(cursor.fetchall()), table


def test_the_same_form_sends_one_letter(client: Client, token: str) -> None:
    form = {"email": "ada@example.org", "once": str(uuid4())}
    for _ in range(3):
        assert client.post(come_back(token), form).status_code == 302
    assert Letter.objects.count() == 1


def test_each_page_has_a_key_of_its_own(client: Client, token: str) -> None:
    found = {re.findall(r'name="once" value="([^"]+)"', client.get(come_back(token)).content.decode())[0] for _ in "ab"}
    assert len(found) == 2


def test_a_draft_sends_three_letters_and_no_more(client: Client, token: str) -> None:
    for _ in range(3):
        client.post(come_back(token), {"email": "ada@example.org", "once": str(uuid4())})
    response = client.post(come_back(token), {"email": "eve@example.org", "once": "tampered with"})
    assert "We have sent 3 letters already and send no more. Write the return code down instead" in (
        response.content.decode()
    )
    assert "eve@example.org" in response.content.decode()
    assert Letter.objects.count() == 3


def test_all_drafts_together_send_so_many_letters_an_hour(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions_return, "MOST_OF_ALL", 1)
    form = {"email": "ada@example.org"}
    other = actions.begin(questionnaire=Draft.objects.get().version.questionnaire)
    assert client.post(come_back(other), form).status_code == 302
    assert "Try again in an hour" in client.post(come_back(token), form).content.decode()
    with time_machine.travel(NOON + timedelta(minutes=61), tick=False):
        assert client.post(come_back(token), form).status_code == 302


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", "Enter your e-mail address"), ("ada", "like name@example.com"), ("a@b.org\nBcc: c@d.org", "like name@exa")],
)
def test_a_wrong_address_is_told_and_kept(client: Client, token: str, typed: str, expected: str) -> None:
    text = client.post(come_back(token), {"email": typed}).content.decode()
    assert text.count(expected) == 2
    assert not Letter.objects.exists()


def test_nobody_gets_a_letter_about_what_is_not_there(client: Client, token: str) -> None:
    wrong = keys.new_token()
    assert client.get(come_back(wrong), follow=True).status_code == 404
    finish(client, token)
    response = client.post(come_back(token), {"email": "ada@example.org"}, follow=True)
    assert response.redirect_chain[-1][0] == f"{tasks(token)}receipt/"
    assert mail.outbox == []


def test_a_draft_from_before_there_were_codes(client: Client, token: str) -> None:
    Draft.objects.update(key=keys.key_of("an-old-token"))
    text = client.get(come_back("an-old-token")).content.decode()
    assert "Keep the address of this page" in text
    assert "return code" not in text
    client.post(come_back("an-old-token"), {"email": "ada@example.org"})
    assert mail.outbox == []


def test_no_log_line_carries_a_code(code: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET /return/%s/ 302", (code,), None)
    assert code not in UtcFormatter().format(record)


# --- for how long -----------------------------------------------------------------------------------------


def test_tidy_deletes_what_has_expired_and_nothing_else(client: Client, token: str, plan: Consultation) -> None:
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        later = actions.begin(questionnaire=plan.questionnaires.get())
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        assert client.get(tasks(token)).status_code == 404
        out = StringIO()
        call_command("tidy", stdout=out)
    assert "expired drafts deleted: 1" in out.getvalue()
    assert Draft.objects.get().key == keys.key_of(later)


# --- what no database keeps -----------------------------------------------------------------------------------


def test_nul_and_lone_surrogates_do_no_harm(client: Client, token: str) -> None:
    """As bytes: a client that sends them is no browser. What can be kept is kept."""
    body = b"trust=a%00b%ED%A0%80c"
    form = "application/x-www-form-urlencoded"
    response = client.post(f"{tasks(token)}section-trust/", body, content_type=form)
    assert response.status_code == 302
    [kept] = Draft.objects.get().data["section-trust"]["trust"]
    assert kept.startswith("ab")
    assert kept.endswith("c")
    assert "\0" not in kept


def test_text_of_any_alphabet_is_sent_as_it_was_typed(client: Client, token: str) -> None:
    text = "Ἀθῆναι שלום 👩🏾‍🦱 \u202eleft\u202c é e\u0301 \ufeff\ufdd0 {{ 1 }} %s <b>'\";--"
    client.post(f"{tasks(token)}section-trust/", {"trust": text})
    for step, typed in {"sender": {"respondent": "individual"}, "publication": {}, "contact": {}}.items():
        client.post(f"{tasks(token)}{step}/", typed)
    client.post(f"{tasks(token)}check/")
    assert Answer.objects.get().text == text


def test_the_page_to_begin_on_leads_back_too(client: Client, plan: Consultation) -> None:
    assert 'href="/return/"' in client.get(plan.questionnaires.get().get_absolute_url()).content.decode()
