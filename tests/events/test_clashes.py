"""What speaks against the time of a meeting: told with links, never in the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.dates import LONDON
from events.clashes import clashes_of
from events.models import Event
from tests import factories
from tests.events.reading import form_fields
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=LONDON)  # type: ignore[arg-type]


def words(event: Event) -> list[str]:
    return [clash.words for clash in clashes_of(event)]


def test_an_ordinary_meeting_clashes_with_nothing() -> None:
    event = factories.event()
    factories.event()  # at the same time, of another consultation, elsewhere
    assert clashes_of(event) == []


WHEN = "Thursday 15 January 2026, 6pm to 8pm"


def test_the_same_consultation_or_place_at_the_same_time() -> None:
    hall = factories.venue(name="Town Hall")
    event = factories.event(format="in_person", venue=hall)
    both = factories.event(event.consultation, format="in_person", venue=hall)
    place = factories.event(format="hybrid", venue=hall, starts_at=NOON + timedelta(days=1, hours=7), publish_at=None)
    topic = factories.event(event.consultation, starts_at=NOON + timedelta(days=1, hours=5), ends_at=None)
    assert [(clash.other, clash.words) for clash in clashes_of(event)] == [
        (topic, "At the same time, for the same consultation: Thursday 15 January 2026, from 5pm."),
        (
            both,
            f"At the same time, in the same place (Town Hall) and for the same consultation: {WHEN}.",
        ),
        (place, "At the same time, in the same place (Town Hall): Thursday 15 January 2026, 7pm to 9pm."),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"starts_at": NOON + timedelta(days=1, hours=8)},  # begins when the first ends
        {"starts_at": NOON + timedelta(days=1, hours=4)},  # ends when the first begins
        {"starts_at": NOON + timedelta(days=1, hours=4), "ends_at": None},  # likely over
        {"starts_at": None, "ends_at": None, "date_note": "Soon"},
    ],
)
def test_one_after_the_other_is_no_clash(other: dict[str, Any]) -> None:
    event = factories.event()
    factories.event(event.consultation, **other)
    assert clashes_of(event) == []


@pytest.mark.parametrize("kind", ["cancelled", "postponed"])
def test_what_is_off_does_not_count(kind: str) -> None:
    event = factories.event()
    other = factories.event(event.consultation)
    other.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    assert clashes_of(event) == []
    assert clashes_of(other) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_at": at(2026, 1, 21, 23, 59), "ends_at": None}, ["It is outside the hours from 8am to 10pm"]),
        ({"starts_at": at(2026, 1, 22, 18)}, ["It begins after the consultation closes, at 11:59pm on Wednesday 21"]),
        ({"starts_at": at(2025, 12, 25, 18)}, ["Thursday 25 December 2025 is a public holiday: Christmas Day."]),
        ({"starts_at": at(2026, 1, 15, 7, 59)}, ["It is outside the hours"]),
        ({"starts_at": at(2026, 1, 15, 8)}, []),
        ({"starts_at": at(2026, 1, 15, 20)}, []),  # until 10pm
        ({"starts_at": at(2026, 1, 15, 20, 1)}, ["It is outside the hours"]),
        ({"starts_at": at(2026, 1, 15, 18), "ends_at": at(2026, 1, 16, 9)}, ["It is outside the hours"]),
        ({"starts_at": at(2025, 12, 24, 18), "ends_at": at(2025, 12, 25, 1)}, ["Thursday 25", "It is outside"]),
    ],
)
def test_days_and_hours(fields: dict[str, Any], said: list[str]) -> None:
    found = words(factories.event(**fields))
    assert len(found) == len(said)
    assert all(each.startswith(start) for each, start in zip(found, said, strict=True))


def test_the_hours_are_those_of_london_in_summer() -> None:
    row = factories.consultation(closes_at=None)
    assert words(factories.event(row, starts_at=at(2026, 7, 15, 8))) == []
    assert len(words(factories.event(row, starts_at=at(2026, 7, 16, 7, 30)))) == 1


class TestInTheAdmin:
    @pytest.fixture
    def editor(self, cast: Callable[[str], Client]) -> Client:
        return cast("editor")

    def test_told_on_saving_with_a_link_and_saved_all_the_same(self, editor: Client) -> None:
        other = factories.event(title="<b>Other</b>")
        event = factories.event(other.consultation, publish_at=None)
        path = f"/admin/events/event/{event.pk}/change/"
        sent = form_fields(editor.get(path).content.decode(), "event_form") | {"title": "Saved"}
        page = editor.post(path, sent, follow=True).content.decode()
        event.refresh_from_db()
        assert event.title == "Saved"
        assert f'<a href="/admin/events/event/{other.pk}/change/">&lt;b&gt;Other&lt;/b&gt;</a>' in page

    def test_told_on_moving(self, editor: Client) -> None:
        event = factories.event()
        sent = {"starts_at_0": "2026-01-22", "starts_at_1": "18:30", "format": "online", "reason": "Too small."}
        page = editor.post(f"/admin/events/event/{event.pk}/move/", sent, follow=True).content.decode()
        assert "It begins after the consultation closes" in page
