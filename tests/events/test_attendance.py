"""Who comes: a list, the door, needs, an export. Who may look, what is on record, and what leaks nowhere."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.actions import CannotBeDone
from consult.models import AuditEntry, Letter, Partner, User
from events import actions
from events.exports import harmless
from events.models import AccessProvision, Event, Registration
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

PAGES = ["attendance", "checkin", "needs", "export"]


def url(event: Event, page: str) -> str:
    return f"/admin/events/event/{event.pk}/{page}/"


@pytest.fixture
def event() -> Event:
    event = factories.event(takes_registrations=True, capacity=20, format="in_person", venue=factories.venue())
    factories.registration(event, name="Zoë <b>Last</b>", places=2, access_needs="A chair & water\nat the front")
    factories.registration(event, name="ada first", email="ada@example.org")
    factories.registration(event, name="Wilma Waits", state="waiting")
    factories.registration(event, name="Ned Never", state="unconfirmed", confirmed_at=None)
    factories.registration(event, name="Carl Cancelled", state="cancelled")
    factories.registration(event, name="Olga Over", state="offered", offered_until=NOON - timedelta(hours=1))
    factories.registration(event, name="", email="", erased_at=NOON)
    factories.registration(factories.event(takes_registrations=True), name="Elsa Elsewhere")
    AccessProvision.objects.create(event=event, kind="bsl", detail="Two.")
    return event


@pytest.fixture
def editor(cast: Callable[[str], Client]) -> Client:
    return cast("editor")


def test_the_list(editor: Client, event: Event) -> None:
    page = editor.get(url(event, "attendance")).content.decode()
    names = ["ada first", "Zoë &lt;b&gt;Last&lt;/b&gt;", "Wilma Waits"]
    assert sorted(names, key=page.index) == names
    assert "A chair &amp; water<br>at the front" in page
    assert "3 places booked of 20, 0 came." in page
    assert "1 more, whose personal details are deleted." in page
    for hidden in ("Never", "Cancelled", "Olga", "Elsewhere", "ada@example.org"):
        assert hidden not in page
    html5lib.HTMLParser(strict=True).parse(page)


def test_needs_are_told_without_names(editor: Client, event: Event) -> None:
    page = editor.get(url(event, "needs")).content.decode()
    assert "A chair &amp; water" in page
    assert "British Sign Language interpreter: Two." in page
    assert "Last" not in page.split('id="content"')[1]
    assert "ada" not in page.split('id="content"')[1]


def test_the_table_is_safe_in_a_spreadsheet(editor: Client, event: Event) -> None:
    factories.registration(
        event, name='=HYPERLINK("http://bad.example","x")', access_needs="-1+1", email="x@example.org"
    )
    event.registrations.filter(name="ada first").update(created_at=NOON - timedelta(days=2))
    response = editor.get(url(event, "export"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="attendance-{event.slug}.csv"'
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "E-mail", "Places", "State", "Access needs", "Booked", "Came"]
    assert rows[1][0] == '\'=HYPERLINK("http://bad.example","x")'
    assert rows[1][4] == "'-1+1"
    assert rows[2] == ["ada first", "ada@example.org", "1", "Place booked", "", "2026-01-12 12:00", ""]
    assert len(rows) == 5


@pytest.mark.parametrize("cell", ["=1", "+44", "-1", "@x", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"x{cell}") == f"x{cell}"


class TestTheDoor:
    def test_one_press_is_enough_and_can_be_taken_back(self, editor: Client, event: Event) -> None:
        row = event.registrations.get(name="ada first")
        sent = {"registration": str(row.pk), "came": "yes"}
        for _ in range(2):
            response = editor.post(url(event, "checkin"), sent)
            assert response["Location"] == f"{url(event, 'checkin')}#person-{row.pk}"
        row.refresh_from_db()
        assert row.attended_at == NOON
        entry = AuditEntry.objects.get(verb="came")
        assert (entry.object_id, entry.detail) == (row.pk, {})
        page = editor.get(url(event, "checkin")).content.decode()
        assert "came at 12:00" in page
        assert "1 came." in page
        html5lib.HTMLParser(strict=True).parse(page)
        editor.post(url(event, "checkin"), sent | {"came": "no"})
        row.refresh_from_db()
        assert row.attended_at is None

    def test_a_press_is_one_line_on_record_and_each_look_is_another(self, editor: Client, event: Event) -> None:
        row, other = event.registrations.get(name="ada first"), factories.event(event.consultation)
        page = url(event, "checkin")
        press = {"registration": row.pk, "came": "yes"}

        def verbs() -> list[str]:
            found = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
            AuditEntry.objects.all()._raw_delete(AuditEntry.objects.db)
            return found

        editor.get(page)
        assert verbs() == ["look-at-checkin"]
        editor.post(page, press, follow=True)
        assert verbs() == ["came"]
        editor.get(page)  # looked at again, without a press
        assert verbs() == ["look-at-checkin"]
        editor.post(page, press, follow=True)  # twice is once: nothing was noted, yet they look
        assert verbs() == ["look-at-checkin"]
        editor.post(page, press | {"came": "no"}, follow=True)
        assert verbs() == ["did-not-come"]
        editor.post(page, press)
        editor.get(url(other, "checkin"))  # of another meeting
        assert verbs() == ["came", "look-at-checkin"]
        editor.post(
            page, {"registration": event.registrations.get(name="Carl Cancelled").pk, "came": "yes"}, follow=True
        )
        assert verbs() == ["look-at-checkin"]

    def test_who_waits_may_come_in_and_who_cancelled_is_told(self, editor: Client, event: Event) -> None:
        for name, comes in (("Wilma Waits", True), ("Carl Cancelled", False)):
            row = event.registrations.get(name=name)
            page = editor.post(url(event, "checkin"), {"registration": row.pk, "came": "yes"}, follow=True)
            row.refresh_from_db()
            assert bool(row.attended_at) is comes
            assert ("This booking no longer stands." in page.content.decode()) is not comes

    @pytest.mark.parametrize("key", ["", "x", "999999", "²", "9" * 30, "\x00"])
    def test_crafted_keys(self, editor: Client, event: Event, key: str) -> None:
        assert editor.post(url(event, "checkin"), {"registration": key, "came": "yes"}).status_code == 404

    def test_nobody_of_another_meeting(self, editor: Client, event: Event) -> None:
        other = Registration.objects.get(name="Elsa Elsewhere")
        assert editor.post(url(event, "checkin"), {"registration": other.pk, "came": "yes"}).status_code == 404

    def test_deleted_details_refuse(self, event: Event) -> None:
        row = event.registrations.get(name="", erased_at=NOON)
        with pytest.raises(CannotBeDone):
            actions.check_in(registration=row, came=True, by=factories.user())


class TestHowManyCame:
    """What was noted at the door becomes public when staff say so, once the meeting is over."""

    @pytest.fixture
    def over(self, event: Event) -> Event:
        """Three places came: two of one booking, and one of who had waited."""
        for name in ("Zoë <b>Last</b>", "Wilma Waits"):
            actions.check_in(registration=event.registrations.get(name=name), came=True, by=factories.user())
        event.starts_at, event.ends_at = NOON - timedelta(hours=2), NOON
        event.save()
        return event

    def test_it_is_offered_and_one_press_says_it_in_public(self, editor: Client, client: Client, over: Event) -> None:
        public = over.get_absolute_url()
        assert "people came." not in client.get(public).content.decode()
        for name in ("attendance", "checkin"):
            page = editor.get(url(over, name)).content.decode()
            assert "3 were checked in at the door. The public page does not say how many came." in page
            html5lib.HTMLParser(strict=True).parse(page)
        for _ in range(2):
            page = editor.post(url(over, "count"), follow=True).content.decode()
            assert "The page of the meeting says how many came: 3." in page
            assert "checked in at the door" not in page
        assert "3 people came." in client.get(public).content.decode()
        entry = AuditEntry.objects.get(verb="publish-count")
        assert (entry.object_id, entry.detail) == (over.pk, {"came": 3})
        over.refresh_from_db()
        assert over.history.first().history_change_reason == "As many as were checked in at the door"

    def test_a_figure_of_staff_stands_until_they_take_the_other(self, editor: Client, over: Event) -> None:
        Event.objects.update(attendance=40)
        page = editor.get(url(over, "attendance")).content.decode()
        assert "3 were checked in at the door. The public page says that 40 came." in page
        over.refresh_from_db()
        assert over.attendance == 40
        editor.post(url(over, "count"))
        over.refresh_from_db()
        assert over.attendance == 3

    def test_it_counts_also_whose_details_are_deleted(self, editor: Client, over: Event) -> None:
        over.registrations.update(email="", name="", access_needs="", erased_at=NOON)
        editor.post(url(over, "count"))
        over.refresh_from_db()
        assert over.attendance == 3

    def test_not_before_the_end(self, editor: Client, over: Event) -> None:
        Event.objects.filter(pk=over.pk).update(ends_at=NOON + timedelta(minutes=1))
        assert "checked in at the door" not in editor.get(url(over, "attendance")).content.decode()
        page = editor.post(url(over, "count"), follow=True).content.decode()
        assert "Wait until the meeting is over: people may still come." in page
        over.refresh_from_db()
        assert over.attendance is None

    def test_not_where_nobody_was_checked_in(self, editor: Client, over: Event) -> None:
        """Perhaps nobody stood at the door: nought would be a claim."""
        over.registrations.update(attended_at=None)
        assert "checked in at the door" not in editor.get(url(over, "attendance")).content.decode()
        assert "Nobody was checked in at the door." in editor.post(url(over, "count"), follow=True).content.decode()
        over.refresh_from_db()
        assert over.attendance is None

    def test_who_may_not_change_the_meeting_does_not_say_it(self, cast: Callable[[str], Client], over: Event) -> None:
        client, partner = cast("partner"), Partner.objects.create(name="Black Thrive Global")
        User.objects.filter(username="partner").update(partner=partner)
        over.consultation.partnerships.create(partner=partner, role="Hosts")
        assert "checked in at the door" not in client.get(url(over, "attendance")).content.decode()
        assert client.post(url(over, "count")).status_code == 403
        assert cast("analyst").post(url(over, "count")).status_code == 403
        over.refresh_from_db()
        assert over.attendance is None

    def test_looking_changes_nothing(self, editor: Client, over: Event) -> None:
        assert editor.get(url(over, "count")).status_code == 405


class TestLettersThatDidNotArrive:
    @pytest.mark.parametrize("end", [{}, {"to": "", "gave_up_at": NOON}])
    def test_staff_see_at_the_meeting_whom_no_letter_reached(self, editor: Client, event: Event, end: dict) -> None:
        for name, problem in (
            ("Zoë <b>Last</b>", "SMTPRecipientsRefused 550"),
            ("ada first", ""),
            ("Wilma Waits", "x"),
        ):
            row = event.registrations.get(name=name)
            fields = {"to": "x@example.org"} | (end if problem else {})
            Letter.objects.create(
                key=f"registration:{row.pk}:booked:1",
                kind="registration-booked",
                next_try_at=NOON,
                problem=problem,
                **fields,
            )
        Letter.objects.create(key="receipt:1", kind="receipt", to="x@example.org", next_try_at=NOON, problem="x")
        words = "A letter to Zoë &lt;b&gt;Last&lt;/b&gt; and Wilma Waits could not be sent."
        for page in ("attendance", "checkin"):
            assert words in editor.get(url(event, page)).content.decode()
        assert "could not be sent" not in editor.get(url(event, "needs")).content.decode()

    def test_nothing_is_said_where_all_arrived(self, editor: Client, event: Event) -> None:
        row = event.registrations.get(name="ada first")
        Letter.objects.create(
            key=f"registration:{row.pk}:booked:1", kind="registration-booked", next_try_at=NOON, sent_at=NOON
        )
        assert "could not be sent" not in editor.get(url(event, "attendance")).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("resident", 302),
        ("half_signed_in", 302),
        ("editor", 200),
        ("moderator", 403),
        ("analyst", 403),
        ("partner", 404),  # not of its own consultation
        ("administrator", 200),
    ],
)
def test_who_may_look_and_each_look_is_on_record(
    cast: Callable[[str], Client], event: Event, name: str, status: int
) -> None:
    client = cast(name)
    for page in PAGES:
        response = client.get(url(event, page))
        assert response.status_code == status
        assert ("ada first" in response.content.decode()) is (status == 200 and page != "needs")
        verb = "export-attendance" if page == "export" else f"look-at-{page}"
        entries = AuditEntry.objects.filter(verb=verb)
        assert [(entry.object_id, entry.detail) for entry in entries] == ([(event.pk, {})] if status == 200 else [])


def test_a_partner_sees_who_comes_to_its_own_meetings(cast: Callable[[str], Client], event: Event) -> None:
    client, partner = cast("partner"), Partner.objects.create(name="Black Thrive Global")
    User.objects.filter(username="partner").update(partner=partner)
    event.consultation.partnerships.create(partner=partner, role="Hosts")
    for page in PAGES:
        assert client.get(url(event, page)).status_code == 200
    row = event.registrations.get(name="ada first")
    assert client.post(url(event, "checkin"), {"registration": row.pk, "came": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.attended_at
    assert "Who comes" in client.get(f"/admin/events/event/{event.pk}/change/").content.decode()


@pytest.mark.parametrize("page", ["attendance", "needs", "export"])
def test_only_looking_is_a_get(editor: Client, event: Event, page: str) -> None:
    assert editor.post(url(event, page), {}).status_code == 405


def test_nothing_personal_in_addresses_titles_or_logs(editor: Client, event: Event, caplog) -> None:
    for page in PAGES:
        text = editor.get(url(event, page)).content.decode()
        assert "ada" not in text.split("</title>")[0].lower() or page == "export"
    assert "ada first" not in caplog.text
    assert "ada@example.org" not in caplog.text


@pytest.mark.parametrize("page", PAGES)
def test_the_same_queries_at_one_and_at_many(editor: Client, page: str) -> None:
    event = factories.event(takes_registrations=True)
    counts = []
    for _ in range(2):
        for _ in range(2):
            factories.registration(event)
        editor.get(url(event, page))
        with CaptureQueriesContext(connection) as queries:
            editor.get(url(event, page))
        counts.append(len(queries))
    assert counts[0] == counts[1]
