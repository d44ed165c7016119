"""The first view freezes what was asked; a draft stays with its version; twenty questions cost no more queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError, RestrictedError
from django.test.utils import CaptureQueriesContext

from submissions import actions
from submissions.models import Answer, Draft, Question, Questionnaire, Submission, Version
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

ABOUT = {"sender": {"respondent": ["individual"]}, "publication": {}, "contact": {"email": [""]}}


@pytest.fixture
def survey() -> Questionnaire:
    return factories.questionnaire(factories.consultation())


def ask(survey: Questionnaire, **fields: Any) -> Question:
    return factories.question(factories.section(survey, identifier="only"), identifier="trust", **fields)


def begin(survey: Questionnaire, **typed: list[str]) -> str:
    token = actions.begin(questionnaire=survey)
    draft = Draft.objects.latest("pk")
    draft.data = ABOUT | {"section-only": typed}
    draft.save()
    return token


def test_the_first_view_freezes_a_version_and_a_test_does_not(survey: Questionnaire) -> None:
    question = ask(survey)
    version = question.section.version
    tried = actions.try_out(version=version)
    Draft.objects.update(data=ABOUT | {"section-only": {"trust": ["A test."]}})
    assert actions.send(consultation=survey.consultation, token=tried).is_test
    assert not version.is_frozen
    actions.send(consultation=survey.consultation, token=begin(survey, trust=["Listen."]))
    assert version.is_frozen
    assert not version.can_change


def test_what_was_answered_cannot_be_deleted_with_what_was_asked(survey: Questionnaire) -> None:
    question = ask(survey)
    actions.send(consultation=survey.consultation, token=begin(survey, trust=["Listen."]))
    for row in (question, question.section, question.section.version, survey):
        with pytest.raises((ProtectedError, RestrictedError)):
            row.delete()
    assert Answer.objects.get().question == question


def test_an_answer_knows_the_wording_that_was_asked(survey: Questionnaire) -> None:
    question = ask(survey, text="What would raise trust?")
    actions.send(consultation=survey.consultation, token=begin(survey, trust=["Listen."]))
    Question.objects.update(text="Something else?")
    assert Answer.objects.get().question_text == "What would raise trust?"
    assert Answer.objects.get().question_id == question.pk


def test_a_draft_stays_with_the_version_with_which_it_was_begun(survey: Questionnaire) -> None:
    old = ask(survey)
    token = begin(survey, trust=["Listen."])
    Version.objects.create(questionnaire=survey, number=2, published_at=NOON + timedelta(seconds=1))
    new = ask(survey, is_required=True)
    submission = actions.send(consultation=survey.consultation, token=token)
    assert submission.version == old.section.version
    assert submission.answers.get().question == old
    later = actions.send(consultation=survey.consultation, token=begin(survey, trust=["Act."]))
    assert later.version == new.section.version
    assert Submission.objects.count() == 2


def test_sending_asks_the_database_as_often_for_twenty_questions_as_for_one() -> None:
    counts = set()
    for number in (1, 3, 20):
        survey = factories.questionnaire(factories.consultation())
        section = factories.section(survey, identifier="only")
        for each in range(number):
            kinds: list[dict[str, Any]] = [
                {"kind": "one_choice", "choice_set": factories.choice_set("Yes", "No")},
                {"kind": "long_text"},
            ]
            factories.question(section, identifier=f"q{each}", **kinds[each % 2])
        typed = {f"q{each}": ["yes"] for each in range(number)}
        token = begin(survey, **typed)
        with CaptureQueriesContext(connection) as queries:
            submission = actions.send(consultation=survey.consultation, token=token)
        assert submission.answers.count() == number
        counts.add(len(queries))
    assert len(counts) == 1, counts
