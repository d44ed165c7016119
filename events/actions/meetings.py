"""What staff do to a meeting. Each verb is atomic, leaves an audit entry and tells calendars."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from consult import audit
from consult.actions import CannotBeDone
from consult.actions import take_offline as take_row_offline
from consult.models import Publishable, User
from events import calendar_texts, calendar_version
from events.actions.registrations import tell_registered
from events.ics_feed import GONE
from events.models import Event, EventChange, Venue


@transaction.atomic
def tell_calendars(*, event: Event, change: EventChange | None = None) -> Event:
    """After any change: what calendars say of the meeting is made anew and kept, and their version rises.

    SEQUENCE and LAST-MODIFIED rise where date, time, place, joining or state changed (events/calendar_texts.py). Call
    it once all rows of the meeting are saved. Where SEQUENCE rises, those who have or want a place are written to, with
    what staff announced, if `change` says it. Returns the meeting as it is stored, locked until the transaction ends.
    """
    event = Event.objects.select_for_update(of=("self",)).for_list().get(pk=event.pk)
    before = event.sequence
    if calendar_texts.renew(event, now=timezone.now()):
        calendar_version.rise()
    if event.sequence > before:
        tell_registered(event=event, change=change)
    return event


@transaction.atomic
def tell_calendars_of_venue(*, venue: Venue) -> None:
    """Before and after a venue changes: its meetings that are not over are told anew."""
    for event in venue.events.upcoming():
        tell_calendars(event=event)


@transaction.atomic
def cancel_event(*, event: Event, reason: str, by: User) -> Event:
    """Cancel a meeting. It stays visible and stays in calendars as cancelled.

    Raises CannotBeDone where it is cancelled already or is over.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.is_cancelled:
        raise CannotBeDone("This meeting is cancelled already.")
    if event.is_over():
        raise CannotBeDone("This meeting is over: it can no longer be cancelled.")
    return _change(event, EventChange.Kind.CANCELLED, reason, by)


@transaction.atomic
def reinstate_event(*, event: Event, reason: str, by: User) -> Event:
    """Let a cancelled meeting go ahead after all. Raises CannotBeDone where it is not cancelled."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not event.is_cancelled:
        raise CannotBeDone("Only a cancelled meeting can be reinstated.")
    return _change(event, EventChange.Kind.REINSTATED, reason, by)


@transaction.atomic
def take_offline(*, event: Event, reason: str, by: User) -> Publishable:
    """Make a draft again of a meeting that the public sees.

    Raises CannotBeDone where the public does not see it, or it takes place and calendars were told of it.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.is_published() and event.announced not in {"", GONE} and not event.is_off:
        raise CannotBeDone("Cancel the meeting first, so that calendars say so.")
    row = take_row_offline(row=event, reason=reason, by=by)
    tell_calendars(event=event)
    return row


def _change(event: Event, kind: EventChange.Kind, reason: str, by: User) -> Event:
    tell_calendars(event=event)  # what stood until now, if calendars were never told of it
    change = EventChange.objects.create(event=event, kind=kind, reason=reason, changed_at=timezone.now(), changed_by=by)
    audit.record(by=by, verb=kind.value, target=event)
    event._change_reason = Truncator(f"{kind.label}: {reason}").chars(100)  # type: ignore[attr-defined]
    event.save(update_fields=["modified_at"])  # a line in its history
    return tell_calendars(event=event, change=change)
