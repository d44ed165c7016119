"""What a link to an online meeting says by itself."""

import re
import unicodedata

ZOOM = re.compile(r"https?://(?:[\w-]+\.)?zoom\.us/(?:j|w|wc/join)/(\d{9,12})(?!\d)", re.IGNORECASE)


def id_in_link(url: str) -> str:
    """The meeting ID that a Zoom link carries, as digits; empty for any other link."""
    match = ZOOM.match(url)
    return match[1] if match else ""


def only_digits(text: str) -> str:
    """A meeting ID as people write it (`815 4586 9151`) without blanks, dashes and marks that nobody sees."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in {"Pd", "Cf"})
