"""Calendars that people put together: made, followed, changed, ended; with reminders; open to nobody else."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from consult.log import UtcFormatter
from events import actions
from events.actions import feeds
from events.models import Event, SavedFeed
from tests import factories
from tests.events import reading
from tests.events.reading import lines, meetings, properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

FORM = "/calendar/saved/"
KEY = "A" * 32


def told(**fields: Any) -> Event:
    return actions.tell_calendars(event=factories.event(**fields))


def make(client: Client, **fields: Any) -> SavedFeed:
    response = client.post(FORM, {"key": KEY, **fields})
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == f"/calendar/saved/edit/{KEY}/"
    return SavedFeed.objects.get()


def address(feed: SavedFeed) -> str:
    return f"/calendar/saved/{feed.token}.ics"


def test_is_made_and_followed(client: Client) -> None:
    told(title="Online")
    told(title="Hall", format="in_person", venue=factories.venue(borough="lambeth"))
    page = client.get(FORM)
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    assert re.fullmatch(r"[\w-]{32}", key)
    response = client.post(FORM, {"key": key, "format": "in_person", "borough": "lambeth", "alarms": ["60", "1440"]})
    feed = SavedFeed.objects.get()
    assert (feed.filters, feed.alarms) == ({"format": "in_person", "borough": "lambeth"}, [60, 1440])
    assert re.fullmatch(r"[\w-]{16}", feed.token)
    assert key not in feed.edit_key
    shown = client.get(response["Location"]).content.decode()
    for words in (
        f"http://testserver{address(feed)}",
        f"webcal://testserver{address(feed)}",
        f"http://testserver/calendar/saved/edit/{key}/",
        "Keep the address of this page",
    ):
        assert words in shown
    body = Client().get(address(feed)).content
    assert [entry["SUMMARY"] for entry in meetings(body)] == ["Hall"]
    assert "NAME:Policing in the open: In person\\, Lambeth" in lines(body)


def test_pressed_twice_it_is_made_once(client: Client) -> None:
    first = make(client, format="online")
    assert make(client, format="in_person") == first
    assert SavedFeed.objects.get().filters == {"format": "online"}


def test_a_key_of_another_shape_is_not_taken(client: Client) -> None:
    for key in ("", "short", "a/" * 16, "é" * 32):
        response = client.post(FORM, {"key": key})
        assert re.fullmatch(r"/calendar/saved/edit/[\w-]{32}/", response["Location"])
    assert SavedFeed.objects.count() == 4


def test_the_form_takes_over_the_view_that_one_comes_from(client: Client) -> None:
    html = client.get(f"{FORM}?format=online&borough=lambeth").content.decode()
    assert '<option value="online" selected>' in html
    assert '<option value="lambeth" selected>' in html


@pytest.mark.parametrize("fields", [{"format": "nonsense"}, {"alarms": ["7"]}, {"alarms": ["x"]}, {"borough": "x"}])
def test_what_is_wrong_is_told_and_nothing_is_made(client: Client, fields: dict[str, Any]) -> None:
    response = client.post(FORM, {"key": KEY, **fields})
    assert response.status_code == 200
    html = response.content.decode()
    assert "There is a problem" in html
    assert "from the list" in html
    assert f'value="{KEY}"' in html
    assert not SavedFeed.objects.exists()


class TestAlarms:
    def test_stand_in_the_meetings_of_saved_calendars_alone(self, client: Client) -> None:
        told()
        feed = make(client, alarms=["60", "1440", "10080"])
        read = reading.ical_js(Client().get(address(feed)).content)
        (meeting,) = [entry for entry in read["events"] if not entry["allDay"]]
        assert [alarm["seconds"] for alarm in meeting["alarms"]] == [-3600, -86400, -604800]
        assert {(alarm["action"], alarm["description"]) for alarm in meeting["alarms"]} == {
            ("DISPLAY", "Reminder of a meeting")
        }
        assert not [entry for entry in read["events"] if entry["allDay"] and entry["alarms"]]
        calendar = reading.icalendar(Client().get(address(feed)).content)
        triggers = [alarm["trigger"].dt for alarm in calendar.walk("VALARM")]
        assert triggers == [timedelta(hours=-1), timedelta(days=-1), timedelta(weeks=-1)]
        assert b"VALARM" not in Client().get("/calendar.ics").content

    def test_none_unless_asked_for_and_none_for_what_is_off(self, client: Client) -> None:
        event = told()
        feed = make(client)
        assert b"VALARM" not in Client().get(address(feed)).content
        actions.change_feed(feed=feed, filters={}, alarms=[60])
        assert Client().get(address(feed)).content.count(b"BEGIN:VALARM") == 1
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert b"VALARM" not in Client().get(address(feed)).content


class TestChange:
    def test_works(self, client: Client) -> None:
        told(title="Online")
        feed = make(client, format="in_person")
        before = Client().get(address(feed))
        page = f"/calendar/saved/edit/{KEY}/"
        assert '<option value="in_person" selected>' in client.get(page).content.decode()
        response = client.post(page, {"format": "online", "alarms": ["60"]})
        assert response.status_code == 200
        assert "Your changes are saved." in response.content.decode()
        feed.refresh_from_db()
        assert (feed.filters, feed.alarms) == ({"format": "online"}, [60])
        after = Client().get(address(feed), headers={"if-none-match": before["ETag"]})
        assert [entry["SUMMARY"] for entry in meetings(after.content)] == ["Online"]

    def test_what_is_wrong_changes_nothing(self, client: Client) -> None:
        feed = make(client, format="online")
        response = client.post(f"/calendar/saved/edit/{KEY}/", {"format": "nonsense"})
        assert response.status_code == 200
        assert "There is a problem" in response.content.decode()
        feed.refresh_from_db()
        assert feed.filters == {"format": "online"}

    def test_a_consultation_that_gets_a_new_address_is_still_followed(self, client: Client) -> None:
        row = factories.consultation(slug="old")
        told(consultation=row, title="Ours")
        told(title="Theirs")
        feed = make(client, consultation="old")
        row.slug = "new"
        row.save()
        body = Client().get(address(feed)).content
        assert [entry["SUMMARY"] for entry in meetings(body)] == ["Ours"]
        assert len(properties(body)) == 1 + 3


class TestEnd:
    def test_leaves_an_empty_calendar(self, client: Client) -> None:
        told()
        feed = make(client)
        before = Client().get(address(feed))
        page = f"/calendar/saved/edit/{KEY}/"
        asked = client.post(page, {"end": "yes"})
        assert (asked.status_code, "cannot be undone" in asked.content.decode()) == (200, True)
        assert not SavedFeed.objects.get().revoked_at
        assert client.post(page, {"end": "sure"}).status_code == 302
        html = client.get(page).content.decode()
        assert "This calendar ended on Wednesday 14 January 2026" in html
        assert "<form" not in html
        after = Client().get(address(feed), headers={"if-none-match": before["ETag"]})
        assert (after.status_code, properties(after.content)) == (200, [])
        assert "NAME:Policing in the open: ended" in lines(after.content)
        reading.icalendar(after.content)

    def test_is_for_good(self, client: Client) -> None:
        feed = make(client)
        actions.revoke_feed(feed=feed)
        ended = SavedFeed.objects.get().revoked_at
        client.post(f"/calendar/saved/edit/{KEY}/", {"format": "online"})
        actions.revoke_feed(feed=feed)
        feed.refresh_from_db()
        assert (feed.revoked_at, feed.filters) == (ended, {})


class TestNobodyElse:
    def test_unknown_addresses_are_not_found(self, client: Client) -> None:
        feed = make(client)
        for path in (
            "/calendar/saved/none.ics",
            f"/calendar/saved/{KEY}.ics",
            f"/calendar/saved/edit/{feed.token}/",
            f"/calendar/saved/edit/{feed.edit_key}/",
            "/calendar/saved/%00.ics",
        ):
            assert Client().get(path).status_code == 404, path
            assert Client().post(path).status_code in {404, 405}, path

    def test_reading_sets_no_cookie_and_takes_no_other_method(self, client: Client) -> None:
        feed = make(client)
        response = Client().get(address(feed))
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=300"
        assert Client().post(address(feed)).status_code == 405

    def test_a_form_of_another_site_is_refused(self, client: Client) -> None:
        make(client)
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(FORM, {"key": KEY}).status_code == 403
        assert strict.post(f"/calendar/saved/edit/{KEY}/", {"end": "yes"}).status_code == 403
        assert SavedFeed.objects.get().revoked_at is None

    def test_its_page_is_kept_nowhere(self, client: Client) -> None:
        make(client)
        response = client.get(f"/calendar/saved/edit/{KEY}/")
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response.content.decode()

    def test_no_log_holds_its_addresses(self) -> None:
        for path in (f"/calendar/saved/{KEY}.ics", f"/calendar/saved/edit/{KEY}/"):
            record = logging.LogRecord("django.request", 30, "", 1, "Not Found: %s", (path,), None)
            assert KEY not in UtcFormatter().format(record)
            assert "Not Found: /calendar/saved/" in UtcFormatter().format(record)


class TestTooMany:
    @pytest.fixture(autouse=True)
    def two_an_hour(self, noon, monkeypatch, time_machine) -> None:
        monkeypatch.setattr(feeds, "MOST", 2)
        for number in range(2):
            time_machine.move_to(NOON + timedelta(minutes=10 * number), tick=False)
            actions.save_feed(filters={}, alarms=[], edit_token=str(number))

    def test_the_next_waits_and_loses_nothing(self, client: Client, time_machine) -> None:
        sent = {"key": KEY, "format": "online", "alarms": ["60"]}
        response = client.post(FORM, sent)
        html = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (429, "3000")
        assert SavedFeed.objects.count() == 2
        for words in (
            "<title>Error: ",
            "There is a problem",
            "Many calendars were made in the last hour. Press the button again in 50 minutes",
            '<option value="online" selected>',
            f'value="{KEY}"',
            'href="webcal://testserver/calendar.ics?format=online"',
            ">http://testserver/calendar.ics?format=online<",
        ):
            assert words in html
        assert re.search(r'name="alarms"[^>]*value="60"[^>]*checked', html)
        time_machine.move_to(NOON + timedelta(minutes=60), tick=False)
        assert client.post(FORM, sent).status_code == 302
        assert SavedFeed.objects.latest("pk").alarms == [60]

    def test_the_last_minute_is_told_and_the_calendar_of_all_offered(self, client: Client, time_machine) -> None:
        time_machine.move_to(NOON + timedelta(seconds=3599), tick=False)
        response = client.post(FORM, {"key": KEY})
        assert response["Retry-After"] == "1"
        assert "again in 1 minute" in response.content.decode()
        assert ">http://testserver/calendar.ics<" in response.content.decode()

    def test_what_is_there_is_still_changed_and_a_button_pressed_twice_still_leads_to_it(self, client: Client) -> None:
        feed = SavedFeed.objects.latest("pk")
        assert actions.save_feed(filters={}, alarms=[], edit_token="1") == feed
        actions.change_feed(feed=feed, filters={"format": "online"}, alarms=[])
        feed.refresh_from_db()
        assert feed.filters == {"format": "online"}


def test_who_has_it_gets_304(client: Client, time_machine) -> None:
    told()
    feed = make(client, alarms=["60"])
    whole = Client().get(address(feed))
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    assert Client().get(address(feed), headers={"if-none-match": whole["ETag"]}).status_code == 304
    assert Client().head(address(feed)).headers == whole.headers
