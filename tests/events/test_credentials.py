"""Ways into a meeting and somebody's own number are told also in the words of provisions and venues."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from consult.models import AuditEntry
from events.models import AccessProvision, Event, Venue
from tests import factories
from tests.events.reading import form_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

MOBILE = "Text 07700 900123 to ask."


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def save(client: Client, path: str, form_id: str, **changes: Any) -> dict[str, list[str]]:
    sent = form_fields(client.get(path).content.decode(), form_id) | changes
    response = client.post(path, {name: value for name, value in sent.items() if value is not None})
    if response.status_code == 302:
        return {}
    return {name: list(map(str, told)) for name, told in response.context["adminform"].form.errors.items()}


class TestProvisions:
    @pytest.fixture
    def event(self) -> Event:
        event = factories.event()
        AccessProvision.objects.create(event=event, kind="bsl", detail="Two.")
        return event

    def save(self, client: Client, event: Event, **changes: Any) -> dict[str, list[str]]:
        return save(client, f"/admin/events/event/{event.pk}/change/", "event_form", **changes)

    def test_told_before_it_goes_out_and_let_out_on_record(self, editor: Client, event: Event) -> None:
        told = self.save(editor, event, **{"provisions-0-detail": MOBILE})
        assert told == {
            "publish_all_the_same": [
                "“access provisions” holds a mobile number, which everybody would see: 07700 900123"
            ]
        }
        assert event.provisions.get().detail == "Two."
        changes = {"provisions-0-detail": MOBILE, "publish_all_the_same": "on"}
        assert self.save(editor, event, **changes) == {}
        assert event.provisions.get().detail == MOBILE
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.detail) == ("publish-all-the-same", {"kinds": ["mobile"], "fields": ["provisions"]})
        assert self.save(editor, event, title="Other words") == {}  # not asked again

    def test_a_draft_is_saved_with_a_warning(self, editor: Client, event: Event) -> None:
        Event.objects.update(publish_at=None)
        assert self.save(editor, event, **{"provisions-0-detail": MOBILE}) == {}
        page = editor.get(f"/admin/events/event/{event.pk}/change/").content.decode()
        assert "“access provisions” holds a mobile number. Take it out before you publish." in page
        told = self.save(editor, event, publish_at_0="2026-01-14", publish_at_1="12:00")
        assert list(told) == ["publish_all_the_same"]

    def test_ordinary_words_are_no_matter(self, editor: Client, event: Event) -> None:
        assert self.save(editor, event, **{"provisions-0-detail": "Ring 020 7946 0000 a week before."}) == {}
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("field", ["name", "address", "travel", "access"])
def test_venues(editor: Client, field: str) -> None:
    venue = factories.venue()
    path = f"/admin/events/venue/{venue.pk}/change/"
    assert list(save(editor, path, "venue_form", **{field: MOBILE})) == ["publish_all_the_same"]
    assert getattr(Venue.objects.get(), field) == getattr(venue, field)
    assert save(editor, path, "venue_form", **{field: MOBILE, "publish_all_the_same": "on"}) == {}
    assert getattr(Venue.objects.get(), field) == MOBILE
    assert AuditEntry.objects.get().detail == {"kinds": ["mobile"], "fields": [field]}
    assert save(editor, path, "venue_form", borough="lambeth") == {}
    assert AuditEntry.objects.count() == 1


def test_a_venue_without_a_finding_shows_no_box(editor: Client) -> None:
    venue = factories.venue()
    page = editor.get(f"/admin/events/venue/{venue.pk}/change/").content.decode()
    assert 'type="checkbox" name="publish_all_the_same"' not in page
    assert save(editor, f"/admin/events/venue/{venue.pk}/change/", "venue_form", travel="Bus 2.") == {}
