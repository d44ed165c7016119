"""Each kind of question: its fields, its answer as data and in words, and what wrong or hostile input hears."""

from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from submissions import survey
from submissions.kinds import KINDS, kind_of
from submissions.models import Choice, Question
from tests.submissions.questionnaires import Kind, choice, question, section, version

Typed = dict[str, list[str]]


def answer(row: Question, typed: Typed) -> forms.Form:
    """The form of a page that asks this one question, with what was typed."""
    asked = version(section(row, identifier="page"))
    return survey.bound(survey.steps(asked, {})[0], {"section-page": typed})


def said(row: Question, typed: Typed) -> tuple[str, dict[str, Any]]:
    """Its answer in words and as data; what was typed is right."""
    form = answer(row, typed)
    assert form.errors == {}
    return kind_of(row).words(row, form.cleaned_data), kind_of(row).value(row, form.cleaned_data)


def wrong(row: Question, typed: Typed) -> dict[str, list[str]]:
    return {name: list(map(str, messages)) for name, messages in answer(row, typed).errors.items()}


def ask(kind: str, *choices: Choice, **fields: Any) -> Question:
    return question(kind, *choices, identifier="q", **fields)


def test_every_kind_is_known() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.INFORMATION}))
def test_what_need_not_be_answered_may_be_left_out(kind: str) -> None:
    row = ask(kind, statements=["x"] if kind == Kind.MATRIX else [])
    assert said(row, {}) == ("", {})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.SHORT_TEXT, {"q": ["Enter an answer"]}),
        (Kind.LONG_TEXT, {"q": ["Enter an answer"]}),
        (Kind.ONE_CHOICE, {"q": ["Choose an answer"]}),
        (Kind.SCALE, {"q": ["Choose an answer"]}),
        (Kind.BOROUGH, {"q": ["Choose an answer"]}),
        (Kind.CHOICES, {"q": ["Choose at least one answer"]}),
        (Kind.RANKING, {"q--a": ["Give at least one of them a place"]}),
        (Kind.MATRIX, {"q--x": ["Choose an answer"], "q--y": ["Choose an answer"]}),
        (Kind.NUMBER, {"q": ["Enter a number"]}),
        (Kind.DATE, {"q": ["Enter a date"]}),
    ],
)
def test_what_must_be_answered(kind: str, expected: dict[str, list[str]]) -> None:
    assert wrong(ask(kind, is_required=True, statements=["x", "y"] if kind == Kind.MATRIX else []), {}) == expected


def test_information_asks_nothing() -> None:
    row = ask(Kind.INFORMATION, is_required=True)
    assert kind_of(row).fields(row) == {}
    assert said(row, {"q": ["typed"]}) == ("", {})


# --- texts --------------------------------------------------------------------------------------------


def test_a_text_is_its_own_words() -> None:
    for kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        assert said(ask(kind), {"q": ["  Listen first. Then act. "]}) == ("Listen first. Then act.", {})


def test_a_line_break_is_one_character() -> None:
    assert said(ask(Kind.LONG_TEXT, max_length=3), {"q": ["a\r\nb"]}) == ("a\nb", {})


def test_too_long_is_said_by_how_much() -> None:
    expected = "Shorten what you wrote to 1,000 characters. It has 2 too many. All of it is still here."
    for kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        row = ask(kind, max_length=1000)
        assert wrong(row, {"q": ["é" * 1002]}) == {"q": [expected]}
        assert said(row, {"q": ["é" * 1000]}) == ("é" * 1000, {})
        assert "maxlength" not in str(answer(row, {})["q"])


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    """But for blanks around it. (NUL and lone surrogates: tests/submissions/test_save_and_return.py.)"""
    for kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        assert said(ask(kind), {"q": [text]})[0] == text.strip()


# --- choices --------------------------------------------------------------------------------------------


def other() -> list[Choice]:
    return [choice("yes"), choice("other", label="Something else", asks_what=True)]


@pytest.mark.parametrize("kind", [Kind.ONE_CHOICE, Kind.SCALE])
def test_one_choice(kind: str) -> None:
    row = ask(kind, *other())
    assert said(row, {"q": ["yes"]}) == ("Yes", {"choice": "yes"})
    assert said(row, {"q": ["other"], "q--other-what": [" a friend "]}) == (
        "Something else: a friend",
        {"choice": "other", "what": {"other": "a friend"}},
    )
    assert said(row, {"q": ["other", "yes"]}) == ("Yes", {"choice": "yes"})  # as a browser never sends it


def test_what_other_is() -> None:
    for kind in (Kind.ONE_CHOICE, Kind.CHOICES):
        row = ask(kind, *other())
        assert wrong(row, {"q": ["other"]}) == {"q--other-what": ["Say what"]}
        assert wrong(row, {"q": ["other"], "q--other-what": [" "]}) == {"q--other-what": ["Say what"]}
        long = {"q": ["other"], "q--other-what": ["é" * 201]}
        assert wrong(row, long) == {"q--other-what": ["Shorten it to 200 characters"]}


def test_text_left_in_the_box_of_another_choice_is_no_mistake_and_no_answer() -> None:
    left = {"q": ["yes"], "q--other-what": ["é" * 201]}
    assert said(ask(Kind.ONE_CHOICE, *other()), left) == ("Yes", {"choice": "yes"})
    assert said(ask(Kind.CHOICES, *other()), left) == ("Yes", {"choices": ["yes"]})


def test_a_borough_is_picked_from_a_list_and_nothing_is_written_in() -> None:
    row = ask(Kind.BOROUGH, choice("lambeth"), choice("outside", label="Outside London", asks_what=True))
    assert said(row, {"q": ["lambeth"]}) == ("Lambeth", {"choice": "lambeth"})
    assert said(row, {"q": ["outside"]}) == ("Outside London", {"choice": "outside"})
    assert said(row, {"q": [""]}) == ("", {})
    assert "<select" in str(answer(row, {})["q"])


def test_several_choices_each_once_and_in_the_order_of_the_question() -> None:
    row = ask(Kind.CHOICES)
    assert said(row, {"q": ["c", "a", "c"]}) == ("A\nC", {"choices": ["a", "c"]})


def test_how_many_may_be_chosen() -> None:
    row = ask(Kind.CHOICES, *map(choice, "abcd"), smallest=2, largest=3)
    assert wrong(row, {"q": ["a"]}) == {"q": ["Choose at least 2"]}
    assert wrong(row, {"q": ["a", "a"]}) == {"q": ["Choose at least 2"]}
    assert wrong(row, {"q": list("abcd")}) == {"q": ["Choose no more than 3"]}
    assert said(row, {"q": list("abc")})[1] == {"choices": ["a", "b", "c"]}


def test_none_of_these_stands_alone_and_is_enough() -> None:
    row = ask(Kind.CHOICES, choice("a"), choice("b"), choice("none", label="None", stands_alone=True), smallest=2)
    assert said(row, {"q": ["none"]}) == ("None", {"choices": ["none"]})
    assert wrong(row, {"q": ["a", "none"]}) == {"q": ["Choose “None” alone, or the others without it"]}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.ONE_CHOICE, "Choose an answer from the list"),
        (Kind.SCALE, "Choose an answer from the list"),
        (Kind.BOROUGH, "Choose an answer from the list"),
        (Kind.CHOICES, "Choose answers from the list"),
    ],
)
def test_what_was_not_offered_cannot_be_chosen(kind: str, expected: str) -> None:
    for hostile in ("d", "\0", "<script>", "%(value)s", "é" * 10_000):
        assert wrong(ask(kind), {"q": [hostile]}) == {"q": [expected]}


# --- ranking and statements -------------------------------------------------------------------------


def test_a_ranking() -> None:
    row = ask(Kind.RANKING)
    assert said(row, {"q--a": ["2"], "q--b": [""], "q--c": ["1"]}) == ("1. C\n2. A", {"order": ["c", "a"]})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"q--a": ["1"], "q--c": ["1"]}, {"q--c": ["Give place 1 to one of them only"]}),
        ({"q--b": ["2"]}, {"q--b": ["Give place 1 before place 2"]}),
        ({"q--a": ["1"], "q--b": ["3"]}, {"q--b": ["Give place 2 before place 3"]}),
        ({"q--a": ["1"]}, {"q--a": ["Give places 1 to 2"]}),
        ({"q--a": ["4"]}, {"q--a": ["Choose a place from 1 to 3"]}),
        ({"q--a": ["-1"], "q--b": ["²"]}, {each: ["Choose a place from 1 to 3"] for each in ("q--a", "q--b")}),
    ],
)
def test_a_ranking_that_is_none(typed: Typed, expected: dict[str, list[str]]) -> None:
    assert wrong(ask(Kind.RANKING, smallest=2), typed) == expected


def test_no_more_places_than_wanted() -> None:
    row = ask(Kind.RANKING, largest=2)
    assert wrong(row, {"q--a": ["3"]}) == {"q--a": ["Choose a place from 1 to 2"]}
    assert said(row, {"q--a": ["1"], "q--b": ["2"]})[1] == {"order": ["a", "b"]}


def test_a_ranking_that_offers_nothing_yet_can_be_looked_at() -> None:
    """As staff see a version in the making."""
    row = ask(Kind.RANKING, is_required=True)
    assert row.choice_set
    row.choice_set._prefetched_objects_cache = {"choices": []}  # type: ignore[attr-defined]
    assert said(row, {}) == ("", {})


def test_statements_on_one_scale() -> None:
    row = ask(Kind.MATRIX, statements=["x", "y"])
    assert said(row, {"q--y": ["b"]}) == ("Y: B", {"rows": {"y": "b"}})
    assert said(row, {"q--y": ["b"], "q--x": ["a"]}) == ("X: A\nY: B", {"rows": {"x": "a", "y": "b"}})
    assert wrong(row, {"q--x": ["z"]}) == {"q--x": ["Choose an answer from the list"]}


# --- numbers and dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12", "12"),
        (" 1.50 ", "1.50"),
        ("-3", "-3"),
        ("1e3", "1000"),
        ("-0", "0"),
        ("٣", "3"),
        ("9999999999", "9999999999"),
    ],
)
def test_a_number(typed: str, words: str) -> None:
    assert said(ask(Kind.NUMBER), {"q": [typed]}) == (words, {"number": words})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("many", "Enter a number, like 12"),
        ("NaN", "Enter a number, like 12"),
        ("sNaN", "Enter a number, like 12"),
        ("-Infinity", "Enter a number, like 12"),
        ("1,5", "Enter a number, like 12"),
        ("\0", "Enter a number, like 12"),
        ("1e99999999", "Enter a number with fewer digits"),
        ("12345678901", "Enter a number with fewer digits"),
        ("1.234", "Enter a number with at most 2 decimal places"),
    ],
)
def test_what_is_no_number(typed: str, expected: str) -> None:
    assert wrong(ask(Kind.NUMBER), {"q": [typed]}) == {"q": [expected]}


def test_a_number_within_limits() -> None:
    row = ask(Kind.NUMBER, smallest=0, largest=10)
    assert said(row, {"q": ["0"]}) == ("0", {"number": "0"})
    assert wrong(row, {"q": ["-1"]}) == {"q": ["Enter 0 or more"]}
    assert wrong(row, {"q": ["10.01"]}) == {"q": ["Enter 10 or less"]}


def day(*parts: str) -> Typed:
    return {f"q_{name}": [part] for name, part in zip(("day", "month", "year"), parts, strict=False)}


def test_a_date() -> None:
    assert said(ask(Kind.DATE), day("5", "7", "2021")) == ("Monday 5 July 2021", {"date": "2021-07-05"})
    assert said(ask(Kind.DATE), day("29", "feb", "2024"))[1] == {"date": "2024-02-29"}
    assert said(ask(Kind.DATE), day("1", "1", "0001"))[1] == {"date": "0001-01-01"}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("29", "2", "2023"), "Enter a real date"),
        (("1", "1", "0000"), "Enter a real date"),
        (("1", "13", "2023"), "Enter a real date"),
        (("", "1", "2023"), "The date must include a day"),
        (("1", "", "2023"), "The date must include a month"),
        (("1", "1"), "The date must include a year"),
        (("1", "1", "23"), "The year must have 4 numbers, like 2022"),
        (("²", "1", "2023"), "Enter a real date"),
    ],
)
def test_what_is_no_date(parts: tuple[str, ...], expected: str) -> None:
    assert wrong(ask(Kind.DATE), day(*parts)) == {"q": [expected]}


# --- whatever anybody sends --------------------------------------------------------------------------------

HOSTILE = st.one_of(st.text(max_size=30), st.sampled_from(["a", "1", "\0", "9" * 5000, "1e999999999", "٣", "-", "."]))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(Kind)), st.data())
def test_nothing_that_is_sent_is_an_error_of_ours(kind: str, data: st.DataObject) -> None:
    row = ask(
        kind,
        choice("a", asks_what=True),
        choice("b", stands_alone=True),
        statements=["x"] if kind == Kind.MATRIX else [],
        is_required=data.draw(st.booleans()),
        smallest=data.draw(st.sampled_from([None, -1, 0, 1])),
        largest=data.draw(st.sampled_from([None, -1, 0, 2])),
    )
    names = [*kind_of(row).fields(row), "q_day", "q_month", "q_year"]
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.lists(HOSTILE, max_size=3)))
    assert kind_of(row).chosen(row, typed) <= {"a", "b"}
    form = answer(row, typed)
    if form.is_valid():
        words, value = kind_of(row).words(row, form.cleaned_data), kind_of(row).value(row, form.cleaned_data)
        assert bool(words) >= bool(value)
    for name in form.errors:  # each message stands beside a field that the page has
        assert name in form.fields
    assert MultiValueDict(typed) == form.data
