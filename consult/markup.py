"""What staff write (CommonMark) as HTML that is safe to show."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {"a": {"href"}, "table": {"tabindex"}, "th": {"scope"}, "ol": {"start"}}
ALLOWED_SCHEMES = {"https", "http", "mailto", "tel"}

# What no feed or calendar may hold (RFC 5545 3.1, XML 1.0 2.2): control characters but tabs and line breaks, and marks
# of byte order. Word processors leave some of them in pasted text as line breaks.
LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def _below(tokens: list[Token], level: int) -> None:
    """Move the headings of a body below the heading that stands over it, without leaving a gap."""
    levels = sorted({int(token.tag[1]) for token in tokens if token.type == "heading_open"})
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(level + levels.index(int(token.tag[1])), 6)}"
        if token.type == "table_open":
            token.attrSet("tabindex", "0")  # on a phone it is moved in its own frame, by keyboard too (WCAG 2.1.1)
        if token.type == "th_open":
            token.attrSet("scope", "col")


def render(text: str, level: int = 2) -> SafeString:
    """CommonMark as sanitised HTML: no scripts, images, styles or foreign schemes (ASVS 1.2.1, 1.3.1).

    `level` is the level of the body's topmost heading, so that a page keeps one h1 and skips none (WCAG 1.3.1).
    """
    tokens = _parser.parse(text)
    _below(tokens, level)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=ALLOWED_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just cleaned it


def for_machines(text: str) -> str:
    """Text that every feed and calendar can hold: line breaks as `\\n`, and no other control character but tabs."""
    return UNWANTED.sub("", LINE_BREAK.sub("\n", text))


def plain(text: str) -> str:
    """CommonMark as plain text, blocks parted by blank lines: for feeds, calendars and descriptions."""
    lines = []
    for token in _parser.parse(text):
        if token.type == "inline":
            words = "".join(c.content if c.type != "softbreak" else " " for c in token.children or [])
            lines.append(re.sub(r"\s+", " ", words).strip())
    return "\n\n".join(line for line in lines if line)
