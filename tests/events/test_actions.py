"""Cancelling and reinstating a meeting, and when calendars are told: works, refuses, is recorded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from consult.actions import CannotBeDone
from consult.models import AuditEntry
from events import actions, ics
from events.models import Event, EventChange, JoinDetails, Venue
from tests import factories
from tests.conftest import signed_in, staff
from tests.events.reading import properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def told(event: Event) -> tuple[str, str, str, str]:
    """SEQUENCE, LAST-MODIFIED, STATUS and SUMMARY in its calendar."""
    (entry,) = properties(ics.event_calendar(Event.objects.for_list().get(pk=event.pk)))
    return entry["SEQUENCE"], entry["LAST-MODIFIED"], entry["STATUS"], entry["SUMMARY"]


def announced(**fields: Any) -> Event:
    return actions.tell_calendars(event=factories.event(title="Talk", **fields))


class TestCancel:
    def test_works(self, client: Client, time_machine) -> None:
        editor, event = factories.user(), announced()
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        done = actions.cancel_event(event=event, reason="The hall is flooded.", by=editor)
        assert done == event
        assert done.is_cancelled
        change = EventChange.objects.get()
        assert (change.event, change.kind, change.reason) == (event, "cancelled", "The hall is flooded.")
        assert (change.changed_at, change.changed_by) == (NOON + timedelta(hours=1), editor)
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.verb, entry.object_id, entry.detail) == (editor, "cancelled", event.pk, {})
        assert told(event) == ("1", "20260114T130000Z", "CANCELLED", "Cancelled: Talk")
        assert event.history.first().history_change_reason == "Cancelled: The hall is flooded."
        main = client.get(event.get_absolute_url()).content.decode().split("<main")[1]
        assert main.index("The hall is flooded.") < main.index("<h1")

    def test_counts_even_where_calendars_were_never_told(self) -> None:
        event = factories.event(title="Talk")
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert told(event)[0] == "1"

    def test_refuses_what_is_cancelled_or_over(self) -> None:
        editor = factories.user()
        event = announced()
        actions.cancel_event(event=event, reason="Floods.", by=editor)
        with pytest.raises(CannotBeDone, match="cancelled already"):
            actions.cancel_event(event=event, reason="Again.", by=editor)
        with pytest.raises(CannotBeDone, match="is over"):
            actions.cancel_event(event=announced(starts_at=NOON - timedelta(days=1)), reason="Late.", by=editor)
        assert EventChange.objects.count() == AuditEntry.objects.count() == 1
        assert told(event)[0] == "1"

    def test_a_long_reason_is_kept_whole(self) -> None:
        event = announced()
        actions.cancel_event(event=event, reason="😀" * 400, by=factories.user())
        assert EventChange.objects.get().reason == "😀" * 400
        assert len(event.history.first().history_change_reason) == 100

    def test_all_or_nothing(self, monkeypatch) -> None:
        event = announced()

        def fails(**kwargs: object) -> None:
            raise RuntimeError("stopped")

        monkeypatch.setattr("events.actions.meetings.audit.record", fails)
        with pytest.raises(RuntimeError):
            actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert not EventChange.objects.exists()
        assert told(event)[0] == "0"


class TestReinstate:
    def test_works(self, time_machine) -> None:
        editor, event = factories.user(), announced()
        actions.cancel_event(event=event, reason="Floods.", by=editor)
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        done = actions.reinstate_event(event=event, reason="It is dry.", by=editor)
        assert not done.is_cancelled
        assert told(event) == ("2", "20260114T130000Z", "CONFIRMED", "Talk")
        assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["cancelled", "reinstated"]

    def test_refuses_what_is_not_cancelled(self) -> None:
        with pytest.raises(CannotBeDone, match="Only a cancelled meeting"):
            actions.reinstate_event(event=announced(), reason="Why not.", by=factories.user())
        assert not EventChange.objects.exists()
        assert not AuditEntry.objects.exists()


class TestTellCalendars:
    """SEQUENCE rises exactly once for what a subscriber must know, and stays for all else."""

    @pytest.fixture
    def event(self) -> Event:
        event = factories.event(title="Talk", format="hybrid", venue=factories.venue(name="Hall"))
        factories.join_details(event)
        return actions.tell_calendars(event=event)

    def test_nothing_changed(self, event: Event, time_machine) -> None:
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        for _ in range(3):
            actions.tell_calendars(event=event)
        assert told(event) == ("0", "20260114T120000Z", "CONFIRMED", "Talk")
        assert event.history.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"starts_at": NOON + timedelta(days=2), "ends_at": None},
            {"ends_at": NOON + timedelta(days=1, hours=9)},
            {"ends_at": None},
            {"format": "in_person"},
            {"venue": None},
        ],
    )
    def test_date_time_and_place_count_once(self, event: Event, fields: dict[str, object], time_machine) -> None:
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        Event.objects.filter(pk=event.pk).update(**fields)
        for _ in range(2):
            actions.tell_calendars(event=event)
        assert told(event)[:2] == ("1", "20260114T130000Z")

    @pytest.mark.parametrize("fields", [{"title": "Other"}, {"summary": "Other."}, {"body": "Other."}])
    def test_words_raise_last_modified_alone(self, event: Event, fields: dict[str, str], time_machine) -> None:
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        for name, value in fields.items():
            setattr(event, name, value)
        event.save()
        actions.tell_calendars(event=event)
        assert told(event)[:2] == ("0", "20260114T130000Z")

    @pytest.mark.parametrize(
        "change",
        [
            lambda details: details.delete(),
            lambda details: JoinDetails.objects.update(url="https://us06web.zoom.us/j/82212978318", meeting_id=""),
            lambda details: JoinDetails.objects.update(passcode="408243"),
            lambda details: JoinDetails.objects.update(provider="teams"),
            lambda details: JoinDetails.objects.update(dial_in="0203 1"),
            lambda details: JoinDetails.objects.update(visibility="registered"),
            lambda details: JoinDetails.objects.update(hours_before=2),
        ],
    )
    def test_public_ways_to_join_count(self, event: Event, change: Callable[[JoinDetails], object]) -> None:
        change(event.join_details)
        actions.tell_calendars(event=event)
        assert told(event)[0] == "1"

    @pytest.mark.parametrize("fields", [{"visibility": "registered"}, {"hours_before": 2}])
    def test_what_calendars_do_not_carry_does_not_count(self, event: Event, fields: dict[str, object]) -> None:
        JoinDetails.objects.update(**fields)
        actions.tell_calendars(event=event)
        before = told(event)
        JoinDetails.objects.update(passcode="other", url="https://zoom.us/j/999999999", dial_in="0203 1")
        actions.tell_calendars(event=event)
        assert told(event) == before

    def test_a_venue_that_changes_tells_its_meetings_to_come(self, event: Event, time_machine) -> None:
        venue = event.venue
        assert venue
        past = announced(format="in_person", venue=venue, starts_at=NOON - timedelta(days=1))
        other = announced(format="in_person", venue=factories.venue())
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        Venue.objects.filter(pk=venue.pk).update(travel="Bus 2.", is_step_free=True)
        actions.tell_calendars_of_venue(venue=venue)
        assert [told(each)[0] for each in (event, past, other)] == ["0", "0", "0"]
        Venue.objects.filter(pk=venue.pk).update(address="2 High Street")
        actions.tell_calendars_of_venue(venue=venue)
        assert [told(each)[0] for each in (event, past, other)] == ["1", "0", "0"]
        assert told(event)[1] == "20260114T130000Z"

    def test_a_draft_counts_from_the_day_that_it_is_public(self) -> None:
        event = announced(publish_at=None)
        for fields in ({"ends_at": None}, {"format": "in_person"}, {"publish_at": NOON, "format": "online"}):
            Event.objects.filter(pk=event.pk).update(**fields)
            actions.tell_calendars(event=event)
        assert told(event)[0] == "0"
        Event.objects.filter(pk=event.pk).update(format="in_person")
        actions.tell_calendars(event=event)
        assert told(event)[0] == "1"

    def test_what_the_clock_published_counts_though_nobody_has_asked_yet(self, time_machine) -> None:
        event = announced(publish_at=NOON + timedelta(hours=1))
        time_machine.move_to(NOON + timedelta(hours=2), tick=False)
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert told(event)[0] == "1"

    def test_a_meeting_without_a_date_gets_one(self) -> None:
        event = announced(starts_at=None, ends_at=None, date_note="In spring")
        Event.objects.update(starts_at=NOON + timedelta(days=9))
        actions.tell_calendars(event=event)
        assert told(event)[0] == "1"


class TestInTheAdmin:
    STATUSES = {
        "resident": 302,
        "half_signed_in": 302,
        "editor": 200,
        "moderator": 403,
        "analyst": 403,
        "partner": 403,
        "administrator": 200,
    }

    @pytest.mark.parametrize("name", STATUSES)
    def test_who_may(self, cast: Callable[[str], Client], name: str) -> None:
        event, client, status = announced(), cast(name), self.STATUSES[name]
        path = f"/admin/events/event/{event.pk}/cancel/"
        assert client.get(path).status_code == status
        response = client.post(path, {"reason": "Floods."})
        assert response.status_code == (302 if status == 200 else status)
        assert EventChange.objects.exists() is (status == 200)
        assert AuditEntry.objects.filter(verb="cancelled").exists() is (status == 200)
        if status == 302:
            assert "/admin/login/" in response["Location"]
        if status == 200:
            path = f"/admin/events/event/{event.pk}/reinstate/"
            assert client.get(path).status_code == 200
            assert client.post(path, {"reason": "Dry."})["Location"] == f"/admin/events/event/{event.pk}/change/"
            assert told(event)[::2] == ("2", "CONFIRMED")

    def test_looking_changes_nothing(self, cast: Callable[[str], Client]) -> None:
        event, client = announced(), cast("editor")
        before = told(event)
        for verb in ("cancel", "reinstate"):
            client.get(f"/admin/events/event/{event.pk}/{verb}/?reason=Floods.")
            client.head(f"/admin/events/event/{event.pk}/{verb}/")
        assert told(event) == before
        assert not EventChange.objects.exists()

    def test_who_did_it_is_on_record(self) -> None:
        user, event = staff("Editor"), announced()
        signed_in(user).post(f"/admin/events/event/{event.pk}/cancel/", {"reason": "Floods."})
        assert EventChange.objects.get().changed_by == user
        assert AuditEntry.objects.get(verb="cancelled").by == user
        assert event.history.first().history_user == user

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 401])
    def test_a_reason_must_be_given(self, cast: Callable[[str], Client], reason: str) -> None:
        event = announced()
        response = cast("editor").post(f"/admin/events/event/{event.pk}/cancel/", {"reason": reason, "x": "y"})
        assert response.status_code == 200
        assert list(response.context["form"].errors) == ["reason"]
        assert not EventChange.objects.exists()

    def test_twice_is_told_and_changes_nothing(self, cast: Callable[[str], Client]) -> None:
        event, client = announced(), cast("editor")
        path = f"/admin/events/event/{event.pk}/cancel/"
        client.post(path, {"reason": "Floods."})
        response = client.post(path, {"reason": "Floods."})
        assert response.status_code == 200
        assert "This meeting is cancelled already." in response.content.decode()
        assert EventChange.objects.count() == 1
        assert told(event)[0] == "1"

    def test_what_does_not_exist_is_404(self, cast: Callable[[str], Client]) -> None:
        client = cast("editor")
        for key in ("999", "x", "1_0"):
            assert client.post(f"/admin/events/event/{key}/cancel/", {"reason": "Floods."}).status_code == 404

    def test_only_what_fits_is_offered(self, cast: Callable[[str], Client]) -> None:
        client, event = cast("editor"), announced()
        path = f"/admin/events/event/{event.pk}/change/"
        assert [label for label, _ in client.get(path).context["verbs"]][:3] == [
            "Move to another time or place",
            "Postpone without a new date",
            "Cancel this meeting",
        ]
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert [label for label, _ in client.get(path).context["verbs"]][:1] == ["Let it go ahead after all"]
        past = announced(starts_at=NOON - timedelta(days=1))
        offered = client.get(f"/admin/events/event/{past.pk}/change/").context["verbs"]
        assert not [label for label, _ in offered if label.startswith(("Move", "Postpone", "Cancel", "Let"))]
