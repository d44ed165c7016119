"""What calendars say of each meeting, kept beside it: made when it changes, never when somebody asks.

`renew` is the only place that writes it. A meeting that the public could see and that is then withdrawn, or loses its
date, keeps its last public text, turned into a cancelled one; what is edited after that shows nowhere.
"""

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from events import ics
from events.ics_feed import GONE
from events.models import Event

FIELDS = ("announced", "sequence", "modified_at", "public_since", "calendar_text")


def renew(event: Event, *, now: datetime, is_change: bool = True) -> bool:
    """Bring what calendars say of a meeting up to what stands at `now`, and keep it. Returns whether anything changed.

    `event` comes from `for_list()`, locked. SEQUENCE and LAST-MODIFIED rise where date, time, place, way to join or
    state changed (RFC 5545 3.8.7.3 and 3.8.7.4), LAST-MODIFIED alone for other words; neither without `is_change`,
    when all texts are made anew. SEQUENCE stays 0 as long as nobody could have seen the meeting.
    """
    before = {name: getattr(event, name) for name in FIELDS}
    was_public = event.public_since is not None
    is_public = event.is_published(now)
    if is_public and event.public_since is None:
        event.public_since = now
    if event.calendar_text and event.public_since and not (is_public and event.starts_at):
        _go(event, is_public, now)
    else:
        _tell(event, is_public, was_public, now, is_change)
    changed = {name: getattr(event, name) for name in FIELDS if getattr(event, name) != before[name]}
    if changed:
        # Not save(): it would write a line into the history of what people did.
        Event.objects.filter(pk=event.pk).update(**changed)
    return bool(changed)


def settle(now: datetime) -> None:
    """Renew what changed by the clock, with its consultation, or by a hand that told nobody. Locks one at a time."""
    public = Q(publish_at__lte=now, consultation__publish_at__lte=now)
    hidden = (
        Q(publish_at=None)
        | Q(publish_at__gt=now)
        | Q(consultation__publish_at=None)
        | Q(consultation__publish_at__gt=now)
    )
    came = public & (Q(public_since=None) | Q(starts_at__isnull=False) & (Q(calendar_text="") | Q(announced=GONE)))
    told = Q(public_since__isnull=False) & ~Q(calendar_text="") & ~Q(announced=GONE)
    went = (hidden | Q(starts_at=None)) & told | hidden & Q(announced=GONE, calendar_text__contains=ics.PAGE)
    for pk in Event.objects.filter(came | went).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            event = Event.objects.select_for_update(of=("self",)).for_list().filter(pk=pk).first()
            if event:
                renew(event, now=now)


def _tell(event: Event, is_public: bool, was_public: bool, now: datetime, is_change: bool) -> None:
    digest = hashlib.sha256("\0".join(ics.essentials(event)).encode()).hexdigest()
    if is_change and event.announced and event.announced != digest:
        event.sequence += was_public
        event.modified_at = now
    event.announced = digest
    if event.public_since and not is_public:
        return  # it never had a date while it was public: calendars have nothing to take back
    text = ics.entry_text(event)
    if is_change and event.calendar_text and text != event.calendar_text and _stamp(event) in event.calendar_text:
        event.modified_at = now  # its own row is as it was: what is provided, its venue or how to join changed
        text = ics.entry_text(event)
    event.calendar_text = text


def _go(event: Event, is_public: bool, now: datetime) -> None:
    if event.announced == GONE and (is_public or ics.PAGE not in event.calendar_text):
        return  # said already; but one that was postponed and then withdrawn has lost its page too
    change = event.latest_change if is_public and event.is_off else None
    event.announced = GONE
    event.sequence += 1
    event.modified_at = now
    withdrawn = f"This meeting is no longer announced. If you have questions, write to {settings.CONTACT_EMAIL}."
    event.calendar_text = ics.gone_text(
        event.calendar_text,
        sequence=event.sequence,
        at=now,
        mark=change.get_kind_display() if change else "Cancelled",
        words=ics.postponed_words(event) if is_public else withdrawn,
        keeps_page=is_public,
    )


def _stamp(event: Event) -> str:
    return f"\r\nLAST-MODIFIED:{event.modified_at.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n"
