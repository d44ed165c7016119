"""What happens to places: asked for, confirmed, waited for, offered, changed, given back. Each verb is atomic.

Places are scarce: each verb locks the meeting, looks again, then writes (docs/adr/0008-places-and-waiting-list.md).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from consult.actions import CannotBeDone
from consult.models import Letter
from events import emails, links
from events.booking import KNOWN, Booking, booking_at, goes_on, link_is_over, offer_ends_at
from events.models import Event, EventChange, Registration

State = Registration.State
SAME_BUTTON = timedelta(minutes=15)  # the same words again within it are one asking: a second letter would say no more


class NotNow(CannotBeDone):
    """Places are not given just now: `booking` says why."""

    def __init__(self, booking: Booking) -> None:
        super().__init__(f"Places are not given now: {booking.value}.")
        self.booking = booking


class LinkIsOver(CannotBeDone):
    """The link to confirm is too old, or something else was typed with the same address since."""


class TooFew(CannotBeDone):
    """Fewer places are left than were asked for: `left` beside those that the person holds, none while others wait."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} left.")
        self.left = left


class NoOffer(CannotBeDone):
    """No place is offered any more."""


@transaction.atomic
def book(
    *,
    event: Event,
    name: str,
    email: str,
    places: int,
    access_needs: str = "",
    consent_wording: str = "",
    now: datetime | None = None,
) -> Registration:
    """Ask for places with an address that is not confirmed yet; a letter goes there with what to do next.

    The same address is the same registration: who has one already gets a letter with the link to it, and nothing is
    changed. Where too many letters went to the address within a day, the newest link goes on working, or the letter
    waits (`post_waiting_confirm`). Raises NotNow where booking is not open.
    """
    event, now = _locked(event.pk, now)
    _insist(booking_at(event, now))
    _settle(event, now)
    email = email.strip().lower()
    typed = {"name": name, "places": places, "access_needs": access_needs, "consent_wording": consent_wording}
    row = event.registrations.filter(email=email).first()
    if row is None:
        row = Registration.objects.create(event=event, email=email, created_at=now, **typed)
    may_write = emails.may_ask(_with(event, row), now)
    if row.state in KNOWN:
        if may_write:
            emails.post_known(row, now)
        return row
    is_same = row.state == State.UNCONFIRMED and now - row.created_at <= SAME_BUTTON and not _differs(row, typed)
    if not is_same and (may_write or not _has_link(row, now)):
        _begin_again(row, typed, now)
    if may_write:
        emails.post_confirm(row)
    return row


@transaction.atomic
def post_waiting_confirm(*, registration: Registration, now: datetime | None = None) -> bool:
    """Post the letter that was too many on the day it was asked for, if it is of use and no longer too many."""
    event, now = _locked(registration.event_id, now)
    row = _row(event, registration)
    waits = row.state == State.UNCONFIRMED and not link_is_over(row, now) and not _has_link(row, now)
    if not waits or goes_on(event, now) is not Booking.OPEN or not emails.may_ask(row, now):
        return False
    emails.post_confirm(row)
    return True


@transaction.atomic
def confirm(*, registration: Registration, stamp: str, now: datetime | None = None) -> Registration:
    """The address is the person's own: give the places, or put them on the waiting list.

    `stamp` is that of the link (links.Signed). Once confirmed, the same link changes nothing. Raises LinkIsOver, and
    NotNow where the meeting is off or has begun.
    """
    event, now = _locked(registration.event_id, now)
    row = _row(event, registration)
    if stamp != links.stamp_of(row.created_at):
        raise LinkIsOver("Something else was typed with this address since.")
    if row.state != State.UNCONFIRMED:
        return row
    if link_is_over(row, now):
        raise LinkIsOver("The link is too old.")
    _insist(goes_on(event, now))
    _settle(event, now)
    left = _left_for_new(event, now)
    if left is None or row.places <= left:
        return _give(row, now)
    row.state, row.queued_at = State.WAITING, now
    row.save(update_fields=["state", "queued_at"])
    emails.post_waiting(row)
    return row


@transaction.atomic
def accept(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Take the places that are offered, or that are free when no more offers are made before the start.

    Raises NoOffer where there is none any more, TooFew where somebody else was quicker, NotNow as `confirm`.
    """
    event, now = _locked(registration.event_id, now)
    _insist(goes_on(event, now))
    _settle(event, now)
    row = _row(event, registration)
    if row.state == State.CONFIRMED:
        return row
    if row.state not in {State.OFFERED, State.WAITING}:
        raise NoOffer("This place is no longer offered.")
    if row.state == State.WAITING:
        _insist_on_places(row.places, 0 if offer_ends_at(event, now) else _left(event, now))
    return _give(row, now)


@transaction.atomic
def change(
    *, registration: Registration, places: int, access_needs: str, name: str | None = None, now: datetime | None = None
) -> Registration:
    """Another number of places, other needs, the name put right. Who waits keeps their turn. Raises TooFew, NotNow."""
    event, now = _locked(registration.event_id, now)
    _insist(goes_on(event, now))
    _settle(event, now)
    row = _row(event, registration)
    if row.state not in KNOWN:
        raise NoOffer("There is no place to change.")
    becomes = {"places": places, "access_needs": access_needs, "name": row.name if name is None else name}
    if not _differs(row, becomes):
        return row
    if places > row.places and row.state != State.WAITING:
        _insist_on_places(places - row.places, _left_for_new(event, now))
    if places > row.places:
        row.passed_over_at = None  # who now wants more was never passed over with that
    for field, value in becomes.items():
        setattr(row, field, value)
    row.save(update_fields=[*becomes, "passed_over_at"])
    emails.post_changed(row, now)
    _settle(event, now)
    return _row(event, row)


@transaction.atomic
def cancel(*, registration: Registration, now: datetime | None = None) -> Registration:
    """Give the places back, or leave the waiting list; twice is once. What becomes free is offered at once."""
    event, now = _locked(registration.event_id, now)
    row = _row(event, registration)
    if row.state not in KNOWN:
        return row
    had = State(row.state)
    row.state, row.cancelled_at, row.offered_until = State.CANCELLED, now, None
    row.save(update_fields=["state", "cancelled_at", "offered_until"])
    emails.post_cancelled(row, now, had=had)
    _settle(event, now)
    return row


@transaction.atomic
def settle(*, event: Event, now: datetime | None = None) -> int:
    """End the offers whose time is over and offer what is free to those who wait; returns how many were offered."""
    event, now = _locked(event.pk, now)
    return _settle(event, now)


@transaction.atomic
def tell_registered(*, event: Event, change: EventChange | None = None, now: datetime | None = None) -> int:
    """Write to all who have or want a place that the meeting is no longer what they were told, once for each SEQUENCE.

    Called by `tell_calendars` when SEQUENCE rises; `change` is what staff announced, with its reason. Returns how many
    letters there are. Nobody is written to about a meeting that is over or that the public cannot see.
    """
    now = now or timezone.now()
    if event.is_over(now) or not event.is_published(now):
        return 0
    people = event.registrations.filter(state__in=KNOWN, erased_at=None).order_by("id")
    for row in people:
        emails.post_meeting_changed(_with(event, row), change, now)
    return len(people)


def _locked(event_id: int, now: datetime | None) -> tuple[Event, datetime]:
    """The meeting, which nobody else changes until the transaction ends, and the instant at which that is so."""
    event = Event.objects.select_for_update(of=("self",)).for_list().get(pk=event_id)
    return event, now or timezone.now()


def _row(event: Event, registration: Registration) -> Registration:
    return _with(event, event.registrations.get(pk=registration.pk))


def _with(event: Event, row: Registration) -> Registration:
    row.event = event  # with all that letters tell of it, read once
    return row


def _left(event: Event, now: datetime) -> int | None:
    """How many places nobody holds; None where there is no limit. Asked anew each time: the lock makes it hold."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - event.registrations.holding(now).places())


def _left_for_new(event: Event, now: datetime) -> int | None:
    """How many places can go to somebody who does not wait: none as long as anybody does. Settle first."""
    return 0 if event.capacity is not None and event.registrations.waiting().exists() else _left(event, now)


def _insist(booking: Booking) -> None:
    if booking is not Booking.OPEN:
        raise NotNow(booking)


def _insist_on_places(wanted: int, left: int | None) -> None:
    if left is not None and wanted > left:
        raise TooFew(left)


def _differs(row: Registration, typed: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in typed.items())


def _has_link(row: Registration, now: datetime) -> bool:
    """Whether a letter with a link that confirms what is written down was posted, and the link still works."""
    if row.state != State.UNCONFIRMED or link_is_over(row, now):
        return False
    return Letter.objects.filter(key=emails.key_of(row, emails.confirm_key(row))).exists()


def _begin_again(row: Registration, typed: dict[str, object], now: datetime) -> None:
    """What was typed last counts, and only the newest letter confirms it."""
    for name, value in typed.items():
        setattr(row, name, value)
    row.state, row.created_at = State.UNCONFIRMED, now
    row.confirmed_at = row.queued_at = row.passed_over_at = row.offered_until = row.cancelled_at = None
    row.save()


def _give(row: Registration, now: datetime) -> Registration:
    row.state, row.confirmed_at, row.offered_until = State.CONFIRMED, now, None
    row.save(update_fields=["state", "confirmed_at", "offered_until"])
    emails.post_booked(row, now)
    return row


def _settle(event: Event, now: datetime) -> int:
    """Offer free places to the first who waits and whose number fits, and so on. Needs the lock on the meeting.

    Somebody who wants more than are free is passed over, but only by those who waited already when that first happened.
    """
    if goes_on(event, now) is not Booking.OPEN:
        return 0
    for row in event.registrations.filter(state=State.OFFERED, offered_until__lte=now).order_by("offered_until", "id"):
        row.state, row.cancelled_at = State.CANCELLED, now
        row.save(update_fields=["state", "cancelled_at"])
        emails.post_offer_over(_with(event, row))
    until = offer_ends_at(event, now)
    if until is None:
        return 0
    left, offered, passed_at = _left(event, now), 0, None
    for row in event.registrations.waiting() if left != 0 else []:
        if left == 0 or (passed_at and row.queued_at and row.queued_at >= passed_at):
            break
        if left is None or row.places <= left:
            row.state, row.offered_until = State.OFFERED, until
            row.save(update_fields=["state", "offered_until"])
            emails.post_offered(_with(event, row))
            offered += 1
            left = None if left is None else left - row.places
        else:
            if row.passed_over_at is None:
                row.passed_over_at = now
                row.save(update_fields=["passed_over_at"])
            passed_at = min(passed_at or row.passed_over_at, row.passed_over_at)
    return offered
