"""What a pasted meeting is called, as far as its text says. Pure; what it finds is a proposal."""

import re

from events.invitations import Words

LONGEST = 120  # letters of a title
LABEL = re.compile(
    r"^\W*(?:topic|title|subject|event|event name|meeting title) ?: ?(\S.*)$", re.IGNORECASE | re.MULTILINE
)
REPLY = re.compile(r"^(?:(?:re|fwd?|fw|invitation|updated invitation) ?: ?)+", re.IGNORECASE)
BULLET = re.compile(r"^(?:[-*•·>#|]+|o(?= )|\d{1,2}[.)])\s*")
SENTENCE = re.compile(r"(?<=[\w)][.!?])\s+")
TAIL = re.compile(
    r"(?:[\s,;:.|(–—-]+|\b(?:on|at|from|will be held|will take place|takes place|is|date|when|time|the))+$",
    re.IGNORECASE,
)
# Words to the reader, and lines that say how, where or when: nobody's title.
OTHER = re.compile(
    r"https?:|www\.|@|\d{4}|\b\d{1,2}[:.]\d\d|\b\d{1,2} ?[ap]\.?m\b|"
    r"^(?:we|you|it|i|hi|hello|dear|yours|kind regards|join|joining|see|come|next|our next|the next|please|reminder|"
    r"host|present|apologies|or|tap|find|need|open to|dates?|microsoft teams|the (?:meeting|session|event|workshop))\b|"
    r"\b(?:passcode|meeting id|join (?:us|zoom|microsoft|the|online)|dial|click|invit(?:ed|ing) you|closes|posted|"
    r"unsubscribe|where|venue|agenda|hereby|will meet|will be|meets?$)\b",
    re.IGNORECASE,
)


def title_in(words: Words) -> str:
    """The title of one meeting: what is labelled so, the words before its date, the heading above it, else the first
    heading of the whole text; empty where there is none.
    """
    labelled = (LABEL.search(each) for each in (words.own, "\n".join(words.above), "\n".join(words.heading)))
    if label := next(filter(None, labelled), None):
        return _shortened(REPLY.sub("", label[1]))
    before = SENTENCE.split(TAIL.sub("", _bare(words.before)))[-1]
    nearest = _bare(words.above[0]) if words.above else ""
    headings = [before, nearest, *(line for line in map(_bare, words.heading) if line.count(" ") >= 2)]
    return next((each for each in headings if _is_heading(each)), "")


def _is_heading(line: str) -> bool:
    begins = line[:1]
    return (
        4 <= len(line) <= LONGEST
        and " " in line
        and (begins.isupper() or begins.isdigit() or begins in "“'\"‘")
        and not line.endswith((".", ";", ":", ","))
        and not OTHER.search(line)
    )


def _bare(line: str) -> str:
    return BULLET.sub("", line.strip()).strip()


def _shortened(line: str) -> str:
    return line.strip()[:200].strip()
