"""Places at a meeting, inside its page."""

from typing import Any

from django import template

from events.booking import booking_at
from events.models import Event

register = template.Library()


@register.inclusion_tag("events/registration/block.html", takes_context=True)
def book_a_place(context: dict[str, Any], event: Event) -> dict[str, Any]:
    """Whether places can be booked, how many are left, and the way there. Nothing where people just come."""
    return {"event": event, "booking": booking_at(event).name, "contact_email": context.get("contact_email", "")}
