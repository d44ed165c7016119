"""Links to calendars on the web and to a map: right times in UTC, the page's address, nothing but public facts."""

from datetime import datetime
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client

from consult.dates import LONDON
from events import calendar_links
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def parts(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


@pytest.mark.parametrize(
    ("starts_at", "in_utc"),
    [
        (datetime(2026, 1, 15, 18, tzinfo=LONDON), "20260115T180000Z"),
        (datetime(2026, 7, 15, 18, tzinfo=LONDON), "20260715T170000Z"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON), "20261025T003000Z"),  # the first of two half past ones
        (datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON), "20261025T013000Z"),
    ],
)
def test_times_are_right_on_both_sides_of_the_clock_changes(starts_at: datetime, in_utc: str) -> None:
    event = factories.event(starts_at=starts_at)
    event.refresh_from_db()
    assert parts(calendar_links.google(event))["dates"].split("/")[0] == in_utc
    dashed = f"{in_utc[:4]}-{in_utc[4:6]}-{in_utc[6:11]}:{in_utc[11:13]}:{in_utc[13:]}"
    assert parts(calendar_links.outlook(event))["startdt"] == dashed


def test_google_in_full() -> None:
    hall = factories.venue(name="Town Hall", borough="lambeth")
    event = factories.event(title="Talk, 50%", slug="talk", format="in_person", venue=hall, is_illustrative=True)
    address = calendar_links.google(event)
    assert address.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&text=Example%20only:%20Talk")
    assert parts(address) == {
        "action": "TEMPLATE",
        "text": "Example only: Talk, 50%",
        "dates": "20260115T180000Z/20260115T200000Z",
        "details": "Come and talk.\n\nChanges: http://testserver/events/talk/",
        "location": "Town Hall, 1 High Street, SE1 0LL",
    }


def test_outlook_in_full() -> None:
    address = calendar_links.outlook(factories.event(title="Tea & talk +", slug="talk", is_illustrative=True))
    assert address.startswith("https://outlook.live.com/calendar/0/action/compose?")
    assert "+" not in address
    assert parts(address) == {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": "Example only: Tea & talk +",
        "startdt": "2026-01-15T18:00:00Z",
        "enddt": "2026-01-15T20:00:00Z",
        "body": "Come and talk.\n\nChanges: http://testserver/events/talk/\n"
        "How to join: http://testserver/events/talk/join/",
        "location": "Online",
    }


def test_an_end_that_is_not_known_is_not_made_up() -> None:
    event = factories.event(ends_at=None, format="in_person")
    google = parts(calendar_links.google(event))
    assert google["dates"] == "20260115T180000Z/20260115T180000Z"
    assert "The end is not announced." in google["details"]
    assert google["location"] == "Place to be confirmed"
    assert "enddt" not in parts(calendar_links.outlook(event))


def test_no_date_no_link() -> None:
    event = factories.event(starts_at=None, ends_at=None, date_note="In spring")
    assert (calendar_links.google(event), calendar_links.outlook(event)) == ("", "")


@pytest.mark.parametrize("visibility", ["public", "registered"])
def test_join_details_are_never_in_them(client: Client, visibility: str) -> None:
    event = factories.event()
    factories.join_details(event, visibility=visibility)
    links = calendar_links.google(event) + calendar_links.outlook(event)
    for secret in ("zoom", "81545869151", "815%204586", "369100", "secret-in-link"):
        assert secret not in links, secret
    text = client.get(event.get_absolute_url()).content.decode()
    assert links.split("https://outlook")[0].replace("&", "&amp;") in text


def test_the_map_is_a_link_to_the_point_or_to_the_postcode() -> None:
    hall = factories.venue(postcode="SE1 0LL")
    assert calendar_links.on_a_map(hall) == "https://www.openstreetmap.org/search?query=SE1%200LL"
    hall.latitude, hall.longitude = Decimal("51.500000"), Decimal("-0.120000")
    assert calendar_links.on_a_map(hall) == ("https://www.openstreetmap.org/?mlat=51.5&mlon=-0.12#map=17/51.5/-0.12")
    hall.latitude, hall.longitude = Decimal("0"), Decimal("10.000000")
    assert calendar_links.on_a_map(hall) == "https://www.openstreetmap.org/?mlat=0&mlon=10#map=17/0/10"


def test_a_meeting_online_leads_to_the_gateway() -> None:
    """Never to the link itself, public or not."""
    event = factories.event(slug="talk", format="online")
    factories.join_details(event, visibility="public")
    for link in (calendar_links.google(event), calendar_links.outlook(event)):
        words = unquote(link)
        assert "How to join: http://testserver/events/talk/join/" in words
        assert "zoom.us" not in words
