"""The questionnaires of the demonstration: whole, published, and left alone when it is loaded again."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from consult.demo import PLAN, VOICES
from consult.models import Consultation
from submissions import branching, papers, papers_reading
from submissions.models import ChoiceSet, Question, Questionnaire, Section, Version

pytestmark = pytest.mark.django_db


def load() -> None:
    call_command("load_demo", stdout=StringIO())


def asked(slug: str) -> Version:
    about = Consultation.objects.get(slug=slug).questionnaires.get()
    current = about.current
    assert current
    return Version.objects.with_questions().select_related("questionnaire").get(pk=current.pk)


def test_the_survey_is_about_the_four_themes_and_women_and_girls() -> None:
    load()
    version = asked(PLAN)
    assert [(section.identifier, section.theme and section.theme.slug) for section in version.sections.all()] == [
        ("first", None),
        ("reducing-and-preventing-violence", "reducing-and-preventing-violence"),
        ("increasing-trust-and-confidence", "increasing-trust-and-confidence"),
        ("better-supporting-victims", "better-supporting-victims"),
        ("protecting-people-from-exploitation-and-harm", "protecting-people-from-exploitation-and-harm"),
        ("violence-against-women-and-girls", None),
        ("anything-else", None),
    ]
    assert version.questionnaire.get_absolute_url().endswith("/police-and-crime-plan/questionnaires/survey/")
    aims = Question.objects.get(identifier="reducing-and-preventing-violence-aims").statements
    assert aims.count() == 5


def test_the_call_for_evidence_is_about_engagement_scrutiny_and_evidence() -> None:
    load()
    version = asked(VOICES)
    assert [section.identifier for section in version.sections.all()] == [
        "basis",
        "engagement",
        "scrutiny",
        "evidence",
        "research",
    ]
    assert version.questionnaire.get_absolute_url().endswith("/questionnaires/call-for-evidence/")
    research = version.sections.get(identifier="research")
    assert (research.shown_if.identifier, research.shown_for) == ("basis", "community research policing")


@pytest.mark.parametrize(
    ("slug", "kinds", "branches"),
    [
        (PLAN, {"borough", "choices", "long_text", "matrix", "one_choice", "ranking", "scale"}, 4),
        (
            VOICES,
            {"choices", "date", "long_text", "matrix", "number", "one_choice", "ranking", "scale", "short_text"},
            4,
        ),
    ],
)
def test_each_has_several_kinds_and_branches_and_nothing_wrong(slug: str, kinds: set[str], branches: int) -> None:
    load()
    version = asked(slug)
    questions = [question for section in version.sections.all() for question in section.questions.all()]
    assert branching.problems(version) == []
    assert {question.kind for question in questions} == kinds
    assert sum(bool(each.shown_if_id) for each in [*questions, *version.sections.all()]) == branches
    paper = papers.paper_of(version)
    assert papers_reading.read(paper) == paper  # as a file it comes back


def test_loaded_again_it_changes_nothing(time_machine: Any) -> None:
    models = (Questionnaire, Version, Section, Question, ChoiceSet)
    time_machine.move_to(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False)
    load()
    Question.objects.filter(identifier="borough").update(text="Edited?")
    before = {model: list(model.objects.order_by("pk").values()) for model in models}
    load()
    time_machine.move_to(
        datetime(2026, 11, 28, 12, tzinfo=UTC), tick=False
    )  # the dates move on, and the questions stay
    load()
    assert before == {model: list(model.objects.order_by("pk").values()) for model in models}


def test_choices_of_the_portal_are_used_not_doubled() -> None:
    load()
    offered = Question.objects.get(identifier="contact-fair").choice_set
    assert offered
    assert offered.identifier == "agreement"
    assert not ChoiceSet.objects.filter(identifier__in=["agreement-2", "boroughs-2", "yes-or-no-2"]).exists()
