"""Times and days that are written in words, or misspelt: in figures, and as the calendar spells them."""

import re
from difflib import get_close_matches
from functools import lru_cache

from events.invitations.days import MONTH, MONTHS, WEEKDAYS

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMBER = "|".join(NUMBERS)
HOUR = "|".join([*NUMBERS, r"1[0-2]|[1-9]"])
PART = r"(?:[ ,]{0,2}(?:in the |at )?(?P<part>morning|afternoon|evening|night|[ap]\.?m\b\.?))?"
SPOKEN = re.compile(
    rf"\b(?:(?P<lean>half past|quarter past|quarter to) (?P<hour>{HOUR})|(?P<sharp>{HOUR}) ?o'? ?clock)\b{PART}"
    rf"|\b(?P<word>{NUMBER}) ?(?P<m>[ap]\.?m\b\.?)",
    re.IGNORECASE,
)
# `six till eight in the evening`, and the half six of Britain, which is half past.
WORDS_TO = re.compile(
    rf"\b({NUMBER}) (to|till|until|-) ({NUMBER})(?= ?(?:in the |o'? ?clock|[ap]\.?m\b))", re.IGNORECASE
)
HALF = re.compile(rf"\b(at|from|to|till|until|about|by) half (?=(?:{NUMBER})\b)", re.IGNORECASE)
UNITS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
TEENS = [
    "tenth",
    "eleventh",
    "twelfth",
    *(f"{t}teenth" for t in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
]
ORDINALS = [*UNITS, *TEENS, "twentieth", *(f"twenty {unit}" for unit in UNITS), "thirtieth", "thirty first"]
ORDINAL_DAY = re.compile(
    rf"\b({'|'.join(word.replace(' ', '[ -]') for word in reversed(ORDINALS))})(?= (?:day )?of {MONTH}\b)",
    re.IGNORECASE,
)
# `19th Janury`, `Febuary 2022`, `Wensday`. Not `12 Augusta Road`.
MISSPELT_MONTH = re.compile(r"(?<=\d[snrt][tdh] )([A-Z][a-z]{4,9})\b|\b([A-Z][a-z]{4,9})(?=,? 20\d\d\b)")
MISSPELT_DAY = re.compile(r"\b[A-Z][a-z]{2,7}day\b")


# `6 : 30 pm`, `6;30pm`, `630pm`, `6:O0pm`; `l3 January`.
LOOSE_TIME = re.compile(
    r"(?<![\d:.,£])(\d{1,2})(?: ?[:.;] ?|,|(?=[0-5]\d ?[ap])| (?=[0134][05] ?[ap]))([0-5Oo][\dOo])(?= ?[ap]\.?m\b)",
    re.IGNORECASE,
)
LETTER_DAY = re.compile(rf"\b(?:[lI](\d)|([12])[lIO])(?=(?:st|nd|rd|th)? ?(?i:{MONTH})\b)")


def in_figures(text: str) -> str:
    """`half past six in the evening` as `6:30pm`, `the first of March` with its figure, `Wensday` as Wednesday."""
    text = MISSPELT_MONTH.sub(lambda word: _close(word[0], tuple(MONTHS)), text)
    text = MISSPELT_DAY.sub(lambda word: _close(word[0], tuple(WEEKDAYS)), text)
    text = ORDINAL_DAY.sub(lambda word: f"{ORDINALS.index(word[1].lower().replace('-', ' ')) + 1}th", text)
    text = LOOSE_TIME.sub(lambda time: f"{time[1]}:{re.sub('[Oo]', '0', time[2])}", text)
    text = LETTER_DAY.sub(lambda day: f"1{day[1]}" if day[1] else day[2] + ("0" if day[0].endswith("O") else "1"), text)
    text = HALF.sub(r"\1 half past ", text)
    text = WORDS_TO.sub(lambda words: f"{_number(words[1])} {words[2]} {_number(words[3])}", text)
    return SPOKEN.sub(_time, text)


@lru_cache(maxsize=512)
def _close(word: str, names: tuple[str, ...]) -> str:
    found = get_close_matches(word.lower(), names, n=1, cutoff=0.8)
    return found[0].capitalize() if found else word


def _time(spoken: re.Match[str]) -> str:
    """`six o'clock` as `6:00`: no half of the day where none was said."""
    if spoken["word"]:
        return f"{_number(spoken['word'])}{spoken['m']}"
    hour = _number(spoken["hour"] or spoken["sharp"])
    lean = (spoken["lean"] or "").lower()
    if lean == "quarter to":
        hour = hour - 1 or 12
    minute = {"half past": 30, "quarter past": 15, "quarter to": 45}.get(lean, 0)
    part = (spoken["part"] or "").lower()
    half = "" if not part else "am" if part.startswith(("m", "a.", "am")) else "pm"
    return f"{hour}:{minute:02}{half}"


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS.index(word.lower()) + 1
