"""Meetings inside pages of other apps."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from consult.models import Consultation
from events.booking import booking_at
from events.calendar_links import webcal
from events.forms import TIMES, EventFilter
from events.models import Event
from events.months import Month

register = template.Library()


@register.inclusion_tag("events/list_of.html")
def upcoming_events(consultation: Consultation | None = None, most: int = 10) -> dict[str, Any]:
    """The next meetings, of one consultation or of all: `most` at the most, and where the rest stand."""
    events = Event.objects.published().upcoming().of_what_goes_on().for_rows()
    if consultation:
        events = events.filter(consultation=consultation)
    found = list(events[: most + 1])
    return {"events": found[:most], "has_more": len(found) > most, "consultation": consultation}


@register.inclusion_tag("events/ways.html")
def ways_to_see(form: EventFilter, current: str, month: Month | None = None) -> dict[str, Any]:
    """List, month and where, each with the same filter; `current` is `list`, `month` or `where`.

    A month is a time of its own, so days and weeks do not go there.
    """
    day = form.cleaned_data.get("first") or timezone.localdate()
    month_page = reverse("events_month", args=[str(month or Month.of(day))])
    ways = [
        ("list", "List", reverse("events"), form.query()),
        ("month", "Month", month_page, form.query(*TIMES)),
        ("where", "Where", reverse("events_where"), form.query()),
    ]
    return {
        "ways": [
            {"words": words, "href": f"{page}?{asked}" if asked else page, "is_current": name == current}
            for name, words, page, asked in ways
        ]
    }


@register.simple_tag
def calendar_of(form: EventFilter) -> dict[str, Any]:
    """The calendar of a view that `form` narrows: its addresses, and whether it has meetings that the view leaves out.

    A calendar has a time of its own, and a meeting that is full today stays in it.
    """
    passing = {*TIMES, "free"}
    asked = form.query(*passing, *form.aside)
    path = f"{reverse('portal_calendar')}?{asked}".rstrip("?")
    return {
        "https_url": f"{settings.SITE_URL}{path}",
        "webcal_url": webcal(path),
        "is_narrowed": bool(asked),
        "has_more": not passing.isdisjoint(form.asked()),
    }


@register.inclusion_tag("events/list_of.html")
def past_events(consultation: Consultation, most: int = 10) -> dict[str, Any]:
    """The meetings of a consultation that are over, latest first."""
    events = list(Event.objects.published().past().for_rows().filter(consultation=consultation)[:most])
    return {"events": events, "has_more": False, "consultation": consultation, "is_past": True}


@register.filter
def booking(event: Event) -> str:
    """What booking stands at, as a name of `events.booking.Booking`, such as `OPEN`."""
    return booking_at(event).name


@register.filter
def site_name(address: str) -> str:
    """`example.org` for `https://www.example.org/a`: where a link leads."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
