"""Having one's say, from the first page to the receipt: works, keeps, refuses, sends once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.models import Consultation
from submissions import actions, keys, survey
from submissions.models import Answer, Contact, Decision, Draft, Question, Questionnaire, Statement, Submission
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

TYPED = {
    "section-trust": {"trust": "Listen first.\nThen act."},
    "section-other": {"other": ""},
    "sender": {"respondent": "individual"},
    "publication": {"consent": "on"},
    "contact": {"email": ""},
}
KEPT = {step: {name: [value] for name, value in typed.items()} for step, typed in TYPED.items()}


@pytest.fixture
def plan() -> Consultation:
    """An open consultation with a question on a theme and one in general."""
    row = factories.consultation(slug="plan", title="The Plan", next_steps="The office reads it.")
    theme = factories.theme(row, title="Trust", slug="trust")
    factories.questionnaire(row, slug="survey", title="The survey", summary="Ten minutes of your time.")
    factories.question(row, identifier="trust", text="What would raise trust?", theme=theme, position=1)
    factories.question(row, identifier="other", text="What else?", position=2, max_length=100)
    return row


def closing(plan: Consultation) -> datetime:
    assert plan.closes_at is not None
    return plan.closes_at


def survey_of(plan: Consultation) -> Questionnaire:
    return plan.questionnaires.get(slug="survey")


def begin(client: Client, plan: Consultation) -> str:
    """Press Start; returns the address of the draft, without the slash at its end."""
    response = client.post(survey_of(plan).get_absolute_url())
    assert response.status_code == 302
    return str(response["Location"]).removesuffix("/")


def fill(client: Client, draft: str, **changes: dict[str, Any]) -> None:
    for step, typed in (TYPED | changes).items():
        response = client.post(f"{draft}/{step}/", typed)
        assert response.status_code == 302, (step, response.content.decode())


def test_the_whole_way(client: Client, plan: Consultation) -> None:
    start = client.get(f"{plan.get_absolute_url()}respond/", follow=True).content.decode()
    assert "What would raise trust?" in start
    assert "11:59pm on Wednesday 21 January 2026" in start
    draft = begin(client, plan)
    fill(client, draft, contact={"email": "ada@example.org"})
    check = client.get(f"{draft}/check/").content.decode()
    assert "Listen first.\nThen act." in check
    assert "Not provided" in check
    response = client.post(f"{draft}/check/", follow=True)
    submission = Submission.objects.get()
    text = response.content.decode()
    assert response.redirect_chain == [(f"{draft}/receipt/", 302)]
    assert submission.reference in text
    assert "The office reads it." in text
    assert (submission.respondent, submission.organisation, submission.consents_to_publication) == (
        "individual",
        "",
        True,
    )
    assert submission.consent_wording == survey.CONSENT_WORDING
    assert submission.received_at == NOON
    answer = Answer.objects.get()
    assert (answer.question_text, answer.text) == ("What would raise trust?", "Listen first.\nThen act.")
    assert not Draft.objects.exists()


def test_the_receipt_letter_says_the_reference_and_nothing_of_the_view(client: Client, plan: Consultation) -> None:
    factories.key_date(plan)
    draft = begin(client, plan)
    fill(client, draft, contact={"email": "ada@example.org"})
    client.post(f"{draft}/check/")
    [letter] = mail.outbox
    submission = Submission.objects.get()
    assert letter.to == ["ada@example.org"]
    assert letter.subject == f"We have your views: {submission.reference}"
    html = letter.alternatives[0][0]  # type: ignore[attr-defined]
    for body in (letter.body, html):
        assert submission.reference in body
        assert "Tuesday 31 March 2026" in body
        assert "Listen first" not in body
        assert "/respond/" not in body


def test_no_address_no_letter(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    client.post(f"{draft}/check/")
    assert mail.outbox == []
    assert not Contact.objects.exists()


def test_pressing_send_twice_gives_one_row_and_one_reference(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft, contact={"email": "ada@example.org"})
    first = client.post(f"{draft}/check/", follow=True)
    again = client.post(f"{draft}/check/", follow=True)
    assert Submission.objects.count() == 1
    reference = Submission.objects.get().reference
    assert reference in first.content.decode()
    assert reference in again.content.decode()
    assert len(mail.outbox) == 1


def test_the_action_itself_sends_once(plan: Consultation) -> None:
    token = actions.begin(questionnaire=survey_of(plan))
    Draft.objects.update(data=KEPT)
    first = actions.send(consultation=plan, token=token)
    assert actions.send(consultation=plan, token=token) == first
    assert Submission.objects.count() == 1


def test_what_is_typed_is_kept_even_when_it_is_wrong(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    long = "é" * 101
    response = client.post(f"{draft}/section-other/", {"other": long})
    text = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error: What else?" in text.replace("\n", "")
    assert text.count("Shorten what you wrote to 100 characters. It has 1 too many. All of it is still here.") == 2
    assert long in text
    assert long in client.get(f"{draft}/section-other/").content.decode()
    check = client.get(f"{draft}/check/").content.decode()
    assert long in check
    assert "Shorten what you wrote" in check


def test_sending_says_everything_that_is_missing(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    response = client.post(f"{draft}/check/")
    text = response.content.decode()
    assert response.status_code == 200
    assert "Error: Check your answers" in text
    assert "There is a problem" in text
    assert f'href="{draft}/section-trust/?then=check">Answer at least one question' in text
    assert f'href="{draft}/sender/?then=check">Choose who you answer for' in text
    assert not Submission.objects.exists()


def test_blank_answers_are_no_answers(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft, **{"section-trust": {"trust": " \n "}})
    assert "Answer at least one question" in client.post(f"{draft}/check/").content.decode()


def test_an_organisation_has_a_name_and_a_person_leaves_none(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    response = client.post(f"{draft}/sender/", {"respondent": "organisation", "organisation": ""})
    assert "Enter the name of the organisation" in response.content.decode()
    fill(client, draft, sender={"respondent": "individual", "organisation": "Left in the box"})
    client.post(f"{draft}/check/")
    assert Submission.objects.get().organisation == ""
    draft = begin(client, plan)
    fill(client, draft, sender={"respondent": "organisation", "organisation": "Brixton Neighbours"})
    client.post(f"{draft}/check/")
    assert Submission.objects.filter(respondent="organisation", organisation="Brixton Neighbours").count() == 1


def test_without_consent_nothing_is_agreed(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft, publication={})
    client.post(f"{draft}/check/")
    submission = Submission.objects.get()
    assert (submission.consents_to_publication, submission.consent_wording) == (False, "")


def test_changing_from_check_answers_leads_back_there(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    response = client.post(f"{draft}/section-trust/?then=check", {"trust": "Changed."})
    assert response["Location"] == f"{draft}/check/"
    assert "Changed." in client.get(f"{draft}/check/").content.decode()


@pytest.mark.parametrize("away", [timedelta(0), settings.CLOSING_GRACE - timedelta(milliseconds=1)])
def test_who_began_before_closing_may_send_within_the_grace(
    client: Client, plan: Consultation, time_machine: Any, away: timedelta
) -> None:
    time_machine.move_to(closing(plan) - timedelta(minutes=1), tick=False)
    draft = begin(client, plan)
    fill(client, draft)
    time_machine.move_to(closing(plan) + away, tick=False)
    assert (
        "you can still send your views, for 30 minutes after it closed"
        in client.get(f"{draft}/check/").content.decode()
    )
    assert client.post(f"{draft}/check/").status_code == 302
    assert Submission.objects.count() == 1


def test_after_the_grace_nothing_is_taken_and_nothing_is_lost(
    client: Client, plan: Consultation, time_machine: Any
) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    time_machine.move_to(closing(plan) + settings.CLOSING_GRACE, tick=False)
    for path, typed in ((f"{draft}/check/", {}), (f"{draft}/section-other/", {"other": "Late words"})):
        response = client.post(path, typed)
        text = response.content.decode()
        assert response.status_code == 403
        assert "This consultation has closed" in text
        assert "Listen first." in text
    assert "Late words" in text
    assert not Submission.objects.exists()


@pytest.mark.parametrize("summer", [False, True])
def test_closing_is_enforced_at_the_instant(plan: Consultation, time_machine: Any, summer: bool) -> None:
    closes_at = (factories.SUMMER if summer else NOON) + timedelta(days=1)
    Consultation.objects.update(closes_at=closes_at)
    plan.refresh_from_db()
    time_machine.move_to(closes_at - timedelta(milliseconds=1), tick=False)
    assert actions.begin(questionnaire=survey_of(plan))
    time_machine.move_to(closes_at, tick=False)
    with pytest.raises(actions.Closed):
        actions.begin(questionnaire=survey_of(plan))


@pytest.mark.parametrize(
    "fields",
    [{"closes_at": NOON}, {"opens_at": NOON + timedelta(hours=1)}],
    ids=["closed", "not yet open"],
)
def test_nothing_can_be_begun_while_it_is_not_open(
    client: Client, plan: Consultation, fields: dict[str, object]
) -> None:
    Consultation.objects.update(**fields)
    address = survey_of(plan).get_absolute_url()
    page = client.get(address)
    assert page.status_code == 200
    assert "<form" not in page.content.decode()
    assert client.post(address).status_code == 403
    assert not Draft.objects.exists()


def test_a_draft_consultation_cannot_be_answered(client: Client, plan: Consultation) -> None:
    Consultation.objects.update(publish_at=None)
    for path in (f"{plan.get_absolute_url()}respond/", survey_of(plan).get_absolute_url()):
        assert client.get(path).status_code == 404
    assert client.post(survey_of(plan).get_absolute_url()).status_code == 404
    assert not Draft.objects.exists()


def test_a_consultation_without_questions_shows_no_form(client: Client) -> None:
    row = factories.consultation()
    text = client.get(f"{row.get_absolute_url()}respond/").content.decode()
    assert "does not ask for views on this website" in text
    assert "<form" not in text
    assert client.post(f"{row.get_absolute_url()}respond/").status_code == 405
    unpublished = factories.questionnaire(row)
    unpublished.versions.update(published_at=None)
    assert client.get(unpublished.get_absolute_url()).status_code == 404
    assert client.post(unpublished.get_absolute_url()).status_code == 404
    assert not Draft.objects.exists()


def test_strangers_open_neither_drafts_nor_receipts(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    wrong = f"{plan.get_absolute_url()}respond/{keys.new_token()}"
    for path in ("", "section-trust/", "check/", "receipt/"):
        assert client.get(f"{wrong}/{path}").status_code == 404
    client.post(f"{draft}/check/")
    submission = Submission.objects.get()
    assert client.get(f"{wrong}/receipt/").status_code == 404
    for guess in (submission.key, submission.reference, str(submission.pk)):
        assert client.get(f"{plan.get_absolute_url()}respond/{guess}/receipt/").status_code == 404
    other = factories.consultation()
    assert client.get(draft.replace("/plan/", f"/{other.slug}/") + "/receipt/").status_code == 404


def test_pages_of_a_draft_are_kept_nowhere(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    token = draft.rsplit("/", 1)[1]
    for path in ("", "section-trust/", "check/"):
        response = client.get(f"{draft}/{path}")
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        head = response.content.decode().split("</head>")[0]
        assert token not in head
        assert "noindex" in head


def test_drafts_expire_and_are_deleted(client: Client, plan: Consultation, time_machine: Any) -> None:
    Consultation.objects.update(closes_at=None)
    draft = begin(client, plan)
    time_machine.move_to(NOON + settings.DRAFT_LIFETIME, tick=False)
    assert client.get(f"{draft}/section-trust/").status_code == 404
    call_command("tidy", stdout=StringIO())
    assert not Draft.objects.exists()


def test_the_database_cannot_open_what_it_holds(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    token = draft.rsplit("/", 1)[1]
    row = Draft.objects.get()
    assert row.key == keys.key_of(token)
    assert token not in str(row.__dict__)


@pytest.mark.parametrize("text", ["\x00null", "<script>alert(1)</script>", "﷽" * 50, "\u202eright to left", "😀" * 50])
def test_any_text_is_kept_and_shown_as_text(client: Client, plan: Consultation, text: str) -> None:
    draft = begin(client, plan)
    fill(client, draft, **{"section-trust": {"trust": text}})
    assert client.post(f"{draft}/check/").status_code == 302
    assert Answer.objects.get().text == text.replace("\x00", "")
    assert "<script>alert" not in client.get(f"{draft}/receipt/").content.decode()


def test_unknown_steps_and_methods(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    assert client.get(f"{draft}/question-nonsense/").status_code == 404
    assert client.post(f"{draft}/receipt/").status_code == 405
    assert client.put(f"{draft}/check/").status_code == 405


def test_a_form_needs_its_token(plan: Consultation) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(survey_of(plan).get_absolute_url())
    assert response.status_code == 403
    assert not Draft.objects.exists()


def test_a_body_in_a_foreign_encoding_is_not_an_error_of_ours(plan: Consultation) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get(survey_of(plan).get_absolute_url())  # with the cookie, the check reads the body
    for charset in ("utf-7", "utf-16"):
        response = client.post(
            survey_of(plan).get_absolute_url(),
            data=b"a=b",
            content_type=f"application/x-www-form-urlencoded; charset={charset}",
        )
        assert response.status_code == 400


def test_queries_do_not_grow_with_the_questions(client: Client, plan: Consultation) -> None:
    """Nor with sections, choices, statements or themes."""
    counts = []
    for wanted in (1, 3):
        while plan.themes.count() < wanted + 1:
            number = plan.themes.count()
            theme = factories.theme(plan)
            section = factories.section(survey_of(plan), identifier=f"more-{number}", theme=theme)
            for kind in ("choices", "ranking", "matrix"):
                asked = factories.question(section, kind=kind, choice_set=factories.choice_set("Yes", "No"))
                Statement.objects.create(question=asked, identifier="one", text="One")
        draft = begin(client, plan)
        asking = []
        for path in ("/", "/section-trust/", "/check/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(draft + path).status_code == 200
            asking.append(len(queries))
        for path, typed in (("/section-trust/", {"trust": "x"}), ("/sender/", {"respondent": "individual"})):
            with CaptureQueriesContext(connection) as queries:
                assert client.post(draft + path, typed).status_code == 302
            asking.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            assert client.post(f"{draft}/check/").status_code == 302
        asking.append(len(queries))
        counts.append(asking)
    assert counts[0] == counts[1]
    assert max(counts[0][:5]) <= 16


def test_an_answer_sent_to_a_former_address_is_not_lost(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    plan.slug = "renamed"
    plan.save()
    response = client.post(f"{draft}/section-trust/?then=check", {"trust": "Kept."}, follow=True)
    assert response.redirect_chain[0] == (draft.replace("/plan/", "/renamed/") + "/section-trust/?then=check", 308)
    assert Draft.objects.get().data["section-trust"] == {"trust": ["Kept."]}


def test_sent_in_another_tab_the_page_shows_the_receipt(client: Client, plan: Consultation, monkeypatch: Any) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    keep = actions.keep

    def sent_meanwhile(**kwargs: Any) -> Draft:
        client.post(f"{draft}/check/")
        return keep(**kwargs)

    monkeypatch.setattr(actions, "keep", sent_meanwhile)
    response = client.post(f"{draft}/section-trust/", {"trust": "Too late."}, follow=True)
    assert response.redirect_chain[-1] == (f"{draft}/receipt/", 302)
    assert Answer.objects.get().text == "Listen first.\nThen act."


def test_after_the_grace_a_page_does_not_ask_any_more(client: Client, plan: Consultation, time_machine: Any) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    time_machine.move_to(closing(plan) + settings.CLOSING_GRACE, tick=False)
    for path in (f"{draft}/check/", f"{draft}/section-trust/"):
        response = client.get(path)
        assert response.status_code == 403
        assert "<form" not in response.content.decode()
        assert "Listen first." in response.content.decode()


def test_two_presses_at_the_same_moment_give_one_submission(plan: Consultation) -> None:
    token = actions.begin(questionnaire=survey_of(plan))
    Draft.objects.update(data=KEPT)
    barrier = Barrier(4)

    def press(_: int) -> str:
        try:
            barrier.wait()
            return actions.send(consultation=plan, token=token).reference
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        references = set(pool.map(press, range(4)))
    assert Submission.objects.count() == 1
    assert references == {Submission.objects.get().reference}


def test_two_windows_do_not_overwrite_each_other(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    address = f"{draft}/section-trust/"
    seen = client.get(address).context["seen"]
    assert f'name="page.seen" value="{seen}"' in client.get(address).content.decode()
    assert client.post(address, {"trust": "From the first window.", "page.seen": seen}).status_code == 302
    response = client.post(address, {"trust": "From the second.", "page.seen": seen})
    text = response.content.decode()
    assert response.status_code == 200
    assert "You saved this in another window meanwhile" in text
    assert "From the first window." in text
    assert "From the second.</textarea>" in text
    assert Draft.objects.get().data["section-trust"] == {"trust": ["From the first window."]}
    both = {"trust": "Both.", "page.seen": response.context["seen"]}
    assert client.post(address, both).status_code == 302
    assert Draft.objects.get().data["section-trust"] == {"trust": ["Both."]}
    assert client.post(address, both).status_code == 302  # the same again is no conflict


@pytest.mark.parametrize(
    ("outcome", "words"), [("withhold", "They are not published."), ("hold", "They are not published for now.")]
)
def test_the_sender_is_told_the_decision_and_its_reason(
    client: Client, plan: Consultation, outcome: str, words: str
) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    client.post(f"{draft}/check/")
    actions.decide(
        submission=Submission.objects.get(),
        outcome=Decision.Outcome(outcome),
        reason="It names a third person.",
        by=factories.user(),
    )
    text = client.get(f"{draft}/receipt/").content.decode()
    assert words in text
    assert "The reason: It names a third person." in text


def test_an_organisation_is_told_that_its_name_is_shown(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    fill(client, draft, sender={"respondent": "organisation", "organisation": "Brixton Neighbours"})
    client.post(f"{draft}/check/")
    actions.decide(submission=Submission.objects.get(), outcome=Decision.Outcome.PUBLISH, by=factories.user())
    assert "They are published with the name of your organisation." in client.get(f"{draft}/receipt/").content.decode()


def test_an_address_cut_short_shows_all_sections(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    text = client.get(f"{draft}/").content.decode()
    assert "0 of 5 done" in text
    assert f'href="{draft}/section-other/"' in text
    fill(client, draft)
    client.post(f"{draft}/check/")
    assert client.get(f"{draft}/")["Location"] == f"{draft}/receipt/"


def test_sections_in_any_order_lead_on_to_what_is_left(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    steps = [("contact", f"{draft}/"), ("section-other", f"{draft}/sender/"), ("sender", f"{draft}/publication/")]
    for step, leads_to in [*steps, ("publication", f"{draft}/"), ("section-trust", f"{draft}/check/")]:
        assert client.post(f"{draft}/{step}/", TYPED[step])["Location"] == leads_to
    assert client.post(f"{draft}/check/").status_code == 302
    assert Submission.objects.count() == 1


def states(client: Client, draft: str) -> dict[str, str]:
    groups = client.get(f"{draft}/").context["groups"]
    return {step.slug: state.value for _, rows in groups for step, state in rows}


def test_the_state_of_each_section_is_told(client: Client, plan: Consultation) -> None:
    Question.objects.filter(identifier="other").update(is_required=True)
    draft = begin(client, plan)
    assert states(client, draft) == {
        "section-trust": "Not started",
        "section-other": "Needed",
        "sender": "Needed",
        "publication": "Not started",
        "contact": "Not started",
    }
    client.post(f"{draft}/section-trust/", {"trust": ""})
    client.post(f"{draft}/section-other/", {"other": "x" * 101})
    client.post(f"{draft}/sender/", {"respondent": "individual"})
    assert states(client, draft) == {
        "section-trust": "Done",
        "section-other": "Something to put right",
        "sender": "Done",
        "publication": "Not started",
        "contact": "Not started",
    }
    text = client.get(f"{draft}/").content.decode()
    assert "2 of 5 done" in text
    assert "<title>Your answer: 2 of 5 done" in text
    again = client.get(f"{draft}/section-other/").content.decode()
    assert "Shorten what you wrote to 100 characters" in again  # opened again, the page says what to put right


def test_several_questionnaires_are_offered_with_what_they_are_for(client: Client, plan: Consultation) -> None:
    factories.questionnaire(plan, slug="short", title="Short one", audience="young people", summary="Five minutes.")
    ended = factories.questionnaire(plan, slug="ended", title="The early one", closes_at=NOON - timedelta(days=1))
    hidden = factories.questionnaire(plan, slug="hidden", title="Nobody may see this")
    hidden.versions.update(published_at=None)
    text = client.get(f"{plan.get_absolute_url()}respond/").content.decode()
    for words in ("The survey", "Ten minutes of your time.", "Short one", "For young people", "The early one"):
        assert words in text
    assert "Nobody may see this" not in text
    for path in ("/", plan.get_absolute_url()):
        text = client.get(path).content.decode()
        for words in (survey_of(plan).get_absolute_url(), "Short one", "For young people", "Five minutes."):
            assert words in text, (path, words)
        assert ended.get_absolute_url() not in text
        assert "Nobody may see this" not in text


@pytest.mark.parametrize("path", ["/", "/consultations/plan/", "/consultations/plan/respond/"])
def test_lists_of_questionnaires_take_the_same_queries(client: Client, plan: Consultation, path: str) -> None:
    counts = []
    for wanted in (2, 4):  # with one, the way leads straight to it
        while plan.questionnaires.count() < wanted:
            factories.questionnaire(plan)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_questionnaire_closes_while_the_consultation_goes_on(
    client: Client, plan: Consultation, time_machine: Any
) -> None:
    row = survey_of(plan)
    row.closes_at = NOON + timedelta(hours=1)
    row.save()
    draft = begin(client, plan)
    fill(client, draft)
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    assert "The survey has closed. Because you began before" in client.get(f"{draft}/check/").content.decode()
    time_machine.move_to(NOON + timedelta(hours=1) + settings.CLOSING_GRACE, tick=False)
    response = client.post(f"{draft}/check/")
    text = response.content.decode()
    assert response.status_code == 403
    assert "The survey: not open now" in text
    assert "This closed at 1pm on Wednesday 14 January 2026" in text
    assert "The consultation itself is still open" in text
    assert "Listen first." in text
    assert not Submission.objects.exists()


def test_a_questionnaire_that_opens_later_says_when(client: Client, plan: Consultation) -> None:
    Questionnaire.objects.update(opens_at=NOON + timedelta(days=2))
    text = client.get(survey_of(plan).get_absolute_url()).content.decode()
    assert "It opens on Friday 16 January 2026" in text
    assert "<form" not in text
    assert survey_of(plan).get_absolute_url() not in client.get("/").content.decode()


def test_every_page_of_an_answer_has_a_quick_way_out_and_says_where_crime_is_reported(
    client: Client, plan: Consultation
) -> None:
    draft = begin(client, plan)
    fill(client, draft)
    pages = [survey_of(plan).get_absolute_url(), *(f"{draft}/{path}" for path in ("", "section-trust/", "check/"))]
    texts = [client.get(path).content.decode() for path in pages]
    client.post(f"{draft}/check/")
    texts.append(client.get(f"{draft}/receipt/").content.decode())
    for text in texts:
        assert 'href="https://www.bbc.co.uk/weather" rel="nofollow noreferrer"' in text
        for place in ("999", "101", "0800 555 111"):
            assert place in text
    for text in (texts[0], texts[2]):  # before anything is written
        assert "only if you agree, and never your name" in text


def test_what_staff_try_says_that_it_is_a_test_and_is_never_counted(client: Client, plan: Consultation) -> None:
    Consultation.objects.update(closes_at=NOON)
    version = survey_of(plan).current
    assert version is not None
    draft = f"{plan.get_absolute_url()}respond/{actions.try_out(version=version)}"
    fill(client, draft)
    for path in ("", "section-trust/", "check/"):
        assert "This is a test" in client.get(f"{draft}/{path}").content.decode()
    client.post(f"{draft}/check/")
    assert "This was a test. It is not counted." in client.get(f"{draft}/receipt/").content.decode()
    assert Submission.objects.get().is_test
    assert not Submission.objects.counted().exists()


def test_who_answers_for_somebody_else_says_how_they_know_them(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    response = client.post(f"{draft}/sender/", {"respondent": "behalf", "relation": " "})
    assert "Say how you know them" in response.content.decode()
    typed = {"respondent": "behalf", "relation": "Their daughter", "organisation": "Left in the box"}
    fill(client, draft, sender=typed)
    check = client.get(f"{draft}/check/").content.decode()
    assert "Their daughter" in check
    assert "Left in the box" not in check
    client.post(f"{draft}/check/")
    sent = Submission.objects.get()
    assert (sent.respondent, sent.relation, sent.organisation) == ("behalf", "Their daughter", "")
    assert "Their daughter" in client.get(f"{draft}/receipt/").content.decode()


def test_an_organisation_says_who_speaks_and_how_its_view_was_formed(client: Client, plan: Consultation) -> None:
    draft = begin(client, plan)
    typed = {"respondent": "organisation", "organisation": "Brixton Neighbours", "role": "Chair"}
    typed |= {"speaks_for": "40 members", "view_formed": "At two meetings"}
    fill(client, draft, sender=typed)
    client.post(f"{draft}/check/")
    sent = Submission.objects.get()
    assert (sent.role, sent.speaks_for, sent.view_formed) == ("Chair", "40 members", "At two meetings")
    receipt = client.get(f"{draft}/receipt/").content.decode()
    for words in typed.values():
        assert words in receipt or words == "organisation"
