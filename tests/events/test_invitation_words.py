"""What the words around days and times make of them: one line, or one short text, for each rule of the reader."""

from datetime import UTC, datetime
from typing import Any

import pytest

from events.invitations import read

NOON = datetime(2022, 1, 4, 12, tzinfo=UTC)
LINK = "https://zoom.us/j/98765432101"
FIRST, SECOND = "2022-01-13T18:00:00+00:00", "2022-01-20T18:00:00+00:00"


def drafts(text: str) -> list[dict[str, Any]]:
    return [draft.as_json() for draft in read(text, NOON)]


def starts(text: str) -> list[str | None]:
    return [draft["starts_at"] for draft in drafts(text)]


def kinds(text: str) -> list[list[str]]:
    return [[note.kind for note in draft.warnings] for draft in read(text, NOON)]


@pytest.mark.parametrize(
    "words",
    [
        "Deadline for the meeting:",
        "Closing date of the session:",
        "RSVP for the workshop:",
        "Registration opens",
        "The survey runs from",
        "The engagement period ends on",
        "Registration for the event closes on",
        "The Plan is published on",
        "This page was updated on",
        "The order was issued on",
        "The survey launches on",
        "Respond to the survey here:",
        "Submit your views to us:",
        "Submissions to us:",
        "Apply here:",
        "Applications to us:",
        "We received your letter on",
        "Bookings to us:",
        "Work began on",
        "Interviews are with the panel on",
        "Downloaded during the meeting of",
        "Between 2pm on",
        "Counter hours:",
    ],
)
def test_a_day_that_is_no_meeting(words: str):
    assert starts(f"{words} 13 January 2022, 6pm") == []


@pytest.mark.parametrize(
    "words",
    [
        "meeting on", "event on", "session on", "workshop on", "webinar on", "forum on", "panel on", "hearing on",
        "assembly on", "discussion on", "conversation on", "evening of", "vigil on", "call on", "drop-in on",
        "Zoom on", "Teams on", "online on", "start is on", "hall where it is held on", "takes place on",
        "hosts wait for you on", "date is", "time is", "when it is:", "welcome to join on", "see you on", "come on",
        "invite you on",
    ],
)  # fmt: skip
def test_a_word_of_meetings_stands_nearer(words: str):
    assert starts(f"Bookings are in, the {words} 13 January 2022, 6pm") == [FIRST]


def test_the_same_link_for_the_other_day():
    both = f"Thursday 13 January 2022, 6pm {LINK}\n\nThursday 20 January 2022, 6pm\n"
    assert [draft["join_url"] for draft in drafts(both)] == [LINK, None]
    for same in ("Same link again.", "Use it for all the sessions."):
        assert [draft["join_url"] for draft in drafts(both + same)] == [LINK, LINK]


def test_a_text_says_once_that_both_are_online():
    far = "\n".join(["A line about the Plan."] * 9)
    text = f"{far}\nThursday 13 January 2022, 6pm\n{far}\nThursday 20 January 2022, 6pm\n"
    assert [draft["provider"] for draft in drafts(text)] == [None, None]
    assert [draft["provider"] for draft in drafts(f"Both take place on Zoom.\n{text}")] == ["zoom", "zoom"]


def test_fewer_dates_are_listed_than_counted():
    text = "Every week on Thu, {} occurrence(s)\nJan 13, 2022 06:00 PM\nJan 20, 2022 06:00 PM\n" + LINK
    assert kinds(text.format(5)) == [["other"], []]
    assert kinds(text.format(2)) == [[], []]


def test_when_somebody_answers_is_not_when_people_meet():
    assert starts("Join us on Thursday 13 January 2022 at Larkspur Hall.\nRing us, 9am-5pm weekdays.") == [None]


def test_one_time_for_days_far_apart():
    far = ", where we hear from the people who answer the telephone and from those who ring it at night"
    days = f"Join us on Thursday 13 January 2022{far}.\nJoin us on Thursday 20 January 2022{far}.\n"
    assert starts(f"{days}Doors: 6pm") == [None, None]
    assert starts(f"{days}All at 6pm") == [FIRST, SECOND]


def test_a_meeting_between_two_times_of_one_day():
    assert starts("Between 6pm and 8pm on 13 January 2022, Larkspur Hall") == [FIRST]
