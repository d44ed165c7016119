"""The dates of a consultation in one line."""

from datetime import date, timedelta

import pytest

from consult.timeline import Entry, Mark, entries
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_order_and_states() -> None:
    row = factories.consultation(opens_at=NOON - timedelta(days=30))
    factories.key_date(row, label="Plan", on=date(2026, 3, 31))
    factories.key_date(row, label="Late promise", on=date(2026, 1, 13))
    factories.key_date(row, label="Kept promise", on=date(2026, 1, 12), kept_on=date(2026, 1, 11))
    factories.key_date(row, label="Some day", on=None, date_note="In spring", is_promise=False)
    meeting = Entry("Meeting", date(2026, 1, 15), Mark.LATER, "To come")
    cancelled = Entry("Cancelled meeting", date(2026, 1, 14), Mark.LATER, "Cancelled")
    assert [(entry.label, entry.mark, entry.words) for entry in entries(row, [meeting, cancelled], NOON)] == [
        ("Consultation opened", Mark.DONE, "Done"),
        ("Kept promise", Mark.DONE, "Kept"),
        ("Late promise", Mark.LATE, "Overdue"),
        ("Cancelled meeting", Mark.LATER, "Cancelled"),
        ("Meeting", Mark.NEXT, "Next"),
        ("Consultation closes", Mark.LATER, "To come"),
        ("Plan", Mark.LATER, "Promised"),
        ("Some day", Mark.UNKNOWN, "Date to be confirmed"),
    ]


def test_what_is_not_known_is_said() -> None:
    row = factories.consultation(opens_at=None, closes_at=None)
    assert [(entry.label, entry.on, entry.note) for entry in entries(row, [], NOON)] == [
        ("Consultation opened", None, "The opening date is not stated."),
        ("Consultation closes", None, "There is no closing date yet."),
    ]


def test_closed_with_an_outcome() -> None:
    row = factories.consultation(closes_at=NOON - timedelta(days=1), outcome="Done.", outcome_at=NOON)
    assert [entry.label for entry in entries(row, [], NOON)] == [
        "Consultation opened",
        "Consultation closed",
        "Outcome published",
    ]
