"""CommonMark of staff as HTML that is safe, and as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult import markup


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        (
            "[Plan](https://example.org/plan)",
            '<p><a href="https://example.org/plan" rel="noopener noreferrer">Plan</a></p>\n',
        ),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>\n"),
        ("![still](/x.png)", "<p></p>\n"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>\n"),
    ],
)
def test_what_comes_out(text: str, html: str) -> None:
    assert markup.render(text) == html


def test_headings_begin_below_the_page_and_leave_no_gap() -> None:
    assert markup.render("# A\n\n#### B", 3) == "<h3>A</h3>\n<h4>B</h4>\n"


def test_tables_name_their_columns() -> None:
    assert '<th scope="col">a</th>' in markup.render("| a |\n|---|\n| b |")


@given(st.text(max_size=200))
def test_no_text_brings_script(text: str) -> None:
    html = markup.render(f"{text}\n\n<script>{text}</script> [a](javascript:{text}) <img src=x onerror={text}>")
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_plain_text_for_feeds_and_calendars() -> None:
    body = "## Why\n\nBecause *it*\nmatters.\n\n- [one](https://x.example)"
    assert markup.plain(body) == "Why\n\nBecause it matters.\n\none"
