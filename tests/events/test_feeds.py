"""Feeds as joined texts: what is kept, what is withdrawn, what the clock changes, dates of consultations, filters."""

import gzip
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.actions import keep_promise, move_key_date, take_offline
from consult.dates import LONDON
from consult.models import Consultation
from events import actions, ics
from events.forms import EventFilter
from events.forms_feed import OF_THE_PAGE, FeedFilter
from events.models import AccessProvision, CalendarVersion, Event, Venue
from tests import factories
from tests.events import reading
from tests.events.reading import lines, meetings, properties
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

WILD = 'Commas, semicolons; colons: "quotes" \\ back\\n <b>&amp;</b> 😀👩🏾‍🦽 é '


def told(**fields: Any) -> Event:
    return actions.tell_calendars(event=factories.event(**fields))


def feed(path: str = "/calendar.ics") -> bytes:
    response = Client().get(path)
    assert response.status_code == 200, response.content
    return response.content


def only(path: str = "/calendar.ics") -> dict[str, str]:
    (entry,) = meetings(feed(path))
    return entry


def titles(path: str = "/calendar.ics") -> list[str]:
    return [entry["SUMMARY"] for entry in meetings(feed(path))]


class TestKeptTexts:
    def test_a_feed_holds_what_was_kept_and_nothing_is_made_when_somebody_asks(self, monkeypatch) -> None:
        told(title="Talk")
        feed()

        def fails(*args: object) -> None:
            raise AssertionError("made in a request")

        monkeypatch.setattr(ics, "_vevent", fails)
        assert titles() == ["Talk"]

    def test_its_text_is_that_of_the_meeting_alone(self) -> None:
        event = told(title="Talk")
        alone = ics.event_calendar(Event.objects.for_list().get(pk=event.pk))
        assert meetings(alone) == meetings(feed()) == meetings(feed(f"{event.get_absolute_url()}calendar.ics"))

    def test_a_consultation_that_is_renamed_is_renamed_in_all_its_meetings(self) -> None:
        event = told()
        event.consultation.title = "New, and better"
        event.consultation.save()
        assert only()["CATEGORIES"] == "New\\, and better"

    def test_nobody_told_of_it_and_it_appears(self) -> None:
        event = factories.event(title="Made by hand")
        assert titles() == ["Made by hand"]
        event.refresh_from_db()
        assert event.calendar_text
        assert event.public_since == NOON

    @pytest.mark.parametrize("change", ["provision", "venue"])
    def test_words_that_stand_in_other_rows_raise_last_modified(self, time_machine, change: str) -> None:
        event = told(format="in_person", venue=factories.venue())
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        if change == "provision":
            AccessProvision.objects.create(event=event, kind="bsl")
            actions.tell_calendars(event=event)
        else:
            event.venue.latitude, event.venue.longitude = "51.503300", "-0.119500"
            event.venue.save()
            actions.tell_calendars_of_venue(venue=Venue.objects.get())
        entry = only()
        assert (entry["SEQUENCE"], entry["LAST-MODIFIED"]) == ("0", "20260114T130000Z")

    @pytest.mark.parametrize(
        ("latitude", "longitude", "written"),
        [
            ("51.503300", "-0.119500", "51.5033;-0.1195"),
            ("51.477928", "-0.000015", "51.477928;-0.000015"),  # beside the meridian of Greenwich
            ("51.000000", "0.000000", "51;0"),
        ],
    )
    def test_geo_where_it_is_known(self, latitude: str, longitude: str, written: str) -> None:
        told(format="in_person", venue=factories.venue(latitude=latitude, longitude=longitude))
        assert only()["GEO"] == written
        event = told(format="in_person", venue=factories.venue())
        assert "GEO" not in only(f"{event.get_absolute_url()}calendar.ics")

    def test_a_date_that_may_change_is_tentative_and_then_confirmed(self) -> None:
        event = told(is_provisional=True)
        assert (only()["STATUS"], only()["SEQUENCE"]) == ("TENTATIVE", "0")
        event.is_provisional = False
        event.save()
        actions.tell_calendars(event=event)
        assert (only()["STATUS"], only()["SEQUENCE"]) == ("CONFIRMED", "1")

    def test_the_gateway_stands_in_the_description_of_what_can_be_joined(self) -> None:
        event = told()
        gateway = f"How to join: http://testserver{event.get_absolute_url()}join/"
        assert gateway in only()["DESCRIPTION"]
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        assert "/join/" not in only()["DESCRIPTION"]

    def test_details_for_registered_people_stand_in_no_kept_text(self) -> None:
        event = factories.event()
        factories.join_details(event, visibility="registered")
        actions.tell_calendars(event=event)
        event.refresh_from_db()
        for secret in ("zoom.us", "369100", "815 4586 9151"):
            assert secret not in event.calendar_text

    def test_the_same_queries_and_no_truncation_whatever_their_number(self) -> None:
        row = factories.consultation(slug="row")
        counts = []
        for wanted in (1, 3, 300):
            while Event.objects.count() < wanted:
                actions.tell_calendars(event=factories.event(row))
            feed()
            with CaptureQueriesContext(connection) as queries:
                assert len(titles()) == wanted
            counts.append(len(queries))
        assert len(set(counts)) == 1


class TestRebuild:
    def test_makes_all_anew_and_tells_nobody(self, capsys, settings, time_machine) -> None:
        event, other = told(title="Talk"), told(title="Other")
        actions.cancel_event(event=other, reason="Floods.", by=factories.user())
        before = feed()
        Event.objects.filter(pk=event.pk).update(calendar_text="BEGIN:VEVENT\r\nEND:VEVENT\r\n")
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        call_command("rebuild_calendars")
        assert capsys.readouterr().out == "2 meetings, 1 of them changed in calendars.\n"
        assert feed() == before
        call_command("rebuild_calendars", verbosity=0)
        assert capsys.readouterr().out == ""
        settings.SITE_URL = "https://new.example"
        call_command("rebuild_calendars")
        assert capsys.readouterr().out == "2 meetings, 2 of them changed in calendars.\n"
        assert [entry["URL"][:19] for entry in meetings(feed())] == ["https://new.example"] * 2
        assert [entry["SEQUENCE"] for entry in meetings(feed())] == ["0", "1"]


class TestCancelled:
    @pytest.mark.parametrize(("days", "shown"), [(0, True), (90, True), (91, False), (400, False)])
    def test_stays_for_ninety_days_after_its_date(self, time_machine, days: int, shown: bool) -> None:
        event = told(title="Off")
        told(title="Took place")
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        before = Client().get("/calendar.ics")
        time_machine.move_to(datetime(2026, 1, 15, 23, 59, tzinfo=LONDON) + timedelta(days=days), tick=False)
        after = Client().get("/calendar.ics", headers={"if-none-match": before["ETag"]})
        assert (after.status_code == 304) is shown
        assert titles() == (["Cancelled: Off", "Took place"] if shown else ["Took place"])

    def test_what_the_clock_leaves_out_raises_last_modified(self, time_machine) -> None:
        event = told()
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        time_machine.move_to(NOON + timedelta(days=200), tick=False)
        assert Client().get("/calendar.ics")["Last-Modified"] == "Wed, 15 Apr 2026 23:00:00 GMT"


class TestGone:
    """What was public and is withdrawn, or has no date any more, turns cancelled."""

    def withdraw(self, event: Event, how: str) -> None:
        if how == "date":
            Event.objects.filter(pk=event.pk).update(starts_at=None, ends_at=None, date_note="In spring")
            actions.tell_calendars(event=event)
        elif how == "event":
            take_offline(row=event, reason="A mistake.", by=factories.user())
        else:
            take_offline(row=event.consultation, reason="A mistake.", by=factories.user())

    @pytest.mark.parametrize("how", ["date", "event", "consultation"])
    @pytest.mark.parametrize("path", ["/calendar.ics", "/consultations/row/calendar.ics", "/events/talk/calendar.ics"])
    def test_turns_cancelled(self, how: str, path: str, time_machine) -> None:
        event = factories.event(factories.consultation(slug="row", title="Row"), title="Talk", slug="talk")
        factories.join_details(event)
        actions.tell_calendars(event=event)
        before = only(path)
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        self.withdraw(event, how)
        after = only(path)
        assert after["UID"] == before["UID"]
        assert (after["STATUS"], after["SEQUENCE"], after["SUMMARY"]) == ("CANCELLED", "1", "Cancelled: Talk")
        assert after["DTSTAMP"] == after["LAST-MODIFIED"] == "20260114T130000Z"
        assert after["DTSTART;TZID=Europe/London"] == before["DTSTART;TZID=Europe/London"]
        assert not [name for name in after if name.startswith("CONFERENCE")]
        assert "zoom" not in after["DESCRIPTION"]
        assert ("URL" in after) is (how == "date")
        assert ("CATEGORIES" in after) is (how != "consultation")

    def test_postponed_to_no_date_it_says_so_and_why(self) -> None:
        event = told(title="Talk", slug="talk")
        actions.postpone_event(event=event, date_note="In March", reason="Floods, again.", by=factories.user())
        entry = only()
        assert (entry["STATUS"], entry["SEQUENCE"], entry["SUMMARY"]) == ("CANCELLED", "1", "Postponed: Talk")
        assert entry["DESCRIPTION"] == (
            "Postponed: Floods\\, again.\\n\\nThis date no longer holds. The next one will be announced on its page."
            "\\n\\nAll about it: http://testserver/events/talk/"
        )
        later = NOON + timedelta(days=60)
        actions.move_event(
            event=event, starts_at=later, ends_at=None, format="online", venue=None, reason="Dry.", by=factories.user()
        )
        assert (only()["STATUS"], only()["SEQUENCE"], only()["SUMMARY"]) == ("CONFIRMED", "2", "Talk")

    def test_cancelled_and_then_without_a_date_it_promises_no_other(self) -> None:
        event = told(title="Talk", slug="talk")
        actions.cancel_event(event=event, reason="Floods.", by=factories.user())
        self.withdraw(event, "date")
        assert only()["SUMMARY"] == "Cancelled: Talk"
        assert only()["DESCRIPTION"] == "Cancelled: Floods.\\n\\nAll about it: http://testserver/events/talk/"

    @pytest.mark.parametrize("how", ["event", "consultation"])
    def test_withdrawn_after_it_was_postponed_it_leads_nowhere_any_more(self, how: str) -> None:
        event = told(title="Talk", slug="talk")
        actions.postpone_event(event=event, date_note="In March", reason="Floods.", by=factories.user())
        assert only()["URL"] == "http://testserver/events/talk/"
        self.withdraw(Event.objects.get(), how)
        for _ in range(2):
            entry = only()
            assert (entry["STATUS"], entry["SEQUENCE"], entry["SUMMARY"]) == ("CANCELLED", "2", "Postponed: Talk")
            assert "URL" not in entry
            assert entry["DESCRIPTION"].startswith("This meeting is no longer announced.")
            Event.objects.get().save()
            actions.tell_calendars(event=event)

    @pytest.mark.parametrize("how", ["event", "consultation"])
    def test_nothing_that_is_written_afterwards_shows(self, how: str) -> None:
        event = told(title="Talk", slug="talk")
        self.withdraw(event, how)
        feed()  # whether somebody asked meanwhile or not
        before = feed()
        event.refresh_from_db()
        event.title, event.summary, event.starts_at, event.ends_at = "SECRET", "SECRET", NOON, None
        event.save()
        actions.tell_calendars(event=event)
        event.consultation.refresh_from_db()
        if how == "consultation":
            event.consultation.title = "SECRET"
            event.consultation.save()
        assert feed() == before
        assert b"SECRET" not in feed("/events/talk/calendar.ics")
        assert b"SECRET" not in feed(f"/calendar.ics?consultation={event.consultation.slug}") or how == "event"
        assert b"SECRET" not in feed(f"/consultations/{event.consultation.slug}/calendar.ics") or how == "event"

    def test_nothing_that_is_written_before_anybody_asks_shows_either(self) -> None:
        event = told(title="Talk")
        self.withdraw(event, "event")
        event.refresh_from_db()
        event.title = "SECRET"
        event.save()
        actions.tell_calendars(event=event)
        assert titles() == ["Cancelled: Talk"]

    @pytest.mark.parametrize("how", ["date", "event", "consultation"])
    def test_comes_back_with_a_higher_sequence(self, how: str) -> None:
        event = told(title="Talk")
        self.withdraw(event, how)
        assert only()["SEQUENCE"] == "1"
        Consultation.objects.update(publish_at=factories.BEFORE)
        Event.objects.update(publish_at=factories.BEFORE, starts_at=NOON + timedelta(days=3), ends_at=None)
        event.consultation.refresh_from_db()
        event.consultation.save()  # as staff publish it again
        if how != "consultation":
            actions.tell_calendars(event=event)
        entry = only()
        assert (entry["SUMMARY"], entry["STATUS"], entry["SEQUENCE"]) == ("Talk", "CONFIRMED", "2")

    def test_is_left_out_ninety_days_after_its_date(self, time_machine) -> None:
        self.withdraw(told(), "event")
        assert len(titles()) == 1
        time_machine.move_to(NOON + timedelta(days=92), tick=False)
        assert titles() == []

    def test_a_draft_that_nobody_saw_leaves_no_trace(self) -> None:
        event = told(publish_at=NOON + timedelta(hours=1), slug="talk")
        Event.objects.filter(pk=event.pk).update(publish_at=None)
        actions.tell_calendars(event=event)
        assert titles() == []
        assert Client().get("/events/talk/calendar.ics").status_code == 404

    def test_one_without_a_date_from_the_first_was_never_there(self) -> None:
        event = told(starts_at=None, ends_at=None, date_note="In spring")
        self.withdraw(event, "event")
        assert titles() == []

    def test_what_the_clock_published_is_known_to_have_been_public(self, time_machine) -> None:
        event = told(title="Talk", publish_at=NOON + timedelta(hours=1))
        assert titles() == []
        time_machine.move_to(NOON + timedelta(hours=2), tick=False)
        assert titles() == ["Talk"]
        self.withdraw(Event.objects.get(pk=event.pk), "event")
        assert titles() == ["Cancelled: Talk"]

    def test_a_long_title_stays_folded_and_whole(self) -> None:
        title = (WILD * 4)[:200].strip()
        self.withdraw(told(title=title), "event")
        (entry,) = [e for e in reading.icalendar(feed()).walk("VEVENT") if e["status"] == "CANCELLED"]
        assert str(entry["summary"]) == f"Cancelled: {title}"
        lines(feed())


class TestDatesOfConsultations:
    def entries(self, path: str = "/calendar.ics") -> dict[str, dict[str, str]]:
        found = [entry for entry in properties(feed(path)) if "DTSTART;VALUE=DATE" in entry]
        return {entry["SUMMARY"]: entry for entry in found}

    def test_in_full(self) -> None:
        row = factories.consultation(title="Trust, and more", slug="trust")
        promise = factories.key_date(row)
        factories.key_date(row, is_promise=False, label="Reading group")
        factories.key_date(row, label="Response published", on=None, date_note="By summer")
        entries = self.entries("/consultations/trust/calendar.ics")
        assert [(summary, e["DTSTART;VALUE=DATE"], e["DTEND;VALUE=DATE"]) for summary, e in entries.items()] == [
            ("Opens: Trust\\, and more", "20251215", "20251216"),
            ("Closing in 7 days: Trust\\, and more", "20260114", "20260115"),
            ("Closes at 23:59: Trust\\, and more", "20260121", "20260122"),
            ("Promised: Final Plan published (Trust\\, and more)", "20260331", "20260401"),
        ]
        closes = entries["Closes at 23:59: Trust\\, and more"]
        assert closes["TRANSP"] == "TRANSPARENT"
        assert closes["DESCRIPTION"].startswith("Closes at 23:59 on Wednesday 21 January 2026\\, London time.")
        assert closes["URL"] == "http://testserver/consultations/trust/"
        assert 'ORGANIZER;CN="Policing in the open"' in closes
        assert len({entry["UID"] for entry in entries.values()}) == 4
        assert self.entries() == entries
        assert promise.pk

    def test_names_sequence_and_times_come_from_the_data(self, time_machine) -> None:
        row = factories.consultation(title="Trust")
        before = self.entries()
        time_machine.move_to(NOON + timedelta(hours=1), tick=False)
        row.summary = "Other words."
        row.save()
        assert self.entries() == before
        row.closes_at = datetime(2026, 2, 2, 12, tzinfo=LONDON)
        row.save()
        after = self.entries()
        old, new = before["Closes at 23:59: Trust"], after["Closes at 12:00: Trust"]
        assert (old["SEQUENCE"], old["LAST-MODIFIED"]) == ("0", "20260114T120000Z")
        assert (new["SEQUENCE"], new["LAST-MODIFIED"]) == ("1", "20260114T130000Z")
        assert (new["UID"], new["DTSTART;VALUE=DATE"]) == (old["UID"], "20260202")
        assert after["Opens: Trust"] == before["Opens: Trust"]

    def test_a_promise_is_moved_and_kept(self, time_machine) -> None:
        row, editor = factories.consultation(title="Trust"), factories.user()
        promise = factories.key_date(row)
        first = self.entries()["Promised: Final Plan published (Trust)"]
        move_key_date(key_date=promise, to=datetime(2026, 4, 30).date(), reason="More to read.", by=editor)
        moved = self.entries()["Promised: Final Plan published (Trust)"]
        assert (moved["UID"], moved["SEQUENCE"], moved["DTSTART;VALUE=DATE"]) == (first["UID"], "1", "20260430")
        assert "Before: Tuesday 31 March 2026. Moved because: More to read." in moved["DESCRIPTION"]
        keep_promise(key_date=promise, on=NOON.date(), evidence_url="https://example.org/plan", by=editor)
        kept = self.entries()["Kept: Final Plan published (Trust)"]
        assert (kept["UID"], kept["SEQUENCE"]) == (first["UID"], "1")
        assert "Kept on Wednesday 14 January 2026. https://example.org/plan" in kept["DESCRIPTION"]

    def test_a_short_consultation_gives_no_warning_and_an_open_one_no_end(self) -> None:
        factories.consultation(title="Short", opens_at=datetime(2026, 1, 16, tzinfo=LONDON))
        factories.consultation(title="Open", opens_at=None, closes_at=None)
        assert list(self.entries()) == ["Opens: Short", "Closes at 23:59: Short"]

    def test_drafts_have_none(self) -> None:
        factories.key_date(factories.consultation(publish_at=None))
        assert self.entries() == {}

    @pytest.mark.parametrize("path", ["/consultations/row/calendar.ics", "/calendar.ics?consultation=row"])
    def test_those_of_a_consultation_that_is_withdrawn_leave_though_it_had_no_meetings(self, path: str) -> None:
        """Programs keep what they had on a 404; nothing that staff write afterwards shows."""
        row = factories.consultation(slug="row")
        assert len(self.entries(path)) == 3
        take_offline(row=row, reason="A mistake.", by=factories.user())
        row.refresh_from_db()
        row.title = "SECRET"
        row.save()
        assert self.entries(path) == {}
        assert b"SECRET" not in feed(path)

    @pytest.mark.parametrize("path", ["/consultations/row/calendar.ics", "/calendar.ics?consultation=row"])
    def test_a_draft_that_nobody_saw_has_no_calendar(self, path: str) -> None:
        row = factories.consultation(slug="row", publish_at=NOON + timedelta(days=1))
        row.publish_at = None
        row.save()
        assert Client().get(path).status_code in {400, 404}

    def test_nothing_depends_on_the_clock(self, time_machine) -> None:
        factories.key_date(factories.consultation())
        before = feed()
        time_machine.move_to(NOON + timedelta(days=400), tick=False)
        assert feed() == before

    def test_foreign_parsers_take_them_for_whole_days(self) -> None:
        factories.key_date(factories.consultation(title=WILD.strip(), slug="wild"))
        body = feed("/consultations/wild/calendar.ics")
        read = reading.ical_js(body, "America/New_York")["events"]
        spans = [(entry["firstDay"], entry["endsBefore"], entry["allDay"], entry["transparency"]) for entry in read]
        assert spans == [
            ("2025-12-15", "2025-12-16", True, "TRANSPARENT"),
            ("2026-01-14", "2026-01-15", True, "TRANSPARENT"),
            ("2026-01-21", "2026-01-22", True, "TRANSPARENT"),
            ("2026-03-31", "2026-04-01", True, "TRANSPARENT"),
        ]
        assert read[2]["summary"] == f"Closes at 23:59: {' '.join(WILD.split())}"
        days = [(e["dtstart"].dt, e["dtend"].dt) for e in reading.icalendar(body).walk("VEVENT")]
        assert {(end - start).days for start, end in days} == {1}

    def test_a_fixed_number_of_queries(self) -> None:
        counts = []
        for _ in (1, 3):
            factories.key_date(factories.consultation())
            factories.key_date(factories.consultation())
            with CaptureQueriesContext(connection) as queries:
                feed()
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestFilters:
    def test_each_filter_of_the_list_is_a_feed(self) -> None:
        row = factories.consultation(title="Row", slug="row")
        hall = factories.venue(borough="lambeth")
        told(consultation=row, title="Hall", format="in_person", venue=hall)
        online = told(title="Online", languages="Somali")
        AccessProvision.objects.create(event=online, kind="bsl")
        for query, wanted in {
            "": ["Hall", "Online"],
            "format=online": ["Online"],
            "format=in_person&borough=lambeth": ["Hall"],
            "provision=bsl": ["Online"],
            "language=Somali": ["Online"],
            "consultation=row": ["Hall"],
            "format=&borough=": ["Hall", "Online"],
            "format=online&when=past&from=&to=&free=on&page=2": ["Online"],
        }.items():
            assert titles(f"/calendar.ics?{query}") == wanted, query

    def test_every_filter_of_the_list_has_its_place(self) -> None:
        """A new one is a filter of feeds too, or is named as one that they do not heed."""
        form = EventFilter({"language": "Somali"})
        names = {form.add_prefix(name) for name in form.fields}
        assert names - OF_THE_PAGE == set(FeedFilter({"language": "Somali"}).fields)

    def test_its_name_says_what_it_holds_and_its_source_where_it_is(self) -> None:
        told(consultation=factories.consultation(title="Row", slug="row"))
        text = lines(feed("/calendar.ics?consultation=row&format=online"))
        assert "NAME:Policing in the open: Row\\, Online" in text
        assert "SOURCE;VALUE=URI:http://testserver/calendar.ics?consultation=row&format=online" in text

    @pytest.mark.parametrize(
        ("asked", "source"),
        [
            ("/calendar.ics?when=what+they+typed&format=online&&", "/calendar.ics?format=online"),
            ("/calendar.ics?&", "/calendar.ics"),
            ("/events/talk/calendar.ics?fbclid=them", "/events/talk/calendar.ics"),
        ],
    )
    def test_what_else_somebody_put_into_the_address_is_not_repeated(self, asked: str, source: str) -> None:
        told(slug="talk")
        assert f"SOURCE;VALUE=URI:http://testserver{source}" in lines(feed(asked))

    def test_dates_stand_beside_all_meetings_of_a_consultation_only(self) -> None:
        told(consultation=factories.consultation(slug="row"))
        factories.consultation()
        assert len(properties(feed("/calendar.ics?consultation=row"))) == 1 + 3
        assert len(properties(feed("/calendar.ics?when="))) == 1 + 6
        assert len(properties(feed("/calendar.ics?consultation=row&format=online"))) == 1

    @pytest.mark.parametrize(
        "query",
        [
            "format=nonsense",
            "borough=atlantis",
            "consultation=none",
            "fromat=online",
            "provision=%00",
            "consultation=%00",
            "language=Elvish",
        ],
    )
    def test_what_it_does_not_know_gives_no_calendar(self, query: str) -> None:
        told()
        response = Client().get(f"/calendar.ics?{query}")
        assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
        text = response.content.decode()
        assert text.startswith("This calendar ")
        assert text.count("\n") == 1
        assert query.split("=")[1] not in text

    def test_a_draft_is_no_filter(self) -> None:
        factories.consultation(slug="secret", publish_at=None)
        assert Client().get("/calendar.ics?consultation=secret").status_code == 400

    def test_a_former_address_of_a_consultation_still_filters(self) -> None:
        row = factories.consultation(slug="old")
        told(consultation=row, title="Ours")
        told(title="Theirs")
        row.slug = "new"
        row.save()
        assert titles("/calendar.ics?consultation=old") == ["Ours"]

    def test_a_withdrawn_consultation_still_filters(self) -> None:
        row = factories.consultation(slug="row")
        told(consultation=row, title="Ours")
        take_offline(row=row, reason="A mistake.", by=factories.user())
        feed()
        assert titles("/calendar.ics?consultation=row") == ["Cancelled: Ours"]

    def test_other_feeds_have_none(self) -> None:
        factories.consultation(slug="row")
        assert Client().get("/consultations/row/calendar.ics?format=online").status_code == 400


def test_gzip_holds_the_same_bytes() -> None:
    told()
    plain = Client().get("/calendar.ics")
    zipped = Client().get("/calendar.ics", headers={"accept-encoding": "br, gzip;q=0.8"})
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["Content-Encoding"] == "gzip"
    assert zipped["Content-Length"] == str(len(zipped.content))
    assert zipped["ETag"] != plain["ETag"]
    assert zipped["Vary"] == plain["Vary"] == "Accept-Encoding"
    headers = {"accept-encoding": "gzip", "if-none-match": zipped["ETag"]}
    assert Client().get("/calendar.ics", headers=headers).status_code == 304
    for other in ("", "br", "gzip;q=0", "gzip; q=0.0", "*", "x-notgzip"):
        assert "Content-Encoding" not in Client().get("/calendar.ics", headers={"accept-encoding": other})


def test_the_version_is_one_more_for_each_change_and_the_same_for_none() -> None:
    event = told()
    first, _ = CalendarVersion.latest()
    actions.tell_calendars(event=event)
    assert CalendarVersion.latest()[0] == first
    event.title = "Other"
    event.save()
    actions.tell_calendars(event=event)
    assert CalendarVersion.latest()[0] == first + 1
