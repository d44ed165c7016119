"""A meeting as structured data for search engines (schema.org, JSON-LD). Public facts only."""

from typing import Any

from consult.dates import london
from consult.structured import absolute
from events.models import Event, EventChange, Format

MODES = {Format.ONLINE: "Online", Format.IN_PERSON: "Offline", Format.HYBRID: "Mixed"}
STATUSES = {
    EventChange.Kind.CANCELLED: "EventCancelled",
    EventChange.Kind.POSTPONED: "EventPostponed",
    EventChange.Kind.MOVED: "EventRescheduled",
}


def event_data(event: Event) -> dict[str, Any]:
    """A meeting as schema.org Event; empty where it has no date or is only an example: both would mislead a search."""
    if event.starts_at is None or event.is_illustrative:
        return {}
    change = event.latest_change
    status = STATUSES.get(EventChange.Kind(change.kind)) if change else None
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "startDate": london(event.starts_at).isoformat(),
        "endDate": london(event.ends_at).isoformat() if event.ends_at else None,
        "eventAttendanceMode": f"https://schema.org/{MODES[Format(event.format)]}EventAttendanceMode",
        "eventStatus": f"https://schema.org/{status or 'EventScheduled'}",
        "location": _location(event),
        "organizer": {"@type": "Organization", "name": event.host_words} if event.host_words else None,
        "isAccessibleForFree": True,
        "url": absolute(event.get_absolute_url()),
    }


def _location(event: Event) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if event.venue:
        places.append({"@type": "Place", "name": event.venue.name, "address": event.venue.address_line})
    if event.needs_join_details:
        join = event.public_join_details()
        page = absolute(event.get_absolute_url())
        places.append({"@type": "VirtualLocation", "url": join.url if join and join.url else page})
    return places
