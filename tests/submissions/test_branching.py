"""What is asked of whom, and what staff hear before a version is published; tried on any version."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.models import Theme
from submissions import branching, survey
from submissions.models import Question, Version
from tests.submissions.questionnaires import (
    Kind,
    any_version,
    choice,
    choices_of,
    finished,
    question,
    section,
    version,
)


def names(found: list[Any]) -> list[tuple[str, list[str]]]:
    return [(part.identifier, [each.identifier for each in questions]) for part, questions in found]


def met() -> Question:
    return question(Kind.ONE_CHOICE, choice("yes"), choice("no"), identifier="met", text="Have you met an officer?")


# --- what is asked ----------------------------------------------------------------------------------


def test_questions_and_sections_come_with_the_answer_that_brings_them_up() -> None:
    first = met()
    how = question(Kind.LONG_TEXT, identifier="how", shown_if=first, shown_for="yes")
    later = section(question(Kind.LONG_TEXT, identifier="why"), identifier="no", shown_if=first, shown_for="no")
    asked = version(section(first, how, identifier="first"), later)
    assert names(branching.asked(asked, {})) == [("first", ["met"])]
    assert names(branching.asked(asked, {"met": frozenset(["yes"])})) == [("first", ["met", "how"])]
    assert names(branching.asked(asked, {"met": frozenset(["no"])})) == [("first", ["met"]), ("no", ["why"])]


def test_an_answer_that_does_not_apply_itself_brings_nothing_up() -> None:
    first = met()
    second = question(Kind.ONE_CHOICE, identifier="second", shown_if=first, shown_for="yes")
    third = question(Kind.LONG_TEXT, identifier="third", shown_if=second, shown_for="a b")
    asked = version(section(first, second, third, identifier="only"))
    both = {"met": frozenset(["no"]), "second": frozenset(["a"])}
    assert names(branching.asked(asked, both)) == [("only", ["met"])]
    assert names(branching.asked(asked, both | {"met": frozenset(["yes"])})) == [("only", ["met", "second", "third"])]


def test_one_of_several_choices_is_enough() -> None:
    first = question(Kind.CHOICES, identifier="many")
    asked = version(section(first, question(Kind.DATE, identifier="when", shown_if=first, shown_for="b c")))
    for made, comes in [("a", False), ("ab", True), ("c", True), ("", False)]:
        [(_, questions)] = branching.asked(asked, {"many": frozenset(made)})
        assert (len(questions) == 2) is comes, made


def test_a_section_with_nothing_to_ask_just_now_is_no_page() -> None:
    first = met()
    asked = version(section(first), section(question(Kind.NUMBER, shown_if=first, shown_for="yes"), identifier="more"))
    assert [step.slug for step in survey.steps(asked, {})[1:]] == ["sender", "publication", "contact"]


# --- what staff hear ----------------------------------------------------------------------------------


def test_nothing_is_wrong_with_an_ordinary_version() -> None:
    first = met()
    how = question(Kind.LONG_TEXT, shown_if=first, shown_for="yes no")
    assert branching.problems(version(section(first, how), section(question(Kind.MATRIX, statements=["x"])))) == []


def test_an_empty_version() -> None:
    assert branching.problems(version()) == ["Add a section with a question."]


def test_a_section_that_asks_nothing() -> None:
    only = section(question(Kind.INFORMATION), title="Before you begin")
    nothing = "Section “Before you begin” asks nothing: add a question, or remove the section."
    assert branching.problems(version(only)) == [nothing]


def test_a_theme_of_another_consultation() -> None:
    wrong = section(question(Kind.DATE), title="Trust", theme=Theme(pk=1, consultation_id=7))
    assert branching.problems(version(wrong)) == ["Section “Trust” is about a theme of another consultation."]


def of_question(row: Question) -> list[str]:
    return [line.removeprefix("Question “Which?” ") for line in branching.problems(version(section(row)))]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (question(Kind.ONE_CHOICE, choice("a"), text="Which?"), "needs at least two choices."),
        (question(Kind.BOROUGH, choice("a"), text="Which?"), "needs at least two choices."),
        (question(Kind.MATRIX, text="Which?"), "needs statements."),
        (question(Kind.CHOICES, text="Which?", smallest=4), "asks for more choices than there are."),
        (question(Kind.RANKING, text="Which?", smallest=4), "asks for more choices than there are."),
        (
            question(Kind.CHOICES, choice("a"), choice("b", stands_alone=True), text="Which?", smallest=2),
            "asks for more choices than there are.",
        ),
        (
            question(Kind.CHOICES, text="Which?", smallest=-2, largest=-1),
            "has limits that are no numbers of choices: enter 1 or more, or leave them empty.",
        ),
        (
            question(Kind.RANKING, text="Which?", largest=0),
            "has limits that are no numbers of choices: enter 1 or more, or leave them empty.",
        ),
        (
            question(Kind.DATE, text="Which?", identifier=branching.TAKEN),
            "cannot have the identifier csrfmiddlewaretoken: the page itself uses it.",
        ),
        *(
            (
                question(Kind.DATE, text="Which?", identifier=identifier),
                "needs an identifier of letters and digits, with single dashes between them at most.",
            )
            for identifier in ("when_0", "a--b", "-a", "a-")
        ),
    ],
)
def test_a_question_that_cannot_be_asked(row: Question, expected: str) -> None:
    assert of_question(row) == [expected]


def test_numbers_may_be_below_zero() -> None:
    assert branching.problems(version(section(question(Kind.NUMBER, smallest=-5, largest=-1)))) == []


def test_two_questions_of_one_identifier() -> None:
    twice = [section(question(Kind.DATE, identifier="when", text=text)) for text in ("First?", "Second?")]
    assert branching.problems(version(*twice)) == [
        "Question “Second?” has the identifier of “First?”. Give each its own."
    ]


def test_a_condition_on_what_comes_later_or_is_elsewhere() -> None:
    later = met()
    early = question(Kind.DATE, text="When?", shown_if=later, shown_for="yes")
    first = section(early, later, title="One")
    elsewhere = section(question(Kind.DATE), title="Two", shown_if=met(), shown_for="yes")
    assert branching.problems(version(first, elsewhere)) == [
        "Question “When?” depends on a question that does not come before it.",
        "Section “Two” depends on a question that does not come before it.",
    ]


def test_a_condition_on_itself() -> None:
    row = met()
    row.shown_if, row.shown_for = row, "yes"
    assert branching.problems(version(section(row))) == [
        "Question “Have you met an officer?” depends on a question that does not come before it."
    ]


def test_a_condition_on_what_has_no_choices_or_not_this_one() -> None:
    text, first = question(Kind.LONG_TEXT, text="Why?"), met()
    on_text = question(Kind.DATE, text="When?", shown_if=text, shown_for="yes")
    on_missing = question(Kind.DATE, text="Where?", shown_if=first, shown_for="yes maybe")
    assert branching.problems(version(section(text, first, on_text, on_missing))) == [
        "Question “When?” depends on “Why?”, which offers no choices to depend on.",
        "Question “Where?” depends on an answer that “Have you met an officer?” does not offer: maybe.",
    ]


NEVER = "is never asked: nobody can answer “Have you met an officer?” in all the ways that lead to it."


def test_conditions_that_contradict_one_another() -> None:
    first = met()
    yes = question(Kind.ONE_CHOICE, text="Was it good?", shown_if=first, shown_for="yes")
    inside = question(Kind.DATE, text="When?", shown_if=first, shown_for="yes")
    after = question(Kind.DATE, text="What then?", shown_if=yes, shown_for="a")
    no = section(question(Kind.DATE), inside, after, title="No", shown_if=first, shown_for="no")
    assert branching.problems(version(section(first, yes), no)) == [
        f"Question “When?” {NEVER}",
        f"Question “What then?” {NEVER}",
    ]


@pytest.mark.parametrize(
    ("fields", "alone", "can"),
    [({}, "", True), ({"largest": 2}, "", True), ({"largest": 1}, "", False), ({}, "b", False)],
)
def test_of_several_choices_two_may_be_made_together(fields: dict[str, Any], alone: str, can: bool) -> None:
    choices = [choice(each, stands_alone=each == alone) for each in "abc"]
    first = question(Kind.CHOICES, *choices, text="Have you met an officer?", **fields)
    inside = question(Kind.DATE, text="When?", shown_if=first, shown_for="b")
    asked = version(section(first), section(question(Kind.DATE), inside, shown_if=first, shown_for="a"))
    assert branching.problems(asked) == ([] if can else [f"Question “When?” {NEVER}"])


# --- whatever staff build and people type ----------------------------------------------------------------

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@MANY
@given(st.data(), any_version())
def test_any_version_without_problems_can_be_finished(data: st.DataObject, asked: Version) -> None:
    if branching.problems(asked):
        return
    draft = finished(data.draw, asked)  # type: ignore[arg-type]  # draws as a strategy would
    assert survey.problems(survey.steps(asked, draft), draft) == []


@MANY
@given(any_version())
def test_a_version_without_problems_has_no_question_that_nobody_meets(asked: Version) -> None:
    """Tried by answering in every way, which no version in use is small enough for."""
    if branching.problems(asked):
        return
    everything = {each.pk for part in asked.sections.all() for each in part.questions.all()}
    assert reached(asked, [each for part in asked.sections.all() for each in part.questions.all()], {}) == everything


def reached(asked: Version, left: list[Question], made: dict[str, frozenset[str]]) -> set[int]:
    """The questions asked of anybody who has made these choices and goes on in any way."""
    met_now = {each.pk for _, questions in branching.asked(asked, made) for each in questions}
    if not left:
        return met_now
    head, rest = left[0], left[1:]
    if head.kind not in Question.BRANCHING or head.pk not in met_now:
        return met_now | reached(asked, rest, made)
    found = met_now
    for ways in possible(head):
        found = found | reached(asked, rest, made | {head.identifier: ways})
    return found


def possible(row: Question) -> list[frozenset[str]]:
    choices = choices_of(row)
    singles = [frozenset([each.identifier]) for each in choices]
    if row.kind != Kind.CHOICES:
        return singles
    together = [each.identifier for each in choices if not each.stands_alone]
    most = row.largest or len(together)
    # The greatest sets bring up the most; which of them, matters where the number is limited.
    pairs = [frozenset([one, other]) for one in together for other in together if one != other and most >= 2]
    return [*singles, *pairs, *([frozenset(together)] if most >= len(together) else [])]


typed_text = st.one_of(st.sampled_from(["a", "b", "c", "d", "1", "2", "on", ""]), st.text(max_size=6))


@MANY
@given(st.data(), any_version())
def test_nothing_that_does_not_apply_is_ever_sent(data: st.DataObject, asked: Version) -> None:
    """Whatever was typed in whatever field: what counts as an answer was asked, by the same rule written anew."""
    draft: dict[str, Any] = {}
    for part in asked.sections.all():
        fields = [name for each in part.questions.all() for name in survey.kind_of(each).fields(each)]
        draft[survey.slug_of(part)] = {
            name: data.draw(st.lists(typed_text, max_size=3)) for name in fields if data.draw(st.booleans())
        }
    for step in survey.steps(asked, draft):
        form = survey.bound(step, draft)
        if step.section and form.is_valid():
            for row, words, value in survey.answers(step, form):
                assert was_asked(row, step.section, asked, draft), (row.identifier, words, value)


def was_asked(row: Question, part: Any, asked: Version, draft: dict[str, Any]) -> bool:
    return all(holds(each, asked, draft) for each in (part, row))


def holds(thing: Any, asked: Version, draft: dict[str, Any]) -> bool:
    """Whether the condition on it is met, and whether what it depends on was asked."""
    if thing.shown_if is None:
        return True
    for part in asked.sections.all():
        if thing.shown_if in part.questions.all():
            typed = draft[survey.slug_of(part)].get(thing.shown_if.identifier, [])
            made = typed if thing.shown_if.kind == Kind.CHOICES else typed[-1:]
            return bool(set(made) & set(thing.shown_for.split())) and was_asked(thing.shown_if, part, asked, draft)
    return False
