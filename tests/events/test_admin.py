"""Staff screens for meetings: forms, calendars that are told once, who may do what, lists with fixed queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.models import Partner
from events import actions, ics
from events.models import AccessProvision, Event, JoinDetails, Venue
from tests import factories
from tests.events.reading import form_fields, properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

EVENTS, VENUES = "/admin/events/event/", "/admin/events/venue/"


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def sequence(event: Event) -> int:
    return Event.objects.get(pk=event.pk).sequence


def save(client: Client, path: str, form_id: str = "event_form", **changes: Any) -> list[str]:
    """Open the form, change these fields, press Save; returns what the form complains of."""
    sent = form_fields(client.get(path).content.decode(), form_id) | changes
    response = client.post(path, {name: value for name, value in sent.items() if value is not None})
    if response.status_code == 302:
        return []
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    forms += [form for formset in response.context["inline_admin_formsets"] for form in formset.formset.forms]
    return [str(message) for form in forms for messages in form.errors.values() for message in messages]


def move(client: Client, event: Event, **changes: str) -> Any:
    """Press "Move" with what stands, but for these fields."""
    local = timezone.localtime(event.starts_at)
    sent = {"starts_at_0": f"{local:%Y-%m-%d}", "starts_at_1": f"{local:%H:%M}", "format": event.format}
    sent |= {"venue": str(event.venue_id or ""), "reason": "The hall is flooded."}
    return client.post(f"{EVENTS}{event.pk}/move/", sent | changes)


def full_event(**fields: Any) -> Event:
    event = factories.event(format="hybrid", venue=factories.venue(), **fields)
    factories.join_details(event)
    AccessProvision.objects.create(event=event, kind="bsl", detail="Two.")
    return actions.tell_calendars(event=event)


@pytest.mark.parametrize("known", [True, False])
def test_saving_without_a_change_leaves_every_byte(editor: Client, time_machine, known: bool) -> None:
    event = full_event()
    if not known:
        Event.objects.update(announced="")
    before = Client().get("/calendar.ics").content
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    for _ in range(2):
        assert save(editor, f"{EVENTS}{event.pk}/change/") == []
    assert Client().get("/calendar.ics").content == before
    assert event.history.count() == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_new_date_raises_sequence_once(editor: Client, time_machine, known: bool) -> None:
    event = full_event()
    if not known:  # made by hand in the database, say: calendars were never told of it
        Event.objects.update(announced="")
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    path = f"{EVENTS}{event.pk}/change/"
    assert move(editor, event, starts_at_0="2026-01-16").status_code == 302
    assert sequence(event) == 1
    (entry,) = properties(Client().get(f"{event.get_absolute_url()}calendar.ics").content)
    assert entry["DTSTART;TZID=Europe/London"] == "20260116T180000"
    assert (entry["SEQUENCE"], entry["LAST-MODIFIED"]) == ("1", "20260114T130000Z")
    assert save(editor, path) == []
    assert sequence(event) == 1
    assert save(editor, path, title="Other words") == []
    assert sequence(event) == 1


def test_an_old_form_does_not_bring_sequence_back(editor: Client) -> None:
    event = full_event()
    path = f"{EVENTS}{event.pk}/change/"
    old = form_fields(editor.get(path).content.decode(), "event_form")
    assert move(editor, event, starts_at_0="2026-01-16").status_code == 302
    old |= {"title": "Sent from an old page", "starts_at_0": "2026-01-15", "starts_at_1": "18:00", "format": "online"}
    assert editor.post(path, old).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.sequence, event.format) == ("Sent from an old page", 1, "hybrid")
    assert str(event.day) == "2026-01-16"  # dates change by a verb, which asks why


@pytest.mark.parametrize(
    "changes",
    [
        {"join_details-0-passcode": "408243"},
        {"join_details-0-visibility": "registered"},
        {"join_details-0-hours_before": "2"},
        {"join_details-0-DELETE": "on"},
    ],
)
def test_join_details_raise_sequence_once(editor: Client, changes: dict[str, str]) -> None:
    event = full_event()
    path = f"{EVENTS}{event.pk}/change/"
    assert save(editor, path, **changes) == []
    assert sequence(event) == 1
    assert save(editor, path) == []
    assert sequence(event) == 1


def test_a_venue_raises_sequence_of_its_meetings_to_come(editor: Client) -> None:
    event = full_event()
    past = factories.event(format="in_person", venue=event.venue, starts_at=NOON - timedelta(days=3))
    assert event.venue
    path = f"{VENUES}{event.venue.pk}/change/"
    assert save(editor, path, "venue_form", travel="Bus 2.") == []
    assert sequence(event) == 0
    assert save(editor, path, "venue_form", address="2 High Street") == []
    assert (sequence(event), sequence(past)) == (1, 0)


def test_a_meeting_of_a_venue_that_was_never_told_is_told_too(editor: Client) -> None:
    event = factories.event(format="in_person", venue=factories.venue())
    assert event.venue
    assert save(editor, f"{VENUES}{event.venue.pk}/change/", "venue_form", address="2 High Street") == []
    assert sequence(event) == 1


def test_a_new_meeting_begins_at_nought(editor: Client) -> None:
    row = factories.consultation()
    sent: dict[str, Any] = {
        "consultation": row.pk,
        "title": "New",
        "slug": "new",
        "summary": "Come.",
        "format": "online",
        "starts_at_0": "2026-07-15",
        "starts_at_1": "18:00",
        "publish_at_0": "2026-01-14",
        "publish_at_1": "12:00",
        "join_details-0-provider": "zoom",
        "join_details-0-url": "https://zoom.us/j/81545869151",
        "join_details-0-visibility": "public",
        "join_details-TOTAL_FORMS": "1",
    }
    assert save(editor, f"{EVENTS}add/", **sent) == []
    (entry,) = properties(Client().get("/events/new/calendar.ics").content)
    assert entry["SEQUENCE"] == "0"
    assert entry["DTSTART;TZID=Europe/London"] == "20260715T180000"
    assert ics.uid(Event.objects.get()) == entry["UID"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"ends_at_0": "2026-01-15", "ends_at_1": "18:00"}, "Enter an end that is after the start."),
        ({"starts_at_0": "", "starts_at_1": ""}, "Enter when it starts as well as when it ends."),
        ({"format": "online"}, "An online meeting has no venue: choose another format or remove the venue."),
        (
            {"join_details-0-meeting_id": "822 1297 8318"},
            "The link is for meeting 81545869151. Check which of the two is right.",
        ),
        (
            {"join_details-0-url": "", "join_details-0-dial_in": ""},
            "Enter a link or a phone number by which people join.",
        ),
        ({"join_details-0-url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"title": "nul\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(editor: Client, changes: dict[str, str], complaint: str) -> None:
    event = full_event(publish_at=None)
    before = Client().get("/calendar.ics").content
    assert complaint in save(editor, f"{EVENTS}{event.pk}/change/", **changes)
    assert Client().get("/calendar.ics").content == before


def test_the_id_may_be_written_as_people_write_it(editor: Client) -> None:
    event = full_event()
    assert save(editor, f"{EVENTS}{event.pk}/change/", **{"join_details-0-meeting_id": "815\u00a04586-9151"}) == []


def test_what_the_public_saw_is_cancelled_and_not_deleted(editor: Client) -> None:
    shown, draft = factories.event(), factories.event(publish_at=None)
    assert editor.post(f"{EVENTS}{shown.pk}/delete/", {"post": "yes"}).status_code == 403
    rows = {"action": "delete_selected", "_selected_action": [shown.pk, draft.pk], "post": "yes"}
    editor.post(EVENTS, rows)
    assert Event.objects.count() == 2
    assert editor.post(f"{EVENTS}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert Event.objects.get() == shown


@pytest.mark.parametrize(
    ("name", "looks", "changes"),
    [
        ("resident", 302, False),
        ("half_signed_in", 302, False),
        ("editor", 200, True),
        ("moderator", 200, False),
        ("analyst", 200, False),
        ("partner", 200, False),
        ("administrator", 200, True),
    ],
)
def test_who_may_look_and_who_may_change(cast: Callable[[str], Client], name: str, looks: int, changes: bool) -> None:
    client, event = cast(name), full_event()
    assert client.get(EVENTS).status_code == looks
    assert client.get(VENUES).status_code == looks
    path = f"{EVENTS}{event.pk}/change/"
    client.post(path, {"title": "Changed"})
    if changes:
        assert save(client, path, title="Changed") == []
    assert (Event.objects.get().title == "Changed") is changes
    assert client.post(f"{EVENTS}add/", {}).status_code == (200 if changes else 302 if looks == 302 else 403)


def test_a_partner_sees_meetings_of_their_own_consultations_alone(cast: Callable[[str], Client]) -> None:
    event = factories.event(title="Theirs")
    factories.event(title="Somebody else's")
    client = cast("partner")
    user = client.get("/admin/").wsgi_request.user
    user.partner = Partner.objects.create(name="Black Thrive Global")
    user.save()
    event.consultation.partnerships.create(partner=user.partner, role="Hosts")
    text = client.get(EVENTS).content.decode()
    assert "Theirs" in text
    assert "Somebody else" not in text


def test_filters_and_search(editor: Client) -> None:
    factories.event(title="Past", starts_at=NOON - timedelta(days=3))
    factories.event(title="Undated", starts_at=None, date_note="Soon")
    factories.event(title="Coming", format="in_person", venue=factories.venue(name="Town Hall", borough="lambeth"))
    for query, titles in {
        "when=upcoming": {"Coming", "Undated"},
        "when=past": {"Past"},
        "when=undated": {"Undated"},
        "when=nonsense": {"Past", "Undated", "Coming"},
        "borough=lambeth": {"Coming"},
        "borough=camden": set(),
        "q=town": {"Coming"},
        "format__exact=in_person": {"Coming"},
    }.items():
        response = editor.get(f"{EVENTS}?{query}")
        assert {event.title for event in response.context["cl"].result_list} == titles, query


def test_the_list_tells_the_state(editor: Client) -> None:
    factories.event(title="Draft", publish_at=None)
    factories.event(title="Over", starts_at=NOON - timedelta(days=3))
    factories.event(title="Coming")
    off = factories.event(title="Off")
    off.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    response = editor.get(EVENTS)
    admin = response.context["cl"].model_admin
    assert {event.title: admin.state_words(event) for event in response.context["cl"].result_list} == {
        "Draft": "Draft",
        "Over": "Over",
        "Coming": "To come",
        "Off": "Cancelled",
    }


@pytest.mark.parametrize("path", [EVENTS, VENUES])
def test_lists_take_the_same_queries_at_one_and_at_three(editor: Client, path: str) -> None:
    counts = []
    for wanted in (1, 3):
        while Event.objects.count() < wanted:
            full_event().changes.create(kind="moved", reason="Larger.", changed_at=NOON)
        editor.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_history_tells_what_people_did_and_not_what_calendars_were_told(editor: Client) -> None:
    event = full_event()
    path = f"{EVENTS}{event.pk}/"
    move(editor, event, starts_at_0="2026-01-16")
    editor.post(f"{path}cancel/", {"reason": "The hall is flooded."})
    text = editor.get(f"{path}history/").content.decode()
    assert "15 January 2026, 18:00" in text
    assert "Cancelled: The hall is flooded." in text
    assert "Announced" not in text.split("<table", 1)[1]
    assert "Sequence" not in text


def test_nothing_is_left_over(editor: Client) -> None:
    """Deleting a draft takes its details along."""
    event = factories.event(publish_at=None, format="hybrid", venue=factories.venue())
    factories.join_details(event)
    assert editor.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not JoinDetails.objects.exists()
    assert Venue.objects.count() == 1


@pytest.mark.parametrize("slug", ["month", "where"])
def test_a_meeting_does_not_take_the_address_of_another_page(editor: Client, slug: str) -> None:
    event = full_event()
    complaints = save(editor, f"{EVENTS}{event.pk}/change/", slug=slug)
    assert complaints == ["Another page has this address. Choose a longer one."]
    assert Event.objects.get().slug == event.slug
