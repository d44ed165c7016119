"""Languages out of what staff wrote, such as `English, Somali and Polish`."""

import re

ENGLISH = "English"  # what a meeting is held in that names no language
# The languages that most Londoners speak beside English (Census 2021, main language). Always known to the filter, so
# that an address somebody keeps or subscribes to means the same when no such meeting is planned.
SPOKEN = frozenset(
    [
        "Akan", "Albanian", "Amharic", "Arabic", "Bengali", "Bulgarian", "Cantonese", "Farsi", "French", "German",
        "Greek", "Gujarati", "Hindi", "Hungarian", "Italian", "Japanese", "Kurdish", "Lithuanian", "Mandarin", "Nepali",
        "Pashto", "Persian", "Polish", "Portuguese", "Punjabi", "Romanian", "Russian", "Sinhala", "Somali", "Spanish",
        "Sylheti", "Tagalog", "Tamil", "Tigrinya", "Turkish", "Twi", "Ukrainian", "Urdu", "Vietnamese", "Yoruba",
    ]
)  # fmt: skip
BETWEEN = re.compile(r"[,;/&+\n]|\b(?:and|with|or)\b", re.IGNORECASE)


def languages_in(text: str) -> list[str]:
    """`English and Somali` -> both names, each with a capital letter; `English` where the text is empty."""
    names = [" ".join(part.split()).strip(" .()") for part in BETWEEN.split(text)]
    return [name[:1].upper() + name[1:] for name in names if name] or [ENGLISH]
