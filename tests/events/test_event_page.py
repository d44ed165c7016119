"""The page of a meeting: when, where, how, what is provided, and what it tells search engines."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.dates import LONDON
from consult.models import Partner
from events.models import AccessProvision, Event, Registration
from tests import factories
from tests.events.reading import structured_data
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def page(client: Client, event: Event) -> str:
    response = client.get(event.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def fact(text: str, name: str) -> str:
    """What stands beside `name` in the list of facts."""
    return text.split(f"<dt>{name}</dt><dd>")[1].split("</dd>")[0]


def test_it_says_what_when_where_and_for_whom(client: Client) -> None:
    hall = factories.venue(
        name="Town Hall", address="1 High Street\nBrixton", borough="lambeth", travel="Bus 2.", access="A lift."
    )
    event = factories.event(
        factories.consultation(title="The Plan"),
        title="Come and talk",
        format="in_person",
        venue=hall,
        audience="Everybody",
        host_name="The Mayor’s Office",
        languages="English and Somali",
        body="## Agenda\n\nTea.",
    )
    AccessProvision.objects.create(event=event, kind="bsl", detail="Two of them.", ask_by=date(2026, 1, 14))
    text = page(client, event)
    assert text.split("<title>")[1].startswith("Come and talk, 15 January 2026 –")
    assert fact(text, "When") == (
        '<time datetime="2026-01-15T18:00:00+00:00">Thursday 15 January 2026</time>, 6pm to 8pm (London time)'
    )
    assert fact(text, "Where") == "Town Hall, 1 High Street, Brixton, SE1 0LL (Lambeth)"
    assert fact(text, "Who it is for") == "Everybody"
    assert fact(text, "Host") == "The Mayor’s Office"
    assert fact(text, "Languages") == "English and Somali"
    assert ">The Plan</a>" in fact(text, "Part of")
    for words in ("<h3>Agenda</h3>", "Bus 2.", "A lift.", "British Sign Language interpreter", "Two of them. Ask by"):
        assert words in text
    assert '<time datetime="2026-01-14">Wednesday 14 January 2026</time>' in text
    assert f'href="{event.get_absolute_url()}calendar.ics"' in text
    assert text.count("<h1") == 1


def test_summer_is_told_in_london_time(client: Client) -> None:
    event = factories.event(starts_at=datetime(2026, 7, 15, 18, 30, tzinfo=LONDON), ends_at=None)
    assert fact(page(client, event), "When") == (
        '<time datetime="2026-07-15T18:30:00+01:00">Wednesday 15 July 2026</time>, from 6:30pm '
        "(London time, British Summer Time)<br>The end is not announced."
    )


def test_no_date_yet(client: Client) -> None:
    event = factories.event(starts_at=None, date_note="October and November, to be confirmed")
    text = page(client, event)
    assert fact(text, "When") == "October and November, to be confirmed"
    assert "Date to be confirmed" in text
    assert "Add it to your calendar" not in text
    assert "Hear of its date" in text
    assert structured_data(text) == []


def test_hybrid_tells_the_hall_and_how_to_join(client: Client) -> None:
    event = factories.event(format="hybrid", venue=factories.venue(name="Town Hall"))
    factories.join_details(event)
    text = page(client, event)
    assert fact(text, "Where") == "Town Hall, 1 High Street, SE1 0LL (Southwark)<br>And online, on Zoom"
    assert 'href="https://us06web.zoom.us/j/81545869151?pwd=secret-in-link"' in text
    assert "815 4586 9151" in text
    assert "369100" in text


def test_a_place_that_is_not_known_is_not_made_up(client: Client) -> None:
    assert fact(page(client, factories.event(format="in_person")), "Where") == "The place is not announced yet."
    hybrid = factories.event(format="hybrid")
    assert fact(page(client, hybrid), "Where") == "The place is not announced yet.<br>And online"
    assert "How to join is not announced yet." in page(client, hybrid)


def test_an_illustrative_one_says_so_and_tells_search_engines_nothing(client: Client) -> None:
    text = page(client, factories.event(is_illustrative=True))
    assert "This meeting is an example." in text
    assert "It will not take place." in text
    assert structured_data(text) == []


@pytest.mark.parametrize("kind", ["cancelled", "postponed", "moved", "reinstated"])
def test_what_changed_stands_at_the_very_top(client: Client, kind: str) -> None:
    event = factories.event(title="Talk")
    factories.join_details(event)
    change = event.changes.create(kind=kind, reason="Because <of> floods.", was="13 January", changed_at=NOON)
    text = page(client, event)
    words = change.get_kind_display()
    main = text.split("<main")[1]
    assert main.index(f'<h2 class="app-banner__title" id="change">{words}</h2>') < main.index("<h1")
    assert "Because &lt;of&gt; floods." in main
    assert "Before: 13 January" in main
    assert text.split("<title>")[1].startswith(f"{words}: Talk")
    is_off = kind in {"cancelled", "postponed"}
    assert ("secret-in-link" in text) is not is_off
    assert ("Add it to your calendar" in text) is not is_off
    assert ("Tell us what you need" in text) is not is_off
    assert (f'href="/events/?consultation={event.consultation.slug}"' in text) is is_off


def test_a_past_one_says_so_and_offers_no_link(client: Client) -> None:
    event = factories.event(starts_at=NOON - timedelta(hours=3))
    factories.join_details(event)
    text = page(client, event)
    assert "This meeting is over." in text
    assert "How to join" not in text
    assert "Add it to your calendar" not in text
    assert "Tell us what you need" not in text
    assert f'href="/events/?consultation={event.consultation.slug}"' in text
    assert "Past meetings" in client.get("/events/?when=past").content.decode()


def test_what_came_of_it_stands_there_only_afterwards(client: Client) -> None:
    told: dict[str, Any] = {
        "notes": "## Heard\n\nOfficers who **stay**.",
        "recording_url": "https://www.video.example/watch?v=1&t=2",
        "slides_url": "https://slides.example/a.pdf",
        "attendance": 42,
    }
    event = factories.event(starts_at=NOON - timedelta(hours=3), venue=factories.venue(), format="hybrid", **told)
    text = page(client, event)
    section = text.split('aria-labelledby="afterwards"')[1].split("</section>")[0]
    assert "42 people came." in section
    assert "<h3>Heard</h3>" in section
    assert "<strong>stay</strong>" in section
    assert 'href="https://www.video.example/watch?v=1&amp;t=2" rel="noreferrer">Recording of the meeting' in section
    assert "(on video.example)" in section
    assert 'href="https://slides.example/a.pdf" rel="noreferrer">Slides (on slides.example)' in section
    assert "Getting there" not in text
    assert "What came of it" not in page(client, factories.event(**told))
    assert "What came of it" not in page(client, factories.event(starts_at=NOON - timedelta(hours=3)))
    event.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    assert "What came of it" not in page(client, event)


@pytest.mark.parametrize(("came", "words"), [(0, "Nobody came."), (1, "One person came."), (2, "2 people came.")])
def test_how_many_came_in_words(client: Client, came: int, words: str) -> None:
    assert words in page(client, factories.event(starts_at=NOON - timedelta(hours=3), attendance=came))


def test_places_left_and_full_at_the_very_top(client: Client) -> None:
    event = factories.event(takes_registrations=True, capacity=3)
    assert fact(page(client, event), "Places") == "3 of 3 left"
    Registration.objects.create(event=event, email="a@example.org", places=3, state="confirmed", created_at=NOON)
    text = page(client, event)
    assert fact(text, "Places") == "None of 3 left"
    main = text.split("<main")[1]
    assert main.index('<h2 class="app-banner__title" id="full">Full</h2>') < main.index("<h1")
    assert "All 3 places are taken just now, or kept for people on the waiting list." in main
    event.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    assert 'id="full"' not in page(client, event)
    assert "<dt>Places</dt>" not in page(client, event)
    assert "<dt>Places</dt>" not in page(client, factories.event())


def test_a_date_that_may_change_says_so(client: Client) -> None:
    text = page(client, factories.event(is_provisional=True))
    assert "The date may still change." in fact(text, "When")
    assert "app-tag--provisional" in text
    assert "may still change" not in page(client, factories.event(is_provisional=True, starts_at=NOON - timedelta(3)))


def test_after_the_day_to_ask_it_says_so_and_still_invites(client: Client) -> None:
    event = factories.event()
    AccessProvision.objects.create(event=event, kind="bsl", ask_by=date(2026, 1, 13))
    text = page(client, event)
    assert "The day to ask for it was" in text
    assert "Ask all the same: we try." in text


def test_getting_there_leads_to_a_map_and_shows_none(client: Client) -> None:
    hall = factories.venue(name="Town Hall", is_step_free=True, access="A lift.")
    text = page(client, factories.event(format="in_person", venue=hall))
    assert (
        'href="https://www.openstreetmap.org/search?query=SE1%200LL" rel="noreferrer">Find Town Hall on a map'
    ) in text
    assert "Step-free from the street to the room." in text
    assert "<iframe" not in text
    assert text.count("<img") == 1  # the mark of the portal


def test_the_zone_is_named_where_people_join_from_anywhere(client: Client) -> None:
    summer = datetime(2026, 7, 15, 18, tzinfo=LONDON)
    assert "(London time, British Summer Time)" in fact(page(client, factories.event(starts_at=summer)), "When")
    hall = factories.event(format="in_person", starts_at=summer)
    assert "(London time)" in fact(page(client, hall), "When")


def test_it_can_be_added_to_calendars_on_the_web(client: Client) -> None:
    text = page(client, factories.event())
    assert 'rel="noreferrer">Add it to Google Calendar</a>' in text
    assert 'rel="noreferrer">Add it to Outlook.com</a>' in text
    assert "dates=20260115T180000Z/20260115T200000Z&amp;" in text


def test_markup_in_any_field_is_shown_as_text(client: Client) -> None:
    nasty = '"><script>alert(1)</script>{{ 7|add:7 }}'
    hall = factories.venue(name=nasty, address=nasty, travel=nasty, access=nasty)
    host = Partner.objects.create(name=nasty)
    event = factories.event(
        title=nasty, summary=nasty, body=nasty, audience=nasty, languages=nasty, format="hybrid", venue=hall, host=host
    )
    factories.join_details(event, dial_in=nasty, passcode=nasty[:40])
    AccessProvision.objects.create(event=event, kind="bsl", detail=nasty)
    event.changes.create(kind="moved", reason=nasty, was=nasty, changed_at=NOON)
    for path in (event.get_absolute_url(), "/events/", event.consultation.get_absolute_url(), "/"):
        text = client.get(path).content.decode()
        assert "<script>alert" not in text, path
        assert "7|add:7" in text, path
        assert ">14" not in text.replace(">14<", ""), path


def test_drafts_are_404_for_residents_and_previews_for_staff(cast: Callable[[str], Client]) -> None:
    draft = factories.event(publish_at=None)
    early = factories.event(factories.consultation(publish_at=None))
    names = {"resident": 404, "half_signed_in": 404, "editor": 200, "moderator": 200, "analyst": 200}
    for name, status in names.items():
        client = cast(name)
        for event in (draft, early):
            for path in (event.get_absolute_url(), f"{event.get_absolute_url()}calendar.ics"):
                response = client.get(path)
                assert response.status_code == status, (name, path)
                if status == 200:
                    assert response["Cache-Control"] == "no-store, private"
            if status == 200:
                assert "Preview." in client.get(event.get_absolute_url()).content.decode()


def test_it_appears_at_its_moment_and_never_before_its_consultation(client: Client, time_machine) -> None:
    soon = NOON + timedelta(minutes=1)
    event = factories.event(publish_at=soon)
    other = factories.event(factories.consultation(publish_at=soon))
    assert [client.get(each.get_absolute_url()).status_code for each in (event, other)] == [404, 404]
    assert (event.is_published(), other.is_published()) == (False, False)
    time_machine.move_to(soon, tick=False)
    assert [client.get(each.get_absolute_url()).status_code for each in (event, other)] == [200, 200]
    assert set(Event.objects.published()) == {event, other}


def test_former_addresses_lead_to_the_new_ones(client: Client) -> None:
    event = factories.event(slug="old")
    event.slug = "new"
    event.save()
    for old, new in {
        "/events/old/": "/events/new/",
        "/events/old/calendar.ics": "/events/new/calendar.ics",
    }.items():
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)
    event.publish_at = None
    event.save()
    assert client.get("/events/old/").status_code == 404


def test_the_page_takes_the_same_queries_at_one_and_at_three(client: Client) -> None:
    event = factories.event(format="hybrid", venue=factories.venue())
    factories.join_details(event)
    counts = []
    for kind in ("bsl", "food", "captions"):
        AccessProvision.objects.create(event=event, kind=kind)
        event.changes.create(kind="moved", reason="Again.", changed_at=NOON)
        with CaptureQueriesContext(connection) as queries:
            page(client, event)
        counts.append(len(queries))
    assert len(set(counts)) == 1


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_wrong_methods_are_refused(client: Client, method: str) -> None:
    event = factories.event()
    assert getattr(client, method)(event.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("slug", ["nothing", "0", "a" * 300, "-"])
def test_nothing_stands_at_other_addresses(client: Client, slug: str) -> None:
    assert client.get(f"/events/{slug}/").status_code == 404
    assert client.get(f"/events/{slug}/calendar.ics").status_code == 404


class TestStructuredData:
    """schema.org/Event, as search engines read it."""

    def test_online(self, client: Client) -> None:
        event = factories.event(title="Talk", slug="talk", summary="Come.", host_name="The Mayor’s Office")
        factories.join_details(event)
        assert structured_data(page(client, event)) == [
            {
                "@context": "https://schema.org",
                "@type": "Event",
                "name": "Talk",
                "description": "Come.",
                "startDate": "2026-01-15T18:00:00+00:00",
                "endDate": "2026-01-15T20:00:00+00:00",
                "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
                "eventStatus": "https://schema.org/EventScheduled",
                "location": [
                    {
                        "@type": "VirtualLocation",
                        "url": "https://us06web.zoom.us/j/81545869151?pwd=secret-in-link",
                    }
                ],
                "organizer": {"@type": "Organization", "name": "The Mayor’s Office"},
                "isAccessibleForFree": True,
                "url": "http://testserver/events/talk/",
            }
        ]

    def test_hybrid_in_summer_with_no_known_end_and_no_public_link(self, client: Client) -> None:
        event = factories.event(
            title="</script>",
            slug="talk",
            format="hybrid",
            venue=factories.venue(name="Town Hall"),
            starts_at=datetime(2026, 7, 15, 18, tzinfo=LONDON),
            ends_at=None,
        )
        (data,) = structured_data(page(client, event))
        assert data["name"] == "</script>"
        assert data["startDate"] == "2026-07-15T18:00:00+01:00"
        assert "endDate" not in data
        assert "organizer" not in data
        assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
        assert data["location"] == [
            {"@type": "Place", "name": "Town Hall", "address": "Town Hall, 1 High Street, SE1 0LL"},
            {"@type": "VirtualLocation", "url": "http://testserver/events/talk/"},
        ]

    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            ("cancelled", "EventCancelled"),
            ("postponed", "EventPostponed"),
            ("moved", "EventRescheduled"),
            ("reinstated", "EventScheduled"),
        ],
    )
    def test_state(self, client: Client, kind: str, status: str) -> None:
        event = factories.event(format="in_person")
        event.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
        (data,) = structured_data(page(client, event))
        assert data["eventStatus"] == f"https://schema.org/{status}"
        assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
        assert data["location"] == []
