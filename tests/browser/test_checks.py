"""The checks of pages find what they look for, and leave alone what is right."""

import pytest

from tests.browser import checks

pytestmark = pytest.mark.browser

HIDDEN = '<p hidden>Secret</p><a href="/x" style="opacity: 0">Nobody</a>'
FOLDED = "<details><summary>More</summary><p>Folded <a href='/x'>link</a></p></details><button hidden>Menu</button>"


@pytest.fixture
def show(page):
    def show(body):
        page.set_viewport_size({"width": 320, "height": 640})
        page.set_content(f"<!doctype html><html lang=en><title>t</title><body style='margin: 0'>{body}")
        return page

    return show


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        (checks.too_wide, "<div style='width: 400px'>a</div>", "<div style='width: 320px'>a</div>"),
        (
            checks.clipped,
            "<p style='width: 50px; height: 20px; overflow: hidden'>Some words that do not fit</p>",
            "<p style='width: 50px; height: 20px; overflow: auto'>Some words that do not fit</p>",
        ),
        (checks.clipped, "<p style='white-space: nowrap'>" + "words " * 40, "<p>" + "words " * 40),
        (
            checks.overlaps,
            "<p>Some words</p><p style='margin-top: -34px'>Others here</p>",
            "<p style='margin: 0'>Some words</p><p style='margin: 0'>Others here</p>",
        ),
        (checks.small_targets, "<p><a href='/x'>All</a></p>", "<p>Read <a href='/x'>all</a> of it.</p>"),
        (checks.small_targets, "<button style='height: 20px'>Go</button>", "<button style='height: 24px'>Go</button>"),
        (checks.unreachable, HIDDEN, FOLDED),
        (checks.axe_violations, "<main><h1>A</h1><input></main>", "<main><h1>A</h1></main>"),
    ],
)
def test_each_finds_what_is_wrong_only(check, wrong, right, show):
    assert check(show(wrong)) != []
    assert check(show(right)) == []
