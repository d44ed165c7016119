"""A version of a questionnaire as data that can be written to a file as JSON. Pure: rows in, data out.

`paper_of` and `papers_reading.read` are each other's reverse.
"""

from collections.abc import Mapping
from typing import TypedDict

from submissions.models import ChoiceSet, Question, Section, Version
from submissions.models.questionnaire import Conditional


class ChoiceData(TypedDict):
    identifier: str
    label: str
    asks_what: bool
    stands_alone: bool


class ChoiceSetData(TypedDict):
    name: str
    choices: list[ChoiceData]


class ConditionData(TypedDict):
    question: str  # the identifier of an earlier one
    answers: list[str]  # the identifiers of choices, one of which brings it up


class StatementData(TypedDict):
    identifier: str
    text: str


class QuestionData(TypedDict):
    identifier: str
    kind: str
    text: str
    help_text: str
    is_required: bool
    choice_set: str | None
    statements: list[StatementData]
    max_length: int
    smallest: int | None
    largest: int | None
    shown_if: ConditionData | None


class SectionData(TypedDict):
    identifier: str
    title: str
    intro: str
    theme: str | None  # its slug
    shown_if: ConditionData | None
    questions: list[QuestionData]


class Paper(TypedDict):
    title: str
    summary: str
    audience: str
    choice_sets: dict[str, ChoiceSetData]
    sections: list[SectionData]


def paper_of(version: Version) -> Paper:
    """All that a version asks. It comes `with_questions`."""
    sections = list(version.sections.all())
    questions = [question for section in sections for question in section.questions.all()]
    names = {question.pk: question.identifier for question in questions}
    return {
        "title": version.questionnaire.title,
        "summary": version.questionnaire.summary,
        "audience": version.questionnaire.audience,
        "choice_sets": {
            each.choice_set.identifier: choice_set_data(each.choice_set) for each in questions if each.choice_set
        },
        "sections": [_section_data(section, names) for section in sections],
    }


def choice_set_data(row: ChoiceSet) -> ChoiceSetData:
    """A set with its choices in order."""
    choices: list[ChoiceData] = [
        {
            "identifier": choice.identifier,
            "label": choice.label,
            "asks_what": choice.asks_what,
            "stands_alone": choice.stands_alone,
        }
        for choice in row.choices.all()
    ]
    return {"name": row.name, "choices": choices}


def _section_data(section: Section, names: Mapping[int, str]) -> SectionData:
    return {
        "identifier": section.identifier,
        "title": section.title,
        "intro": section.intro,
        "theme": section.theme.slug if section.theme else None,
        "shown_if": _condition_data(section, names),
        "questions": [_question_data(question, names) for question in section.questions.all()],
    }


def _question_data(question: Question, names: Mapping[int, str]) -> QuestionData:
    return {
        "identifier": question.identifier,
        "kind": question.kind,
        "text": question.text,
        "help_text": question.help_text,
        "is_required": question.is_required,
        "choice_set": question.choice_set.identifier if question.choice_set else None,
        "statements": [{"identifier": each.identifier, "text": each.text} for each in question.statements.all()],
        "max_length": question.max_length,
        "smallest": question.smallest,
        "largest": question.largest,
        "shown_if": _condition_data(question, names),
    }


def _condition_data(thing: Conditional, names: Mapping[int, str]) -> ConditionData | None:
    if thing.shown_if_id is None:
        return None
    return {"question": names.get(thing.shown_if_id, ""), "answers": sorted(thing.wanted)}
