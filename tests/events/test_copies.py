"""Meetings that are copied and repeated: drafts of their own, at the same hour in London, told apart by their day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.actions import CannotBeDone
from consult.dates import LONDON
from consult.models import AuditEntry
from events import actions
from events.models import AccessProvision, Event, JoinDetails, Series
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

EVENTS = "/admin/events/event/"


def full(**fields: Any) -> Event:
    defaults: dict[str, Any] = {
        "title": "Youth workshop",
        "format": "hybrid",
        "venue": factories.venue(),
        "takes_registrations": True,
        "capacity": 30,
        "notes": "What was said.",
        "attendance": 12,
        "registration_closes_at": NOON,
    }
    event = factories.event(**defaults | fields)
    factories.join_details(event)
    AccessProvision.objects.create(event=event, kind="bsl", detail="Two.", ask_by=date(2026, 1, 8))
    return event


class TestCopy:
    START = datetime(2026, 4, 2, 18, tzinfo=LONDON)

    def test_a_draft_with_its_provisions_and_no_way_in(self) -> None:
        event, editor = full(), factories.user()
        event.changes.create(kind="moved", reason="Larger.", changed_at=NOON)
        copy = actions.copy_event(event=event, title="Youth workshop", starts_at=self.START, by=editor)
        assert (copy.slug, copy.publish_at, copy.capacity) == ("youth-workshop-2026-04-02", None, 30)
        assert (copy.starts_at, copy.ends_at) == (self.START, self.START + timedelta(hours=2))
        assert (copy.venue, copy.format, copy.consultation) == (event.venue, "hybrid", event.consultation)
        assert (copy.notes, copy.attendance, copy.registration_closes_at, copy.series) == ("", None, None, None)
        assert copy.uid != event.uid
        assert not copy.changes.exists()
        provision = copy.provisions.get()
        assert (provision.kind, provision.detail, provision.ask_by) == ("bsl", "Two.", date(2026, 3, 26))
        assert not JoinDetails.objects.filter(event=copy).exists()
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.verb, entry.object_id) == (editor, "put-in", copy.pk)

    def test_the_same_link_if_asked(self) -> None:
        event = full()
        copy = actions.copy_event(
            event=event, title="Other", starts_at=None, date_note="In May", same_link=True, by=factories.user()
        )
        assert (copy.starts_at, copy.ends_at, copy.date_note, copy.slug) == (None, None, "In May", "other")
        details = copy.join_details
        assert (details.url, details.passcode, details.visibility) == (event.join_details.url, "369100", "public")
        assert copy.provisions.get().ask_by is None

    def test_the_same_twice_is_refused(self) -> None:
        event = full()
        for title, starts_at, note in (("Youth workshop", self.START, ""), ("Youth workshop", None, "In May")):
            asked: dict[str, Any] = {"event": event, "title": title, "starts_at": starts_at, "date_note": note}
            actions.copy_event(**asked, by=factories.user())
            with pytest.raises(CannotBeDone, match="is there already"):
                actions.copy_event(**asked, by=factories.user())
        assert Event.objects.count() == 3


class TestRepeat:
    def repeat(self, event: Event, **asked: Any) -> list[Event]:
        return actions.repeat_event(event=event, by=factories.user(), **{"weeks": 1} | asked)

    def test_every_week_until_a_day_which_is_included(self) -> None:
        event = full()
        made = self.repeat(event, until=date(2026, 2, 5))
        assert [str(each.day) for each in made] == ["2026-01-22", "2026-01-29", "2026-02-05"]
        assert made[0].slug == "youth-workshop-2026-01-22"
        event.refresh_from_db()
        series = Series.objects.get()
        assert series.rule == "FREQ=WEEKLY;INTERVAL=1;UNTIL=20260205T235959Z"
        assert {each.series for each in made} == {event.series} == {series}
        assert all(each.publish_at is None for each in made)
        assert made[0].registration_closes_at == NOON + timedelta(days=7)
        assert made[2].provisions.get().ask_by == date(2026, 1, 29)
        assert not JoinDetails.objects.exclude(event=event).exists()

    @pytest.mark.parametrize(
        ("start", "hours"),
        [
            (datetime(2026, 3, 24, 18, tzinfo=LONDON), [18, 17, 17]),
            (datetime(2026, 10, 20, 18, tzinfo=LONDON), [17, 18, 18]),
        ],
    )
    def test_six_is_six_across_both_clock_changes(self, start: datetime, hours: list[int]) -> None:
        event = full(starts_at=start, registration_closes_at=None)
        made = self.repeat(event, weeks=2, count=2, same_link=True)
        moments = [each.starts_at for each in Event.objects.order_by("starts_at") if each.starts_at]
        assert [moment.astimezone(LONDON).hour for moment in moments] == [18, 18, 18]
        assert [moment.astimezone(UTC).hour for moment in moments] == hours
        assert [(each.ends_at - each.starts_at) for each in made if each.ends_at and each.starts_at] == [
            timedelta(hours=2)
        ] * 2
        assert made[0].join_details.passcode == "369100"
        assert Series.objects.get().rule == "FREQ=WEEKLY;INTERVAL=2;COUNT=3"

    def test_in_the_hour_that_clocks_skip(self) -> None:
        start = datetime(2026, 3, 22, 1, 30, tzinfo=LONDON)
        event = full(starts_at=start, ends_at=start + timedelta(minutes=30), registration_closes_at=None)
        (made,) = self.repeat(event, count=1)
        assert made.ends_at
        assert made.starts_at
        assert made.ends_at.astimezone(UTC) - made.starts_at.astimezone(UTC) == timedelta(minutes=30)

    def test_each_moves_alone(self) -> None:
        event = full()
        first, second = self.repeat(event, count=2)
        Event.objects.filter(pk=first.pk).update(publish_at=NOON)
        moved = first.starts_at + timedelta(days=1) if first.starts_at else NOON
        actions.move_event(
            event=first,
            starts_at=moved,
            ends_at=None,
            format="hybrid",
            venue=first.venue,
            reason="Snow.",
            by=factories.user(),
        )
        assert Event.objects.get(pk=second.pk).starts_at == second.starts_at

    def test_pressed_twice_and_longer(self) -> None:
        event = full()
        self.repeat(event, count=2)
        with pytest.raises(CannotBeDone, match="there already"):
            self.repeat(event, count=2)
        assert len(self.repeat(event, count=3)) == 1
        assert Event.objects.count() == 4

    @pytest.mark.parametrize(
        ("fields", "asked", "why"),
        [
            ({}, {"until": date(2026, 1, 21)}, "No such day"),
            ({}, {"until": date(2027, 1, 21)}, "more than 52"),
            ({"starts_at": None, "ends_at": None, "date_note": "Soon"}, {"count": 1}, "has no date"),
        ],
    )
    def test_refuses(self, fields: dict[str, Any], asked: dict[str, Any], why: str) -> None:
        event = full(**fields)
        with pytest.raises(CannotBeDone, match=why):
            self.repeat(event, **asked)
        assert Event.objects.count() == 1
        assert not Series.objects.exists()

    def test_a_whole_year(self) -> None:
        assert len(self.repeat(full(), count=52)) == 52


class TestInTheAdmin:
    @pytest.fixture
    def editor(self, cast: Callable[[str], Client]) -> Client:
        return cast("editor")

    def test_copy_leads_to_the_copy(self, editor: Client) -> None:
        event = full()
        path = f"{EVENTS}{event.pk}/copy/"
        assert 'value="Youth workshop"' in editor.get(path).content.decode()
        response = editor.post(path, {"title": "Next", "starts_at_0": "2026-02-12", "starts_at_1": "18:00"})
        copy = Event.objects.get(title="Next")
        assert response["Location"] == f"{EVENTS}{copy.pk}/change/"
        page = editor.get(response["Location"]).content.decode()
        assert "This is the copy" in page
        assert "begins after the consultation closes" in page

    def test_repeat(self, editor: Client) -> None:
        event = full()
        sent = {"weeks": "2", "count": "3", "same_link": "on"}
        assert editor.post(f"{EVENTS}{event.pk}/repeat/", sent)["Location"] == f"{EVENTS}{event.pk}/change/"
        assert Event.objects.count() == JoinDetails.objects.count() == 4

    @pytest.mark.parametrize(
        ("verb", "sent", "fields"),
        [
            ("copy", {"title": "T"}, ["starts_at"]),
            ("copy", {"title": "T", "starts_at_0": "2026-02-12"}, ["starts_at"]),
            ("copy", {"date_note": "May"}, ["title"]),
            ("repeat", {"weeks": "1"}, ["until"]),
            ("repeat", {"weeks": "1", "count": "3", "until": "2026-02-12"}, ["until"]),
            ("repeat", {"weeks": "0", "count": "3"}, ["weeks"]),
            ("repeat", {"weeks": "1", "count": "53"}, ["count"]),
            ("repeat", {"weeks": "1", "until": "20260-02-12"}, ["until"]),
            ("repeat", {"weeks": "1", "until": "2026-01-16"}, ["__all__"]),
        ],
    )
    def test_what_is_wrong_is_told(self, editor: Client, verb: str, sent: dict[str, str], fields: list[str]) -> None:
        response = editor.post(f"{EVENTS}{full().pk}/{verb}/", sent)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == fields
        assert Event.objects.count() == 1
