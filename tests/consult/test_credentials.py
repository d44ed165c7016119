"""What should hardly stand in a public text is found, told before it goes out, and never blocks in silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.credentials import Finding, find
from consult.models import AuditEntry, Update
from events.models import Event, EventChange
from tests import factories
from tests.events.reading import form_fields
from tests.factories import NOON

LINK = "https://us06web.zoom.us/j/81545869151?pwd=c2VjcmV0"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Passcode: 369100", ["passcode"]),
        ("The passcode is 369100.", ["passcode"]),
        ("**Passcode:** `369100`", ["passcode"]),
        ("Pass\u200bcode\u00a0: ３６９１００", ["passcode"]),
        ("password = xY7kQ2", ["passcode"]),
        ("Passcode: AbCdEfGh", ["passcode"]),
        ("PIN 4711", ["passcode"]),
        (f"Join at {LINK} on the day", ["link"]),
        (f"[Join us]({LINK})", ["link"]),
        ("https://safe.example/?url=https%3A%2F%2Fzoom.us%2Fj%2F1%3Fpwd%3Dabc", ["link"]),
        ("https://teams.microsoft.com/meet/3214567890123?p=AbCdEf", ["link"]),
        ("Meeting ID: 815 4586 9151. You get the passcode by letter.", ["meeting_id"]),
        ("Meeting ID 81545869151, passcode 369100", ["meeting_id", "passcode"]),
        ("Call Ada on 07700 900123", ["mobile"]),
        ("Text +44 7700 900123 or +44 (0)7700 900 456", ["mobile", "mobile"]),
        ("0044 7700 900123", ["mobile"]),
        ("077-0090-0123", ["mobile"]),
    ],
)
def test_what_is_found(text: str, kinds: list[str]) -> None:
    assert [finding.kind for finding in find(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You need a passcode to join. It comes by e-mail the day before.",
        "Passcode: sent to you by e-mail.",
        "Join at https://us06web.zoom.us/j/81545869151 from 6pm.",
        "Meeting ID: 815 4586 9151",
        "Call 020 7983 5000 or 0800 123 4567, or 101.",
        "On 07 01 2026 9.30, or 07.01.2026 at 18.00, or 07/01/2026",
        "Reference 0770090012345, or 1077009001234",
        "https://www.london.gov.uk/?page=2&p=3",
        "The spinning room; opinions; pinned 2022 notes",
        "Password protected until 2022",
    ],
)
def test_no_false_alarm(text: str) -> None:
    assert find(text) == []


def test_each_is_told_once_and_its_words_are_in_no_log() -> None:
    (finding,) = find("Passcode: 369100\nPasscode: 369100")
    assert finding == Finding("passcode", "Passcode: 369100")
    assert "369100" not in repr(finding)
    assert "369100" not in str(finding)


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert all(finding.label for finding in find(text))


@pytest.mark.parametrize("piece", ["passcode ", "7" * 11 + " ", "07", "?pwd", "&p=", "0044 ", "passcode 123456789 "])
def test_hostile_texts_cost_little(piece: str) -> None:
    find(piece * 8000)  # would not return within the run of the tests if it were quadratic in a bad way


@pytest.mark.django_db
@pytest.mark.usefixtures("noon")
class TestInForms:
    TEXT = "Join us. Passcode: 369100"

    @pytest.fixture
    def client(self, cast: Callable[[str], Client]) -> Client:
        return cast("editor")

    def press(self, client: Client, path: str, form_id: str, **changes: str) -> str:
        sent = form_fields(client.get(path).content.decode(), form_id) | changes
        response = client.post(path, sent)
        return "saved" if response.status_code == 302 else response.content.decode()

    def test_a_public_meeting_asks_and_lets_go(self, client: Client) -> None:
        event = factories.event(body="Old words")
        path = f"/admin/events/event/{event.pk}/change/"
        assert (
            "Publish it all the same" not in client.get(path).content.decode().replace('label class="hidden"', "")[:0]
        )
        page = self.press(client, path, "event_form", body=self.TEXT)
        assert "“What will happen” holds a passcode, which everybody would see: Passcode: 369100" in page
        assert '<input type="checkbox" name="publish_all_the_same"' in page
        assert self.TEXT in page  # kept
        event.refresh_from_db()
        assert event.body == "Old words"
        assert self.press(client, path, "event_form", body=self.TEXT, publish_all_the_same="on") == "saved"
        event.refresh_from_db()
        assert event.body == self.TEXT
        entry = AuditEntry.objects.get(verb="publish-all-the-same")
        assert entry.detail == {"kinds": ["passcode"], "fields": ["body"]}
        # What was let out once is not asked about again.
        assert self.press(client, path, "event_form", title="Other") == "saved"
        assert AuditEntry.objects.filter(verb="publish-all-the-same").count() == 1

    def test_without_a_finding_there_is_no_box(self, client: Client) -> None:
        path = f"/admin/events/event/{factories.event().pk}/change/"
        assert '<input type="hidden" name="publish_all_the_same"' in client.get(path).content.decode()

    def test_a_draft_is_saved_with_a_warning_and_asked_when_published(self, client: Client, caplog) -> None:
        event = factories.event(publish_at=None)
        path = f"/admin/events/event/{event.pk}/change/"
        assert self.press(client, path, "event_form", summary=self.TEXT) == "saved"
        page = client.get(path).content.decode()
        assert "“Summary” holds a passcode. Take it out before you publish." in page
        later = {"publish_at_0": "2026-02-01", "publish_at_1": "12:00"}  # by itself is publishing too
        assert "holds a passcode, which everybody would see" in self.press(client, path, "event_form", **later)
        assert Event.objects.get().publish_at is None
        assert "369100" not in caplog.text

    @pytest.mark.parametrize("field", ["title", "summary", "body", "audience", "host_name", "date_note"])
    def test_all_public_texts_of_a_meeting(self, client: Client, field: str) -> None:
        event = factories.event(publish_at=NOON + timedelta(days=1))
        page = self.press(
            client, f"/admin/events/event/{event.pk}/change/", "event_form", **{field: "Ring 07700 900123"}
        )
        assert "holds a mobile number" in page

    def test_news_and_consultations_too(self, client: Client) -> None:
        update = factories.update(factories.consultation())
        path = f"/admin/consult/update/{update.pk}/change/"
        assert "holds a passcode" in self.press(client, path, "update_form", body=self.TEXT)
        assert self.press(client, path, "update_form", body=self.TEXT, publish_all_the_same="on") == "saved"
        assert Update.objects.get().body == self.TEXT
        path = f"/admin/consult/consultation/{update.consultation_id}/change/"
        assert "holds a passcode" in self.press(client, path, "consultation_form", summary=self.TEXT)

    def test_the_reason_of_a_change_too(self, client: Client) -> None:
        event = factories.event()
        path = f"/admin/events/event/{event.pk}/cancel/"
        page = client.get(path).content.decode()
        assert "Publish it all the same" not in page
        sent = {"reason": "Ring Ada on 07700 900123"}
        page = client.post(path, sent).content.decode()
        assert "holds a mobile number" in page
        assert "Publish it all the same" in page
        assert not EventChange.objects.exists()
        assert client.post(path, sent | {"publish_all_the_same": "on"}).status_code == 302
        assert EventChange.objects.exists()

    def test_who_may_only_look_sees_no_box(self, cast: Callable[[str], Client]) -> None:
        page = cast("moderator").get(f"/admin/events/event/{factories.event().pk}/change/").content.decode()
        assert "publish_all_the_same" not in page
        assert "Publish it all the same" not in page
