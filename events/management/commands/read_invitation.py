"""Reads the text of an invitation, or of a whole notice, and prints the meetings in it."""

import codecs
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consult.dates import LONDON, day_words, span_words
from events.invitations import Draft, read

WORDS = {"provider": "Service", "join_url": "Link", "meeting_id": "Meeting ID", "passcode": "Passcode"}


class Command(BaseCommand):
    help = (
        "Prints the meetings in the text of an invitation or notice: date, time, link, ID, passcode, dial-in numbers."
    )
    requires_system_checks: list[str] = []  # it needs neither database nor pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="the text; standard input without it")
        parser.add_argument("--json", action="store_true", help="print a JSON list, one object for each meeting")
        parser.add_argument("--now", metavar="ISO", help="the instant to reckon from, e.g. 2022-01-07T09:00 (London)")

    def handle(self, *args: Any, **options: Any) -> None:
        drafts = read(decoded(contents(options["file"])), instant(options["now"]))
        if options["json"]:
            self.stdout.write(json.dumps([draft.as_json() for draft in drafts], indent=2))
        else:
            # A terminal without these letters shows their codes.
            encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
            self.stdout.write(in_words(drafts).encode(encoding, "backslashreplace").decode(encoding))


def contents(name: str | None) -> bytes:
    """The bytes of a file, or of standard input. Raises CommandError with one sentence if they cannot be had."""
    if name is None:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise CommandError(f"There is no file {name!r}.") from None
    except (OSError, ValueError) as error:  # a folder, no permission, a name that no file can have
        reason = getattr(error, "strerror", None) or "this is no name of a file"
        raise CommandError(f"The file {name!r} cannot be read: {reason}.") from None


def decoded(data: bytes) -> str:
    """Text in UTF-8, in UTF-16 if it begins with that mark (as Outlook saves it), else in Windows-1252."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "windows-1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CommandError("This is no text in UTF-8 or Windows-1252.")


def instant(text: str | None) -> datetime:
    """An ISO 8601 instant, on the clock in London where it names no offset; the present without any."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
        aware.astimezone(LONDON)
    except (ValueError, OverflowError):
        raise CommandError(f"--now takes a date and time such as 2022-01-07T09:00, not {text!r}.") from None
    return aware


def in_words(drafts: list[Draft]) -> str:
    """The meetings for a reader."""
    if not drafts:
        return "No meeting was found."
    return "\n\n".join(f"Meeting {number}\n{_meeting(draft)}" for number, draft in enumerate(drafts, 1))


def _meeting(draft: Draft) -> str:
    lines = [f"  When: {_when(draft)}"]
    lines += [f"  {word}: {getattr(draft, name)}" for name, word in WORDS.items() if getattr(draft, name)]
    lines += [f"  Phone: {phone}" for phone in draft.phones]
    lines += [f"  Check: {note.message} ({note.kind})" for note in draft.warnings]
    return "\n".join(lines)


def _when(draft: Draft) -> str:
    if draft.starts_at:
        return f"{day_words(draft.starts_at.date())}, {span_words(draft.starts_at, draft.ends_at)} (London)"
    return f"{day_words(draft.day)}, no time" if draft.day else "not known"
