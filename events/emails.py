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
from events import gateway, invitation_ics, links
from events.booking import goes_on_the_list, hours_words, place_in_line
from events.gateway import Way, Why
from events.models import Event, EventChange, Registration

State = Registration.State
LEAVING = {  # what was given up, by what the person had
    State.CONFIRMED: "You cancelled your place",
    State.OFFERED: "You said no to the place",
    State.WAITING: "You left the waiting list",
}
THANKS = "thanks"


def post_confirm(registration: Registration) -> Letter:
    """Is this address yours? The link opens a page with a button; opening it changes nothing."""
    until = registration.created_at + settings.EVENT_CONFIRM_TIME
    waits = goes_on_the_list(registration.event)
    words = "Confirm that you join the waiting list" if waits else "Confirm your place"
    doing = "Join the waiting list for" if waits else "Confirm your place at"
    context = {"until": until, "waits": waits, **_action(registration, doing, links.CONFIRM)}
    return _post(registration, "confirm", confirm_key(registration), words, context, until=until, counts=True)


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
    context = _action(registration, "See, change or leave the waiting list for") | {
        "position": place_in_line(registration),
        "offer_time": hours_words(settings.EVENT_OFFER_TIME),
    }
    return _post(registration, "waiting", key, "You are on the waiting list", context)


def post_offered(registration: Registration) -> Letter:
    until = registration.offered_until
    one = registration.places == 1
    words = "A place is free for you" if one else f"{registration.places} places are free for you"
    context = _action(registration, f"Take your place{'' if one else 's'} at")
    return _post(registration, "offered", f"offered:{_offer(registration)}", words, context, until=until)


def post_offer_over(registration: Registration) -> Letter:
    context = _page(registration)
    return _post(registration, "offer_over", f"offer-over:{_offer(registration)}", "Your offer has run out", context)


def post_changed(registration: Registration, now: datetime) -> Letter:
    return _post(registration, "changed", f"changed:{links.stamp_of(now)}", "You changed your booking")


def post_cancelled(registration: Registration, now: datetime, *, had: Registration.State) -> Letter:
    """The person gave the places back, refused them or left the list; who had places gets a cancellation as a file."""
    calendar = ""
    if had == State.CONFIRMED and registration.event.starts_at:
        calendar = _cancellation(registration, now)
    context = {"had": had.value, **_page(registration)}
    return _post(registration, "cancelled", f"cancelled:{links.stamp_of(now)}", LEAVING[had], context, calendar)


def post_meeting_changed(registration: Registration, change: EventChange | None, now: datetime) -> Letter:
    """The meeting is cancelled, postponed, moved or goes ahead again, or other facts of it have changed.

    Who has a place gets the calendar entry anew with the risen SEQUENCE, or its cancellation.
    """
    event = registration.event
    calendar = ""
    if registration.state == State.CONFIRMED:
        off = event.is_off or event.starts_at is None
        calendar = _cancellation(registration, now) if off else _invitation(registration, now)
    words = change.get_kind_display() if change else "Changed"
    context = {"change": change, **(_page(registration) if event.is_cancelled else {})}
    return _post(registration, "meeting", f"meeting:{event.sequence}", words, context, calendar)


def post_reminder(registration: Registration, *, hours: int) -> Letter:
    """A day (24) or an hour (1) before; a meeting that moved is told of again."""
    words = "Reminder" if hours > 1 else "Soon"
    event = registration.event
    context: dict[str, Any] = {"hours": hours}
    if hours == 1 and gateway.way_in(event, registration).why is Why.SHOWN:
        context |= {"can_join": True, **_action(registration, "Join", links.JOIN)}
    return _post(registration, "reminder", reminder_key(event, hours), words, context, until=event.starts_at)


def reminder_key(event: Event, hours: int) -> str:
    return f"reminder-{hours}:{links.stamp_of(event.starts_at) if event.starts_at else ''}"


def post_thanks(registration: Registration) -> Letter:
    return _post(registration, "thanks", THANKS, "What came of the meeting", _page(registration, "Read what came of"))


def not_reached(people: Iterable[Registration]) -> list[Registration]:
    """Those of them to whom a letter could not be sent, so far or for good."""
    failed = Letter.objects.failed().filter(kind__startswith="registration-").values_list("key", flat=True)
    numbers = {key.split(":")[1] for key in failed}
    return [row for row in people if str(row.pk) in numbers]


def post_message(registration: Registration, *, message: str, subject: str, text: str) -> Letter:
    """What staff write to the people of a meeting; `message` names it, the same for all of them."""
    event = registration.event
    until = (
        None if event.is_over() else event.ends_at or event.starts_at
    )  # words for the meeting are of no use after it
    return _post(registration, "message", f"message:{message}", subject, {"text": text}, until=until)


def key_of(registration: Registration, key: str) -> str:
    """The whole key of a letter about this registration."""
    return f"registration:{registration.pk}:{key}"


def _offer(registration: Registration) -> str:
    return links.stamp_of(registration.offered_until) if registration.offered_until else ""


def _invitation(registration: Registration, now: datetime) -> str:
    event = registration.event
    if event.starts_at is None:
        return ""
    join_address = links.address(links.JOIN, registration) if event.needs_join_details else ""
    number = _next_sequence(registration)
    return invitation_ics.request(
        event, attendee=registration.email, sequence=number, join_address=join_address, now=now
    )


def _cancellation(registration: Registration, now: datetime) -> str:
    number = _next_sequence(registration)
    return invitation_ics.cancel(registration.event, attendee=registration.email, sequence=number, now=now)


def _next_sequence(registration: Registration) -> int:
    """SEQUENCE of the file that goes out now, written down. Who calls holds the lock on the meeting."""
    registration.invited = invitation_ics.next_sequence(registration.event, registration.invited)
    registration.save(update_fields=["invited"])
    return registration.invited


def _action(registration: Registration, words: str, purpose: str = links.BOOKING) -> dict[str, Any]:
    """The one thing that a letter is for, as a link whose words make sense alone."""
    address = links.address(purpose, registration)
    return {"action_words": f"{words} {registration.event.title}", "action_address": address}


def _page(registration: Registration, words: str = "Go to the page of") -> dict[str, Any]:
    """The same for a letter after which there is no booking to look at."""
    event: Event = registration.event
    address = f"{settings.SITE_URL}{event.get_absolute_url()}"
    return {"action_words": f"{words} {event.title}", "action_address": address}


def _joining(registration: Registration) -> dict[str, Any]:
    """The person's own link to join and from when it works; nothing where there is nothing to join, or no place."""
    way: Way = gateway.way_in(registration.event, registration)
    if registration.state != State.CONFIRMED or way.why not in {Why.SHOWN, Why.WAIT, Why.NOT_ANNOUNCED}:
        return {"join_address": ""}
    address = links.address(links.JOIN, registration)
    return {"join_address": address, "join_why": way.why.value, "join_opens": way.opens}


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
    full = {
        "registration": registration,
        "event": event,
        "page": f"{settings.SITE_URL}{event.get_absolute_url()}",
        "booking_address": links.address(links.BOOKING, registration),
        "has_file": bool(calendar) and not settings.EMAIL_BACKEND.endswith(".NotifyBackend"),  # which takes none
        "service_name": settings.SERVICE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "forget_days": settings.EVENT_FORGET_DAYS,
        **_joining(registration),
        **_action(registration, "See, change or cancel your booking for"),
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
