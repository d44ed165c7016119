"""What staff plan: put in, moved, postponed. Each verb is atomic, leaves an audit entry and tells calendars."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator, slugify

from consult import audit
from consult.actions import CannotBeDone
from consult.models import Consultation, User
from events.actions.meetings import tell_calendars
from events.models import Event, EventChange, JoinDetails, Venue
from events.words import announced_words

PLAN = ("starts_at", "ends_at", "format", "venue")


@transaction.atomic
def put_in(*, meetings: Sequence[tuple[Event, JoinDetails | None]], by: User) -> list[Event]:
    """Save meetings that are not saved yet as drafts, with how to join, each under an address of its own.

    One whose `uid` is there already, since a button was pressed twice, is put in once. Returns them as they are stored.
    """
    # One at a time in a consultation: two presses of a button meet here.
    list(Consultation.objects.select_for_update().filter(pk__in={event.consultation_id for event, _ in meetings}))
    return [_put_in(event, details, by) for event, details in meetings]


def _put_in(event: Event, details: JoinDetails | None, by: User) -> Event:
    there = Event.objects.filter(uid=event.uid).first()
    if there:
        return there
    event.publish_at, event.slug = None, free_slug(event.title, event.day)
    event.save()
    if details:
        details.event = event
        details.save()
    audit.record(by=by, verb="put-in", target=event)
    return tell_calendars(event=event)


def free_slug(words: str, day: date | None) -> str:
    """An address that no meeting has, from its title and day: `workshop-2026-01-15`, `workshop-2026-01-15-2`."""
    stem = slugify(words)[:60].strip("-") or "meeting"
    base = f"{stem}-{day.isoformat()}" if day else stem
    taken = set(Event.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def move_event(
    *,
    event: Event,
    starts_at: datetime,
    ends_at: datetime | None,
    format: str,
    venue: Venue | None,
    reason: str,
    by: User,
) -> Event:
    """Give a meeting another time or place, or a date if it has none, and keep what was announced before.

    Instants are aware. A meeting that was postponed goes ahead again at its new date. Raises CannotBeDone where it is
    cancelled or over, nothing would change, or the new start has passed.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    _insist_it_can_change(event, "moved")
    becomes = {"starts_at": starts_at, "ends_at": ends_at, "format": format, "venue": venue}
    if all(getattr(event, name) == value for name, value in becomes.items()):
        raise CannotBeDone("Enter another time or place: this is what it has now.")
    if starts_at != event.starts_at and starts_at <= timezone.now():
        raise CannotBeDone("Enter a start that is still to come.")
    return _announce(event, EventChange.Kind.MOVED, reason, by, **becomes, date_note="")


@transaction.atomic
def postpone_event(*, event: Event, date_note: str, reason: str, by: User) -> Event:
    """Take the date of a meeting away until there is a new one; `date_note` says what is known of that.

    Raises CannotBeDone where it has no date, is cancelled or is over.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    _insist_it_can_change(event, "postponed")
    if event.starts_at is None:
        raise CannotBeDone("This meeting has no date: there is nothing to postpone.")
    return _announce(event, EventChange.Kind.POSTPONED, reason, by, starts_at=None, ends_at=None, date_note=date_note)


def _insist_it_can_change(event: Event, done: str) -> None:
    if event.is_cancelled:
        raise CannotBeDone(f"This meeting is cancelled: let it go ahead again before it is {done}.")
    if event.is_over():
        raise CannotBeDone(f"This meeting is over: it can no longer be {done}.")


def _announce(event: Event, kind: EventChange.Kind, reason: str, by: User, **becomes: Any) -> Event:
    tell_calendars(event=event)  # what stood until now, if calendars were never told of it
    event.refresh_from_db()
    was = Truncator(announced_words(event)).chars(300)
    for name, value in becomes.items():
        setattr(event, name, value)
    event._change_reason = Truncator(f"{kind.label}: {reason}").chars(100)  # type: ignore[attr-defined]
    event.save(update_fields=[*becomes, "modified_at"])
    change = EventChange.objects.create(
        event=event, kind=kind, reason=reason, was=was, changed_at=timezone.now(), changed_by=by
    )
    audit.record(by=by, verb=kind.value, target=event, was=was, became=Truncator(announced_words(event)).chars(300))
    return tell_calendars(event=event, change=change)
