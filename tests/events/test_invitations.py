"""Reading meetings out of pasted text: the corpus, what dirt does to it, what hostile text costs."""

import re
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import invitations
from events.invitations import KINDS, read
from events.invitations.clean import clean
from events.invitations.clocks import clocks
from events.invitations.dating import decided
from events.invitations.days import written_days
from events.invitations.notice import MOST_DAYS, MOST_TIMES
from events.meeting_links import id_in_link, joins, service_of, unwrapped
from tests.events.invitation_corpus import NOW, Case, cases, whole

CORPUS = cases()
NOON = datetime.fromisoformat(NOW)
TODAY = date(2022, 1, 4)


def kinds(text: str, now: datetime = NOON) -> list[list[str]]:
    return [[note.kind for note in draft.warnings] for draft in read(text, now)]


def starts(text: str, now: datetime = NOON) -> list[str | None]:
    return [draft.as_json()["starts_at"] for draft in read(text, now)]


# --- the corpus -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CORPUS, ids=[case.name for case in CORPUS])
def test_an_invitation_is_read(case: Case):
    assert [whole(draft.as_json()) for draft in read(case.text, case.now)] == case.expected


def test_the_corpus_is_large_and_every_kind_of_warning_is_in_it():
    assert len(CORPUS) >= 60
    assert {kind for case in CORPUS for draft in case.expected for kind in draft["warnings"]} == set(KINDS)


def test_json_has_exactly_the_promised_keys():
    (draft,) = read("Wed 13 Jan 2022, 6pm https://zoom.us/j/98765432101", NOON)
    assert list(draft.as_json()) == [
        "starts_at",
        "ends_at",
        "provider",
        "join_url",
        "meeting_id",
        "passcode",
        "phones",
        "warnings",
    ]
    said = "The notice says Wednesday, but 13 January 2022 is a Thursday."
    assert draft.as_json()["warnings"] == [{"kind": "weekday_mismatch", "message": said}]


# --- dirt -----------------------------------------------------------------------------------------

TWO_EVENINGS = next(case for case in CORPUS if case.name == "a07-two-zooms-glued")
SOLID = [
    case
    for case in CORPUS
    if case.name
    in {
        "a01-zoom-copy-uk",
        "a07-two-zooms-glued",
        "a10-dates-first-details-later",
        "a15-weekday-wrong",
        "a16-id-wrong",
        "a22-doors",
        "a26-eventbrite-online",
        "b11-hybrid",
        "b21-time-first",
    }
]


def outside_links(text: str, old: str, new: str) -> str:
    """The text with something replaced everywhere but in links, which nobody retypes."""
    parts = re.split(r"(https?://\S+)", text)
    return "".join(part if i % 2 else part.replace(old, new) for i, part in enumerate(parts))


DIRT = {
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "no-break spaces": lambda text: outside_links(text, " ", "\u00a0"),
    "thin spaces": lambda text: outside_links(text, " ", "\u2009"),
    "two spaces": lambda text: outside_links(text, " ", "  "),
    "tabs": lambda text: outside_links(text, " ", "\t"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "soft hyphens": lambda text: outside_links(text, "nu", "n\u00adu"),
    "zero-width spaces": lambda text: outside_links(text, "\n", "\u200b\n"),
    "full-width digits": lambda text: outside_links(text, "2022", "２０２２"),
    "en dashes": lambda text: outside_links(text, "-", "–"),
    "quoted once": lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    "quoted twice": lambda text: "\n".join(f">> {line}" for line in text.split("\n")),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "left margin": lambda text: text.replace("\n", "\n        "),
    "byte order mark": lambda text: "\ufeff" + text,
    "HTML breaks": lambda text: text.replace("\n", "<br>\n"),
    "HTML spaces": lambda text: outside_links(text, " ", "&nbsp;"),
}


@pytest.mark.parametrize("dirt", DIRT)
@pytest.mark.parametrize("case", SOLID, ids=[case.name for case in SOLID])
def test_dirt_changes_nothing(case: Case, dirt: str):
    def facts(text: str) -> list[dict[str, Any]]:
        drafts = [whole(draft.as_json()) for draft in read(text, case.now)]
        return [draft | {"phones": [re.sub(r"\W", "", phone) for phone in draft["phones"]]} for draft in drafts]

    assert facts(DIRT[dirt](case.text)) == facts(case.text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_lost_blanks_never_invent_a_meeting(data: st.DataObject):
    """Take any blanks out of the two evenings: whatever still is read is read right, or said to be missing."""
    text = TWO_EVENINGS.text
    blanks = [i for i, c in enumerate(text) if c == " "]
    lost = set(data.draw(st.lists(st.sampled_from(blanks), max_size=12)))
    drafts = read("".join(c for i, c in enumerate(text) if i not in lost), NOON)
    assert len(drafts) == 2
    for draft, wanted in zip(drafts, TWO_EVENINGS.expected, strict=True):
        assert draft.as_json()["starts_at"] == wanted["starts_at"]
        assert (draft.join_url, draft.meeting_id) == (wanted["join_url"], wanted["meeting_id"])
        assert draft.passcode == wanted["passcode"]


SCRAPS = st.sampled_from(
    [
        "Thursday ",
        "13",
        "13th",
        " January",
        "2022",
        "01/02/2022",
        "29 Feb",
        " 6",
        ":00",
        "pm",
        "-",
        " to ",
        "noon",
        "24:00",
        "\n",
        "\n\n",
        " ",
        "\u00a0",
        "https://zoom.us/j/98765432101",
        "https://",
        "Meeting ID: ",
        "987 6543 2101",
        "Passcode: ",
        "a1b2",
        "369100",
        "Posted: ",
        "Sent: ",
        "From: ",
        "Time zone: ",
        "GMT",
        "(UTC+14:00)",
        "tomorrow",
        "dial ",
        "+44 20 7946 0101",
        ",,",
        "#",
        "<a href=",
        "<br>",
        "&nbsp;",
        "=20\n",
        "=3D",
        "> ",
        "BEGIN:VEVENT\n",
        "DTSTART:20220113T180000Z\n",
        "DTSTART;TZID=Nowhere:20220113\n",
        "DURATION:PT90M\n",
        "END:VEVENT",
        "every week",
        "2 occurrences",
        "|",
        "(",
        ")",
        "both ",
        "closes ",
        "9999-12-31",
        "1900-01-01",
        "Europe/London",
        "Europe/Atlantis",
        " half past six",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=[]), max_size=300), st.lists(SCRAPS, max_size=40).map("".join)
    ),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)),
)
def test_any_text_is_read_without_an_error(text: str, now: datetime):
    for draft in read(text, now):
        shown = draft.as_json()
        assert {warning["kind"] for warning in shown["warnings"]} <= set(KINDS)
        assert all(warning["message"].endswith(".") for warning in shown["warnings"])
        assert shown["provider"] in {"zoom", "teams", "meet", "webex", "other", None}
        said = {warning["kind"] for warning in shown["warnings"]}
        assert draft.starts_at or said & {"missing_date", "missing_time"}, "nothing is missing in silence"
        assert draft.ends_at is None or (draft.starts_at is not None and draft.ends_at > draft.starts_at)


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "Thursday 13thJanuary 2022",
        "13 Jan 2022",
        "13January2022",
        "13/01/2022",
        "13.1.22",
        "13-01-2022",
        "01/13/2022",
        "2022-01-13",
        "January 13th, 2022",
        "Thurs 13 Jan '22",
        "13 Jan 22",
        "Thursday the 13th of January 2022",
        "THURSDAY 13TH JANUARY 2022",
        "Thu, Jan 13, 2022",
        "Thursday, 13 January, 2022",
        "Thu 13/01",
        "13ᵗʰ January 2022",
        "2022/01/13",
        "13 Janaury 2022",
        "13/01 (Thu)",
        "13 January (Thursday)",
        "13/01/2022, Thursday",
    ],
)
def test_a_day_as_people_write_it(written: str):
    (day,) = decided(written_days(clean(written)), None, TODAY)
    assert (day.value, day.notes) == (date(2022, 1, 13), ())


@pytest.mark.parametrize(
    "written",
    [
        "24/7",
        "2021/22",
        "1/2",
        "192.168.13.1",
        "13 may be asked",
        "version 2.10.3",
        "99/99/2022",
        "the panel sat",
        "13th floor",
        "SW9 9ZZ",
        "3 marched",
    ],
)
def test_what_is_no_day(written: str):
    assert written_days(clean(written)) == []


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("January 13, 20 & 27 - Larkspur Hall", [13, 20, 27]),
        ("January 13 and 6 others", [13]),
        ("January 13, 6pm", [13]),
        ("13, 20 and 27 January", [13, 20, 27]),
        ("Room 5, 13 January", [13]),
        ("Session 1 - 13 January", [13]),
        ("Wednesdays 12, 19 January", [12, 19]),
    ],
)
def test_which_figures_of_a_list_are_days(written: str, days: list[int]):
    assert [day.day for day in written_days(clean(written))] == days


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_way_to_write_it(day: date):
    for written in (
        f"{day:%A} {day.day} {day:%B %Y}",
        f"{day:%d/%m/%Y %A}"[:10],
        f"{day:%a} {day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
        f"{day:%b} {day.day}, {day:%Y}",
        f"{day:%a} {day:%m/%d/%Y}",
    ):
        (read_back,) = decided(written_days(written), None, TODAY)
        swapped = "/" in written and not written[0].isalpha() and day.day <= 12
        if "/" not in written or swapped or not day.day <= 12:
            assert read_back.value == day, written


# --- times ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "begins", "ends"),
    [
        ("6:00pm", time(18), None),
        ("6pm", time(18), None),
        ("6.30pm", time(18, 30), None),
        ("18:00", time(18), None),
        ("at 18.00", time(18), None),
        ("1800hrs", time(18), None),
        ("18h30", time(18, 30), None),
        ("6 p.m.", time(18), None),
        ("6-7.30pm", time(18), time(19, 30)),
        ("10am-12", time(10), time(12)),
        ("11:30am – 1pm", time(11, 30), time(13)),
        ("6 to 8 pm", time(18), time(20)),
        ("from 6pm until 8pm", time(18), time(20)),
        ("between 6 and 8pm", time(18), time(20)),
        ("11-1pm", time(11), time(13)),
        ("11 till 1pm", time(11), time(13)),
        ("9:30 - 17:00", time(9, 30), time(17)),
        ("noon", time(12), None),
        ("12 noon - 1pm", time(12), time(13)),
        ("12pm", time(12), None),
        ("12am", time(0), None),
        ("1800-1930hrs", time(18), time(19, 30)),
        ("18.00hrs - 19.30hrs", time(18), time(19, 30)),
        ("6pm GMT - 7pm GMT", time(18), time(19)),
        ("half past six in the evening", time(18, 30), None),
        ("quarter to seven pm", time(18, 45), None),
        ("seven pm", time(19), None),
    ],
)
def test_a_time_as_people_write_it(written: str, begins: time, ends: time | None):
    (clock,) = clocks(clean(written))
    assert (clock.begins, clock.ends, clock.role, clock.notes) == (begins, ends, "start", ())


@pytest.mark.parametrize(
    "written",
    [
        "£18.00",
        "section 4.15",
        "25:00",
        "12,000",
        "6 people",
        "room 18",
        "at 14 Example Road",
        "3.5%",
        "18:00:00:00",
        "6 amazing",
        "afternoon",
    ],
)
def test_what_is_no_time(written: str):
    assert clocks(clean(written)) == []


@pytest.mark.parametrize(
    ("written", "roles"),
    [
        ("Doors 5.30pm, starts 6pm, ends 8pm", ["doors", "start", "end"]),
        ("5.30pm for 6pm", ["doors", "start"]),
        ("Registration from 9.30am, start 10am", ["doors", "start"]),
        ("6pm (doors 5:30pm)", ["start", "doors"]),
    ],
)
def test_doors_are_not_the_start(written: str, roles: list[str]):
    assert [clock.role for clock in clocks(clean(written))] == roles


# --- zones and clock changes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "start", "warned"),
    [
        ("16 June 2022 6pm BST", "2022-06-16T18:00:00+01:00", False),
        ("16 June 2022 6pm GMT", "2022-06-16T18:00:00+01:00", True),
        ("13 January 2022 6pm GMT", "2022-01-13T18:00:00+00:00", False),
        ("13 January 2022 6pm BST", "2022-01-13T18:00:00+00:00", True),
        ("16 June 2022 6pm UTC", "2022-06-16T19:00:00+01:00", False),
        ("16 June 2022 6pm CET", "2022-06-16T17:00:00+01:00", True),
        ("16 June 2022 6pm CEST", "2022-06-16T17:00:00+01:00", False),
        ("16 June 2022 6pm (UTC+01:00) Paris", "2022-06-16T18:00:00+01:00", False),
        ("16 June 2022 6pm (UTC+00:00) Dublin, London", "2022-06-16T18:00:00+01:00", False),
        ("16 June 2022 6pm UK time", "2022-06-16T18:00:00+01:00", False),
        ("16 June 2022 6pm Eastern Time (US and Canada)", "2022-06-16T23:00:00+01:00", False),
        ("16 June 2022 6pm IST", "2022-06-16T18:00:00+01:00", True),
        ("16 June 2022 6pm Europe/Paris", "2022-06-16T17:00:00+01:00", False),
        ("16 June 2022 6pm Europe/Atlantis", "2022-06-16T18:00:00+01:00", True),
    ],
)
def test_a_zone_word(words: str, start: str, warned: bool):
    assert starts(words) == [start]
    assert kinds(words) == [["other"] if warned else []]


def test_the_hour_that_is_missing_and_the_hour_that_comes_twice():
    assert kinds("Sunday 27 March 2022 at 1:30am") == [["dst_gap"]]
    assert starts("Sunday 27 March 2022 at 1:30am") == ["2022-03-27T02:30:00+01:00"]
    assert kinds("Sunday 30 October 2022 at 1:30am") == [["dst_overlap"]]
    assert starts("Sunday 30 October 2022 at 1:30am") == ["2022-10-30T01:30:00+01:00"]
    assert kinds("Sunday 27 March 2022 at 12:59am") == kinds("Sunday 27 March 2022 at 2am") == [[]]


# --- the past, and days without a year ------------------------------------------------------------


def test_the_past_is_measured_from_the_date_of_the_notice():
    meeting = "Thursday 13 January 2022 at 6pm, Larkspur Hall"
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert kinds(meeting, late) == [["in_the_past"]]
    assert kinds(f"{meeting}\nPosted: January 07, 2022", late) == [[]]
    assert kinds(f"{meeting}\nPosted: January 14, 2022", late) == [["in_the_past"]]
    assert kinds(f"From: A\nSent: 7 January 2022 10:12\nTo: B\n\n{meeting}", late) == [[]]
    assert starts(f"From: A\nSent: 7 January 2022 10:12\nTo: B\n\n{meeting}") == ["2022-01-13T18:00:00+00:00"]


def test_a_day_without_a_year_is_the_next_one():
    assert starts("Thurs 13 Jan, 6pm, Larkspur Hall") == ["2022-01-13T18:00:00+00:00"]
    assert starts("Tue 3 January, 6pm, Larkspur Hall") == ["2023-01-03T18:00:00+00:00"]
    assert kinds("Fri 3 January, 6pm, Larkspur Hall") == [["weekday_mismatch"]]
    assert kinds("13 January, 6pm, Larkspur Hall") == [["ambiguous_date"]]
    assert kinds("Meetings in 2022: 13 January, 6pm, Larkspur Hall") == [[]]
    assert kinds("The Plan for 2021-2025: 13 January, 6pm, Larkspur Hall") == [["ambiguous_date"]]
    assert starts("Tue 29 February, 6pm, Larkspur Hall") == ["2024-02-29T18:00:00+00:00"]


def test_a_day_that_only_fits_the_year_just_over_is_said_to_be_past():
    assert starts("Mon 3 January, 6pm, Larkspur Hall") == ["2022-01-03T18:00:00+00:00"]
    assert kinds("Mon 3 January, 6pm, Larkspur Hall") == [["in_the_past"]]


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "service", "opens"),
    [
        ("https://zoom.us/j/98765432101", "zoom", True),
        ("https://a-b.zoom.us/w/98765432101?tk=x", "zoom", True),
        ("https://us02web.zoom.us/s/98765432101", "zoom", True),
        ("https://us02web.zoom.us/my/room.one", "zoom", True),
        ("https://us02web.zoom.us/u/kabc", "zoom", False),
        ("https://us02web.zoom.us/meeting/register/tZ", "zoom", False),
        ("https://zoom.us/test", "zoom", False),
        ("https://zoom.us.example.org/j/98765432101", "", False),
        ("https://notzoom.us/j/98765432101", "", False),
        ("https://teams.microsoft.com/l/meetup-join/19", "teams", True),
        ("https://teams.live.com/meet/9312345678901?p=a", "teams", True),
        ("https://teams.microsoft.com/meetingOptions/?x=1", "teams", False),
        ("https://meet.google.com/abc-defg-hij", "meet", True),
        ("https://meet.google.com/", "meet", False),
        ("https://x.webex.com/x/j.php?MTID=m1", "webex", True),
        ("https://x.webex.com/meet/a.b", "webex", True),
        ("https://x.webex.com/x/globalcallin.php?MTID=m1", "webex", False),
        ("https://meet.jit.si/Room", "other", True),
        ("https://[broken", "", False),
        ("https://www.example.org/zoom.us/j/98765432101", "", False),
    ],
)
def test_what_a_link_opens(url: str, service: str, opens: bool):
    assert (service_of(url), joins(url)) == (service, opens)


def test_the_id_in_a_link():
    assert id_in_link("https://teams.microsoft.com/meet/31245678901?p=x") == "31245678901"
    assert id_in_link("https://us02web.zoom.us/w/98765432101?tk=x") == "98765432101"
    assert id_in_link("https://meet.google.com/abc-defg-hij") == ""


def test_links_wrapped_by_filters():
    inside = "https://zoom.us/j/98765432101?pwd=a"
    wrapped = (
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F98765432101%3Fpwd%3Da&data=05"
    )
    assert unwrapped(wrapped) == inside
    assert unwrapped("https://www.google.com/url?q=https://zoom.us/j/98765432101%3Fpwd%3Da&sa=D") == inside
    assert unwrapped("https://urldefense.com/v3/__https://zoom.us/j/98765432101?pwd=a__;!!x$") == inside
    assert unwrapped(inside) == inside


# --- what a hostile text costs --------------------------------------------------------------------

# Patterns that repeat something that itself repeats, each harmless for the reason given.
REPEATS_INSIDE = {
    "QUOTING": "each turn begins with `>`",
    "WRAPPED_LINK": "each turn begins with a line break",
    "EARLIER": "searched in the 120 letters before a day",
    "DEADLINE": "searched in the 120 letters before a day",
    "CLOCK_WORDS": "searched in the 120 letters before a day",
}
MODULES = [
    import_module(f"events.invitations.{path.stem}") for path in Path(invitations.__file__).parent.glob("[a-z]*.py")
]
PATTERNS = {
    (module.__name__, name): value
    for module in [*MODULES, import_module("events.meeting_links")]
    for name, value in vars(module).items()
    if isinstance(value, re.Pattern)
}


def nested(parsed: Any, inside: bool = False) -> bool:
    """Whether a pattern repeats without bound something that also repeats without bound."""
    for operator, argument in parsed:
        unbounded = str(operator) in {"MAX_REPEAT", "MIN_REPEAT"} and str(argument[1]) == "MAXREPEAT"
        if unbounded and inside:
            return True
        parts = argument if isinstance(argument, tuple | list) else [argument]
        stack = [*parts]
        while stack:
            part = stack.pop()
            if isinstance(part, _parser.SubPattern):
                if nested(part, inside or unbounded):
                    return True
            elif isinstance(part, tuple | list):
                stack += part
    return False


def test_no_pattern_repeats_a_repetition():
    assert len(PATTERNS) > 50
    found = {name for (_, name), pattern in PATTERNS.items() if nested(_parser.parse(pattern.pattern, pattern.flags))}
    assert found <= set(REPEATS_INSIDE)


def steps(text: str) -> int:
    """How many functions, Python's own among them, are called to read a text."""
    count = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count_call)
    try:
        read(text, NOON)
    finally:
        sys.setprofile(before)
    return count


HOSTILE = [
    "1",
    " ",
    "a",
    "\n",
    "123 4567 8901 ",
    "13/01/2022 ",
    "1 Jan ",
    "6pm ",
    "6-7.30pm ",
    "Thursday 13 January 2022 6pm\n",
    "tomorrow 6pm\n",
    "https://zoom.us/j/98765432101 ",
    "https://zoom.us/j/98765432101\n13 Jan 2022 6pm\n",
    "<a ",
    "<https://a\n",
    "&amp;",
    "> ",
    "=20\n",
    "Passcode: a1b2 ",
    "Meeting ID: 815 4586 9151 ",
    "dial +44 20 7946 0101\n",
    "Posted: 7 January 2022\n",
    "Sent: 7 January 2022\nFrom: x\n",
    "BEGIN:VEVENT\nDTSTART:20220113T180000\nEND:VEVENT\n",
    "13, ",
    "On a\n",
    "the meeting on 13 January 2022 ",
    "\ufdfa",
    "Thursday 13th ",
    "January\nThu 13\n",
    "Jan 13, ",
    "Date | Time\n1 | 2\n",
    "6pm\n",
    "from half six ",
    "Mondays 7, 14 and 21 February ",
    "CANCELLED\n",
    "13/01 6pm ",
    "\u00e2\u20ac\u201c",
    "https://zoom.us/j/98765432101?pwd=\n",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_twice_the_text_takes_about_twice_the_steps(unit: str):
    small, large = (steps((unit * size)[:size]) for size in (8_000, 16_000))
    assert large < 2.3 * small + 500


@pytest.mark.parametrize("unit", ["Mon ", "Monday 13th and ", "13/01/2022 ", "6pm ", "Thursday 13 January 2022 6pm\n"])
def test_beyond_so_many_days_or_times_a_text_is_only_cleaned(unit: str):
    small, large = (steps((unit * size)[:size]) for size in (100_000, 140_000))
    assert large - small < 2 * 40_000  # two steps for each further letter


def test_what_was_not_read_is_said():
    days = [date(2022, 2, 1) + timedelta(days=ahead) for ahead in range(MOST_DAYS + 1)]
    lines = [f"{day.day} {day:%B %Y} at 6pm" for day in days]
    assert kinds("\n".join(lines[:-1])) == [[]] * MOST_DAYS
    assert kinds("\n".join(lines)) == [*[[]] * (MOST_DAYS - 1), ["other"]]
    assert kinds("6pm " * MOST_TIMES) == []
    assert kinds("6pm " * (MOST_TIMES + 1)) == [["missing_date", "missing_time", "other"]]
