"""Staff say in the form of a meeting whether people book, how many places there are, and what came of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from consult.models import Letter
from events import actions
from events.models import Event, Registration
from tests import factories
from tests.events.reading import form_fields
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def save(client: Client, event: Event, **changes: Any) -> dict[str, list[str]]:
    """Open the form, change these fields, press Save; returns what the form complains of, by field."""
    path = f"/admin/events/event/{event.pk}/change/"
    sent = form_fields(client.get(path).content.decode(), "event_form") | changes
    response = client.post(path, {name: value for name, value in sent.items() if value is not None})
    if response.status_code == 302:
        return {}
    assert response.status_code == 200
    return {name: list(map(str, told)) for name, told in response.context["adminform"].form.errors.items()}


def test_booking_is_opened_and_the_page_offers_it(editor: Client) -> None:
    event = factories.event()
    assert save(editor, event, takes_registrations="on", capacity="20", registration_closes_at_0="2026-01-15",
                registration_closes_at_1="12:00") == {}  # fmt: skip
    event.refresh_from_db()
    assert (event.takes_registrations, event.capacity, event.most_places) == (True, 20, 4)
    assert event.registration_closes_at == NOON + timedelta(days=1)
    page = Client().get(event.get_absolute_url()).content.decode()
    assert "20 of 20 left" in page
    assert "Book a place" in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"takes_registrations": None}, "__all__", "Places are limited only where people book them."),
        ({"capacity": "0"}, "__all__", "Enter at least one place, or leave it empty."),
        ({"capacity": "-1"}, "capacity", "greater than or equal to 0"),
        ({"most_places": "0"}, "__all__", "Let one person book at least one place."),
        (
            {
                "registration_opens_at_0": "2026-01-15",
                "registration_opens_at_1": "12:00",
                "registration_closes_at_0": "2026-01-15",
                "registration_closes_at_1": "12:00",
            },
            "__all__",
            "Enter an end of booking that is after its start.",
        ),
        ({"recording_url": "javascript:alert(1)"}, "recording_url", "Enter a valid URL."),
        ({"attendance": "-1"}, "attendance", "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_told(editor: Client, changes: dict[str, Any], field: str, said: str) -> None:
    event = factories.event(takes_registrations=True, capacity=20)
    told = save(editor, event, **changes)
    assert any(said in words for words in told[field]), told
    event.refresh_from_db()
    assert (event.takes_registrations, event.capacity, event.most_places) == (True, 20, 4)


@pytest.mark.parametrize("state", ["confirmed", "waiting", "offered"])
def test_booking_does_not_end_over_the_heads_of_people(editor: Client, state: str) -> None:
    event = factories.event(takes_registrations=True)
    until = NOON + timedelta(hours=5) if state == "offered" else None
    factories.registration(event, state=state, offered_until=until)
    told = save(editor, event, takes_registrations=None)
    assert told == {
        "takes_registrations": [
            "People have booked a place or wait for one. To take no more bookings, enter when booking closes."
        ]
    }


@pytest.mark.parametrize("fields", [{"state": "cancelled"}, {"state": "unconfirmed", "confirmed_at": None}])
def test_who_has_no_place_does_not_keep_booking_open(editor: Client, fields: dict[str, Any]) -> None:
    event = factories.event(takes_registrations=True)
    factories.registration(event, **fields)
    assert save(editor, event, takes_registrations=None) == {}
    assert not Event.objects.get().takes_registrations


def test_more_places_are_offered_to_who_waits(editor: Client) -> None:
    event = factories.event(takes_registrations=True, capacity=1, starts_at=NOON + timedelta(days=5))
    factories.registration(event)
    waiting = factories.registration(event, state="waiting")
    assert save(editor, event, title="Other words") == {}
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    assert save(editor, event, capacity="2") == {}
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    assert [letter.kind for letter in Letter.objects.filter(to=waiting.email)] == ["registration-offered"]


def test_fewer_places_take_nobodys_away(editor: Client) -> None:
    event = factories.event(takes_registrations=True, capacity=5)
    factories.registration(event, places=3)
    assert save(editor, event, capacity="1") == {}
    assert Registration.objects.get().state == "confirmed"
    assert Event.objects.get().places_left == 0


def test_what_came_of_it_shows_on_the_page(editor: Client) -> None:
    event = actions.tell_calendars(event=factories.event(starts_at=NOON - timedelta(days=3)))
    changes = {
        "attendance": "34",
        "notes": "Officers who stay.",
        "recording_url": "https://video.example/1",
        "slides_url": "https://slides.example/1",
    }
    assert save(editor, event, **changes) == {}
    page = Client().get(event.get_absolute_url()).content.decode()
    for words in ("34", "Officers who stay.", "https://video.example/1", "https://slides.example/1"):
        assert words in page
    assert Event.objects.get().sequence == 0  # calendars have nothing to say of it
    assert mail.outbox == []


def test_a_recording_that_carries_a_passcode_is_told_before_it_goes_out(editor: Client) -> None:
    event = factories.event(starts_at=NOON - timedelta(days=3))
    link = "https://us06web.zoom.us/rec/share/abc?pwd=SECRET"
    assert "publish_all_the_same" in save(editor, event, recording_url=link)
    assert Event.objects.get().recording_url == ""
    assert save(editor, event, recording_url=link, publish_all_the_same="on") == {}
    assert Event.objects.get().recording_url == link


def test_a_date_that_may_change_is_told(editor: Client) -> None:
    event = factories.event()
    assert save(editor, event, is_provisional="on") == {}
    assert "The date may still change." in Client().get(event.get_absolute_url()).content.decode()
    assert b"STATUS:TENTATIVE" in Client().get(f"{event.get_absolute_url()}calendar.ics").content
