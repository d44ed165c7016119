"""Links that put one meeting into a calendar on the web, or show its place on a map. Pure; public facts only.

They hold what the page says to everybody and lead back to it: who keeps such an entry never has a link or a passcode
in it, and finds on the page what changed since. Nothing is fetched from these services: a person presses the link.
"""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from consult.structured import absolute
from events.models import Event, Format, Venue

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"
MAP = "https://www.openstreetmap.org/"


def webcal(path: str) -> str:
    """The address of a calendar at which a program offers to follow it, where one with https may be a copy for good."""
    return f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}"


def google(event: Event) -> str:
    """The address at which Google Calendar offers the meeting; empty where it has no date.

    Google wants an end: where none is known it is the start, and no length is made up.
    """
    if event.starts_at is None:
        return ""
    times = "/".join(
        f"{_utc(instant):%Y%m%dT%H%M%SZ}" for instant in (event.starts_at, event.ends_at or event.starts_at)
    )
    return _link(
        GOOGLE, action="TEMPLATE", text=_title(event), dates=times, details=_words(event), location=_place(event)
    )


def outlook(event: Event) -> str:
    """The address at which Outlook.com offers the meeting; empty where it has no date."""
    if event.starts_at is None:
        return ""
    ends = {"enddt": f"{_utc(event.ends_at):%Y-%m-%dT%H:%M:%SZ}"} if event.ends_at else {}
    return _link(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=_title(event),
        startdt=f"{_utc(event.starts_at):%Y-%m-%dT%H:%M:%SZ}",
        **ends,
        body=_words(event),
        location=_place(event),
    )


def on_a_map(venue: Venue) -> str:
    """Where OpenStreetMap shows the place: the point where it is known, else what it finds for the postcode."""
    if venue.latitude is not None and venue.longitude is not None:
        point = f"{venue.latitude.normalize():f}", f"{venue.longitude.normalize():f}"
        return f"{MAP}?mlat={point[0]}&mlon={point[1]}#map=17/{point[0]}/{point[1]}"
    return _link(f"{MAP}search", query=venue.postcode)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _link(address: str, **query: str) -> str:
    """Blanks as %20: Outlook shows a plus as it is."""
    return f"{address}?{urlencode(query, quote_via=quote, safe='/:')}"


def _title(event: Event) -> str:
    return f"Example only: {event.title}" if event.is_illustrative else event.title


def _words(event: Event) -> str:
    ends = "" if event.ends_at else "The end is not announced."
    page = f"Changes: {absolute(event.get_absolute_url())}"
    if event.needs_join_details:
        page += f"\nHow to join: {absolute(reverse('join', args=[event.slug]))}"
    return "\n\n".join(part for part in (event.summary, ends, page) if part)


def _place(event: Event) -> str:
    if event.venue:
        return f"{event.venue.address_line}{', and online' if event.needs_join_details else ''}"
    return "Online" if event.format == Format.ONLINE else "Place to be confirmed"
