"""A wrong date of a meeting that is over is put right: told to the public and to calendars, to nobody by letter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.actions import CannotBeDone
from consult.dates import LONDON
from consult.models import AuditEntry, Letter
from events import actions
from events.models import Event, EventChange
from tests import factories
from tests.events.reading import properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

WRONG = datetime(2026, 1, 8, 18, tzinfo=LONDON)
RIGHT = datetime(2026, 1, 7, 18, 30, tzinfo=LONDON)


def over(**fields: Any) -> Event:
    defaults: dict[str, Any] = {"starts_at": WRONG, "takes_registrations": True}
    event = factories.event(**defaults | fields)
    factories.registration(event)
    return actions.tell_calendars(event=event)


def correct(event: Event, **plan: Any) -> Event:
    asked: dict[str, Any] = {"starts_at": RIGHT, "ends_at": None, "reason": "A slip.", "by": factories.user()}
    return actions.correct_date(event=event, **asked | plan)


def test_page_calendars_and_history_follow_and_nobody_is_written_to(client: Client, time_machine: Any) -> None:
    event, editor = over(), factories.user()
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    done = correct(event, by=editor)
    assert (done.starts_at, done.ends_at, done.sequence) == (RIGHT, None, 1)
    (entry,) = properties(client.get(f"{event.get_absolute_url()}calendar.ics").content)
    assert (entry["DTSTART;TZID=Europe/London"], entry["SEQUENCE"]) == ("20260107T183000", "1")
    assert (entry["LAST-MODIFIED"], entry["STATUS"]) == ("20260114T130000Z", "CONFIRMED")
    change = EventChange.objects.get()
    assert (change.kind, change.reason, change.changed_by) == ("corrected", "A slip.", editor)
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Date corrected" in page
    assert "A slip." in page
    assert "Before: Thursday 8 January 2026, 6pm to 8pm, online" in page
    assert AuditEntry.objects.get().verb == "corrected"
    assert AuditEntry.objects.get().detail["became"] == "Wednesday 7 January 2026, from 6:30pm, online"
    latest, before = event.history.order_by("-history_id")[:2]
    assert (before.starts_at, latest.starts_at) == (WRONG, RIGHT)
    assert not Letter.objects.exists()


def test_where_the_right_date_is_to_come_people_are_told() -> None:
    """The wrong year, say."""
    event = over(starts_at=WRONG.replace(year=2025))
    correct(event, starts_at=NOON + timedelta(days=9))
    assert [letter.kind for letter in Letter.objects.all()] == ["registration-meeting"]


@pytest.mark.parametrize(
    ("fields", "plan", "why"),
    [
        ({"starts_at": NOON + timedelta(days=2)}, {}, "move this one instead"),
        ({"starts_at": NOON - timedelta(hours=1)}, {}, "move this one instead"),  # it goes on
        ({}, {"starts_at": WRONG, "ends_at": WRONG + timedelta(hours=2)}, "Enter another date or time"),
    ],
)
def test_refuses(fields: dict[str, Any], plan: dict[str, Any], why: str) -> None:
    event = over(**fields)
    with pytest.raises(CannotBeDone, match=why):
        correct(event, **plan)
    assert not EventChange.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_was_cancelled_stays_cancelled() -> None:
    event = over()
    event.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON - timedelta(days=8))
    with pytest.raises(CannotBeDone):
        correct(event)
    assert Event.objects.get().is_cancelled


class TestInTheAdmin:
    SENT = {"starts_at_0": "2026-01-07", "starts_at_1": "18:30", "reason": "A slip."}

    def test_the_page_says_who_hears_of_it(self, cast: Callable[[str], Client]) -> None:
        client, event = cast("editor"), over()
        path = f"/admin/events/event/{event.pk}/correct/"
        page = client.get(path).content.decode()
        assert "Nobody is written to about a meeting that is over" in page
        assert 'value="08/01/2026"' in page
        assert "The date is put right." in client.post(path, self.SENT, follow=True).content.decode()
        assert Event.objects.get().starts_at == RIGHT

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"reason": ""}, ["reason"]),
            ({"reason": "x" * 341}, ["reason"]),
            ({"starts_at_0": ""}, ["starts_at"]),
            ({"starts_at_0": "2026-02-30"}, ["starts_at"]),
            ({"starts_at_0": "20260-01-07"}, ["starts_at"]),
            ({"ends_at_0": "2026-01-07", "ends_at_1": "18:30"}, ["ends_at"]),
            ({"reason": "The passcode is 369100."}, ["publish_all_the_same"]),
        ],
    )
    def test_what_is_wrong_is_told(
        self, cast: Callable[[str], Client], changes: dict[str, str], fields: list[str]
    ) -> None:
        response = cast("editor").post(f"/admin/events/event/{over().pk}/correct/", self.SENT | changes)
        assert list(response.context["form"].errors) == fields
        assert not EventChange.objects.exists()

    def test_the_longest_reason_fits(self, cast: Callable[[str], Client]) -> None:
        event = over()
        cast("editor").post(f"/admin/events/event/{event.pk}/correct/", self.SENT | {"reason": "x" * 340})
        assert EventChange.objects.get().reason == "x" * 340

    def test_it_is_offered_where_a_public_meeting_is_over(self, cast: Callable[[str], Client]) -> None:
        client = cast("editor")
        cases = [(over(), True), (over(publish_at=None), False), (over(starts_at=NOON + timedelta(days=1)), False)]
        for event, offered in cases:
            labels = [label for label, _ in client.get(f"/admin/events/event/{event.pk}/change/").context["verbs"]]
            assert ("Correct the date" in labels) is offered


def test_people_who_were_forgotten_are_not_written_to() -> None:
    """Dated a year too early by mistake, it was over for so long that who booked is forgotten; it is still to come."""
    event = over(starts_at=WRONG.replace(year=2025))
    event.registrations.update(email="", name="", erased_at=NOON)
    correct(event, starts_at=NOON + timedelta(days=9))
    assert not Letter.objects.exists()
