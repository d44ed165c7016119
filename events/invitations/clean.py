"""From pasted text to plain lines: what mail programs, browsers and word processors leave in it is taken out.

Every step is one pass over the text, so that a hostile megabyte costs what an honest one costs.
"""

import html
import quopri
import re
import unicodedata

from events.invitations.spoken import in_figures
from events.invitations.tables import labelled

BLOCKS = (
    "br|p|div|li|ul|ol|tr|table|h[1-6]|hr|blockquote|section|article|header|footer|title|head|body|html|tbody|thead"
)
INLINE = "a|b|i|u|em|strong|span|font|td|th|img|small|sup|sub|o:p|meta|link|style|script|center|code|time|abbr|wbr|s"
TAG = re.compile(rf"<(/?)({BLOCKS}|{INLINE})(?=[\s/>])([^<>]*)>", re.IGNORECASE)
BLOCK = re.compile(BLOCKS, re.IGNORECASE)
HREF = re.compile(r"""\bhref\s?=\s?["']?(https?://[^"'\s>]+)""", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
HIDDEN = re.compile(r"<(style|script)\b[^<>]*>[^<]*</\1\s?>|<!--[^<>]*-->", re.IGNORECASE)
QUOTED_BYTES = re.compile(r"(?:=[0-9A-F]{2})+")
LEFTOVER = re.compile(r"=20(?=\n|$)|=E2=80=[0-9A-F]{2}|=C2=A0|=0D(?=\n|$)|=0A")
WRAPPED_LINK = re.compile(r"<https?://[^<>\s]{1,2000}(?:\n(?:> ?){0,5}[^<>\s]{1,2000}){1,20}>")
# Without those marks only where the link cannot have ended, or where its key plainly goes on.
BROKEN_LINK = re.compile(
    r"(https?://[^\s<>]{1,2000}(?:[=&?]|[?&]pwd=\w{20,80}))\n"
    r"(?=[\w.%=&-]{0,200}[\d=])(?!\d[\d.]{0,5}(?:[ap]m|h|hrs?)?\n)([\w.%=&-]{4,200})(?=\n|$)",
    re.IGNORECASE,
)
# UTF-8 that a program took for Windows-1252: `â€“` for a dash, `Â` before a blank.
MISREAD = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2[\u20ac\u0080-\u00bf][\u0080-\u00bf\u0152-\u2122]")
SPACED_LINK = re.compile(r"(zoom\.us/[jw]/\d{3}) (\d{3,4}) (\d{4})(?!\d)", re.IGNORECASE)
QUOTING = re.compile(r"^[ \t]?(?:>[ \t]?)+", re.MULTILINE)
NEWLINES = re.compile("\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Returns the text as lines of ordinary characters: no markup, mail quoting, quoted-printable codes, or marks
    that nobody sees; one kind of blank, dash, quotation mark and digit; times in words as figures. Links keep every
    character that was pasted, except that one broken over lines inside `<...>` is put together again.
    """
    text = NEWLINES.sub("\n", text)
    text = without_codes(text)
    text = WRAPPED_LINK.sub(lambda link: re.sub(r"\n(?:> ?)*", "", link[0]), text)
    text = without_markup(text)
    text = plain_characters(MISREAD.sub(_reread, text))
    text = SPACED_LINK.sub(r"\1\2\3", BROKEN_LINK.sub(r"\1\2", text))
    text = labelled(QUOTING.sub("", text))
    text = re.sub(r"[ \t]+", " ", text.replace("**", "").replace("`", "").replace("__", "_"))
    text = re.sub(r" ?\n ?", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return in_figures(text).strip()


def without_codes(text: str) -> str:
    """Decodes quoted-printable (RFC 2045, 6.7): all of it where `=3D` shows that it is whole, else only sure leftovers.

    In text that is not encoded, `?pwd=E2...` in a link looks like a code and is none.
    """
    if "=3D" not in text:
        return LEFTOVER.sub(lambda codes: _decoded(codes[0]), text)
    return QUOTED_BYTES.sub(lambda codes: _decoded(codes[0]), re.sub(r"= ?\n(?:> ?)*", "", text))


def _decoded(codes: str) -> str:
    return quopri.decodestring(codes.encode("ascii")).decode("utf-8", "replace").replace("\r", "")


def _reread(misread: re.Match[str]) -> str:
    try:
        return misread[0].encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return misread[0]


def without_markup(text: str) -> str:
    """Takes HTML tags away, with a new line for each block and `words <link>` for a linked word; resolves entities."""
    if TAG.search(text):
        text = HIDDEN.sub(" ", text)
        pieces, at, waiting = [], 0, ""
        for tag in TAG.finditer(text):
            pieces.append(text[at : tag.start()])
            at = tag.end()
            piece, waiting = _instead_of(tag, waiting, "".join(pieces[-1:]))
            pieces.append(piece)
        text = "".join([*pieces, text[at:]])
    return ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _instead_of(tag: re.Match[str], waiting: str, before: str) -> tuple[str, str]:
    """What stands for a tag, and the link whose words are being read."""
    name = tag[2].lower()
    if name == "a":
        if tag[1]:
            return (f" <{waiting}> " if waiting and before.strip() not in {waiting, html.unescape(waiting)} else ""), ""
        href = HREF.search(tag[3])
        return "", href[1] if href else ""
    if name in {"td", "th"}:
        return (" | " if tag[1] else ""), waiting
    return ("\n" if BLOCK.fullmatch(name) else ""), waiting


def plain_characters(text: str) -> str:
    """Unicode NFKC (full-width digits, thin blanks, raised letters), then one dash, plain quotation marks, 0 to 9."""
    return "".join(map(_plain, unicodedata.normalize("NFKC", text)))


def _plain(c: str) -> str:
    if c in "\n\t" or " " <= c <= "~":
        return c
    kind = unicodedata.category(c)
    if kind == "Nd":
        return str(unicodedata.decimal(c))
    if kind == "Cs":  # half a character: it cannot be written anywhere
        return "\ufffd"
    if kind == "Cf":
        return ""
    if kind in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if kind == "Pd" or c in "\u2212\u2192":  # a minus; an arrow from a label to what it names
        return "-"
    return {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}.get(c, c)
