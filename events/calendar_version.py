"""Which edition of the calendars is current: the validator of all feeds, without looking at what they hold.

docs/adr/0007-calendar-version.md has the reasons. In short:

- `rise()` raises a number in the transaction of the change: it rises exactly with the commit. After the commit a byte
  is added to a file (settings.CALENDAR_MARKER), so that all processes of this machine look at the database again.
- `current()` looks at the database where that file grew, where something was to happen by the clock, and a second
  after it last looked in any case: on another machine, or where the writer died too soon, an answer is so old at most.
- What the other app changes (a consultation, a promise) is seen by its history, since that app knows nothing of us.
"""

import hashlib
import logging
import os
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Aggregate, Count, DateTimeField, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.utils import timezone

from consult.dates import london
from consult.models import Consultation, KeyDate, Notice, Partner
from events import ics, ics_feed
from events.calendar_texts import settle
from events.models import CalendarVersion, Event, EventChange

log = logging.getLogger(__name__)

FORMAT = "1"  # raise it when feeds are put together in another way
LOOK_EVERY = 1.0  # seconds

NEVER = Cast(Value(None), DateTimeField())
Marker = tuple[int, int] | None  # which file, and how long it is


class Edition(NamedTuple):
    tag: str  # the same on every process and machine, as long as calendars say the same
    changed_at: datetime  # never earlier than the last change
    marker: Marker
    pages: str = ""  # as `tag`, with what the pages of meetings show besides (events/pages_http.py)


class _Seen(NamedTuple):
    edition: Edition
    facts: tuple[object, ...]
    looked: float  # by time.monotonic()
    until: float  # seconds since 1970: then something changes by itself


_seen: _Seen | None = None


def rise() -> None:
    """Within the transaction of a change: what calendars say is another thing once it is committed.

    Takes a row that nobody holds, or a new one, so that no writer waits for another (two that hold meetings would wait
    for each other); the version is the sum.
    """
    now = timezone.now()
    with transaction.atomic():
        free = CalendarVersion.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if free:
            CalendarVersion.objects.filter(pk=free.pk).update(number=F("number") + 1, changed_at=now)
        else:
            CalendarVersion.objects.create(number=1, changed_at=now)
    transaction.on_commit(mark)


def mark() -> None:
    """Tell all processes of this machine to look. Where that cannot be written they find out by themselves."""
    try:
        settings.CALENDAR_MARKER.parent.mkdir(parents=True, exist_ok=True)
        with settings.CALENDAR_MARKER.open("ab") as file:
            file.write(b".")
    except OSError as error:
        log.warning("The file that tells of changes in calendars cannot be written: %s", error.strerror)


def current() -> Edition:
    """The edition that is current. Looks at the database at most once a second, unless something changed."""
    seen = _seen
    if (
        seen is not None
        and time.monotonic() - seen.looked < LOOK_EVERY
        and marker() == seen.edition.marker
        and time.time() < seen.until
        and not connection.in_atomic_block  # what it sees may never be committed
    ):
        return seen.edition
    return _look(seen)


def marker() -> Marker:
    """It only ever grows: a time would be too coarse to tell two changes apart."""
    try:
        found = os.stat(settings.CALENDAR_MARKER)  # noqa: PTH116 - each revalidation asks
    except OSError:
        return None
    return found.st_ino, found.st_size


def forget() -> None:
    """As after a restart."""
    global _seen
    _seen = None


def digest(*parts: str) -> str:
    """A short name for what these parts are together."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _look(seen: _Seen | None) -> Edition:
    global _seen
    # First: what is committed while the database is read is then looked at again.
    found, looked = marker(), time.monotonic()
    now = timezone.now()
    changed_at, facts, around = _facts()
    if seen is not None and seen.facts == facts and now.timestamp() < seen.until:
        kept = seen._replace(edition=seen.edition._replace(marker=found), looked=looked)
    else:
        kept = _edition(facts, changed_at, found, looked, now)
    kept = kept._replace(edition=kept.edition._replace(pages=digest(kept.edition.tag, *around)))
    if not connection.in_atomic_block:
        _seen = kept
    return kept.edition


def _edition(facts: tuple[object, ...], changed_at: datetime, found: Marker, looked: float, now: datetime) -> _Seen:
    try:
        settle(now)
    except DatabaseError:
        log.exception("What changed by the clock could not be written into calendars; tried again in a second")
        looked -= LOOK_EVERY
        is_settled = False
    else:
        is_settled = True
    last, following = _by_the_clock(now)
    changed_at = max(changed_at, last or changed_at)
    known = (FORMAT, settings.SITE_URL, settings.SERVICE_NAME, settings.CONTACT_EMAIL, *facts, last)
    tag = digest(*map(str, known))
    until = following.timestamp() if following else float("inf")
    return _Seen(Edition(tag, changed_at, found), facts if is_settled else (), looked, until)


def _facts() -> tuple[datetime, tuple[object, ...], list[str]]:
    """When calendars last changed through somebody; what differs after each such commit; and what pages show besides.

    In one query: each process asks it once a second.
    """
    parts = [
        _summed(CalendarVersion.objects.all(), "0 version", Sum("number"), "changed_at"),
        # Rows are only ever added to a history. Counted, since a number given first may be committed last.
        _summed(Consultation.history.all(), "1 consultation", Count("pk"), "history_date"),
        _summed(KeyDate.history.all(), "2 key date", Count("pk"), "history_date"),
        # Not counted: long. Each change of a meeting raises the version; this is a net for hands that told nobody.
        _summed(Event.history.all(), "3 meeting", Max("pk"), "history_date"),
        # What is in no history: the notices at the top of pages, and who hosts. A few short rows.
        Notice.objects.order_by().values_list(Value("4 notice"), "pk", "publish_at", "until", "body"),
        Partner.objects.order_by().values_list(Value("5 partner"), "pk", NEVER, NEVER, "name"),
    ]
    rows = sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[:2])
    told = [row for row in rows if row[0] < "4"]
    instants = [at.astimezone(UTC) for _, _, at, _, _ in told if at]
    around = [str(row) for row in rows if row[0] >= "4"]
    facts = (*(f"{kind} {number}" for kind, number, _, _, _ in told), *map(str, instants))
    return max(instants, default=datetime(2000, 1, 1, tzinfo=UTC)), facts, around


def _summed(rows: QuerySet[Any], kind: str, total: Aggregate, at: str) -> Any:
    grouped = rows.order_by().values(kind=Value(kind)).annotate(total=total, last=Max(at))
    return grouped.values_list("kind", "total", "last", NEVER, Value(""))


def _by_the_clock(now: datetime) -> tuple[datetime | None, datetime | None]:
    """The last and the next instant at which calendars change by themselves: something is published, or left out."""
    instants = [each for model in (Event, Consultation) for each in _publishing(model, now)]
    off = EventChange.objects.filter(kind__in=EventChange.OFF, event__starts_at__isnull=False)
    days = {london(at).date() for at in off.values_list("event__starts_at", flat=True).distinct() if at}
    gone = Event.objects.filter(announced=ics_feed.GONE).exclude(calendar_text="")
    days |= {ics.first_day(text) for text in gone.values_list("calendar_text", flat=True)}
    instants += [ics_feed.left_out_at(day) for day in days]
    past = [each.astimezone(UTC) for each in instants if each <= now]
    to_come = [each.astimezone(UTC) for each in instants if each > now]
    return max(past, default=None), min(to_come, default=None)


def _publishing(model: type[Event] | type[Consultation], now: datetime) -> list[datetime]:
    found = model.objects.aggregate(
        last=Max("publish_at", filter=Q(publish_at__lte=now)), next=Min("publish_at", filter=Q(publish_at__gt=now))
    )
    return [each for each in found.values() if each]
