"""What a pasted text says of the title and place of each meeting: proposed with its reason, not taken from another."""

import pytest

from events.draft_places import Place, place_of
from events.draft_titles import title_in
from events.invitations import Draft, read
from events.invitations.words import words_at
from events.models import Venue
from tests.factories import NOON

LIBRARY = Venue(name="Larkspur Library", postcode="SE5 9ZZ")
HALL = Venue(name="Larkspur Town Hall", postcode="N1 9ZZ")
ANY_HALL = Venue(name="Town Hall", postcode="E1 1AA")
VENUES = [LIBRARY, HALL, ANY_HALL]


def found(text: str, venues: list[Venue] = VENUES) -> list[tuple[Draft, str, Place]]:
    return [(draft, title_in(draft.words), place_of(draft, venues)) for draft in read(text, NOON)]


def one(text: str, venues: list[Venue] = VENUES) -> tuple[str, Place]:
    ((_, title, place),) = found(text, venues)
    return title, place


WHEN = "Thursday 22 January 2026, 6pm"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Topic: Tuesday drop-in\nTime: {WHEN}\nhttps://zoom.us/j/98765430009\n", "Tuesday drop-in"),
        (f"Subject: RE: Fwd: Faith groups\n\n{WHEN}, Town Hall", "Faith groups"),
        (f"Scrutiny meeting, {WHEN}, at Town Hall", "Scrutiny meeting"),
        (f"- Stop and search: your questions answered. {WHEN}, Zoom", "Stop and search: your questions answered"),
        (f"WORKSHOP ONE - TRUST\n{WHEN}\nZoom", "WORKSHOP ONE - TRUST"),
        (f"A new plan for London\n\nThis is long.\n\n{WHEN}, Town Hall", "A new plan for London"),
        # Words to the reader, and lines that say how or where, are no titles.
        (f"Join us on {WHEN}, Town Hall", ""),
        (f"We meet on {WHEN}, Town Hall", ""),
        (f"The next meeting will be on {WHEN}, Town Hall", ""),
        (f"See details below:\n{WHEN}\nTown Hall", ""),
        (f"Write to hello@example.org\n{WHEN}\nTown Hall", ""),
        (WHEN, ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert one(text)[0] == title


def test_a_title_is_cut_where_ours_end() -> None:
    assert one(f"Topic: {'word ' * 80}\nTime: {WHEN}\n")[0] == ("word " * 80)[:200].strip()


@pytest.mark.parametrize(
    ("text", "format", "venue", "told"),
    [
        (f"{WHEN}, Larkspur Town Hall", "in_person", HALL, "Proposed: the text names it."),  # not any Town Hall
        (f"{WHEN}, LARKSPUR  TOWN-HALL", "in_person", HALL, "Proposed: the text names it."),
        (f"{WHEN}\nExample Street, se5 9zz", "in_person", LIBRARY, "Proposed: the text has its postcode."),
        (
            f"{WHEN}, at Larkspur Town Hall or Larkspur Library",
            "in_person",
            None,
            "The text fits several venues: Larkspur Library, Larkspur Town Hall. Choose one.",
        ),
        (
            f"{WHEN}\nVenue: The Old Mill, SW2 9ZZ",
            "in_person",
            None,
            "The text says “The Old Mill, SW2 9ZZ”, which is none of our venues. Add it under Venues, then choose it.",
        ),
        (f"{WHEN}\nat the church hall", "in_person", None, None),
        (f"{WHEN}\nWhere: MS Teams (link below)", "online", None, None),
        (f"{WHEN}, on Zoom: https://zoom.us/j/98765430009", "online", None, None),
        # An address to write to is no place to come to, and no postcode makes an online meeting one in a hall.
        (f"{WHEN}, on Zoom: https://zoom.us/j/98765430009\nWrite to us at Larkspur Library", "online", None, None),
        (f"{WHEN}, on Zoom: https://zoom.us/j/98765430009\nLarkspur Council, N1 9ZZ", "online", None, None),
        (
            f"{WHEN}, at Larkspur Town Hall and online: https://zoom.us/j/98765430009",
            "hybrid",
            HALL,
            "Proposed: the text names it.",
        ),
        (f"{WHEN}, a hybrid meeting: https://zoom.us/j/98765430009", "hybrid", None, None),
    ],
)
def test_place(text: str, format: str, venue: Venue | None, told: str | None) -> None:
    place = one(text)[1]
    assert (place.format, place.venue, place.told.get("venue")) == (format, venue, told)


def test_neither_place_nor_link_is_told() -> None:
    assert one(WHEN)[1] == Place(
        "in_person", None, {"format": "A first choice only: the text names neither a place nor a way to join online."}
    )


def test_each_meeting_has_its_own_words() -> None:
    text = (
        "Two ways to take part:\n"
        "- Saturday 17 January 2026, 10am, in person at Larkspur Library\n"
        "- Thursday 22 January 2026, 6pm, on Zoom: https://zoom.us/j/98765430009\n\n"
        "Young people first\nSaturday 24 January 2026, 11am\nLarkspur Town Hall\n"
    )
    assert [(title, place.format, place.venue) for _, title, place in found(text)] == [
        ("", "in_person", LIBRARY),
        ("", "online", None),
        ("Young people first", "in_person", HALL),
    ]


def test_a_calendar_entry() -> None:
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Panel\\, second evening\r\nLOCATION:Larkspur Library\\, SE5 9ZZ\r\n"
        "DTSTART:20260122T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    title, place = one(text)
    assert (title, place.format, place.venue) == ("Panel, second evening", "in_person", LIBRARY)


def test_each_entry_of_a_calendar_has_its_own_words() -> None:
    text = "".join(
        f"BEGIN:VEVENT\nSUMMARY:{title}\nDTSTART:20260122T180000Z\nEND:VEVENT\n" for title in ("Panel", "Forum")
    )
    assert [draft.words.own for draft in read(text, NOON)] == ["Title: Panel", "Title: Forum"]


def test_dates_read_in_one_place_share_their_words() -> None:
    words = words_at("Panel: 1 and 2 May.\n\nTown Hall: 3 May", [7, 7, 32])
    assert list(words) == [7, 32]
    assert (words[7].own, words[32].own) == ("Panel: 1 and 2 May.\n\n", "Town Hall: 3 May")
    assert words[7].heading == words[32].heading == ("Panel: ",)


@pytest.mark.parametrize("text", ["", "x", "\n\n\n", "\x00", "BEGIN:VEVENT", "👩🏾‍⚖️ " * 500])
def test_odd_texts(text: str) -> None:
    assert all(isinstance(title, str) for _, title, _ in found(text))


def test_a_news_item_gives_its_heading_to_its_meetings() -> None:
    """And the postal address in it makes neither a meeting in a hall."""
    text = (
        "Close\n\nNews\n\nEvenings to hear Londoners on the draft Plan\n\n"
        "Two evenings are planned. They will both take place on Zoom.\n\n"
        "Thursday 15thJanuary 2026 from 6:00pm (details below):\nJoin Zoom Meeting\n"
        "https://us06web.zoom.us/j/81545869151?pwd=a\nMeeting ID: 815 4586 9151\nPasscode: 369100\n"
        "Thursday 22nd January 2026 from 6:00pm (details below):\n\nJoin Zoom Meeting\n"
        "https://us06web.zoom.us/j/82212978318?pwd=b\n\nMeeting ID: 822 1297 8318\nPasscode: 408243\n\n"
        "The consultation will close on 29 January 2026.\n- Write to us at 1 Example Street, London N1 9ZZ\n"
    )
    read_as = ("Evenings to hear Londoners on the draft Plan", "online", None)
    assert [(title, place.format, place.venue) for _, title, place in found(text)] == [read_as] * 2
