"""Each letter is one template set: the same words as text and as HTML, the same conditions, the same addresses."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "emails"
SETS = sorted({path.stem for path in FOLDER.iterdir()})
LAYOUT = {"extends", "load", "autoescape", "endautoescape"}
# What a text needs for its lines, and HTML for its links.
FILTERS = re.compile(r"\|(?:linebreaks|linebreaksbr|urlize|safe)")


def marks(path: Path) -> list[str]:
    """The variables and conditions of a template, as often as they stand there, but those of the layout."""
    found = re.findall(r"{%-?\s*(.+?)\s*-?%}|{{\s*(.+?)\s*}}", path.read_text())
    said = [FILTERS.sub("", tag or value) for tag, value in found]
    return sorted(mark for mark in said if mark.split()[0] not in LAYOUT)


def words(path: Path) -> list[str]:
    """The words that are written out, without tags and the words of templates."""
    text = re.sub(r"{%.*?%}|{{.*?}}|<style.*?</style>|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
    return re.findall(r"[a-z]{4,}", text.lower().replace("’", "").replace("'", ""))


def test_there_are_letters() -> None:
    assert {"receipt", "registration_booked", "registration_message", "registration_layout"} <= set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_both_forms_say_the_same(name: str) -> None:
    text, html = FOLDER / f"{name}.txt", FOLDER / f"{name}.html"
    assert text.exists()
    assert html.exists()
    assert set(marks(text)) == set(marks(html))
    missing = set(words(text)) - set(words(html))
    assert len(missing) <= len(set(words(text))) / 4, missing  # "open your own link" against a link that is named


@pytest.mark.parametrize("name", SETS)
def test_a_text_holds_no_markup(name: str) -> None:
    assert "<" not in re.sub(r"{%.*?%}", "", (FOLDER / f"{name}.txt").read_text())
