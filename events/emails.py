"""Letters to people who book a place, each once: see the key that each is posted under.

They greet nobody by name and repeat nothing that was typed: whoever asks for a place may type another person's address.
The way to join is never in a letter, only the address of the person's own page that shows it when it may be seen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from consult import mail, mail_limits
from consult.models import Letter
from events import invitation_ics, links
from events.models import Event, EventChange, Registration

THANKS = "thanks"


def post_confirm(registration: Registration) -> Letter:
    """Is this address yours? The link opens a page with a button; opening it changes nothing."""
    until = registration.created_at + settings.EVENT_CONFIRM_TIME
    context = {"confirm_address": links.address(links.CONFIRM, registration), "until": until}
    return _post(
        registration, "confirm", confirm_key(registration), "Confirm your place", context, until=until, counts=True
    )


def may_ask(registration: Registration, now: datetime) -> bool:
    """Whether one more letter that anybody may cause can go to this address now (ASVS 2.4.1)."""
    keys = mail_limits.keys_of_the_day(registration.email, now)
    here = [key for key in keys if key.startswith(key_of(registration, ""))]
    return len(keys) < settings.EVENT_LETTERS_A_DAY and len(here) < settings.EVENT_LETTERS_A_MEETING


def confirm_key(registration: Registration) -> str:
    return f"confirm:{links.stamp_of(registration.created_at)}"


def post_known(registration: Registration, now: datetime) -> Letter:
    """Somebody asked for a place with an address that has one: the link to it, at most once an hour."""
    return _post(registration, "known", f"known:{now:%Y%m%d%H}", "Your place", counts=True)


def post_booked(registration: Registration, now: datetime) -> Letter:
    key = f"booked:{links.stamp_of(registration.confirmed_at or now)}"
    return _post(registration, "booked", key, "You have a place", calendar=_invitation(registration, now))


def post_waiting(registration: Registration) -> Letter:
    key = f"waiting:{links.stamp_of(registration.queued_at or registration.created_at)}"
    return _post(registration, "waiting", key, "You are on the waiting list")


def post_offered(registration: Registration) -> Letter:
    until = registration.offered_until
    return _post(registration, "offered", f"offered:{_offer(registration)}", "A place is free for you", until=until)


def post_offer_over(registration: Registration) -> Letter:
    return _post(registration, "offer_over", f"offer-over:{_offer(registration)}", "Your offer has run out")


def post_changed(registration: Registration, now: datetime) -> Letter:
    return _post(registration, "changed", f"changed:{links.stamp_of(now)}", "You changed your booking")


def post_cancelled(registration: Registration, now: datetime, *, had_places: bool) -> Letter:
    """The person gave the places back or left the list; who had places gets a cancellation for the calendar."""
    calendar = ""
    if had_places and registration.event.starts_at:
        calendar = invitation_ics.cancel(registration.event, attendee=registration.email, now=now)
    context = {"had_places": had_places}
    key = f"cancelled:{links.stamp_of(now)}"
    return _post(registration, "cancelled", key, "You cancelled your place", context, calendar)


def post_meeting_changed(registration: Registration, change: EventChange | None, now: datetime) -> Letter:
    """The meeting is cancelled, postponed, moved or goes ahead again, or other facts of it have changed.

    Who has a place gets the calendar entry anew with the risen SEQUENCE, or its cancellation.
    """
    event = registration.event
    calendar = ""
    if registration.state == Registration.State.CONFIRMED:
        if event.is_off or event.starts_at is None:
            calendar = invitation_ics.cancel(event, attendee=registration.email, now=now)
        else:
            calendar = _invitation(registration, now)
    words = change.get_kind_display() if change else "Changed"
    return _post(registration, "meeting", f"meeting:{event.sequence}", words, {"change": change}, calendar)


def post_reminder(registration: Registration, *, hours: int) -> Letter:
    """A day (24) or an hour (1) before; a meeting that moved is told of again."""
    words = "Reminder" if hours > 1 else "Soon"
    event = registration.event
    return _post(registration, "reminder", reminder_key(event, hours), words, {"hours": hours}, until=event.starts_at)


def reminder_key(event: Event, hours: int) -> str:
    return f"reminder-{hours}:{links.stamp_of(event.starts_at) if event.starts_at else ''}"


def post_thanks(registration: Registration) -> Letter:
    return _post(registration, "thanks", THANKS, "What came of the meeting")


def not_reached(people: Iterable[Registration]) -> list[Registration]:
    """Those of them to whom a letter could not be sent, so far or for good."""
    failed = Letter.objects.failed().filter(kind__startswith="registration-").values_list("key", flat=True)
    numbers = {key.split(":")[1] for key in failed}
    return [row for row in people if str(row.pk) in numbers]


def post_message(registration: Registration, *, message: str, subject: str, text: str) -> Letter:
    """What staff write to the people of a meeting; `message` names it, the same for all of them."""
    return _post(registration, "message", f"message:{message}", subject, {"text": text})


def key_of(registration: Registration, key: str) -> str:
    """The whole key of a letter about this registration."""
    return f"registration:{registration.pk}:{key}"


def _offer(registration: Registration) -> str:
    return links.stamp_of(registration.offered_until) if registration.offered_until else ""


def _invitation(registration: Registration, now: datetime) -> str:
    event = registration.event
    join_address = links.address(links.JOIN, registration) if event.needs_join_details else ""
    return invitation_ics.request(event, attendee=registration.email, join_address=join_address, now=now)


def _post(
    registration: Registration,
    name: str,
    key: str,
    words: str,
    context: dict[str, Any] | None = None,
    calendar: str = "",
    until: datetime | None = None,
    counts: bool = False,
) -> Letter:
    event: Event = registration.event
    has_place = registration.state == Registration.State.CONFIRMED
    full = {
        "registration": registration,
        "event": event,
        "page": f"{settings.SITE_URL}{event.get_absolute_url()}",
        "join_address": links.address(links.JOIN, registration) if has_place and event.needs_join_details else "",
        "booking_address": links.address(links.BOOKING, registration),
        "service_name": settings.SERVICE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "forget_days": settings.EVENT_FORGET_DAYS,
        **(context or {}),
    }
    return mail.post(
        key=key_of(registration, key),
        kind=f"registration-{name.replace('_', '-')}",
        to=registration.email,
        subject=f"{words}: {event.title}",
        text=render_to_string(f"emails/registration_{name}.txt", full),
        html=render_to_string(f"emails/registration_{name}.html", full),
        calendar=calendar,
        until=until,
        counts=counts,
    )
