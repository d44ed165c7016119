"""The version that answers who asks again: rises on commit, not on rollback; no process answers with what was."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consult.models import Consultation
from events import actions, calendar_version, feeds_http
from events.models import CalendarVersion, Event, Venue
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _as_after_a_restart() -> Iterator[None]:
    restart()
    yield
    restart()


def restart() -> None:
    calendar_version.forget()
    feeds_http.memory.clear()


@pytest.fixture
def patient(monkeypatch) -> None:
    """Nobody looks at the database because a second has passed: what is seen was told."""
    monkeypatch.setattr(calendar_version, "LOOK_EVERY", 3600.0)


def told(**fields: Any) -> Event:
    """A meeting tomorrow: these tests stand at the present."""
    tomorrow = timezone.now() + timedelta(days=1)
    return actions.tell_calendars(event=factories.event(starts_at=tomorrow, **fields))


def ask(tag: str = "", path: str = "/calendar.ics", **headers: str) -> Any:
    return Client().get(path, headers=headers | ({"if-none-match": tag} if tag else {}))


def rename(event: Event, title: str) -> None:
    Event.objects.filter(pk=event.pk).update(title=title)
    actions.tell_calendars(event=event)


class TestRises:
    def test_on_commit_and_not_before(self) -> None:
        event = told()
        number, marker = CalendarVersion.latest()[0], calendar_version.marker()
        with transaction.atomic():
            rename(event, "New")
            assert calendar_version.marker() == marker
        assert CalendarVersion.latest()[0] == number + 1
        assert calendar_version.marker() != marker

    def test_not_on_rollback(self) -> None:
        event = told()
        before, marker, latest = ask(), calendar_version.marker(), CalendarVersion.latest()
        with transaction.atomic():
            rename(event, "New")
            transaction.set_rollback(True)
        assert (CalendarVersion.latest(), calendar_version.marker()) == (latest, marker)
        assert ask(before["ETag"]).status_code == 304
        assert ask().content == before.content

    def test_by_each_of_many_writers(self) -> None:
        """None is lost and none waits for another, though each holds its meeting until all have written."""
        events = [told() for _ in range(4)]
        number = CalendarVersion.latest()[0]
        together = threading.Barrier(len(events) if connection.vendor == "postgresql" else 1)
        failures = []

        def write(event: Event) -> None:
            try:
                with transaction.atomic():
                    rename(event, "New")
                    together.wait(timeout=20)
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=(event,)) for event in events]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert CalendarVersion.latest()[0] == number + len(events)


class TestRemembers:
    @pytest.mark.usefixtures("patient")
    def test_who_asks_again_costs_no_query(self) -> None:
        told()
        for encoding in ("", "gzip"):
            whole = ask(accept_encoding=encoding) if encoding else ask()
            headers = {"accept-encoding": encoding} if encoding else {}
            with CaptureQueriesContext(connection) as queries:
                assert (
                    Client().get("/calendar.ics", headers={"if-none-match": whole["ETag"], **headers}).status_code
                    == 304
                )
                again = Client().get("/calendar.ics", headers=headers)
                head = Client().head("/calendar.ics", headers=headers)
                since = Client().get("/calendar.ics", headers={"if-modified-since": whole["Last-Modified"], **headers})
            assert len(queries) == 0
            assert (again.content, head.content, since.status_code) == (whole.content, b"", 304)
            assert again.headers == head.headers == whole.headers
            assert not again.cookies

    @pytest.mark.usefixtures("patient")
    def test_304_carries_the_same_headers_warm_and_cold(self) -> None:
        told()
        whole = ask()
        warm = ask(whole["ETag"])
        restart()
        cold = ask(whole["ETag"])
        assert (warm.status_code, cold.status_code) == (304, 304)
        assert warm.headers == cold.headers
        for name in (
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Referrer-Policy",
            "Permissions-Policy",
            "Vary",
        ):
            assert warm[name] == whole[name]
        assert "Content-Length" not in warm
        assert "Content-Type" not in warm

    def test_a_cold_process_answers_304_without_making_the_body(self, monkeypatch) -> None:
        told()
        tag = ask()["ETag"]
        restart()
        monkeypatch.setattr("events.ics_feed.feed", None)
        assert ask(tag).status_code == 304
        assert ask(tag).status_code == 304

    def test_the_same_tag_and_bytes_after_a_restart(self) -> None:
        told()
        before = ask()
        restart()
        after = ask()
        assert (after.content, after.headers) == (before.content, before.headers)

    @pytest.mark.usefixtures("patient")
    def test_every_change_is_seen_at_once(self) -> None:
        event = told(format="in_person", venue=factories.venue())
        before = ask()
        rename(event, "New")
        after = ask(before["ETag"])
        assert (after.status_code, b"SUMMARY:New" in after.content) == (200, True)
        event.venue.name = "Elsewhere"
        event.venue.save()
        actions.tell_calendars_of_venue(venue=Venue.objects.get())
        assert b"LOCATION:Elsewhere" in ask(after["ETag"]).content

    def test_where_the_writer_died_before_it_told_it_is_seen_a_second_later(self, monkeypatch) -> None:
        event = told()
        tag = ask()["ETag"]
        monkeypatch.setattr(calendar_version, "mark", lambda: None)
        rename(event, "New")
        assert ask(tag).status_code == 304
        monkeypatch.setattr(calendar_version, "LOOK_EVERY", 0.0)
        assert ask(tag).status_code == 200

    @pytest.mark.parametrize("change", ["title", "promise", "offline"])
    def test_what_the_other_app_changes_is_seen_a_second_later(self, monkeypatch, change: str) -> None:
        event = told()
        tag = ask()["ETag"]
        monkeypatch.setattr(calendar_version, "LOOK_EVERY", 0.0)
        if change == "promise":
            factories.key_date(event.consultation)
        else:
            row = Consultation.objects.get()
            row.title, row.publish_at = "New", row.publish_at if change == "title" else None
            row.save()
        after = ask(tag)
        assert after.status_code == 200
        assert {"title": b"CATEGORIES:New", "promise": b"Promised:", "offline": b"SUMMARY:Cancelled:"}[
            change
        ] in after.content

    def test_while_the_database_refuses_writes_a_change_is_still_seen(self, monkeypatch) -> None:
        monkeypatch.setattr(calendar_version, "LOOK_EVERY", 0.0)
        event = told()

        def refuse(now: Any) -> None:
            raise DatabaseError

        monkeypatch.setattr(calendar_version, "settle", refuse)
        restart()
        before = ask()
        rename(event, "New")
        after = ask(before["ETag"])
        assert (after.status_code, b"SUMMARY:New" in after.content) == (200, True)

    @pytest.mark.usefixtures("patient")
    def test_what_the_clock_publishes_is_seen_on_time(self, time_machine) -> None:
        now = timezone.now()
        time_machine.move_to(now, tick=True)
        told(title="Later", publish_at=now + timedelta(minutes=5))
        tag = ask()["ETag"]
        assert ask(tag).status_code == 304
        time_machine.shift(timedelta(minutes=6))
        after = ask(tag)
        assert (after.status_code, b"SUMMARY:Later" in after.content) == (200, True)

    def test_a_marker_that_cannot_be_written_stops_nobody(self, settings, tmp_path, caplog) -> None:
        (tmp_path / "file").touch()
        settings.CALENDAR_MARKER = tmp_path / "file" / "marker"
        rename(told(), "New")
        assert b"SUMMARY:New" in ask().content
        assert "cannot be written" in caplog.text

    def test_the_marker_grows_with_each_change(self) -> None:
        event = told()
        sizes = []
        for title in "abc":
            rename(event, title)
            sizes.append(calendar_version.marker()[1])
        assert sizes == [sizes[0], sizes[0] + 1, sizes[0] + 2]


class TestIsNotForEverybody:
    def test_a_foreign_host_is_refused_whatever_is_remembered(self) -> None:
        told()
        tag = ask()["ETag"]
        assert Client().get("/calendar.ics", headers={"if-none-match": tag, "host": "evil.example"}).status_code == 400

    def test_http_is_sent_to_https_whatever_is_remembered(self, settings) -> None:
        told()
        tag = ask()["ETag"]
        settings.SECURE_SSL_REDIRECT = True
        assert ask(tag).status_code == 301
        assert Client().get("/calendar.ics", secure=True, headers={"if-none-match": tag}).status_code == 304

    def test_https_answers_are_remembered_apart(self, settings) -> None:
        settings.SECURE_HSTS_SECONDS = 60
        told()
        assert "Strict-Transport-Security" not in ask()
        for _ in range(2):
            assert "Strict-Transport-Security" in Client().get("/calendar.ics", secure=True)

    def test_what_staff_see_of_a_draft_is_not_kept(self, cast) -> None:
        event = factories.event(publish_at=None, slug="draft")
        row = factories.consultation(publish_at=None, slug="secret")
        editor = cast("editor")
        for path in (f"{event.get_absolute_url()}calendar.ics", f"{row.get_absolute_url()}calendar.ics"):
            seen = editor.get(path)
            assert seen.status_code == 200
            assert "no-store" in seen["Cache-Control"]
            assert Client().get(path).status_code == 404

    def test_other_methods_are_refused(self) -> None:
        told()
        ask()
        assert Client().post("/calendar.ics").status_code == 405

    def test_no_more_is_kept_than_there_is_room_for(self, monkeypatch) -> None:
        told()
        monkeypatch.setattr(feeds_http.memory, "most", 3)
        queries = [f"/calendar.ics?{query}" for query in ("", "when=", "when=past", "when=week", "page=2", "free=on")]
        for path in queries:
            assert ask(path=path).status_code == 200
        assert len(feeds_http.memory) == 3
        monkeypatch.setattr(feeds_http.memory, "most_bytes", 10)
        assert ask(path="/calendar.ics?page=3").status_code == 200
        assert len(feeds_http.memory) == 0
        assert feeds_http.memory._bytes == 0


# --- other processes --------------------------------------------------------------------------------

ASK = """
import hashlib, json, sys
import django
django.setup()
from django.test import Client
from django.conf import settings
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "ask":
        response = Client().get(order["path"], headers=order["headers"])
        answer = {"status": response.status_code, "tag": response.get("ETag"), "modified": response["Last-Modified"],
            "digest": hashlib.sha256(response.content).hexdigest()}
    else:
        from events import actions
        from events.models import Event
        event = Event.objects.get(pk=order["pk"])
        event.title = order["title"]
        event.save()
        actions.tell_calendars(event=event)
        answer = {}
    print(json.dumps(answer), flush=True)
"""


class Process:
    """Another process of the portal, on the database of the tests."""

    def __init__(self) -> None:
        name = connection.settings_dict["NAME"]
        url = f"sqlite:///{name}"
        if connection.vendor == "postgresql":
            url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "consult.settings",
            "DATABASE_URL": url,
            "CALENDAR_MARKER": str(portal.CALENDAR_MARKER),
            "ALLOWED_HOSTS": "testserver",
            "PYTHONPATH": str(portal.BASE_DIR),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", ASK],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def order(self, **order: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def ask(self, tag: str = "", **headers: str) -> dict[str, Any]:
        return self.order(do="ask", path="/calendar.ics", headers=headers | ({"If-None-Match": tag} if tag else {}))


@pytest.fixture
def processes() -> Iterator[tuple[Process, Process]]:
    both = Process(), Process()
    yield both
    for each in both:
        each.process.communicate(timeout=20)


def test_two_fresh_processes_give_the_same_bytes(processes: tuple[Process, Process]) -> None:
    for number in range(3):
        event = factories.event(format="hybrid", venue=factories.venue(), title=f"Talk {number}")
        factories.join_details(event)
        actions.tell_calendars(event=event)
    factories.key_date(Consultation.objects.order_by("pk")[0])
    one, two = processes
    assert one.ask() == two.ask()
    assert one.ask(**{"Accept-Encoding": "gzip"}) == two.ask(**{"Accept-Encoding": "gzip"})
    here = ask(accept_encoding="gzip")
    assert here.status_code == 200
    assert gzip.decompress(Client().get("/calendar.ics", headers={"accept-encoding": "gzip"}).content)


def test_two_processes_see_what_the_other_changed_at_once(processes: tuple[Process, Process]) -> None:
    event = told()
    one, two = processes
    tag = one.ask()["tag"]
    assert two.ask(tag)["status"] == 304
    for writer, reader, title in ((one, two, "First"), (two, one, "Second"), (one, two, "Third")):
        writer.order(do="rename", pk=event.pk, title=title)
        seen = reader.ask(tag)
        assert seen["status"] == 200
        assert writer.ask() == reader.ask()
        tag = seen["tag"]
        assert one.ask(tag)["status"] == two.ask(tag)["status"] == 304
