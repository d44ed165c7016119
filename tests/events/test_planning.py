"""Meetings that are moved, postponed, copied and repeated: works, refuses, is recorded, is told to calendars."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.actions import CannotBeDone
from consult.dates import LONDON
from consult.models import AuditEntry
from events import actions
from events.models import Event, EventChange
from tests import factories
from tests.events.reading import properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

EVENTS = "/admin/events/event/"


def announced(**fields: Any) -> Event:
    return actions.tell_calendars(event=factories.event(**fields))


def told(event: Event) -> dict[str, str]:
    (entry,) = properties(Client().get(f"{event.get_absolute_url()}calendar.ics").content)
    return entry


def move(event: Event, **changes: Any) -> Event:
    plan: dict[str, Any] = {name: getattr(event, name) for name in ("starts_at", "ends_at", "format", "venue")}
    plan |= {"by": factories.user()} | changes
    return actions.move_event(event=event, reason="Too small.", **plan)


class TestMove:
    def test_another_time_and_place(self, client: Client, time_machine) -> None:
        event, editor = announced(format="in_person", venue=factories.venue(name="Town Hall")), factories.user()
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        start = datetime(2026, 1, 20, 18, 30, tzinfo=LONDON)
        done = move(event, starts_at=start, ends_at=None, format="online", venue=None, by=editor)
        assert (done.starts_at, done.ends_at, done.format, done.venue, done.sequence) == (
            start,
            None,
            "online",
            None,
            1,
        )
        change = EventChange.objects.get()
        assert (change.kind, change.reason, change.changed_by) == ("moved", "Too small.", editor)
        assert change.was == "Thursday 15 January 2026, 6pm to 8pm, Town Hall"
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.verb) == (editor, "moved")
        assert entry.detail == {"was": change.was, "became": "Tuesday 20 January 2026, from 6:30pm, online"}
        assert told(event)["SEQUENCE"] == "1"
        assert told(event)["DTSTART;TZID=Europe/London"] == "20260120T183000"
        page = client.get(event.get_absolute_url()).content.decode()
        assert "Too small." in page
        assert "Before: Thursday 15 January 2026, 6pm to 8pm, Town Hall" in page
        assert event.history.first().history_change_reason == "Moved: Too small."

    def test_a_meeting_without_a_date_gets_one(self) -> None:
        event = announced(starts_at=None, ends_at=None, date_note="October and November")
        done = move(event, starts_at=NOON + timedelta(days=9))
        assert (done.date_note, EventChange.objects.get().was) == ("", "October and November, online")

    def test_a_postponed_one_goes_ahead_again(self) -> None:
        event = announced()
        actions.postpone_event(event=event, date_note="In March", reason="Floods.", by=factories.user())
        event = Event.objects.get()
        assert move(event, starts_at=NOON + timedelta(days=60)).is_off is False

    @pytest.mark.parametrize(
        ("fields", "changes", "why"),
        [
            ({}, {}, "Enter another time or place"),
            ({}, {"starts_at": NOON - timedelta(days=1), "ends_at": None}, "still to come"),
            ({"starts_at": NOON - timedelta(days=2)}, {"starts_at": NOON + timedelta(days=2)}, "is over"),
        ],
    )
    def test_refuses(self, fields: dict[str, Any], changes: dict[str, Any], why: str) -> None:
        event = announced(**fields)
        with pytest.raises(CannotBeDone, match=why):
            move(event, **changes)
        assert not EventChange.objects.exists()
        assert not AuditEntry.objects.exists()

    def test_refuses_what_is_cancelled(self) -> None:
        event = announced()
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        with pytest.raises(CannotBeDone, match="go ahead again before it is moved"):
            move(event, starts_at=NOON + timedelta(days=2), ends_at=None)


class TestPostpone:
    def test_works(self, client: Client) -> None:
        event, editor = announced(), factories.user()
        done = actions.postpone_event(event=event, date_note="In March", reason="The hall is flooded.", by=editor)
        assert (done.starts_at, done.ends_at, done.date_note, done.sequence) == (None, None, "In March", 1)
        assert done.is_off
        change = EventChange.objects.get()
        assert (change.kind, change.was) == ("postponed", "Thursday 15 January 2026, 6pm to 8pm, online")
        assert AuditEntry.objects.get().verb == "postponed"
        page = client.get(event.get_absolute_url()).content.decode()
        assert "In March" in page
        assert "The hall is flooded." in page

    def test_refuses_twice(self) -> None:
        event = announced()
        for problem in (None, "has no date"):
            if problem:
                with pytest.raises(CannotBeDone, match=problem):
                    actions.postpone_event(event=event, date_note="May", reason="Again.", by=factories.user())
            else:
                actions.postpone_event(event=event, date_note="In March", reason="Floods.", by=factories.user())
        assert EventChange.objects.count() == 1


class TestInTheAdmin:
    SENT = {"starts_at_0": "2026-01-20", "starts_at_1": "18:30", "format": "online", "reason": "Too small."}

    @pytest.mark.parametrize("name", ["editor", "administrator"])
    def test_the_form_shows_what_stands_and_moves(self, cast: Callable[[str], Client], name: str) -> None:
        client, event = cast(name), announced()
        path = f"{EVENTS}{event.pk}/move/"
        page = client.get(path).content.decode()
        assert 'value="15/01/2026"' in page
        assert 'value="18:00"' in page
        assert client.post(path, self.SENT).status_code == 302
        event.refresh_from_db()
        assert event.starts_at == datetime(2026, 1, 20, 18, 30, tzinfo=LONDON)
        assert client.post(f"{EVENTS}{event.pk}/postpone/", {"date_note": "May", "reason": "Ill."}).status_code == 302
        event.refresh_from_db()
        assert event.starts_at is None

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"reason": " "}, ["reason"]),
            ({"starts_at_0": ""}, ["starts_at"]),
            ({"starts_at_0": "20026-01-20"}, ["starts_at"]),
            ({"starts_at_0": "2026-03-29", "starts_at_1": "01:30"}, ["starts_at"]),  # no such hour: clocks go forward
            ({"starts_at_0": "2026-10-25", "starts_at_1": "01:30"}, ["starts_at"]),  # twice: clocks go back
            ({"ends_at_0": "2026-01-20", "ends_at_1": "18:30"}, ["ends_at"]),
            ({"venue": "999"}, ["venue"]),
            ({"format": "moon"}, ["format"]),
            ({"starts_at_0": "2026-01-01"}, ["__all__"]),
        ],
    )
    def test_what_is_wrong_is_told(
        self, cast: Callable[[str], Client], changes: dict[str, str], fields: list[str]
    ) -> None:
        event = announced()
        response = cast("editor").post(f"{EVENTS}{event.pk}/move/", self.SENT | changes)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == fields
        assert not EventChange.objects.exists()

    def test_an_online_meeting_has_no_venue(self, cast: Callable[[str], Client]) -> None:
        event = announced()
        sent = self.SENT | {"venue": str(factories.venue().pk)}
        response = cast("editor").post(f"{EVENTS}{event.pk}/move/", sent)
        assert list(response.context["form"].errors) == ["venue"]

    def test_dates_of_what_is_public_are_no_fields(self, cast: Callable[[str], Client]) -> None:
        client = cast("editor")
        names = {"starts_at", "ends_at", "format", "venue", "date_note"}
        for publish_at, hidden in ((NOON - timedelta(days=1), True), (None, False), (NOON + timedelta(days=1), False)):
            event = factories.event(publish_at=publish_at)
            form = client.get(f"{EVENTS}{event.pk}/change/").context["adminform"].form
            assert (not names & set(form.fields)) is hidden
            assert names <= set(form.fields) or hidden

    def test_only_what_the_public_expects_is_moved(self, cast: Callable[[str], Client]) -> None:
        client = cast("editor")
        for event in (announced(publish_at=None), announced(starts_at=NOON - timedelta(days=2))):
            labels = [label for label, _ in client.get(f"{EVENTS}{event.pk}/change/").context["verbs"]]
            assert not {"Move to another time or place", "Postpone without a new date"} & set(labels)
