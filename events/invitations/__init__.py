"""Reading invitations and notices that staff paste: from dirty text to drafts of meetings. Knows no HTTP and no tables.

The steps, each a module: `clean` the text, with `tables` and words (`spoken`) made plain; find `days`, `clocks` and
`routes` (links, IDs, passcodes, telephone numbers) with their places; say which day of the calendar is meant (`dating`)
and leave out days that are no meetings (`context`); join days with times (`occasions`) and occasions with ways to join
(`matching`); work out instants and warnings (`drafts`, `zones`), and which of the `words` belong to each. `notice` goes
through them; `calendars` reads pasted iCalendar objects.
"""

from datetime import UTC, datetime

from events.invitations.calendars import holds_calendar, read_calendar
from events.invitations.drafts import KINDS, Draft
from events.invitations.facts import Note
from events.invitations.notice import read_text
from events.invitations.words import Words

__all__ = ["KINDS", "Draft", "Note", "Words", "read"]


def read(text: str, now: datetime | None = None) -> list[Draft]:
    """Returns the meetings that a text announces, in its order; an empty list where it announces none. Never raises.

    `now` is an aware instant (default: the present). A date without a year is the next such day from the date of the
    notice, where it bears one (`Posted: ...`, a mail's `Sent:`), else from `now`; a meeting is in the past if it is
    before that date, else before `now`. Times are London's unless a zone is written. Nothing is guessed in silence:
    whatever is missing, chosen or contradictory is a warning of the draft.
    """
    now = now or datetime.now(UTC)
    if holds_calendar(text):
        return read_calendar(text, now)
    return read_text(text, now)
