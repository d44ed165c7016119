"""A questionnaire as a file and back: nothing is lost, and what is wrong is told, each mistake in a sentence."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import papers_reading
from submissions.models import Question, Questionnaire, Statement, Version
from submissions.papers import paper_of
from submissions.papers_reading import Refused, load, read
from tests import factories

PAPER: dict[str, Any] = {
    "title": "Call for Evidence",
    "summary": "Takes ten minutes.",
    "audience": "Organisations",
    "choice_sets": {
        "yes-no": {
            "name": "Yes or no",
            "choices": [
                {"identifier": "yes", "label": "Yes", "asks_what": True, "stands_alone": False},
                {"identifier": "no", "label": "No", "asks_what": False, "stands_alone": True},
            ],
        }
    },
    "sections": [
        {
            "identifier": "scrutiny",
            "title": "Scrutiny",
            "intro": "Read **this** first.",
            "theme": "trust",
            "shown_if": None,
            "questions": [
                {
                    "identifier": "took-part",
                    "kind": "one_choice",
                    "text": "Did you take part?",
                    "help_text": "Ever.",
                    "is_required": True,
                    "choice_set": "yes-no",
                    "statements": [],
                    "max_length": 10_000,
                    "smallest": None,
                    "largest": None,
                    "shown_if": None,
                },
                {
                    "identifier": "how-fair",
                    "kind": "matrix",
                    "text": "Is it fair?",
                    "help_text": "",
                    "is_required": False,
                    "choice_set": "yes-no",
                    "statements": [
                        {"identifier": "open", "text": "It is open"},
                        {"identifier": "kind", "text": "Kind"},
                    ],
                    "max_length": 10_000,
                    "smallest": None,
                    "largest": None,
                    "shown_if": {"question": "took-part", "answers": ["yes"]},
                },
            ],
        },
        {
            "identifier": "more",
            "title": "More 😀",
            "intro": "",
            "theme": None,
            "shown_if": {"question": "took-part", "answers": ["no", "yes"]},
            "questions": [
                {
                    "identifier": "how-often",
                    "kind": "number",
                    "text": "How often?",
                    "help_text": "",
                    "is_required": False,
                    "choice_set": None,
                    "statements": [],
                    "max_length": 5,
                    "smallest": 0,
                    "largest": 9,
                    "shown_if": None,
                }
            ],
        },
    ],
}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The paper with another value at this place."""
    paper = deepcopy(PAPER)
    inside: Any = paper
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = to
    return paper


FIRST = ("sections", 0, "questions", 0)
SECOND = ("sections", 0, "questions", 1)
WRONG: list[tuple[Any, str]] = [
    ([], "The questionnaire: must be an object in braces."),
    (changed("titel", to="x"), "The questionnaire: “titel” means nothing here."),
    (changed("title", to=" "), "The questionnaire: “title” is missing."),
    (changed("title", to=5), "The questionnaire: “title” must be a text."),
    (changed("title", to="x" * 121), "The questionnaire: “title” has 121 characters: shorten it to 120."),
    (changed("title", to="a\0b"), "The questionnaire: “title” holds a character that cannot be kept."),
    (changed("title", to="a\ud800b"), "The questionnaire: “title” holds a character that cannot be kept."),
    (changed("sections", to={}), "The questionnaire: “sections” must be a list in brackets."),
    (changed("sections", to=[{}] * 61), "The questionnaire: “sections” has 61 entries, more than 60."),
    (changed("sections", 1, to="x"), "Section 2: must be an object in braces."),
    (
        changed("sections", 1, "identifier", to="scrutiny"),
        "The questionnaire: two sections have the identifier “scrutiny”.",
    ),
    (changed("choice_sets", to=[]), "“choice_sets”: must be an object in braces."),
    (
        changed("choice_sets", "yes-no", "choices", 1, "identifier", to="yes"),
        "Choice set “yes-no”: two choices have the identifier “yes”.",
    ),
    (
        changed("choice_sets", "yes-no", "choices", 0, "identifier", to="Y es"),
        f"Choice set “yes-no”, choice 1: “Y es” is no identifier: use {papers_reading.IDENTIFIER_RULE}.",
    ),
    (
        changed("choice_sets", "yes-no", "choices", 0, "asks_what", to="yes"),
        "Choice set “yes-no”, choice 1: “asks_what” must be true or false.",
    ),
    (
        changed(*FIRST, "kind", to="essay"),
        "Section 1, question 1: there is no kind “essay”. Kinds are: " + ", ".join(Question.Kind.values) + ".",
    ),
    (changed(*FIRST, "choice_set", to=None), "Section 1, question 1: say which choice set it offers."),
    (changed(*FIRST, "choice_set", to="no-such"), "Section 1, question 1: there is no choice set “no-such”."),
    (
        changed(*SECOND, "identifier", to="took-part"),
        "Section 1, question 2: the identifier “took-part” stands twice: give each its own.",
    ),
    (
        changed(*SECOND, "identifier", to="csrfmiddlewaretoken"),
        "Section 1, question 2: the identifier “csrfmiddlewaretoken” is taken by the portal: give it another.",
    ),
    (
        changed(*SECOND, "statements", 1, "identifier", to="open"),
        "Section 1, question 2: two statements have the identifier “open”.",
    ),
    (
        changed(*FIRST, "shown_if", to={"question": "how-often", "answers": ["yes"]}),
        "Section 1, question 1, “shown_if”: no question before it is called “how-often”.",
    ),
    (
        changed(*FIRST, "shown_if", to={"question": "took-part", "answers": ["yes"]}),
        "Section 1, question 1, “shown_if”: no question before it is called “took-part”.",
    ),
    (
        changed("sections", 1, "shown_if", to={"question": "how-fair", "answers": ["yes"]}),
        "Section 2, “shown_if”: nothing can depend on “how-fair”: it is not one of choices.",
    ),
    (
        changed(*SECOND, "shown_if", "answers", to=["maybe"]),
        "Section 1, question 2, “shown_if”: “took-part” has no choice “maybe”.",
    ),
    (
        changed(*SECOND, "shown_if", "answers", to=[]),
        "Section 1, question 2, “shown_if”: “answers” must be a list of identifiers of choices.",
    ),
    (
        changed("sections", 1, "questions", 0, "smallest", to=10),
        "Section 2, question 1: “largest” is below “smallest”.",
    ),
    (
        changed("sections", 1, "questions", 0, "max_length", to=0),
        "Section 2, question 1: “max_length” must be a whole number from 1 to 1,000,000.",
    ),
    (
        changed("sections", 1, "questions", 0, "smallest", to=True),
        "Section 2, question 1: “smallest” must be a whole number from -1,000,000,000 to 1,000,000,000.",
    ),
]


@pytest.mark.parametrize(("data", "problem"), WRONG, ids=[problem[:50] for _, problem in WRONG])
def test_each_mistake_is_one_sentence(data: Any, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert problem in refused.value.problems
    assert all(each.endswith(".") for each in refused.value.problems)


def test_a_whole_paper_is_read_as_it_is() -> None:
    assert read(PAPER) == PAPER
    assert load(json.dumps(PAPER).encode()) == PAPER
    assert load(b"\xef\xbb\xbf" + json.dumps(PAPER, ensure_ascii=False).encode()) == PAPER


def test_what_may_be_left_out_is_filled_in() -> None:
    assert read({"title": "T", "sections": [{"identifier": "a", "title": "A"}]}) == {
        "title": "T",
        "summary": "",
        "audience": "",
        "choice_sets": {},
        "sections": [
            {"identifier": "a", "title": "A", "intro": "", "theme": None, "shown_if": None, "questions": []},
        ],
    }


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"\xff\xfe", "The file is no text in UTF-8."),
        (b"", "The file is no JSON: look at line 1, column 1."),
        (b'{\n"title": oops}', "The file is no JSON: look at line 2, column 10."),
        (b'{"title": "a", "title": "b"}', "a name stands twice in one object"),
        (b'{"title": NaN}', "NaN is no number"),
        (b'{"title": ' + b"9" * 5000 + b"}", "The file is no JSON that can be read"),
        (b"[" * 100_000, "The file is no JSON that can be read"),
        (b" " * (papers_reading.LARGEST_FILE + 1), "The file is larger than 1,000,000 bytes."),
    ],
)
def test_a_file_that_is_no_paper(raw: bytes, problem: str) -> None:
    with pytest.raises(Refused) as refused:
        load(raw)
    assert len(refused.value.problems) == 1
    assert problem in refused.value.problems[0]


def test_no_more_mistakes_are_told_than_can_be_read() -> None:
    with pytest.raises(Refused) as refused:
        read({"title": "T", "sections": [1] * 30})
    assert len(refused.value.problems) == 21
    assert refused.value.problems[-1] == "And 70 more."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*PAPER, *PAPER["sections"][0], *PAPER["sections"][0]["questions"][0], "answers", "question", "x"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(json_values)
def test_whatever_is_read_is_a_paper_or_refused(data: Any) -> None:
    try:
        paper = read(data)
    except Refused as refused:
        " ".join(refused.problems).encode()  # a page can show it
    else:
        assert read(paper) == paper


PLACES = [
    (), ("title",), ("choice_sets",), ("choice_sets", "yes-no"), ("choice_sets", "yes-no", "choices"), ("sections",),
    ("sections", 0), ("sections", 0, "theme"), ("sections", 0, "questions"), FIRST, (*FIRST, "choice_set"),
    (*SECOND, "shown_if"), (*SECOND, "shown_if", "answers"), (*SECOND, "statements"), (*SECOND, "kind"),
]  # fmt: skip


@given(st.sampled_from(PLACES), json_values)
def test_a_paper_with_anything_anywhere_is_read_or_refused(place: tuple[str | int, ...], value: Any) -> None:
    data = changed(*place, to=value) if place else value
    try:
        assert read(read(data)) == read(data)
    except Refused as refused:
        "".join(refused.problems).encode()


@pytest.mark.django_db
def test_rows_become_a_paper_in_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    row = factories.consultation()
    theme = factories.theme(row, slug="trust")
    about = factories.questionnaire(
        row, title="Call for Evidence", summary="Takes ten minutes.", audience="Organisations"
    )
    choices = factories.choice_set("Yes", "No", identifier="yes-no", name="Yes or no")
    choices.choices.filter(identifier="yes").update(asks_what=True)
    choices.choices.filter(identifier="no").update(stands_alone=True)
    first = factories.section(about, identifier="scrutiny", title="Scrutiny", intro="Read **this** first.", theme=theme)
    part = factories.question(
        first, identifier="took-part", kind="one_choice", text="Did you take part?", help_text="Ever.",
        is_required=True, choice_set=choices,
    )  # fmt: skip
    fair = factories.question(
        first, identifier="how-fair", kind="matrix", text="Is it fair?", choice_set=choices, shown_if=part,
        shown_for="yes",
    )  # fmt: skip
    Statement.objects.create(question=fair, identifier="kind", text="Kind", position=2)
    Statement.objects.create(question=fair, identifier="open", text="It is open", position=1)
    second = factories.section(about, identifier="more", title="More 😀", shown_if=part, shown_for="yes no")
    factories.question(
        second, identifier="how-often", kind="number", text="How often?", max_length=5, smallest=0, largest=9
    )
    assert Questionnaire.objects.count() == 1
    with django_assert_num_queries(8):
        paper = paper_of(Version.objects.with_questions().select_related("questionnaire").get())
    assert paper == PAPER
