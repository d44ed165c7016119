"""The verbs by which staff plan a meeting anew, each a page with a short form."""

from typing import Any

from consult.verbs_admin import Verb
from events import actions
from events.deadlines import deadlines
from events.forms_admin import CopyForm, CorrectForm, MoveForm, PostponeForm, RepeatForm
from events.models import Event

TOLD_OF_A_CORRECTION = (
    "Calendars, and whoever reads the page. Nobody is written to about a meeting that is over; "
    "if the right date is still to come, everybody who booked is."
)
CHANGE, ADD = "events.change_event", "events.add_event"


def _stands(event: Event) -> bool:
    """Whether the public expects it: a draft is changed in its form, what is over stays as it was."""
    return event.is_published() and not event.is_cancelled and not event.is_over()


def _move(event: Event, asked: dict[str, Any], user: Any) -> object:
    plan = {name: asked[name] for name in ("starts_at", "ends_at", "format", "venue", "reason")}
    return actions.move_event(event=event, along=asked.get("along", False), by=user, **plan)


def _correct(event: Event, asked: dict[str, Any], user: Any) -> object:
    plan = {name: asked[name] for name in ("starts_at", "ends_at", "reason")}
    return actions.correct_date(event=event, by=user, **plan)


def _postpone(event: Event, asked: dict[str, Any], user: Any) -> object:
    return actions.postpone_event(event=event, date_note=asked["date_note"], reason=asked["reason"], by=user)


def _copy(event: Event, asked: dict[str, Any], user: Any) -> object:
    return actions.copy_event(event=event, by=user, **asked)


def _repeat(event: Event, asked: dict[str, Any], user: Any) -> object:
    return actions.repeat_event(event=event, by=user, **asked)


PLANNING = [
    Verb(
        name="move",
        label="Move to another time or place",
        form=MoveForm,
        act=_move,
        fits=_stands,
        permission=CHANGE,
        done="The meeting has moved. Its page and all calendars say so, and what was announced before.",
        initial=MoveForm.initial_of,
        about=deadlines,
    ),
    Verb(
        name="postpone",
        label="Postpone without a new date",
        form=PostponeForm,
        act=_postpone,
        fits=lambda row: _stands(row) and row.starts_at is not None,
        permission=CHANGE,
        done="The meeting is postponed. Its page and all calendars say so. Move it once there is a new date.",
    ),
    Verb(
        name="correct",
        label="Correct the date",
        form=CorrectForm,
        act=_correct,
        fits=lambda row: row.is_published() and row.is_over() and not row.is_off,
        permission=CHANGE,
        done="The date is put right. Its page and all calendars say so, and what stood there before.",
        initial=CorrectForm.initial_of,
        about=lambda row: [("Who hears of it", TOLD_OF_A_CORRECTION)],
    ),
]
COPYING = [
    Verb(
        name="copy",
        label="Make a copy",
        form=CopyForm,
        act=_copy,
        fits=lambda row: True,
        permission=ADD,
        done="This is the copy: a draft, which only staff can see.",
        initial=lambda row: {"title": row.title},
        opens_new=True,
    ),
    Verb(
        name="repeat",
        label="Repeat it",
        form=RepeatForm,
        act=_repeat,
        fits=lambda row: row.starts_at is not None,
        permission=ADD,
        done="The further meetings are in the list, each a draft that you can move and publish by itself.",
    ),
]
