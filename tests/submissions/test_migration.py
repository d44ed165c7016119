"""What was asked and begun before there were questionnaires goes on: nothing is lost, and drafts can be sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from submissions import actions, keys
from submissions.models import Answer, Draft, Question, Questionnaire, Submission
from tests import factories
from tests.conftest import restore_roles
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

BEFORE = ("submissions", "0003_erasure")


@pytest.fixture
def old() -> Iterator[Any]:
    """The models as they were; afterwards the tables are as they are now."""
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    yield executor.loader.project_state([BEFORE]).apps
    call_command("migrate", verbosity=0)
    restore_roles()


def test_old_questions_drafts_and_submissions_become_a_questionnaire(old: Any) -> None:
    get = lambda name, app="submissions": old.get_model(app, name)  # noqa: E731
    plans = [
        get("Consultation", "consult").objects.create(
            title=title,
            slug=title.lower(),
            summary="S",
            decided_by="The Mayor",
            publish_at=factories.BEFORE,
            opens_at=factories.BEFORE,
            closes_at=NOON + timedelta(days=7),
        )
        for title in ("Plan", "Silent", "Begun")
    ]
    plan, _, begun = plans
    theme = get("Theme", "consult").objects.create(consultation=plan, title="Trust", slug="trust")
    first, second = (
        get("Question").objects.create(consultation=plan, identifier=name, text=text, position=position, theme=about)
        for name, text, position, about in [("trust", "What helps?", 1, theme), ("other", "What else?", 2, None)]
    )
    sent = {
        channel: get("Submission").objects.create(
            consultation=plan,
            reference=f"REF-{channel}",
            key=channel,
            channel=channel,
            received_at=NOON,
            respondent="individual",
        )
        for channel in ("web", "post")
    }
    get("Answer").objects.create(submission=sent["web"], question=first, question_text="What helps?", text="Listen.")
    token = keys.new_token()
    typed = {
        "question-trust": {"answer": "Listen first.\nThen act."},
        "question-other": {"answer": ""},
        "about-you": {"respondent": "organisation", "organisation": "Brixton Neighbours"},
        "publication": {"consent": "on"},
        "contact": {"email": "ada@example.org"},
    }
    times = {"begun_at": NOON, "expires_at": NOON + timedelta(days=30)}
    get("Draft").objects.create(consultation=plan, key=keys.key_of(token), data=typed, **times)
    get("Draft").objects.create(consultation=begun, key="begun", data={}, **times)

    call_command("migrate", "submissions", verbosity=0)

    assert set(Questionnaire.objects.values_list("consultation__title", "slug", "title")) == {
        ("Plan", "survey", "Survey"),
        ("Begun", "survey", "Survey"),
    }
    version = Questionnaire.objects.get(consultation_id=plan.pk).versions.get()
    assert (version.number, version.published_at) == (1, factories.BEFORE)
    rows = Question.objects.filter(section__version=version).order_by("section__position")
    assert list(
        rows.values_list("pk", "identifier", "text", "section__identifier", "section__title", "section__theme__title")
    ) == [
        (first.pk, "trust", "What helps?", "trust", "Trust", "Trust"),
        (second.pk, "other", "What else?", "other", "What else?", None),
    ]
    assert dict(Submission.objects.values_list("channel", "version")) == {"web": version.pk, "post": None}
    assert Answer.objects.values_list("question", "text", "value").get() == (first.pk, "Listen.", {})
    assert Draft.objects.get(key=keys.key_of(token)).data == {
        "section-trust": {"trust": ["Listen first.\nThen act."]},
        "section-other": {"other": [""]},
        "sender": {"respondent": ["organisation"], "organisation": ["Brixton Neighbours"]},
        "publication": {"consent": ["on"]},
        "contact": {"email": ["ada@example.org"]},
    }
    submission = actions.send(consultation=version.questionnaire.consultation, token=token)
    assert (submission.organisation, submission.consents_to_publication) == ("Brixton Neighbours", True)
    assert submission.answers.values_list("question", "text").get() == (first.pk, "Listen first.\nThen act.")
