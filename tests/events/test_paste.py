"""Staff paste a notice: what was read is shown with its warnings, and only what is confirmed is saved."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import html5lib
import pytest
from django.test import Client

from consult.dates import LONDON
from consult.models import AuditEntry
from events.models import Event, JoinDetails
from tests import factories
from tests.events.reading import form_fields
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

PASTE = "/admin/events/event/paste/"
NOTICE = """\
You can join us online at one of two events.

Thursday 22nd January 2026 from 6:00pm to 7.30pm
https://us06web.zoom.us/j/81545869151?pwd=SECRET1
Meeting ID: 815 4586 9151
Passcode: 369100

Wednesday 29 January 2026, 6pm
https://us06web.zoom.us/j/82212978318?pwd=SECRET2
Meeting ID: 822 1297 8319
Passcode: 408243
"""
SAME = "At the same time, in the same place (Lambeth Town Hall)"


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def read(client: Client, text: str = NOTICE) -> tuple[str, dict[str, Any]]:
    """Paste a text; returns the page, and what a browser would send to confirm it."""
    consultation = factories.consultation(title="Safer streets")
    response = client.post(PASTE, {"consultation": consultation.pk, "text": text})
    assert response.status_code == 200
    page = response.content.decode()
    return page, form_fields(page, "drafts") if 'id="drafts"' in page else {}


def test_what_was_read_is_shown_and_nothing_is_saved(editor: Client) -> None:
    page, sent = read(editor)
    assert not Event.objects.exists()
    assert not AuditEntry.objects.exists()
    assert "2 meetings found" in page
    first, second = (page.split('id="draft-')[number] for number in (1, 2))
    assert 'class="warning"' not in first
    assert "Wednesday" in second.split("</ul>")[0]  # the 29th is a Thursday
    assert "The link is for meeting 82212978318, but the ID written beside it is 82212978319." in second
    assert sent["form-0-url"] == "https://us06web.zoom.us/j/81545869151?pwd=SECRET1"
    assert (sent["form-0-starts_at_0"], sent["form-0-starts_at_1"]) == ("22/01/2026", "18:00")
    assert (sent["form-0-ends_at_1"], sent["form-1-ends_at_1"]) == ("19:30", "")
    assert (sent["form-0-passcode"], sent["form-0-visibility"]) == ("369100", "registered")
    assert (sent["form-0-title"], sent["form-0-format"]) == ("Online meeting on 22 January 2026", "online")
    html5lib.HTMLParser(strict=True).parse(page)


def warnings_of(page: str, number: int) -> list[str]:
    """What stands above the fields of one meeting, without markup."""
    section = page.split(f'id="draft-{number}"')[1].split("</section>")[0]
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split()) for each in re.findall(r"<li class=.warning.*?</li>", section)
    ]


class TestClashesBeforeSaving:
    TWICE = (
        "Hall meeting\n\nThursday 15 January 2026, 6pm to 8pm, Lambeth Town Hall\n\n"
        "Another hall meeting\n\nThursday 15 January 2026, 7pm, Lambeth Town Hall\n"
    )

    def test_each_draft_tells_what_is_there_and_the_other_of_the_same_text(self, editor: Client) -> None:
        hall = factories.venue(name="Lambeth Town Hall")
        there = factories.event(title="<b>There</b>", format="in_person", venue=hall)
        page, sent = read(editor, self.TWICE)
        assert warnings_of(page, 1) == [
            f"{SAME} and for the same consultation: Thursday 15 January 2026, from 7pm. Meeting 2 here",
            f"{SAME}: Thursday 15 January 2026, 6pm to 8pm. &lt;b&gt;There&lt;/b&gt;",
        ]
        assert 'href="#draft-2">Meeting 2 here' in page
        assert f'href="/admin/events/event/{there.pk}/change/"' in page
        assert [each[-14:] for each in warnings_of(page, 2)][:1] == ["Meeting 1 here"]
        assert Event.objects.count() == 1
        assert editor.post(PASTE, sent).status_code == 302  # told, never in the way
        assert Event.objects.count() == 3

    def test_a_holiday_and_the_closing_are_told_of_also_where_no_hour_is_known(self, editor: Client) -> None:
        page, _ = read(editor, "Panel\n\nFriday 3 April 2026, 6pm, online on Zoom\n")
        assert warnings_of(page, 1)[-2:] == [
            "Friday 3 April 2026 is a public holiday: Good Friday.",
            "It begins after the consultation closes, at 11:59pm on Wednesday 21 January 2026.",
        ]
        page, _ = read(editor, "Workshop\n\nDate: Friday 3 April 2026\nVenue: Lambeth Town Hall\n")
        assert "Friday 3 April 2026 is a public holiday: Good Friday." in warnings_of(page, 1)

    def test_looking_again_tells_of_what_was_typed_and_saves_nothing(self, editor: Client) -> None:
        page, sent = read(editor)
        assert not any("At the same time" in each for each in warnings_of(page, 1))
        sent |= {"form-1-starts_at_0": "22/01/2026", "form-1-starts_at_1": "19:00", "form-1-title": "Typed"}
        page = editor.post(PASTE, sent | {"look": "Look again, save nothing"}).content.decode()
        assert any("Meeting 2 here" in each for each in warnings_of(page, 1))
        assert 'value="Typed"' in page
        assert form_fields(page, "drafts")["form-1-draft_uid"] == sent["form-1-draft_uid"]
        assert not Event.objects.exists()
        del sent["form-1-take"]
        page = editor.post(PASTE, sent | {"look": "Look again, save nothing"}).content.decode()
        assert not any("At the same time" in each for each in warnings_of(page, 1))


class TestWhatIsProposed:
    def test_title_format_and_venue_with_where_they_come_from(self, editor: Client) -> None:
        hall = factories.venue(name="Larkspur Community Hall")
        factories.venue(name="Other Hall")
        text = "Have your say in Lambeth\n\nSaturday 17 January 2026, 2pm-4pm\nLarkspur Community Hall, SE1 0LL\n"
        page, sent = read(editor, text)
        assert (sent["form-0-title"], sent["form-0-format"]) == ("Have your say in Lambeth", "in_person")
        assert sent["form-0-venue"] == str(hall.pk)
        for said in ("these words stand in the text", "speaks of a place to come to", "the text names it"):
            assert f"Proposed: {said}" in page.replace("the text speaks", "speaks")
        assert "Our words, not those of the text." in page

    def test_what_the_text_does_not_say_is_told_too(self, editor: Client) -> None:
        page, sent = read(editor, "22 January 2026, 6pm\n")
        assert (sent["form-0-title"], sent["form-0-format"]) == ("Meeting on 22 January 2026", "in_person")
        assert "Our words: no title was found in the text." in page
        assert "names neither a place nor a way to join online" in page

    def test_what_it_says_of_a_field_stays_when_the_form_comes_back(self, editor: Client) -> None:
        factories.venue(name="Lambeth Town Hall")
        _, sent = read(editor, "Workshop day\n\nFriday 16 January 2026, 6pm\nVenue: Lambeth Town Hall\n")
        page = editor.post(PASTE, sent | {"form-0-summary": ""}).content.decode()
        assert "Proposed: the text names it." in page


def test_what_is_confirmed_becomes_drafts(editor: Client) -> None:
    _, sent = read(editor)
    sent |= {
        "form-0-title": "Have your say online",
        "form-0-visibility": "public",
        "form-1-meeting_id": "822 1297 8318",
    }
    response = editor.post(PASTE, sent, follow=True)
    assert response.redirect_chain == [("/admin/events/event/", 302)]
    first, second = Event.objects.order_by("pk")
    assert (first.title, first.slug) == ("Have your say online", "have-your-say-online-2026-01-22")
    assert first.starts_at == datetime(2026, 1, 22, 18, tzinfo=LONDON)
    assert first.ends_at == datetime(2026, 1, 22, 19, 30, tzinfo=LONDON)
    assert (first.publish_at, second.publish_at, first.format) == (None, None, "online")
    details = first.join_details
    assert (details.provider, details.visibility, details.passcode) == ("zoom", "public", "369100")
    assert second.join_details.visibility == "registered"
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["put-in", "put-in"]
    page = response.content.decode()
    assert f'href="/admin/events/event/{first.pk}/change/"' in page
    assert "begins after the consultation closes" in page
    assert Client().get(first.get_absolute_url()).status_code == 404


def test_pressing_twice_puts_in_once(editor: Client) -> None:
    _, sent = read(editor)
    sent["form-1-meeting_id"] = ""
    for _ in range(2):
        assert editor.post(PASTE, sent).status_code == 302
    assert Event.objects.count() == JoinDetails.objects.count() == 2
    assert AuditEntry.objects.count() == 2


def test_one_that_is_not_taken_is_not_looked_at(editor: Client) -> None:
    _, sent = read(editor)
    del sent["form-1-take"]
    sent["form-1-title"] = ""
    response = editor.post(PASTE, sent)
    event = Event.objects.get()
    assert response["Location"] == f"/admin/events/event/{event.pk}/change/"


def test_none_taken_is_told(editor: Client) -> None:
    _, sent = read(editor)
    page = editor.post(PASTE, {key: value for key, value in sent.items() if "take" not in key}).content.decode()
    assert "Choose at least one meeting to put in." in page
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"form-0-title": ""}, "Enter a title."),
        ({"form-0-starts_at_0": "", "form-0-starts_at_1": ""}, "Enter when it starts"),
        ({"form-0-ends_at_1": "17:00"}, "Enter an end that is after the start."),
        ({"form-0-starts_at_0": "2026-03-29", "form-0-starts_at_1": "01:30"}, "couldn’t be interpreted"),
        ({"form-0-url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"form-0-meeting_id": "111 1111 1111"}, "The link is for meeting 81545869151."),
        ({"form-0-format": "in_person"}, "It has details for joining online"),
        ({"form-0-url": "", "form-0-dial_in": ""}, "Enter a link or a phone number"),
        ({"form-0-draft_uid": "x"}, "Nothing was saved."),
        ({"form-TOTAL_FORMS": "x"}, "Nothing was saved."),
        ({"form-0-hours_before": "99999"}, "less than or equal to 32767"),
    ],
)
def test_what_is_wrong_is_told_and_all_is_kept(editor: Client, changes: dict[str, str], said: str) -> None:
    _, sent = read(editor)
    sent |= {"form-1-meeting_id": "", "form-1-title": "Typed by hand"} | changes
    response = editor.post(PASTE, sent)
    assert response.status_code == 200
    page = response.content.decode()
    assert said.replace("'", "&#x27;") in page
    assert "Passcode: 408243" in page  # the text
    assert "Typed by hand" in page or "form-TOTAL_FORMS" in changes
    assert "Error:" in page.split("</title>")[0]
    assert not Event.objects.exists()


def test_a_date_without_a_time_asks_for_it_and_a_note_will_do(editor: Client) -> None:
    page, sent = read(editor, "Workshop\n\nDate: Friday 13 February 2026\nVenue: Lambeth Town Hall\n")
    assert "No time is written" in page
    assert (sent["form-0-starts_at_0"], sent["form-0-starts_at_1"]) == ("13/02/2026", "")
    assert sent["form-0-format"] == "in_person"
    assert editor.post(PASTE, sent).status_code == 200
    sent |= {"form-0-starts_at_0": "", "form-0-date_note": "13 February, the time to be confirmed"}
    assert editor.post(PASTE, sent).status_code == 302
    assert Event.objects.get().starts_at is None
    assert not JoinDetails.objects.exists()


def test_a_text_without_meetings_says_so_and_is_kept(editor: Client) -> None:
    page, sent = read(editor, "Nothing <b>planned</b>.")
    assert "No meeting was found in this text." in page
    assert "Nothing &lt;b&gt;planned&lt;/b&gt;." in page
    assert sent == {}


@pytest.mark.parametrize(
    "sent",
    [{}, {"text": NOTICE}, {"consultation": "999", "text": NOTICE}, {"text": "x" * 50_001}, {"text": "nul\x00"}],
)
def test_what_cannot_be_read_is_told_and_the_text_is_kept(editor: Client, sent: dict[str, str]) -> None:
    response = editor.post(PASTE, {"consultation": str(factories.consultation().pk)} | sent)
    assert response.status_code == 200
    assert response.context["form"].errors or sent == {"text": NOTICE}
    assert sent.get("text", "")[:50].split("\x00")[0] in response.content.decode()
    assert not Event.objects.exists()


def test_a_text_with_very_many_meetings(editor: Client) -> None:
    days = [NOON + timedelta(days=number) for number in range(1, 60)]
    page, sent = read(
        editor, "\n\n".join(f"Meeting on {day:%A} {day.day} {day:%B %Y} at 6pm, Town Hall" for day in days)
    )
    assert sent["form-TOTAL_FORMS"] == "40"
    assert "19 more could not be shown" in page


def test_it_is_offered_to_who_may_add(cast: Callable[[str], Client]) -> None:
    for name, offered in (("editor", True), ("moderator", False)):
        assert ("Paste a notice" in cast(name).get("/admin/events/event/").content.decode()) is offered
    assert cast("analyst").post(PASTE, {"text": NOTICE}).status_code == 403


def test_nothing_of_it_is_logged(editor: Client, caplog) -> None:
    _, sent = read(editor)
    sent["form-1-meeting_id"] = ""
    editor.post(PASTE, sent)
    assert "369100" not in caplog.text
    assert "SECRET" not in caplog.text
    assert not AuditEntry.objects.filter(detail__icontains="369100").exists()


class TestWhatItReads:
    """Through the page: other services, several ways in, other zones, and each kind of doubt beside its draft."""

    TEAMS = (
        "Microsoft Teams meeting\nWhen: 22 January 2026 18:00-19:30 (GMT)\n"
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%7d\n"
        "Meeting ID: 312 345 678 901\nPasscode: aB3dE5\nDial in by phone\n+44 20 7946 0221,,552200221#\n"
    )
    MEET = (
        "Community panel\nThursday, 22 January 2026, 18:00 – 19:30\nTime zone: Europe/London\n"
        "Google Meet joining info\nVideo call link: https://meet.google.com/abc-defg-hij\n"
    )
    PARIS = (
        "Topic: Panel\nTime: 22 Jan 2026 07:00 PM Paris\nJoin Zoom Meeting\n"
        "https://zoom.us/j/98765430009?pwd=abc\nMeeting ID: 987 6543 0009\nPasscode: 551209\n"
    )

    @pytest.mark.parametrize(
        ("text", "fields"),
        [
            (TEAMS, {"provider": "teams", "meeting_id": "312345678901", "dial_in": "+44 20 7946 0221"}),
            (MEET, {"provider": "meet", "url": "https://meet.google.com/abc-defg-hij", "meeting_id": ""}),
            (PARIS, {"provider": "zoom", "title": "Panel", "passcode": "551209"}),
        ],
    )
    def test_services(self, editor: Client, text: str, fields: dict[str, str]) -> None:
        _, sent = read(editor, text)
        assert sent["form-TOTAL_FORMS"] == "1"
        # London's time, whatever zone the text names.
        assert (sent["form-0-starts_at_0"], sent["form-0-starts_at_1"]) == ("22/01/2026", "18:00")
        assert {name: sent[f"form-0-{name}"] for name in fields} == fields
        assert editor.post(PASTE, sent).status_code == 302
        assert Event.objects.get().starts_at == datetime(2026, 1, 22, 18, tzinfo=LONDON)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("Friday 22 January 2026, 6pm", "Friday"),
            ("03/04/2026, 6pm", "3 April"),
            ("22 January 2026", "No time is written"),
            ("Sunday 29 March 2026, 1:30am", "29 March 2026"),
            ("Sunday 25 October 2026, 1:30am", "25 October 2026"),
            ("Monday 5 January 2026, 6pm", "is in the past"),
            ("22 January 2026, 6pm on Zoom", "no link to join it is written"),
        ],
    )
    def test_doubts_stand_beside_the_draft(self, editor: Client, line: str, words: str) -> None:
        link = "" if "Zoom" in line else "https://meet.google.com/abc-defg-hij\n"
        page, _ = read(editor, f"Panel\n\n{line}\n{link}")
        doubts = [each for each in warnings_of(page, 1) if "holiday" not in each and "closes" not in each]
        assert any(words in each for each in doubts), doubts
        assert not Event.objects.exists()
