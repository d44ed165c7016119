"""Staff write to the people of a meeting: seen before it is sent, once each, on record, to nobody else."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import html5lib
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.actions import CannotBeDone
from consult.models import AuditEntry, Letter, Partner, User
from events import actions, links
from events.audiences import Audience
from events.models import Event, Registration
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

TYPED: dict[str, Any] = {
    "subject": "Bring a jumper",
    "text": "The hall is cold.\n\nTea & cake <free> at https://example.org/tea",
}


def url(event: Event) -> str:
    return f"/admin/events/event/{event.pk}/message/"


@pytest.fixture
def event() -> Event:
    event = factories.event(title="Workshop & talk", slug="workshop", takes_registrations=True, capacity=20)
    factories.registration(event, email="has@example.org", name="Hana")
    factories.registration(event, email="also@example.org", name="Ali", places=3)
    factories.registration(event, email="waits@example.org", state="waiting")
    factories.registration(event, email="offered@example.org", state="offered", offered_until=NOON + timedelta(hours=1))
    factories.registration(event, email="over@example.org", state="offered", offered_until=NOON)
    factories.registration(event, email="unconfirmed@example.org", state="unconfirmed", confirmed_at=None)
    factories.registration(event, email="cancelled@example.org", state="cancelled")
    factories.registration(event, email="", name="", erased_at=NOON)
    factories.registration(factories.event(takes_registrations=True), email="elsewhere@example.org")
    return event


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form, as a browser sends them back."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)"(?: value="([^"]*)")?', page.split('id="content"')[1])
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def look(client: Client, event: Event, **changes: str) -> str:
    """Fill the form in as a browser would, and press “Look at it”."""
    form = hidden(client.get(url(event)).content.decode())
    assert set(form) == {"key"}
    response = client.post(url(event), {**form, "to": "places", **TYPED, **changes})
    assert response.status_code == 200
    return response.content.decode()


def written() -> list[str]:
    return sorted(letter.to[0] for letter in mail.outbox)


def test_the_whole_way(editor: Client, event: Event) -> None:
    page = editor.get(url(event)).content.decode()
    html5lib.HTMLParser(strict=True).parse(page)
    for words in (
        "Who has a place: 2 letters",
        "Who waits for a place, or is offered one: 2 letters",
        "All of them: 4",
    ):
        assert words in page
    assert url(event) in editor.get(f"/admin/events/event/{event.pk}/attendance/").content.decode()
    page = look(editor, event)
    html5lib.HTMLParser(strict=True).parse(page)
    assert "Who has a place: 2 letters</dd>" in page
    assert "Bring a jumper: Workshop &amp; talk" in page
    assert "Tea &amp; cake &lt;free&gt;" in page
    assert mail.outbox == []
    assert not Letter.objects.exists()
    response = editor.post(url(event), {**hidden(page), "send": "Send"}, follow=True)
    assert "2 letters are on the way." in response.content.decode()
    assert written() == ["also@example.org", "has@example.org"]


def test_the_longest_subject_and_title_fit(editor: Client, event: Event) -> None:
    """PostgreSQL refuses what is longer than its column; SQLite would not tell."""
    Event.objects.filter(pk=event.pk).update(title="T" * 200)
    editor.post(url(event), {**hidden(look(editor, event, subject="S" * 100)), "send": "Send"})
    assert {len(letter.subject) for letter in mail.outbox} == {300}


def test_what_a_letter_says(editor: Client, event: Event) -> None:
    factories.join_details(event, visibility="registered")
    editor.post(url(event), {**hidden(look(editor, event)), "send": "Send"})
    letter = next(letter for letter in mail.outbox if letter.to == ["has@example.org"])
    row = Registration.objects.get(email="has@example.org")
    assert letter.subject == "Bring a jumper: Workshop & talk"
    words = "Hello,\n\nThe hall is cold.\n\nTea & cake <free> at https://example.org/tea\n\n"
    assert letter.body.startswith(f"Policing in the open\n\n{words}")
    text, [(markup, _)] = letter.body, letter.alternatives
    assert "<p>The hall is cold.</p>" in markup
    assert 'Tea &amp; cake &lt;free&gt; at <a href="https://example.org/tea"' in markup
    for body in (text, markup):
        assert "Thursday 15 January 2026" in body
        assert links.path(links.BOOKING, row) in body
        assert links.path(links.JOIN, row) in body
        assert "zoom.us" not in body
        assert "Hana" not in body
    assert text.splitlines().count("") < len(text.splitlines()) / 2
    html5lib.HTMLParser(strict=True).parse(markup)


@pytest.mark.parametrize(
    ("to", "who"),
    [
        ("places", ["also@example.org", "has@example.org"]),
        ("waiting", ["offered@example.org", "waits@example.org"]),
        ("all", ["also@example.org", "has@example.org", "offered@example.org", "waits@example.org"]),
    ],
)
def test_whom_it_goes_to(editor: Client, event: Event, to: str, who: list[str]) -> None:
    editor.post(url(event), {**hidden(look(editor, event, to=to)), "send": "Send"})
    assert written() == who


def test_it_is_on_record_without_a_word_or_a_name(editor: Client, event: Event) -> None:
    editor.post(url(event), {**hidden(look(editor, event)), "send": "Send"})
    entry = AuditEntry.objects.get(verb="write-to-registered")
    assert (entry.by.username, entry.object_id, entry.at) == ("editor", event.pk, NOON)
    assert entry.detail == {"to": "places", "letters": 2, "message": entry.detail["message"], "kinds": []}
    assert re.fullmatch("[0-9a-f]{20}", entry.detail["message"])


def test_pressed_twice_is_once(editor: Client, event: Event) -> None:
    form = {**hidden(look(editor, event)), "send": "Send"}
    editor.post(url(event), form)
    factories.registration(event, email="late@example.org")
    response = editor.post(url(event), form, follow=True)
    assert "2 letters are on the way." in response.content.decode()
    assert written() == ["also@example.org", "has@example.org"]
    assert AuditEntry.objects.filter(verb="write-to-registered").count() == 1


def test_pressed_in_two_places_at_once_is_once(event: Event) -> None:
    by, key, together = factories.user(), str(uuid4()), Barrier(4)

    def send(_: int) -> int:
        together.wait()
        try:
            return actions.write_to_registered(event=event, to=Audience.ALL, by=by, key=key, **TYPED)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [4, 4, 4, 4]
    assert len(mail.outbox) == len(set(written())) == 4
    assert AuditEntry.objects.count() == 1


def test_the_same_words_another_day_are_another_message(editor: Client, event: Event) -> None:
    for _ in range(2):
        editor.post(url(event), {**hidden(look(editor, event)), "send": "Send"})
    assert len(mail.outbox) == 4


def test_only_what_was_looked_at_is_sent(editor: Client, event: Event) -> None:
    form = hidden(look(editor, event))
    for change in ({"text": "Other words"}, {"to": "all"}, {"subject": "Other"}, {"seen": "x"}, {"seen": ""}):
        page = editor.post(url(event), {**form, **change, "send": "Send"}).content.decode()
        assert "Nothing is sent yet." in page
    assert mail.outbox == []


def test_what_was_typed_can_be_changed_before_it_is_sent(editor: Client, event: Event) -> None:
    page = editor.post(url(event), {**hidden(look(editor, event)), "change": "Change"}).content.decode()
    assert "The hall is cold." in page
    assert 'value="Bring a jumper"' in page
    assert "Look at it" in page
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"subject": ""}, "This field is required."),
        ({"text": " "}, "This field is required."),
        ({"text": "é" * 5001}, "Shorten the text to 5,000 characters. All of it is still here."),
        ({"to": ""}, "This field is required."),
        ({"to": "everybody"}, "Select a valid choice."),
        ({"subject": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(
    editor: Client, event: Event, typed: dict[str, str], message: str
) -> None:
    page = look(editor, event, **typed)
    assert message in page
    assert "<title>Error: " in page
    for name, value in TYPED.items():
        if name not in typed:
            assert html.escape(value.split()[0]) in page
    assert mail.outbox == []


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "{{ 7*7 }}", "<script>alert(1)</script>", "a\r\nBcc: b@example.org"]
)
def test_hostile_words_are_words(editor: Client, event: Event, typed: str) -> None:
    page = look(editor, event, subject=typed, text=typed)
    assert "<script>alert" not in page
    editor.post(url(event), {**hidden(page), "send": "Send"})
    for letter in mail.outbox:
        assert "\n" not in letter.subject
        assert "<script>alert" not in letter.alternatives[0][0]
        assert letter.recipients() == letter.to


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Join: https://us06web.zoom.us/j/81545869151?pwd=abc", "link", "a link that carries its passcode"),
        ("The passcode is 369100.", "passcode", "a passcode"),
    ],
)
def test_ways_to_join_must_be_let_out_on_purpose(
    editor: Client, event: Event, text: str, kind: str, words: str
) -> None:
    page = look(editor, event, text=text)
    assert f"holds {words}" in page
    assert "Send it all the same" in page
    assert "Nothing is sent yet." not in page
    form = hidden(page) | {"to": "places", "subject": "Join", "text": text}
    editor.post(url(event), {**form, "send": "Send"})
    assert mail.outbox == []
    page = editor.post(url(event), {**form, "publish_all_the_same": "on"}).content.decode()
    assert "Nothing is sent yet." in page
    editor.post(url(event), {**hidden(page), "send": "Send"})
    assert len(mail.outbox) == 2
    detail = AuditEntry.objects.get(verb="write-to-registered").detail
    assert detail["kinds"] == [kind]
    assert "369100" not in str(detail)


@pytest.mark.parametrize("publish_at", [None, NOON + timedelta(minutes=1)])
def test_nobody_is_written_to_about_what_the_public_does_not_see(editor: Client, event: Event, publish_at: Any) -> None:
    form = {**hidden(look(editor, event)), "send": "Send"}
    Event.objects.update(publish_at=publish_at)
    for page in (editor.get(url(event)), editor.post(url(event), form)):
        assert "so nobody is written to about it" in page.content.decode()
        assert "<form method" not in page.content.decode().split('id="content"')[1]
    with pytest.raises(CannotBeDone):
        actions.write_to_registered(event=event, to=Audience.ALL, by=factories.user(), key="x", **TYPED)
    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_about_a_cancelled_or_past_meeting_people_may_still_be_written_to(editor: Client, event: Event) -> None:
    event.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    Event.objects.filter(pk=event.pk).update(starts_at=NOON - timedelta(days=2), ends_at=None)
    editor.post(url(event), {**hidden(look(editor, event)), "send": "Send"})
    assert len(mail.outbox) == 2


def test_where_nobody_booked_there_is_nothing_to_write(editor: Client, event: Event) -> None:
    form = {**hidden(look(editor, event)), "send": "Send"}
    event.registrations.update(state="cancelled")
    for page in (editor.get(url(event)), editor.post(url(event), form)):
        assert "Nobody has booked a place or waits for one." in page.content.decode()
    assert mail.outbox == []


def test_an_audience_that_left_meanwhile(editor: Client, event: Event) -> None:
    form = {**hidden(look(editor, event, to="waiting")), "send": "Send"}
    event.registrations.exclude(state="confirmed").update(state="cancelled")
    page = editor.post(url(event), form).content.decode()
    assert "Select a valid choice." in page
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("resident", 302), ("half_signed_in", 302), ("editor", 200), ("moderator", 403), ("analyst", 403),
     ("partner", 404), ("administrator", 200)],
)  # fmt: skip
def test_who_may_write(cast: Callable[[str], Client], event: Event, name: str, status: int) -> None:
    client = cast(name)
    assert client.get(url(event)).status_code == status
    typed = {"key": str(uuid4()), "to": "all", **TYPED, "send": "Send"}
    assert client.post(url(event), typed).status_code == status
    assert mail.outbox == []


def test_a_partner_writes_to_its_own_meetings_only(cast: Callable[[str], Client], event: Event) -> None:
    client, partner = cast("partner"), Partner.objects.create(name="Black Thrive Global")
    User.objects.filter(username="partner").update(partner=partner)
    assert client.get(url(event)).status_code == 404
    event.consultation.partnerships.create(partner=partner, role="Hosts")
    client.post(url(event), {**hidden(look(client, event)), "send": "Send"})
    assert len(mail.outbox) == 2


def test_who_may_only_look_may_not_write(cast: Callable[[str], Client], event: Event) -> None:
    from django.contrib.auth.models import Permission  # rights are made with the database

    client = cast("analyst")
    User.objects.get(username="analyst").user_permissions.add(
        *Permission.objects.filter(codename__in=["view_attendance", "view_event"])
    )
    assert client.get(f"/admin/events/event/{event.pk}/attendance/").status_code == 200
    assert url(event) not in client.get(f"/admin/events/event/{event.pk}/attendance/").content.decode()
    assert client.get(url(event)).status_code == 403


def test_wrong_methods(editor: Client, event: Event) -> None:
    assert editor.delete(url(event)).status_code == 405


def test_nothing_personal_in_the_log(editor: Client, event: Event, caplog: Any) -> None:
    editor.post(url(event), {**hidden(look(editor, event)), "send": "Send"})
    assert "example.org" not in caplog.text
    assert "jumper" not in caplog.text


def test_the_same_queries_to_look_at_one_and_at_many(editor: Client) -> None:
    event = factories.event(takes_registrations=True)
    counts = []
    for _ in range(2):
        for _ in range(2):
            factories.registration(event)
        editor.get(url(event))
        with CaptureQueriesContext(connection) as queries:
            editor.get(url(event))
        counts.append(len(queries))
    assert counts[0] == counts[1]
