"""Pages of meetings that are sent again from memory: the same to everybody, and never what no longer is so."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.models import Notice, Partner
from events import actions, calendar_version, pages_http
from events.models import Event, JoinDetails, Registration
from tests import factories
from tests.events.reading import form_fields

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/events/"


@pytest.fixture(autouse=True)
def _as_after_a_restart(time_machine) -> Iterator[None]:
    """In the middle of a minute that never ends, and as if nobody looked because a second has passed."""
    restart()
    time_machine.move_to(timezone.now().replace(second=30), tick=False)
    yield
    restart()


@pytest.fixture(autouse=True)
def _patient(monkeypatch) -> None:
    monkeypatch.setattr(calendar_version, "LOOK_EVERY", 3600.0)


def restart() -> None:
    calendar_version.forget()
    pages_http.memory.clear()


def meeting(**fields: Any) -> Event:
    tomorrow = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    return actions.tell_calendars(event=factories.event(**{"starts_at": tomorrow, **fields}))


def limited(capacity: int = 3) -> Event:
    return meeting(slug="limited", takes_registrations=True, capacity=capacity)


def take_places(event: Event, places: int) -> Registration:
    return factories.registration(event, places=places)


def ask(path: str, **headers: str) -> Any:
    response = Client().get(path, headers=headers)
    assert response.status_code == 200
    return response


def queries_of(path: str, client: Client | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        (client or Client()).get(path)
    return len(queries)


def pages_of(event: Event) -> list[str]:
    return [event.get_absolute_url(), LIST, f"/events/month/{event.starts_at:%Y-%m}/", "/events/where/"]


def test_asked_again_nothing_is_made_and_nothing_is_different() -> None:
    for path in pages_of(meeting()):
        first = ask(path)
        assert queries_of(path) == 0
        again = ask(path)
        assert (again.content, again.headers) == (first.content, first.headers)
        assert again["Cache-Control"] == "no-cache"
        assert "Content-Security-Policy" in again
        assert again["Vary"] == "Accept-Encoding"
        assert Client().head(path).content == b""
        assert Client().get(path, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_who_asks_for_gzip_gets_the_same_page_compressed() -> None:
    path = meeting().get_absolute_url()
    plain = ask(path)
    for _ in range(2):  # made, and from memory
        zipped = ask(path, accept_encoding="gzip, br")
        assert gzip.decompress(zipped.content) == plain.content
        assert (zipped["Content-Encoding"], zipped["Vary"]) == ("gzip", "Accept-Encoding")
        assert zipped["Content-Length"] == str(len(zipped.content))
        assert zipped["ETag"] != plain["ETag"]
    assert "Content-Encoding" not in ask(path, accept_encoding="gzip;q=0")


@pytest.mark.parametrize("more", [0, 2])
def test_with_limited_places_one_query_however_many_meetings(more: int) -> None:
    event = limited()
    for number in range(more):
        meeting(slug=f"more-{number}", takes_registrations=True, capacity=9)
    for path in pages_of(event)[:3]:
        ask(path)
        assert queries_of(path) == 1


def test_a_booked_place_shows_at_once() -> None:
    event = limited(3)
    for path in pages_of(event)[:3]:
        ask(path)
    assert b"3 of 3 left" in ask(event.get_absolute_url()).content
    row = take_places(event, 2)
    assert b"1 of 3 left" in ask(event.get_absolute_url()).content
    assert b"1 place left" in ask(LIST).content
    row.places = 3
    row.save(update_fields=["places"])
    assert b"None of 3 left" in ask(event.get_absolute_url()).content
    assert b"Full" in ask(LIST).content


def test_what_is_kept_for_who_waits_shows_at_once() -> None:
    event = limited(3)
    take_places(event, 2)
    assert b"1 of 3 left" in ask(event.get_absolute_url()).content
    row = factories.registration(event, state="waiting", places=2)
    assert b"None of 3 left" in ask(event.get_absolute_url()).content
    assert queries_of(event.get_absolute_url()) == 1  # and then it is kept
    row.state = "cancelled"
    row.save(update_fields=["state"])
    assert b"1 of 3 left" in ask(event.get_absolute_url()).content


def test_an_offer_that_lapses_frees_its_place_within_the_minute(time_machine) -> None:
    event = limited(1)
    factories.registration(event, state="offered", offered_until=timezone.now() + timedelta(seconds=10))
    assert b"None of 1 left" in ask(event.get_absolute_url()).content
    time_machine.shift(timedelta(seconds=11))
    assert b"1 of 1 left" in ask(event.get_absolute_url()).content


def test_what_depends_on_the_places_of_all_is_made_anew() -> None:
    event = limited(1)
    path = f"{LIST}?free=on"
    assert event.title.encode() in ask(path).content
    take_places(event, 1)
    assert event.title.encode() not in ask(path).content


def test_a_change_shows_at_once() -> None:
    event = meeting(title="Old")
    for path in pages_of(event):
        ask(path)
    Event.objects.filter(pk=event.pk).update(title="New")
    actions.tell_calendars(event=event)
    for path in pages_of(event)[:3]:
        content = ask(path).content
        assert b"New" in content
        assert b"Old" not in content


def test_what_staff_save_shows_at_once_though_calendars_do_not_tell_it(cast) -> None:
    """Here: join details that were public for a while turn to registered people only."""
    event = meeting(format="online")
    details = JoinDetails.objects.create(
        event=event, provider="zoom", url="https://zoom.us/j/81545869151", visibility="public", hours_before=48
    )
    assert b"81545869151" in ask(event.get_absolute_url()).content
    editor = cast("editor")
    path = f"/admin/events/event/{event.pk}/change/"
    form = form_fields(editor.get(path).content.decode(), "event_form")
    assert form["join_details-0-id"] == str(details.pk)
    assert editor.post(path, form | {"join_details-0-visibility": "registered"}).status_code == 302
    assert JoinDetails.objects.get().visibility == "registered"
    assert b"81545869151" not in ask(event.get_absolute_url()).content


def test_words_on_how_to_get_in_show_at_once(cast) -> None:
    venue = factories.venue(access="Ring 07700 900123 at the door.")
    event = meeting(format="in_person", venue=venue)
    assert b"07700 900123" in ask(event.get_absolute_url()).content
    editor, path = cast("editor"), f"/admin/events/venue/{venue.pk}/change/"
    form = form_fields(editor.get(path).content.decode(), "venue_form")
    assert editor.post(path, form | {"access": "Ring at the door."}).status_code == 302
    assert b"07700 900123" not in ask(event.get_absolute_url()).content


@pytest.mark.parametrize("what", ["consultation", "notice", "host"])
def test_what_stands_around_it_shows_a_second_later(monkeypatch, what: str) -> None:
    host = Partner.objects.create(name="Old host")
    event = meeting(host=host)
    assert b"Fresh words" not in ask(event.get_absolute_url()).content
    if what == "notice":
        Notice.objects.create(key="fault", body="Fresh words", publish_at=timezone.now())
    elif what == "host":
        host.name = "Fresh words"
        host.save()
    else:
        event.consultation.title = "Fresh words"
        event.consultation.save()
    monkeypatch.setattr(calendar_version, "LOOK_EVERY", 0.0)
    assert b"Fresh words" in ask(event.get_absolute_url()).content


def test_what_the_clock_does_shows_with_the_next_minute(time_machine) -> None:
    event = meeting(starts_at=timezone.now().replace(second=0) + timedelta(minutes=1), ends_at=None)
    assert event.title.encode() in ask(LIST).content
    assert b"This meeting is over" not in ask(event.get_absolute_url()).content
    time_machine.shift(timedelta(hours=2, minutes=1))
    assert b"This meeting is over" in ask(event.get_absolute_url()).content
    assert event.title.encode() not in ask(LIST).content


def test_each_query_and_https_are_apart(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    event = meeting(title="Only here", format="online")
    assert b"Only here" in ask(LIST).content
    assert b"Only here" not in ask(f"{LIST}?format=in_person").content
    assert "Strict-Transport-Security" not in ask(event.get_absolute_url())
    assert "Strict-Transport-Security" in Client().get(event.get_absolute_url(), secure=True)


class TestIsNotForEverybody:
    def test_staff_see_what_is_so_and_leave_nothing_behind(self, cast) -> None:
        event, draft = meeting(), meeting(slug="draft", publish_at=None, title="Secret draft")
        editor = cast("editor")
        ask(event.get_absolute_url())
        for path in (event.get_absolute_url(), draft.get_absolute_url()):
            seen = editor.get(path)
            assert seen.status_code == 200
            assert "no-store" in seen["Cache-Control"]
        assert Client().get(draft.get_absolute_url()).status_code == 404
        assert queries_of(event.get_absolute_url(), editor) > 0

    def test_a_page_with_a_cookie_of_somebody_is_not_kept(self, monkeypatch) -> None:
        event = meeting()
        before = pages_http.render_page

        def with_cookie(*args: Any, **kwargs: Any) -> Any:
            response = before(*args, **kwargs)
            response.set_cookie("csrf", "mine")
            return response

        monkeypatch.setattr("events.views.meetings.render_page", with_cookie)
        ask(event.get_absolute_url())
        assert len(pages_http.memory) == 0

    def test_refused_hosts_methods_and_http_are_refused(self, settings) -> None:
        path = meeting().get_absolute_url()
        tag = ask(path)["ETag"]
        assert Client().get(path, headers={"host": "evil.example", "if-none-match": tag}).status_code == 400
        assert Client().post(path).status_code == 405
        settings.SECURE_SSL_REDIRECT = True
        assert Client().get(path, headers={"if-none-match": tag}).status_code == 301

    def test_what_is_taken_offline_is_gone_at_once(self) -> None:
        event, user = meeting(), factories.user()
        ask(event.get_absolute_url())
        actions.cancel_event(event=event, reason="No room.", by=user)
        assert b"No room." in ask(event.get_absolute_url()).content
        actions.take_offline(event=event, reason="A mistake.", by=user)
        assert Client().get(event.get_absolute_url()).status_code == 404
        assert event.title.encode() not in ask(LIST).content

    def test_no_more_is_kept_than_there_is_room_for(self, monkeypatch) -> None:
        meeting()
        monkeypatch.setattr(pages_http.memory, "most", 2)
        ask(LIST)
        for query in ("a", "b", "c"):
            ask(f"{LIST}?{query}=1")
            assert queries_of(LIST) == 0  # what people ask for is not driven out by made-up addresses
        assert len(pages_http.memory) == 2
