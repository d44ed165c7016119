"""What must always be true of questionnaires and views is refused by the database itself, whoever writes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from submissions.models import (
    Choice,
    ChoiceSet,
    Contact,
    Draft,
    EqualityProfile,
    Question,
    Questionnaire,
    Section,
    Statement,
    Submission,
    Version,
)
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def first() -> Question:
    """A question with choices, in a section of the only version of a questionnaire."""
    about = factories.questionnaire(factories.consultation())
    return factories.question(
        factories.section(about), kind="one_choice", identifier="first", choice_set=factories.choice_set("Yes", "No")
    )


def refused(name: str, write: Callable[[], Any]) -> None:
    """The database refuses, and by the constraint of this name; SQLite names the columns of a unique one instead."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert any(each in str(error.value) for each in name.split("|")), error.value


def change(row: models.Model, **fields: Any) -> Callable[[], Any]:
    """Past every check of a form or a model."""
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**fields)


def test_an_address_of_a_questionnaire_is_its_own(first: Question) -> None:
    row = first.section.version.questionnaire
    refused(
        "questionnaire_address_once|questionnaire.slug",
        lambda: Questionnaire.objects.create(consultation=row.consultation, title="Another", slug=row.slug),
    )
    Questionnaire.objects.create(consultation=factories.consultation(), title="Another", slug=row.slug)


def test_a_questionnaire_closes_after_it_opens(first: Question) -> None:
    row = first.section.version.questionnaire
    for closes_at in (NOON, NOON - timedelta(seconds=1)):
        refused("questionnaire_closes_after_it_opens", change(row, opens_at=NOON, closes_at=closes_at))
    for times in ({"opens_at": NOON}, {"opens_at": None, "closes_at": NOON}, {"closes_at": None}):
        change(row, **times)()


def test_versions_are_numbered_and_one_is_in_the_making(first: Question) -> None:
    row = first.section.version
    twice = lambda: Version.objects.create(questionnaire=row.questionnaire, number=1, published_at=NOON)  # noqa: E731
    refused("version_number_once|version.number", twice)
    Version.objects.create(questionnaire=row.questionnaire, number=2)
    refused(
        "version_one_in_the_making|version.questionnaire_id",
        lambda: Version.objects.create(questionnaire=row.questionnaire, number=3),
    )
    Version.objects.create(questionnaire=row.questionnaire, number=3, published_at=NOON)


def test_identifiers_are_there_once(first: Question) -> None:
    section, choice = first.section, Choice.objects.first()
    assert choice
    statement = Statement.objects.create(question=first, identifier="x", text="X")
    copies: list[tuple[str, models.Model]] = [
        ("section_identifier_once|section.identifier", Section(version=section.version, identifier=section.identifier)),
        ("question_identifier_once_in_section|question.identifier", Question(section=section, identifier="first")),
        ("statement_once_in_question|statement.identifier", Statement(question=first, identifier=statement.identifier)),
        ("choice_once_in_set|choice.identifier", Choice(choice_set=choice.choice_set, identifier=choice.identifier)),
        ("choiceset_identifier|choiceset.identifier", ChoiceSet(identifier=choice.choice_set.identifier)),
    ]
    for name, row in copies:
        refused(name, row.save)
    elsewhere = factories.questionnaire(factories.consultation())
    factories.section(elsewhere, identifier=section.identifier)


def test_a_condition_is_whole_or_not_there(first: Question) -> None:
    later = factories.question(first.section)
    section = factories.section(first.section.version.questionnaire)
    for row, name in ((later, "question_condition_whole"), (section, "section_condition_whole")):
        refused(name, change(row, shown_if=first))
        refused(name, change(row, shown_for="yes"))
        change(row, shown_if=first, shown_for="yes")()
        change(row, shown_if=None, shown_for="")()


def test_limits_of_a_question(first: Question) -> None:
    row = factories.question(first.section)
    refused("question_limits_in_order", change(row, smallest=3, largest=2))
    change(row, smallest=2, largest=2)()
    change(row, smallest=None, largest=-1)()
    refused("question_max_length_positive", change(row, max_length=0))


@pytest.mark.parametrize("kind", sorted(Question.Kind))
def test_what_offers_choices_has_a_set(first: Question, kind: str) -> None:
    row = factories.question(first.section)
    if kind in Question.WITH_CHOICES:
        refused("question_choices_where_needed", change(row, kind=kind))
        change(row, kind=kind, choice_set=first.choice_set)()
    else:
        change(row, kind=kind)()


def test_a_draft_ends_after_it_begins(first: Question) -> None:
    times = {"begun_at": NOON, "expires_at": NOON}
    refused(
        "draft_expires_after_it_begins",
        lambda: Draft.objects.create(version=first.section.version, key="k", **times),
    )


def test_an_address_opens_one_draft_and_one_submission(first: Question) -> None:
    version = first.section.version
    times = {"begun_at": NOON, "expires_at": NOON + timedelta(days=1)}
    Draft.objects.create(version=version, key="k", **times)
    refused("submissions_draft_key|draft.key", lambda: Draft.objects.create(version=version, key="k", **times))
    row = factories.submission(version.questionnaire.consultation)
    other = factories.submission(version.questionnaire.consultation)
    refused("submissions_submission_key|submission.key", change(other, key=row.key))
    refused("submissions_submission_reference|submission.reference", change(other, reference=row.reference))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("submission_organisation_has_name", {"respondent": "organisation"}),
        *(
            ("submission_organisation_has_name", {name: "x"})
            for name in ("organisation", "role", "speaks_for", "view_formed")
        ),
        ("submission_behalf_has_relation", {"respondent": "behalf"}),
        ("submission_behalf_has_relation", {"relation": "Her daughter"}),
        ("submission_consent_has_wording", {"consents_to_publication": True, "consent_wording": ""}),
        ("submission_erased_with_reason", {"erased_at": NOON, "consents_to_publication": False}),
        ("submission_erased_with_reason", {"erased_reason": "Asked"}),
        ("submission_erased_says_nothing", {"erased_at": NOON, "erased_reason": "Asked"}),
        (
            "submission_erased_says_nothing",
            {
                "erased_at": NOON,
                "erased_reason": "Asked",
                "consents_to_publication": False,
                "respondent": "behalf",
                "relation": "Her daughter",
            },
        ),
    ],
)
def test_what_a_submission_cannot_be(name: str, fields: dict[str, Any]) -> None:
    row = factories.submission(factories.consultation())
    refused(name, change(row, **fields))
    assert Submission.objects.get(pk=row.pk).respondent == "individual"


def test_who_answers_for_others_says_so() -> None:
    row = factories.submission(factories.consultation())
    change(row, respondent="behalf", relation="Her daughter")()
    change(row, respondent="organisation", relation="", organisation="Club", role="Chair", speaks_for="40")()


def test_an_answer_has_words_and_is_there_once() -> None:
    row = factories.submission(factories.consultation())
    [answer] = row.answers.all()
    refused("answer_has_words", change(answer, text=""))
    answer.pk = None
    refused("answer_once_to_question|answer.submission_id", answer.save)


def test_a_contact_says_something() -> None:
    row = factories.submission(factories.consultation())
    refused("contact_says_something", lambda: Contact.objects.create(submission=row))


def test_a_profile_is_kept_once(first: Question) -> None:
    row = EqualityProfile.objects.create(questionnaire=first.section.version.questionnaire, answers={})
    again = EqualityProfile(pk=row.pk, questionnaire=row.questionnaire, answers={})
    refused("equalityprofile_pkey|equalityprofile.id", lambda: again.save(force_insert=True))
