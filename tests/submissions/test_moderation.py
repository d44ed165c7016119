"""Deciding about views: who may, what is shown then, what is on record."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from consult.actions import CannotBeDone
from consult.models import AuditEntry
from submissions import actions, actions_rights
from submissions.models import Answer, Contact, Decision, Question, Submission
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Cast = Callable[[str], Client]


def decide_url(submission: Submission) -> str:
    return reverse("admin:submissions_submission_decide", args=[submission.pk])


def test_a_moderator_publishes_a_view_and_the_public_reads_it(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    submission = factories.submission(row, text="Open the youth club again.")
    Contact.objects.create(submission=submission, name="Ada Secret", email="ada@secret.example")
    page = f"{row.get_absolute_url()}views/"
    assert "youth club" not in client.get(page).content.decode()
    moderator = cast("moderator")
    response = moderator.post(decide_url(submission), {"outcome": "publish", "reason": ""}, follow=True)
    assert response.status_code == 200
    text = client.get(page).content.decode()
    assert "Open the youth club again." in text
    assert "Secret" not in text
    assert "1 published so far" in client.get(row.get_absolute_url()).content.decode()
    decision = Decision.objects.get()
    assert (decision.outcome, decision.decided_by.username, decision.decided_at) == ("publish", "moderator", NOON)
    assert AuditEntry.objects.filter(verb="publish", by__username="moderator", object_id=submission.pk).count() == 1


def test_undoing_is_a_new_decision(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    submission = factories.submission(row, text="Open the youth club again.")
    moderator = cast("moderator")
    moderator.post(decide_url(submission), {"outcome": "publish", "reason": ""})
    moderator.post(decide_url(submission), {"outcome": "withhold", "reason": "Names a third person."})
    assert list(Decision.objects.values_list("outcome", flat=True)) == ["publish", "withhold"]
    assert "youth club" not in client.get(f"{row.get_absolute_url()}views/").content.decode()


def test_without_consent_nothing_can_be_published(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    submission = factories.submission(row, consents_to_publication=False, consent_wording="")
    response = cast("moderator").post(decide_url(submission), {"outcome": "publish", "reason": ""})
    assert f"{submission.reference} cannot be published: its sender did not agree to it." in response.content.decode()
    assert not Decision.objects.exists()
    with pytest.raises(CannotBeDone):
        actions.decide(submission=submission, outcome=Decision.Outcome.PUBLISH, by=factories.user())


def test_not_publishing_needs_a_reason(cast: Cast) -> None:
    submission = factories.submission(factories.consultation())
    response = cast("moderator").post(decide_url(submission), {"outcome": "withhold", "reason": ""})
    assert "Give a reason for not publishing." in response.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("resident", 302),
        ("half_signed_in", 302),
        ("editor", 403),
        ("analyst", 403),
        ("partner", 403),
        ("moderator", 302),
        ("administrator", 302),
    ],
)
def test_who_may_decide(cast: Cast, name: str, status: int) -> None:
    submission = factories.submission(factories.consultation())
    response = cast(name).post(decide_url(submission), {"outcome": "publish", "reason": ""})
    assert response.status_code == status
    assert Decision.objects.exists() is (name in {"moderator", "administrator"})


def test_looking_decides_nothing(cast: Cast) -> None:
    submission = factories.submission(factories.consultation())
    assert cast("moderator").get(decide_url(submission)).status_code == 200
    assert not Decision.objects.exists()


def test_bulk_publishing_has_the_same_duties(cast: Cast) -> None:
    row = factories.consultation()
    agreed = factories.submission(row)
    not_agreed = factories.submission(row, consents_to_publication=False, consent_wording="")
    url = reverse("admin:submissions_submission_changelist")
    data = {"action": "publish", "_selected_action": [agreed.pk, not_agreed.pk]}
    text = cast("moderator").post(url, data, follow=True).content.decode()
    assert f"{agreed.reference} is published." in text
    assert f"{not_agreed.reference} cannot be published" in text
    assert [decision.submission for decision in Decision.objects.all()] == [agreed]


def test_bulk_publishing_overturns_no_decision(cast: Cast) -> None:
    row = factories.consultation()
    withheld = factories.submission(row)
    actions.decide(submission=withheld, outcome=Decision.Outcome.WITHHOLD, reason="Names one.", by=factories.user())
    url = reverse("admin:submissions_submission_changelist")
    data = {"action": "publish", "_selected_action": [withheld.pk]}
    text = cast("moderator").post(url, data, follow=True).content.decode()
    assert f"{withheld.reference} was decided about before: it stays as it is." in text
    withheld.refresh_from_db()
    assert not withheld.is_public


def test_who_decides_reads_the_view_first_and_history_tells_who(cast: Cast) -> None:
    submission = factories.submission(factories.consultation(), text="Open the youth club.")
    client = cast("moderator")
    text = client.get(decide_url(submission)).content.decode()
    assert "Open the youth club." in text
    assert "The sender reads it on the receipt" in text
    client.post(decide_url(submission), {"outcome": "publish", "reason": ""})
    history = client.get(reverse("admin:submissions_submission_history", args=[submission.pk])).content.decode()
    assert "Decide" in history


def test_a_reference_is_found_however_it_is_typed(cast: Cast) -> None:
    row = factories.consultation()
    wanted, other = factories.submission(row), factories.submission(row)
    url = reverse("admin:submissions_submission_changelist")
    text = cast("moderator").get(url, {"q": wanted.reference.lower().replace("-", " ")}).content.decode()
    assert wanted.reference in text
    assert other.reference not in text


def test_nothing_is_decided_about_what_was_erased(cast: Cast) -> None:
    submission = factories.submission(factories.consultation())
    actions_rights.erase(submission=submission, reason="Asked for.", by=factories.user())
    with pytest.raises(CannotBeDone):
        actions.decide(submission=submission, outcome=Decision.Outcome.HOLD, reason="x", by=factories.user())


def test_what_was_said_cannot_be_changed_in_the_admin(cast: Cast) -> None:
    submission = factories.submission(factories.consultation(), text="As written.")
    url = reverse("admin:submissions_submission_change", args=[submission.pk])
    client = cast("administrator")
    text = client.get(url).content.decode()
    assert "As written." in text
    assert 'name="_save"' not in text
    answer = Answer.objects.get()
    client.post(url, {"answers-0-id": answer.pk, "answers-0-text": "Changed.", "organisation": "X"})
    answer.refresh_from_db()
    assert answer.text == "As written."


@pytest.mark.parametrize("name", ["moderator", "analyst", "editor", "partner"])
def test_contacts_are_in_no_staff_page(cast: Cast, name: str) -> None:
    submission = factories.submission(factories.consultation())
    Contact.objects.create(submission=submission, name="Ada Secret", email="ada@secret.example")
    client = cast(name)
    for path in (
        reverse("admin:submissions_submission_changelist"),
        reverse("admin:submissions_submission_change", args=[submission.pk]),
        reverse("admin:index"),
    ):
        assert "ecret" not in client.get(path, follow=True).content.decode()


def test_the_list_finds_what_waits(cast: Cast) -> None:
    row = factories.consultation()
    waiting, done = factories.submission(row), factories.submission(row)
    actions.decide(submission=done, outcome=Decision.Outcome.PUBLISH, by=factories.user())
    url = reverse("admin:submissions_submission_changelist")
    moderator = cast("moderator")
    text = moderator.get(url, {"decision": "awaiting"}).content.decode()
    assert waiting.reference in text
    assert done.reference not in text
    assert list(Submission.objects.awaiting()) == [waiting]
    for decision, found in {"publish": [done], "hold": [], "nonsense": [done, waiting]}.items():
        listed = moderator.get(url, {"decision": decision}).context["cl"].result_list
        assert sorted(row.pk for row in listed) == sorted(row.pk for row in found), decision


def test_tests_of_staff_wait_for_nobody_and_are_never_public(cast: Cast, client: Client) -> None:
    row = factories.consultation()
    tried = factories.submission(row, text="Only tried.", is_test=True)
    assert list(Submission.objects.awaiting()) == []
    actions.decide(submission=tried, outcome=Decision.Outcome.PUBLISH, by=factories.user())
    assert "Only tried." not in client.get(f"{row.get_absolute_url()}views/").content.decode()
    address = reverse("admin:submissions_submission_changelist")
    assert "A test: never counted" in cast("moderator").get(address).content.decode()


def test_published_views_of_a_draft_consultation_are_hidden(client: Client) -> None:
    row = factories.consultation(publish_at=None)
    actions.decide(submission=factories.submission(row), outcome=Decision.Outcome.PUBLISH, by=factories.user())
    assert client.get(f"{row.get_absolute_url()}views/").status_code == 404


@pytest.mark.parametrize("fields", [{"organisation": "X"}, {"respondent": "organisation"}, {"consent_wording": ""}])
def test_the_database_refuses_half_facts(fields: dict[str, str]) -> None:
    row = factories.consultation()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.submission(row, **fields)


def test_the_database_refuses_what_must_not_be() -> None:
    row = factories.consultation()
    submission = factories.submission(row)
    asked = Question.objects.get(section__version__questionnaire__consultation=row)
    user = factories.user()
    attempts: list[Callable[[], object]] = [
        lambda: Answer.objects.create(submission=submission, question=asked, question_text="Q", text="Twice"),
        lambda: Answer.objects.create(
            submission=submission, question=factories.question(row), question_text="Q", text=""
        ),
        lambda: Contact.objects.create(submission=submission),
        lambda: Decision.objects.create(submission=submission, outcome="hold", decided_at=NOON, decided_by=user),
        lambda: factories.submission(row, reference=submission.reference),
        lambda: factories.submission(row, key=submission.key),
        lambda: factories.question(asked.section, identifier=asked.identifier),
        lambda: factories.question(row, max_length=0),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
