"""Letters that the clock asks for. What was posted once is not posted again: the key of the letter says so."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from consult.models import Letter
from events import emails
from events.models import Event, EventQuerySet, Registration

TOO_LATE = {24: timedelta(hours=2), 1: timedelta(0)}  # for the reminder of so many hours before the start
AT_ONCE = 500  # keys in one question to the database


def remind(hours: int, now: datetime) -> int:
    """Post the reminder that is due so many hours before the start; returns how many are new.

    Who booked within those hours has just had a letter, and gets none.
    """
    ahead = timedelta(hours=hours)
    events = Event.objects.published(now).filter(starts_at__gt=now + TOO_LATE[hours], starts_at__lte=now + ahead)
    count = 0
    for event in _with_bookings(events):
        known_by = _start(event) - ahead
        people = [row for row in _people(event) if row.confirmed_at and row.confirmed_at < known_by]
        key = emails.reminder_key(event, hours)
        for row in not_told({emails.key_of(row, key): row for row in people}):
            emails.post_reminder(row, hours=hours)
            count += 1
    return count


def thank(now: datetime) -> int:
    """Post what came of the meeting to all who had a place, once there is something to read; how many are new."""
    first = now - timedelta(days=settings.EVENT_FORGET_DAYS)
    something = ~Q(notes="") | ~Q(recording_url="") | ~Q(slides_url="")
    events = Event.objects.published(now).past(now).filter(something, starts_at__gt=first)
    count = 0
    for event in _with_bookings(events):
        for row in not_told({emails.key_of(row, emails.THANKS): row for row in _people(event)}):
            emails.post_thanks(row)
            count += 1
    return count


def _start(event: Event) -> datetime:
    if event.starts_at is None:
        raise ValueError("A meeting without a date was asked for by date.")
    return event.starts_at


def _with_bookings(events: EventQuerySet) -> EventQuerySet:
    return events.going_ahead().filter(takes_registrations=True).for_list()


def _people(event: Event) -> list[Registration]:
    """Who has a place, each with the meeting as it was read."""
    people = list(event.registrations.filter(state=Registration.State.CONFIRMED, erased_at=None).order_by("id"))
    for row in people:
        row.event = event
    return people


def not_told(people: dict[str, Registration]) -> list[Registration]:
    """Those who did not get the letter with this key. Two programs that ask at once post it once all the same: its key
    is unique."""
    left, names = dict(people), list(people)
    for start in range(0, len(names), AT_ONCE):
        for known in Letter.objects.filter(key__in=names[start : start + AT_ONCE]).values_list("key", flat=True):
            del left[known]
    return list(left.values())
