"""When a meeting moves, booking and the days by which to ask move along, and nothing ends early by it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from consult.dates import LONDON
from events import actions
from events.models import AccessProvision, Event
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

START = datetime(2026, 1, 29, 18, tzinfo=LONDON)  # two weeks and a day from now


def meeting(ask_by: date | None = date(2026, 1, 22), **fields: Any) -> Event:
    defaults: dict[str, Any] = {
        "starts_at": START,
        "takes_registrations": True,
        "registration_opens_at": datetime(2026, 1, 19, 9, tzinfo=LONDON),
        "registration_closes_at": datetime(2026, 1, 28, 12, tzinfo=LONDON),
    }
    event = factories.event(**defaults | fields)
    AccessProvision.objects.create(event=event, kind="bsl", detail="Two.", ask_by=ask_by)
    AccessProvision.objects.create(event=event, kind="captions")
    return actions.tell_calendars(event=event)


def move(event: Event, to: datetime, **plan: Any) -> Event:
    return actions.move_event(
        event=event,
        starts_at=to,
        ends_at=None,
        format="online",
        venue=None,
        reason="Snow.",
        by=factories.user(),
        **plan,
    )


def stands(event: Event) -> tuple[str, str, str]:
    """Booking opens, closes, and the day by which to ask for an interpreter."""
    event = Event.objects.get(pk=event.pk)
    instants = (event.registration_opens_at, event.registration_closes_at)
    opens, closes = (f"{at.astimezone(LONDON):%m-%d %H:%M}" if at else "" for at in instants)
    assert event.provisions.get(kind="captions").ask_by is None
    ask_by = event.provisions.get(kind="bsl").ask_by
    return opens, closes, f"{ask_by:%m-%d}" if ask_by else ""


@pytest.mark.parametrize(
    ("fields", "to", "becomes"),
    [
        ({}, START + timedelta(days=5), ("01-24 09:00", "02-02 12:00", "01-27")),
        ({}, START + timedelta(hours=1), ("01-19 09:00", "01-28 12:00", "01-22")),  # the same day
        (
            {},
            datetime(2026, 4, 2, 18, tzinfo=LONDON),
            ("03-23 09:00", "04-01 12:00", "03-26"),
        ),  # the same hour in summer
        ({}, START - timedelta(days=7), ("01-12 09:00", "01-21 12:00", "01-15")),
        # What would have passed by then: booking goes on until the start, and asking is possible today.
        ({}, START - timedelta(days=14), ("01-05 09:00", "", "01-14")),
        # Booking that has opened stays open.
        (
            {"registration_opens_at": NOON - timedelta(days=1)},
            START + timedelta(days=5),
            ("01-13 12:00", "02-02 12:00", "01-27"),
        ),
        # Booking that has closed stays so where the meeting comes earlier.
        (
            {
                "registration_opens_at": NOON - timedelta(days=13),
                "registration_closes_at": NOON - timedelta(days=4),
            },
            START - timedelta(days=13),
            ("01-01 12:00", "01-10 12:00", "01-14"),
        ),
        # What had passed comes anew, or stays in the past.
        (
            {
                "registration_opens_at": None,
                "registration_closes_at": NOON - timedelta(days=1),
                "ask_by": date(2026, 1, 12),
            },
            START + timedelta(days=5),
            ("", "01-18 12:00", "01-17"),
        ),
        (
            {
                "registration_opens_at": None,
                "registration_closes_at": NOON - timedelta(days=5),
                "ask_by": date(2026, 1, 8),
            },
            START + timedelta(days=1),
            ("", "01-10 12:00", "01-09"),
        ),
    ],
)
def test_along(fields: dict[str, Any], to: datetime, becomes: tuple[str, str, str]) -> None:
    event = meeting(**fields)
    move(event, to)
    assert stands(event) == becomes


def test_not_along_if_not_asked() -> None:
    event = meeting()
    move(event, START + timedelta(days=5), along=False)
    assert stands(event) == ("01-19 09:00", "01-28 12:00", "01-22")


def test_from_the_last_date_where_it_was_postponed(time_machine: Any) -> None:
    event = meeting()
    actions.postpone_event(event=event, date_note="In March", reason="Floods.", by=factories.user())
    time_machine.move_to(NOON + timedelta(days=3), tick=False)
    move(event, START + timedelta(days=28))
    assert stands(event) == ("02-16 09:00", "02-25 12:00", "02-19")


def test_a_first_date_moves_nothing() -> None:
    event = meeting(starts_at=None, ends_at=None, date_note="In spring")
    move(event, START)
    assert stands(event) == ("01-19 09:00", "01-28 12:00", "01-22")


def test_it_is_in_the_history_and_calendars_tell_of_it_once() -> None:
    event = meeting()
    done = move(event, START + timedelta(days=5))
    assert done.sequence == 1
    latest, before = event.history.order_by("-history_id")[:2]
    assert latest.registration_closes_at - before.registration_closes_at == timedelta(days=5)
    assert "ask by Tuesday 27 January 2026" in done.calendar_text.replace("\r\n ", "")


class TestInTheAdmin:
    SENT = {"starts_at_0": "2026-02-03", "starts_at_1": "18:00", "format": "online", "reason": "Snow."}

    @pytest.fixture
    def editor(self, cast: Callable[[str], Client]) -> Client:
        return cast("editor")

    def test_the_page_says_what_moves_along_and_then_how_it_stands(self, editor: Client) -> None:
        event = meeting()
        path = f"/admin/events/event/{event.pk}/move/"
        page = editor.get(path).content.decode()
        for words in (
            "<dt>Booking opens</dt><dd>9am on Monday 19 January 2026</dd>",
            "<dt>Booking closes</dt><dd>midday on Wednesday 28 January 2026</dd>",
            "<dt>British Sign Language interpreter: ask by</dt><dd>Thursday 22 January 2026</dd>",
            "Move the times above along, by as many days",
            "A booking that has opened stays open.",
        ):
            assert words in page
        assert editor.get(path).context["form"]["along"].value() is True
        page = editor.post(path, self.SENT | {"along": "on"}, follow=True).content.decode()
        assert "Booking closes: midday on Monday 2 February 2026" in page
        assert "British Sign Language interpreter: ask by: Tuesday 27 January 2026" in page
        assert stands(event) == ("01-24 09:00", "02-02 12:00", "01-27")

    def test_unticked_nothing_moves_along(self, editor: Client) -> None:
        event = meeting()
        editor.post(f"/admin/events/event/{event.pk}/move/", self.SENT)
        assert stands(event) == ("01-19 09:00", "01-28 12:00", "01-22")

    def test_it_is_not_asked_where_there_is_nothing(self, editor: Client) -> None:
        event = actions.tell_calendars(event=factories.event())
        path = f"/admin/events/event/{event.pk}/move/"
        assert "along" not in editor.get(path).context["form"].fields
        assert "As it stands now" not in editor.post(path, self.SENT, follow=True).content.decode()
