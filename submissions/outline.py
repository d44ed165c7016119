"""What a version asks, and of whom, in words for staff. Pure."""

from dataclasses import dataclass

from submissions.models import Question, Section, Version
from submissions.models.questionnaire import Conditional


@dataclass(frozen=True)
class Line:
    """A section or question with the words on when it is asked; empty where it is asked of everybody."""

    row: Section | Question
    condition: str


@dataclass(frozen=True)
class Part:
    """A section with its questions in order."""

    section: Line
    questions: list[Line]


def outline(version: Version) -> list[Part]:
    """The sections in order. `version` comes with its questions."""
    sections = list(version.sections.all())
    asked = {question.pk: question for section in sections for question in section.questions.all()}
    return [
        Part(
            Line(section, condition_words(section, asked)),
            [Line(question, condition_words(question, asked)) for question in section.questions.all()],
        )
        for section in sections
    ]


def condition_words(thing: Conditional, asked: dict[int, Question]) -> str:
    """When it is asked: `Only if “Do you …?” is answered “Yes” or “Sometimes”.`"""
    if thing.shown_if_id is None:
        return ""
    before = asked.get(thing.shown_if_id) or thing.shown_if
    if before is None:
        return ""
    labels = {each.identifier: each.label for each in before.choice_set.choices.all()} if before.choice_set else {}
    order = list(labels)
    wanted = sorted(thing.wanted, key=lambda name: (order.index(name) if name in labels else len(order), name))
    words = " or ".join(f"“{labels.get(name, name)}”" for name in wanted)
    return f"Only if “{before.text}” is answered {words}."
