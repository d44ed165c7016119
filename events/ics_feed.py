"""Feeds: what is kept of each meeting, joined. Pure: rows in, bytes out; nothing is serialised here but a header."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from consult import dates
from consult.models import Consultation
from events import ics, ics_dates
from events.models import EventQuerySet

KEPT_FOR = timedelta(days=90)  # a cancelled meeting stays as long after its date
GONE = "gone"  # in `Event.announced`: was public, and is withdrawn or has no date any more

# Minutes before the start -> how it is written. A day and a week go by the clock on the wall (RFC 5545 3.3.6).
TRIGGERS = {60: "-PT1H", 24 * 60: "-P1D", 7 * 24 * 60: "-P1W"}


def feed(
    *,
    name: str,
    page: str,
    address: str,
    events: EventQuerySet,
    dates_of: Iterable[Consultation] = (),
    alarms: Iterable[int] = (),
    now: datetime,
) -> bytes:
    """A calendar of these meetings, of which it takes those that calendars tell of, and of these consultations' dates.

    `alarms` are minutes before the start, each one of TRIGGERS. `page` and `address` are addresses below SITE_URL.
    """
    rows = events.order_by("pk").filter(_told(now)).exclude(calendar_text="")
    titles = Consultation.objects.filter(publish_at__lte=now).values_list("pk", "title")
    categories = {pk: ics.category_line(title) for pk, title in titles}
    ringing = _alarms(alarms)
    oldest = dates.london(now).date() - KEPT_FOR
    parts = [ics.header(name, page, address), ics_dates.entries(dates_of)]
    end, length = ics.END, -len(ics.END)
    limit = dates.at(oldest)
    wanted = rows.values_list("calendar_text", "consultation_id", "starts_at", "announced")
    for text, consultation, starts_at, announced in wanted:
        is_old = ics.first_day(text) < oldest if announced == GONE or starts_at is None else starts_at < limit
        if (is_old or ringing) and ics.is_cancelled(text):
            if is_old:
                continue
            parts += (text[:length], categories.get(consultation, ""), end)
        else:
            parts += (text[:length], categories.get(consultation, ""), ringing, end)
    parts.append(ics.FOOTER)
    return "".join(parts).encode()


def left_out_at(day: date) -> datetime:
    """The instant from which a meeting that was cancelled for `day` stands in no feed."""
    return dates.end_of(day + KEPT_FOR)


def _told(now: datetime) -> Q:
    """Published with a date, or once so."""
    shown = Q(publish_at__lte=now, consultation__publish_at__lte=now, starts_at__isnull=False)
    return shown | Q(announced=GONE)


def _alarms(minutes: Iterable[int]) -> str:
    return "".join(
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder of a meeting\r\n"
        f"TRIGGER:{TRIGGERS[each]}\r\nEND:VALARM\r\n"
        for each in sorted(set(minutes))
        if each in TRIGGERS
    )
