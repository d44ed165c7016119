"""Tables that lost their lines: each cell gets the words of its column, so that a row reads like a sentence."""

import re

from events.invitations.facts import any_of

# Columns that say something about a meeting. What else a table holds (a topic, a host) needs no label to be read.
COLUMN = re.compile("(?:the )?" + any_of(
    r"dates?", r"day", r"when", r"times?", r"where", r"venue", r"location", r"place", r"starts?", r"start time",
    r"from", r"begins", r"ends?", r"end time", r"finish", r"until", r"to", r"duration", r"length",
    r"(?:joining |join |zoom |teams |meeting |online |webinar )*(?:link|url|details|info)s?",
    r"(?:zoom |meeting |webinar |teams |zoom meeting )?(?:id|number|no\.?)",
    r"(?:zoom |meeting )?(?:pass ?code|password|pass|code|pwd|pw|pin)",
    r"(?:dial[ -]?in|phone|telephone|tel)(?: number)?s?", r"deadline", r"book by", r"rsvp(?: by)?", r"closes",
    r"closing date",
) + r"\W*", re.IGNORECASE)  # fmt: skip
# The words that a label needs so that the reader knows it again, where people head a column more shortly.
# Days and times are known by themselves.
FULL = {
    "date": "",
    "dates": "",
    "day": "",
    "when": "",
    "time": "",
    "times": "",
    "id": "Meeting ID",
    "number": "Meeting ID",
    "code": "Passcode",
    "from": "Start",
    "to": "End",
    "until": "End",
}
# Two labels, then two values: a table of one row.
PAIR = re.compile(
    r"\b((?:zoom |meeting |webinar )?id) ?(?:/|&|\+|and) ?(pass ?code|password|pass ?word|pin)\W{1,4}"
    r"(\d[\d -]{7,14}\d)(?: ?[/,;|&] ?| and |  ?)(?=\S)",
    re.IGNORECASE,
)
FIRM = [re.compile(r" ?\| ?"), re.compile(r" ?\t ?")]
LOOSE = [re.compile(r" {2,}"), re.compile(r" ?[,;] ?")]  # these stand between words too: every row must be whole
RULE = re.compile(r"[\s|:+=_-]*")

Columns = tuple[re.Pattern[str], list[str]]  # what parts the cells, and the label of each, perhaps empty


def labelled(text: str) -> str:
    """The text with `label: cell` in the rows under a line that names columns; everything else as it was."""
    done: list[str] = []
    columns: Columns | None = None
    at = 0
    for number, line in enumerate(text.split("\n")):
        head = _columns(line)
        if head or columns is None:
            columns, at = head, number
        elif columns[0] in FIRM and RULE.fullmatch(line):
            line = ""
        elif row := _row(line, *columns):
            line, done[at] = row, ""
        else:
            columns = None
        done.append(line)
    return PAIR.sub(r"\1: \3 \2: ", "\n".join(done))


def _columns(line: str) -> Columns | None:
    """How the cells of this line are parted and what they name, if it is the head of a table."""
    if len(line) > 200 or any(c.isdigit() for c in line):
        return None
    for separator in (*FIRM, *LOOSE):
        cells = _cells(line, separator)
        known = [bool(COLUMN.fullmatch(cell)) for cell in cells]
        if sum(known) > 1 and (all(known) or separator in FIRM):
            return separator, [_label(cell) if named else "" for cell, named in zip(cells, known, strict=True)]
    return None


def _cells(line: str, separator: re.Pattern[str]) -> list[str]:
    return separator.split(line.strip().strip("|").strip())


def _label(cell: str) -> str:
    cell = cell.rstrip(" :.")
    return FULL.get(cell.lower(), cell)


def _row(line: str, separator: re.Pattern[str], labels: list[str]) -> str:
    cells = _cells(line, separator)
    if not 1 < len(cells) <= len(labels) or (separator in LOOSE and len(cells) < len(labels)):
        return ""
    return " | ".join(
        f"{label}: {cell}" if label and cell.strip() else cell for label, cell in zip(labels, cells, strict=False)
    )
