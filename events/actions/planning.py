"""What staff plan: put in, copied, repeated, moved, postponed. Each verb is atomic, audited, and tells calendars."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import WEEKLY, rrule
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator, slugify

from consult import audit, dates
from consult.actions import CannotBeDone
from consult.models import Consultation, User
from events import deadlines
from events.actions.meetings import tell_calendars
from events.models import AccessProvision, Event, EventChange, JoinDetails, Series, Venue
from events.words import announced_words

MOST = 52  # meetings of a series that are put in at once
COPIED = (
    "consultation", "title", "summary", "body", "audience", "format", "venue", "host", "host_name", "languages",
    "takes_registrations", "capacity", "most_places", "is_illustrative",
)  # fmt: skip
JOINING = ("provider", "url", "meeting_id", "passcode", "dial_in", "visibility", "hours_before")


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
def copy_event(
    *, event: Event, title: str, starts_at: datetime | None, date_note: str = "", same_link: bool = False, by: User
) -> Event:
    """A draft with the same words, length, place, places and provisions, at another time or with a note on its date.

    How to join is copied whole or, by default, not at all: a link without its passcode lets nobody in, and the link of
    another day is a wrong one. Raises CannotBeDone where such a meeting is there already (a button pressed twice).
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    length = event.ends_at - event.starts_at if event.ends_at and event.starts_at else None
    copy = _copy_of(event, starts_at, starts_at + length if starts_at and length else None)
    copy.title, copy.date_note = title, "" if starts_at else date_note
    there = Event.objects.filter(consultation=event.consultation_id, title=title, starts_at=starts_at)
    if there.filter(date_note=copy.date_note).exists():
        raise CannotBeDone("A meeting with this title at this time is there already. Enter another title or time.")
    return _put_copy(event, copy, same_link, by)


@transaction.atomic
def repeat_event(
    *, event: Event, weeks: int, until: date | None = None, count: int | None = None, same_link: bool = False, by: User
) -> list[Event]:
    """Drafts of the same meeting every so many weeks after it, at the same hour in London: a series.

    Until a day, which is included, or a number of further meetings. Each can then move alone. What is there already is
    not put in again. Raises CannotBeDone where it has no date, no day fits, or there would be more than 52.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.starts_at is None:
        raise CannotBeDone("This meeting has no date: give it one before you repeat it.")
    begins = dates.london(event.starts_at)
    last = {"until": datetime.combine(until, time.max)} if until else {"count": (count or 0) + 1}
    rule = rrule(WEEKLY, interval=weeks, dtstart=begins.replace(tzinfo=None), **last)
    days = [moment.date() for moment in islice(rule, 1, MOST + 2)]
    if not days:
        raise CannotBeDone("No such day comes until then. Enter a later one.")
    if len(days) > MOST:
        raise CannotBeDone(f"These would be more than {MOST} meetings. Enter an earlier end.")
    copies = [_occurrence(event, (day - begins.date()).days // 7) for day in days]
    siblings = Event.objects.filter(consultation=event.consultation_id, title=event.title)
    there = set(siblings.filter(starts_at__isnull=False).values_list("starts_at", flat=True))
    wanted = [copy for copy in copies if copy.starts_at not in there]
    if not wanted:
        raise CannotBeDone("All these meetings are there already.")
    end = f"UNTIL={dates.end_of(until).astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}" if until else ""
    series = Series.objects.create(rule=f"FREQ=WEEKLY;INTERVAL={weeks};{end or f'COUNT={len(days) + 1}'}")
    if event.series is None:
        event.series = series
        event.save(update_fields=["series"])
    for copy in wanted:
        copy.series = series
    return [_put_copy(event, copy, same_link, by) for copy in wanted]


def _copy_of(event: Event, starts_at: datetime | None, ends_at: datetime | None) -> Event:
    return Event(starts_at=starts_at, ends_at=ends_at, **{name: getattr(event, name) for name in COPIED})


def _occurrence(event: Event, weeks: int) -> Event:
    """The same so many weeks later by the clock in London, with the same time to book before it."""
    later = {
        name: dates.shift(moment, weeks) if (moment := getattr(event, name)) else None
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")
    }
    starts_at, ends_at = later["starts_at"], later["ends_at"]
    if starts_at and ends_at and ends_at.astimezone(UTC) <= starts_at.astimezone(UTC):  # in the hour that clocks skip
        later["ends_at"] = starts_at.astimezone(UTC) + (event.ends_at - event.starts_at)  # type: ignore[operator]
    copy = _copy_of(event, starts_at, later["ends_at"])
    copy.registration_opens_at = later["registration_opens_at"]
    copy.registration_closes_at = later["registration_closes_at"]
    return copy


def _put_copy(event: Event, copy: Event, same_link: bool, by: User) -> Event:
    joining: JoinDetails | None = getattr(event, "join_details", None) if same_link else None
    details = JoinDetails(**{name: getattr(joining, name) for name in JOINING}) if joining else None
    made = _put_in(copy, details, by)
    later = made.day - event.day if made.day and event.day else None
    for provision in event.provisions.all():
        ask_by = provision.ask_by + later if provision.ask_by and later is not None else None
        AccessProvision.objects.create(event=made, kind=provision.kind, detail=provision.detail, ask_by=ask_by)
    return made


@transaction.atomic
def move_event(
    *,
    event: Event,
    starts_at: datetime,
    ends_at: datetime | None,
    format: str,
    venue: Venue | None,
    reason: str,
    along: bool = True,
    by: User,
) -> Event:
    """Give a meeting another time or place, or a date if it has none, and keep what was announced before.

    Instants are aware. A meeting that was postponed goes ahead again at its new date. With `along`, the times of
    booking and the days by which to ask move by as many days (events/deadlines.py). Raises CannotBeDone where it is
    cancelled or over, nothing would change, or the new start has passed.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    _insist_it_can_change(event, "moved")
    becomes: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "format": format, "venue": venue}
    if all(getattr(event, name) == value for name, value in becomes.items()):
        raise CannotBeDone("Enter another time or place: this is what it has now.")
    now = timezone.now()
    if starts_at != event.starts_at and starts_at <= now:
        raise CannotBeDone("Enter a start that is still to come.")
    days = _days_between(event, starts_at) if along else 0
    provisions: Sequence[AccessProvision] = ()
    if days:
        becomes |= deadlines.booking_along(event, days, now)
        provisions = deadlines.provisions_along(event, days, dates.london(now).date())
    return _announce(event, EventChange.Kind.MOVED, reason, by, provisions=provisions, **becomes, date_note="")


def _days_between(event: Event, starts_at: datetime) -> int:
    """How many days later it begins than was last announced, also where it was postponed since; 0 where never."""
    last = event.starts_at
    if last is None:
        dated = event.history.filter(starts_at__isnull=False).order_by("-history_date", "-history_id").first()
        last = dated.starts_at if dated else None
    return (dates.london(starts_at).date() - dates.london(last).date()).days if last else 0


@transaction.atomic
def correct_date(*, event: Event, starts_at: datetime, ends_at: datetime | None, reason: str, by: User) -> Event:
    """Put right a wrong date of a meeting that is over by it; the public reads why, and what stood before.

    Nobody is written to, unless the right date is still to come. Raises CannotBeDone where it is not over or does not
    take place, or nothing would change.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.is_off or not event.is_over():
        raise CannotBeDone("Only the date of a meeting that is over can be corrected: move this one instead.")
    if (event.starts_at, event.ends_at) == (starts_at, ends_at):
        raise CannotBeDone("Enter another date or time: this is what it has now.")
    return _announce(event, EventChange.Kind.CORRECTED, reason, by, starts_at=starts_at, ends_at=ends_at)


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


def _announce(
    event: Event,
    kind: EventChange.Kind,
    reason: str,
    by: User,
    *,
    provisions: Sequence[AccessProvision] = (),
    **becomes: Any,
) -> Event:
    tell_calendars(event=event)  # what stood until now, if calendars were never told of it
    event.refresh_from_db()
    was = Truncator(announced_words(event)).chars(300)
    for name, value in becomes.items():
        setattr(event, name, value)
    event._change_reason = Truncator(f"{kind.label}: {reason}").chars(100)  # type: ignore[attr-defined]
    event.save(update_fields=[*becomes, "modified_at"])
    for provision in provisions:
        provision.save(update_fields=["ask_by"])
    change = EventChange.objects.create(
        event=event, kind=kind, reason=reason, was=was, changed_at=timezone.now(), changed_by=by
    )
    became = Truncator(announced_words(event)).chars(300)
    audit.record(by=by, verb=kind.value, target=event, was=was, became=became)
    return tell_calendars(event=event, change=change)
