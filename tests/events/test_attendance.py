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
from consult.models import AuditEntry, Partner, User
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
