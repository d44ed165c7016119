"""Meetings inside pages of other apps."""

from typing import Any

from django import template

from consult.models import Consultation
from events.models import Event

register = template.Library()


@register.inclusion_tag("events/list_of.html")
def upcoming_events(consultation: Consultation | None = None, most: int = 10) -> dict[str, Any]:
    """The next meetings, of one consultation or of all: `most` at the most, and where the rest stand."""
    events = Event.objects.published().upcoming().of_what_goes_on().for_list()
    if consultation:
        events = events.filter(consultation=consultation)
    found = list(events[: most + 1])
    return {"events": found[:most], "has_more": len(found) > most, "consultation": consultation}


@register.inclusion_tag("events/list_of.html")
def past_events(consultation: Consultation, most: int = 10) -> dict[str, Any]:
    """The meetings of a consultation that are over, latest first."""
    events = list(Event.objects.published().past().for_list().filter(consultation=consultation)[:most])
    return {"events": events, "has_more": False, "consultation": consultation, "is_past": True}
