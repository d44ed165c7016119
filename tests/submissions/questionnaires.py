"""Versions of questionnaires in memory, and ways to answer them, for tests that try many."""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from hypothesis import strategies as st

from submissions import survey
from submissions.models import Choice, ChoiceSet, Question, Questionnaire, Section, Statement, Version

Kind = Question.Kind
_numbers = count(1)


def _with(row: Any, name: str, rows: Sequence[Any]) -> Any:
    """`row` with what Django would have fetched for it."""
    row._prefetched_objects_cache = getattr(row, "_prefetched_objects_cache", {}) | {name: list(rows)}
    return row


def choice(identifier: str, **fields: Any) -> Choice:
    return Choice(**{"identifier": identifier, "label": identifier.capitalize()} | fields)


def question(kind: str, *choices: Choice, statements: Sequence[str] = (), **fields: Any) -> Question:
    """Unsaved; with choices `a`, `b` and `c` where it needs some and none are given."""
    number = next(_numbers)
    row = Question(**{"pk": number, "identifier": f"q{number}", "text": f"Question {number}?", "kind": kind} | fields)
    if kind in Question.WITH_CHOICES:
        row.choice_set = _with(ChoiceSet(pk=number), "choices", choices or [choice(each) for each in "abc"])
    return _with(row, "statements", [Statement(identifier=each, text=each.capitalize()) for each in statements])


def section(*questions: Question, **fields: Any) -> Section:
    number = next(_numbers)
    row = Section(**{"pk": number, "identifier": f"s{number}", "title": f"Section {number}"} | fields)
    return _with(row, "questions", questions)


def version(*sections: Section) -> Version:
    return _with(Version(pk=next(_numbers), questionnaire=Questionnaire(title="Survey")), "sections", sections)


# --- any version, whether it can be asked or not -----------------------------------------------------


@st.composite
def any_version(draw: st.DrawFn) -> Version:
    """Up to three pages of questions of all kinds with conditions on one another, some of them impossible."""
    before: list[Question] = []
    sections = []
    for _ in range(draw(st.integers(1, 3))):
        condition = draw(_condition(before))
        questions = []
        for _ in range(draw(st.integers(1, 4))):
            questions.append(draw(_any_question(before)))
            before.append(questions[-1])
        sections.append(section(*questions, **condition))
    return version(*sections)


@st.composite
def _any_question(draw: st.DrawFn, before: list[Question]) -> Question:
    kind = draw(st.sampled_from([*Kind, Kind.CHOICES, Kind.ONE_CHOICE]))
    flag = st.booleans()
    choices = [
        choice(each, asks_what=draw(flag), stands_alone=kind == Kind.CHOICES and draw(flag))
        for each in "abcd"[: draw(st.integers(2, 4))]
    ]
    limits = draw(st.sampled_from([(None, None), (1, None), (2, None), (None, 1), (1, 2), (2, 3), (None, 2)]))
    return question(
        kind,
        *choices,
        statements=["x", "y"] if kind == Kind.MATRIX else [],
        is_required=draw(flag),
        smallest=limits[0],
        largest=limits[1],
        max_length=draw(st.sampled_from([1, 5, 10_000])),
        **draw(_condition(before)),
    )


@st.composite
def _condition(draw: st.DrawFn, before: list[Question]) -> dict[str, Any]:
    branching = [each for each in before if each.kind in Question.BRANCHING]
    if not branching or draw(st.booleans()):
        return {}
    on = draw(st.sampled_from(branching))
    offered = [each.identifier for each in choices_of(on)]
    wanted = draw(st.lists(st.sampled_from(offered), min_size=1, max_size=2, unique=True))
    return {"shown_if": on, "shown_for": " ".join(wanted)}


def choices_of(row: Question) -> list[Choice]:
    return list(row.choice_set.choices.all()) if row.choice_set else []


# --- answering it as somebody who makes no mistake ------------------------------------------------------


def good_answer(draw: st.DrawFn, row: Question) -> dict[str, list[str]]:
    """What a browser sends for a right answer to a question, chosen at random."""
    name, choices = row.identifier, choices_of(row)
    match row.kind:
        case Kind.SHORT_TEXT | Kind.LONG_TEXT:
            return {name: ["a" * draw(st.integers(1, min(row.max_length, 9)))]}
        case Kind.ONE_CHOICE | Kind.SCALE | Kind.BOROUGH:
            made = draw(st.sampled_from(choices))
            return {name: [made.identifier], f"{name}--{made.identifier}-what": ["something"]}
        case Kind.CHOICES:
            several = _several(draw, row, [each for each in choices if not each.stands_alone])
            alone = [[each] for each in choices if each.stands_alone]
            made_all = draw(st.sampled_from([*alone, *([several] if several else [])]))
            said = {f"{name}--{each.identifier}-what": ["something"] for each in made_all}
            return {name: [each.identifier for each in made_all], **said}
        case Kind.RANKING:
            ranked = draw(st.permutations(_several(draw, row, choices)))
            return {f"{name}--{each.identifier}": [str(place)] for place, each in enumerate(ranked, start=1)}
        case Kind.MATRIX:
            return {f"{name}--{each.identifier}": [choices[0].identifier] for each in row.statements.all()}
        case Kind.NUMBER:
            return {name: [str(next(each for each in (row.smallest, row.largest, 0) if each is not None))]}
        case Kind.DATE:
            return {f"{name}_day": ["29"], f"{name}_month": ["2"], f"{name}_year": ["2024"]}
    return {}


def _several(draw: st.DrawFn, row: Question, choices: list[Choice]) -> list[Choice]:
    """As many as the question wants; none where it wants more than there are."""
    most = min(row.largest or len(choices), len(choices))
    least = max(row.smallest or 1, 1)
    return draw(st.permutations(choices))[: draw(st.integers(least, most))] if least <= most else []


SENDER = {"sender": {"respondent": ["individual"]}, "publication": {}, "contact": {"email": [""]}}


def finished(draw: st.DrawFn, asked: Version) -> dict[str, Mapping[str, list[str]]]:
    """A draft that somebody filled in page by page, answering all that is asked, until no page lacks anything."""
    data: dict[str, Any] = dict(SENDER)
    for _ in range(sum(len(list(each.questions.all())) for each in asked.sections.all()) + 1):
        for step in survey.steps(asked, data):
            typed = data.setdefault(step.slug, {})
            for each in step.questions:
                if each.identifier not in {re.split("--|_", name)[0] for name in typed}:
                    typed |= good_answer(draw, each)
    return data
