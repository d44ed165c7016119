"""What `manage.py tidy` does for this app."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from events import actions, emails, reminders
from events.models import Event, EventChange, Registration

State = Registration.State


def tidy() -> list[str]:
    """Pass offers on, delete what nobody confirmed, forget who came. Returns what was done, a line each."""
    now = timezone.now()
    return [
        f"letters to confirm that had waited: {post_waiting_confirms(now)}",
        f"places offered to who waits: {offer_places(now)}",
        f"bookings deleted that nobody confirmed: {delete_unconfirmed(now)}",
        f"people forgotten some time after a meeting: {forget_people(now)}",
    ]


def offer_places(now: datetime) -> int:
    """End the offers that ran out and offer what is free, at every meeting where somebody waits or has an offer."""
    waiting = Registration.objects.filter(
        Q(state=State.WAITING) | Q(state=State.OFFERED, offered_until__lte=now), erased_at=None
    )
    events = Event.objects.upcoming(now).filter(pk__in=waiting.values("event"))
    return sum(actions.settle(event=event) for event in events)


def post_waiting_confirms(now: datetime) -> int:
    """Letters that were too many for an address on the day they were asked for, the oldest first."""
    since = now - settings.EVENT_CONFIRM_TIME
    rows = Registration.objects.filter(state=State.UNCONFIRMED, created_at__gt=since).select_related("event")
    waiting = reminders.not_told(
        {emails.key_of(row, emails.confirm_key(row)): row for row in rows.order_by("created_at")}
    )
    return sum(actions.post_waiting_confirm(registration=row) for row in waiting)


def delete_unconfirmed(now: datetime) -> int:
    """Whose link to confirm no longer works: whoever typed the address, its person did not want a place."""
    old = Registration.objects.filter(state=State.UNCONFIRMED, created_at__lte=now - settings.EVENT_CONFIRM_TIME)
    deleted, _ = old.delete()
    return deleted


def forget_people(now: datetime) -> int:
    """Delete names, addresses and needs some days after the meeting, or after somebody cancelled; the counts stay."""
    before = now - timedelta(days=settings.EVENT_FORGET_DAYS)
    old = Q(event__in=_done_with(before)) | Q(state=State.CANCELLED, cancelled_at__lte=before)
    people = Registration.objects.filter(old, erased_at=None)
    return people.update(email="", name="", access_needs="", erased_at=now)


def _done_with(before: datetime) -> QuerySet[Event]:
    """Meetings that were over by then; without a date, those cancelled by then or whose consultation had closed."""
    cancelled = EventChange.objects.filter(kind=EventChange.Kind.CANCELLED, changed_at__lte=before).values("event")
    undated = Event.objects.with_last_change().filter(starts_at=None).order_by()
    given_up = undated.filter(
        Q(consultation__closes_at__lte=before) | Q(last_change=EventChange.Kind.CANCELLED, pk__in=cancelled)
    )
    over = Event.objects.past(before).order_by()
    return Event.objects.filter(Q(pk__in=over.values("pk")) | Q(pk__in=given_up.values("pk"))).order_by()
