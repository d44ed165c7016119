"""The month: a table of days, what stands on them, where it leads, and that no address can break it."""

from datetime import date, datetime, timedelta
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.dates import LONDON
from consult.models import Consultation
from events.models import AccessProvision, Event, Registration
from events.months import Month, weeks
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

JANUARY = "/events/month/2026-01/"


def page(client: Client, address: str = JANUARY) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def table(text: str) -> Any:
    return next(html5lib.parse(text, namespaceHTMLElements=False).iter("table"))


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def days(text: str) -> dict[str, str]:
    """Date -> what stands in its cell, in words; of the days on which something does."""
    cells = [cell for cell in table(text).iter("td") if next(cell.iter("time"), None) is not None]
    filled = [cell for cell in cells if next(cell.iter("li"), None) is not None]
    return {next(cell.iter("time")).get("datetime"): words(cell) for cell in filled}


class TestMonth:
    """events/months.py, which knows no rows."""

    @pytest.mark.parametrize(
        ("text", "first", "last", "words"),
        [
            ("2026-01", date(2026, 1, 1), date(2026, 1, 31), "January 2026"),
            ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
            ("2000-01", date(2000, 1, 1), date(2000, 1, 31), "January 2000"),
            ("2100-12", date(2100, 12, 1), date(2100, 12, 31), "December 2100"),
        ],
    )
    def test_what_is_within_reach_is_read(self, text: str, first: date, last: date, words: str) -> None:
        month = Month.parse(text)
        assert (month.first_day, month.last_day, month.words, str(month)) == (first, last, words, text)

    @pytest.mark.parametrize(
        "text", ["", "2026", "2026-1", "2026-13", "2026-00", "1999-12", "2101-01", "0001-01", "9999-12", "٢٠٢٦-٠١", "-"]
    )
    def test_all_else_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="month"):
            Month.parse(text)

    def test_months_follow_each_other_across_years(self) -> None:
        january = Month(2026, 1)
        assert [str(january.plus(number)) for number in (-13, -1, 0, 1, 12)] == [
            "2024-12", "2025-12", "2026-01", "2026-02", "2027-01",
        ]  # fmt: skip

    @pytest.mark.parametrize("number", range(1, 13))
    @pytest.mark.parametrize("year", [2000, 2026, 2028, 2100])
    def test_every_week_has_seven_days_and_each_day_comes_once(self, year: int, number: int) -> None:
        month = Month(year, number)
        rows = weeks(month, [], date(2026, 1, 14))
        assert {len(row.days) for row in rows} == {7}
        found = [day.day for row in rows for day in row.days if day]
        assert found == [date(year, number, each) for each in range(1, month.last_day.day + 1)]
        for row in rows:
            assert all(day.day.weekday() == place for place, day in enumerate(row.days) if day)

    def test_things_stand_on_their_days_in_the_order_in_which_they_came(self) -> None:
        things = [(date(2026, 1, 14), "a"), (date(2026, 2, 1), "outside"), (date(2026, 1, 14), "b")]
        rows = weeks(Month(2026, 1), things, date(2026, 1, 2))
        assert {day.day: day.things for row in rows for day in row.days if day and day.things} == {
            date(2026, 1, 14): ["a", "b"]
        }
        assert [day.day for row in rows for day in row.days if day and day.is_today] == [date(2026, 1, 2)]
        assert [row.is_empty for row in rows] == [False, True, False, True, True]


def test_it_is_a_table_with_caption_scopes_and_roles(client: Client) -> None:
    text = page(client)
    found = table(text)
    assert words(next(found.iter("caption"))).startswith("January 2026")
    heads = list(found.iter("th"))
    assert [words(head) for head in heads] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert {(head.get("scope"), head.get("role")) for head in heads} == {("col", "columnheader")}
    assert {row.get("role") for row in found.iter("tr")} == {"row"}
    assert {cell.get("role") for cell in found.iter("td")} == {"cell"}
    assert {len(row) for row in found.iter("tr")} == {7}
    assert text.count("<h1") == 1
    assert '<h1 class="govuk-heading-xl">Meetings in January 2026</h1>' in text
    assert "<title>Meetings in January 2026 –" in text


def test_today_is_marked_in_words_and_only_today(client: Client) -> None:
    cells = [words(cell) for cell in table(page(client)).iter("td")]
    assert [cell for cell in cells if "Today" in cell] == ["Wednesday 14 January Today"]
    assert "Today" not in words(table(page(client, "/events/month/2026-02/")))


def test_meetings_stand_on_their_day_in_london(client: Client) -> None:
    hall = factories.venue(borough="lambeth")
    late = datetime(2026, 7, 31, 23, 30, tzinfo=LONDON)  # 22:30 in UTC
    factories.event(title="Late", starts_at=late, ends_at=None)
    early = datetime(2026, 8, 1, 0, 30, tzinfo=LONDON)  # the day before in UTC
    factories.event(title="Early", format="in_person", venue=hall, starts_at=early, ends_at=early + timedelta(hours=1))
    assert days(page(client, "/events/month/2026-07/")) == {
        "2026-07-31": "Friday 31 July from 11:30pm Late Online",
    }
    assert days(page(client, "/events/month/2026-08/")) == {
        "2026-08-01": "Saturday 1 August 12:30am to 1:30am Early In person, Lambeth",
    }


def test_several_on_one_day_come_in_order_and_past_ones_stay(client: Client) -> None:
    for hours in (7, 1, 4):
        factories.event(title=f"At {hours}", starts_at=NOON - timedelta(days=2, hours=-hours))
    text = days(page(client))["2026-01-12"]
    assert text.index("At 1") < text.index("At 4") < text.index("At 7")


@pytest.mark.parametrize(
    ("kind", "said"), [("cancelled", "Cancelled"), ("postponed", "Postponed"), ("moved", "Moved"), ("reinstated", "")]
)
def test_what_changed_is_told_in_words(client: Client, kind: str, said: str) -> None:
    event = factories.event(title="Talk")
    event.changes.create(kind="moved", reason="First.", changed_at=NOON - timedelta(hours=1))
    event.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    assert days(page(client))["2026-01-15"] == " ".join(f"Thursday 15 January 6pm to 8pm {said} Talk Online".split())
    assert ("app-month__event--off" in page(client)) is (kind in {"cancelled", "postponed"})


def test_full_and_examples_are_told_in_words(client: Client) -> None:
    full = factories.event(title="Talk", takes_registrations=True, capacity=1, is_illustrative=True)
    Registration.objects.create(event=full, email="a@example.org", state="confirmed", created_at=NOON)
    assert "Full Example only: Talk" in days(page(client))["2026-01-15"]


def test_the_last_day_of_a_consultation_stands_there(client: Client) -> None:
    plan = factories.consultation(title="Plan", slug="plan")  # closes at the end of Wednesday 21 January
    noon = datetime(2026, 1, 22, 12, tzinfo=LONDON)
    factories.consultation(title="By noon", slug="noon", closes_at=noon)
    factories.consultation(title="Other month", slug="other", closes_at=datetime(2026, 2, 1, 0, 1, tzinfo=LONDON))
    factories.consultation(title="End of month", slug="end", closes_at=datetime(2026, 2, 1, tzinfo=LONDON))
    factories.consultation(title="Secret draft", publish_at=None)
    assert days(page(client)) == {
        "2026-01-21": "Wednesday 21 January Last day to have your say: Plan",
        "2026-01-22": "Thursday 22 January Last day to have your say: By noon",
        "2026-01-31": "Saturday 31 January Last day to have your say: End of month",
    }
    factories.event(plan)
    assert list(days(page(client, f"{JANUARY}?consultation=plan"))) == ["2026-01-15", "2026-01-21"]


def test_drafts_stand_nowhere(client: Client) -> None:
    factories.event(title="Secret", publish_at=None)
    factories.event(title="Secret", publish_at=NOON + timedelta(seconds=1))
    factories.event(factories.consultation(publish_at=None), title="Secret")
    text = page(client)
    assert "Secret" not in text
    assert "Previous month" not in text
    assert "Next month" not in text


def test_the_filter_of_the_list_is_in_force_and_stays_in_all_links(client: Client) -> None:
    plan = factories.consultation(slug="plan")
    hall = factories.venue(borough="lambeth")
    factories.event(plan, title="Hall", format="in_person", venue=hall)
    factories.event(plan, title="Screen")
    factories.event(title="Elsewhere", format="in_person", venue=hall)
    for months in (-31, 31):
        factories.event(plan, starts_at=NOON + timedelta(days=months))
    query = "consultation=plan&borough=lambeth"
    text = page(client, f"{JANUARY}?{query}&when=past&from=1/1/2020&page=3")
    assert days(text)["2026-01-15"] == "Thursday 15 January 6pm to 8pm Hall In person, Lambeth"
    assert "1 meeting in January 2026 that fits</p>" in text
    amp = query.replace("&", "&amp;")
    for address in (
        f"/events/?{amp}",
        f"/events/where/?{amp}",
        f"/events/month/2025-12/?{amp}#months",
        f"/events/month/2026-02/?{amp}#months",
        f"webcal://testserver/calendar.ics?{amp}",
        f"{JANUARY}?borough=lambeth",  # without the one
        f"{JANUARY}?consultation=plan",  # without the other
    ):
        assert f'href="{address}"' in text, address


def test_months_lead_on_as_far_as_there_are_meetings_or_today(client: Client) -> None:
    factories.event(starts_at=NOON + timedelta(days=62))  # in March
    assert "No earlier meetings" in page(client)
    assert "Next month: February 2026" in page(client)
    march = page(client, "/events/month/2026-03/")
    assert "Previous month: February 2026" in march
    assert "This month: January 2026" in march
    assert "No later meetings" in march
    assert "This month" not in page(client)
    assert "Next month: December 2025" in page(client, "/events/month/2025-11/")


@pytest.mark.parametrize("edge", ["2000-01", "2100-12"])
def test_the_edges_lead_nowhere_beyond(client: Client, edge: str) -> None:
    text = page(client, f"/events/month/{edge}/")
    assert "1999" not in text
    assert "2101" not in text


def test_an_empty_month_leads_on(client: Client) -> None:
    plan = factories.consultation(slug="plan", closes_at=None)
    factories.event(title="Too late", starts_at=NOON + timedelta(days=90))
    event = factories.event(plan, title="In spring", starts_at=NOON + timedelta(days=62), slug="spring")
    text = page(client, f"{JANUARY}?consultation=plan")
    assert "No meeting that fits is planned for January 2026." in text
    assert '<a class="govuk-link" href="/events/spring/">In spring</a>, Tuesday 17 March 2026.' in text
    assert event.day == date(2026, 3, 17)
    assert "app-month--bare" not in text  # it is the present month
    assert "app-month--bare" in page(client, "/events/month/2026-02/?consultation=plan")


def test_no_month_named_is_the_present_one_in_london(client: Client, time_machine: Any) -> None:
    response = client.get("/events/month/?borough=lambeth&when=past")
    assert (response.status_code, response["Location"]) == (302, "/events/month/2026-01/?borough=lambeth&when=past")
    time_machine.move_to(datetime(2026, 8, 1, 0, 30, tzinfo=LONDON), tick=False)  # still July in UTC
    assert client.get("/events/month/")["Location"] == "/events/month/2026-08/"


@pytest.mark.parametrize(
    "month",
    [
        "0001-01",
        "9999-12",
        "9999-99",
        "2026-13",
        "2026-00",
        "2026-1",
        "2026",
        "nonsense",
        "%00",
        "2026-01%0a",
        "½",
        "-",
    ],
)
def test_nothing_stands_at_other_months(client: Client, month: str) -> None:
    assert client.get(f"/events/month/{month}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "borough=x",
        "free=%00",
        "consultation=%00",
        "language=%ff",
        "format[]=1",
        "provision=" + "x" * 5000,
        "when=never",
    ],
)
def test_nothing_in_the_query_breaks_it(client: Client, query: str) -> None:
    factories.event(title="Shown all the same")
    assert "Shown all the same" in page(client, f"{JANUARY}?{query}")


def fill(plan: Consultation, count: int) -> None:
    hall = factories.venue()
    while Event.objects.count() < count:
        event = factories.event(plan, format="hybrid", venue=hall, takes_registrations=True, capacity=20)
        factories.join_details(event)
        AccessProvision.objects.create(event=event, kind="bsl")
        event.changes.create(kind="moved", reason="A larger room.", changed_at=NOON)
        Registration.objects.create(event=event, email="a@example.org", state="confirmed", created_at=NOON)


def test_it_takes_the_same_queries_at_one_three_and_five_hundred(client: Client) -> None:
    plan = factories.consultation()
    counts = []
    for wanted in (1, 3, 500):
        fill(plan, wanted)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))
    assert set(counts) == {9}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [JANUARY, "/events/month/"])
def test_wrong_methods_are_refused(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405
