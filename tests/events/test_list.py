"""The list of meetings: what it shows, how it is narrowed, and that nothing in the query can break it."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from consult.dates import LONDON
from consult.models import Consultation
from events.models import AccessProvision, Event, Registration
from tests import factories
from tests.factories import BEFORE, NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def shown(client: Client, query: str = "") -> list[str]:
    """The titles in the order in which the list shows them."""
    response = client.get(f"/events/{query}", follow=True)
    assert response.status_code == 200
    return [event.title for event in response.context["events"]]


def provide(event: Event, kind: str) -> None:
    AccessProvision.objects.create(event=event, kind=kind)


def make_all(plan: Consultation) -> None:
    """One of each kind, in two boroughs and two consultations, near and far and without a date."""
    other = factories.consultation(slug="other")
    lambeth, barnet = factories.venue(borough="lambeth"), factories.venue(borough="barnet")
    day = timedelta(days=1)
    provide(factories.event(plan, title="Online", starts_at=NOON + day), "bsl")
    hybrid = factories.event(plan, title="Hybrid", format="hybrid", venue=lambeth, starts_at=NOON + 10 * day)
    provide(hybrid, "bsl")
    provide(hybrid, "step_free")
    provide(
        factories.event(other, title="Hall", format="in_person", venue=lambeth, starts_at=NOON + 2 * day), "step_free"
    )
    factories.event(other, title="Barnet", format="in_person", venue=barnet, starts_at=NOON + 40 * day)
    factories.event(plan, title="Undated", format="in_person", starts_at=None, date_note="In spring")
    factories.event(plan, title="Past", starts_at=NOON - 3 * day)
    factories.event(other, title="Long past", format="in_person", venue=lambeth, starts_at=NOON - 30 * day)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Online", "Hall", "Hybrid", "Barnet", "Undated"]),
        ("?consultation=plan", ["Online", "Hybrid", "Undated"]),
        ("?consultation=other", ["Hall", "Barnet"]),
        ("?format=online", ["Online", "Hybrid"]),
        ("?format=in_person", ["Hall", "Hybrid", "Barnet", "Undated"]),
        ("?format=hybrid", ["Hybrid"]),
        ("?borough=lambeth", ["Hall", "Hybrid"]),
        ("?borough=camden", []),
        ("?provision=bsl", ["Online", "Hybrid"]),
        ("?provision=step_free", ["Hall", "Hybrid"]),
        ("?provision=step_free&provision=bsl", ["Hybrid"]),
        ("?when=week", ["Online", "Hall"]),
        ("?when=month", ["Online", "Hall", "Hybrid"]),
        ("?when=past", ["Past", "Long past"]),
        ("?when=past&borough=lambeth", ["Long past"]),
        ("?consultation=plan&format=in_person&borough=lambeth&provision=step_free&when=month", ["Hybrid"]),
        ("?consultation=other&format=online", []),
        ("?consultation=&format=&borough=&provision=&when=", ["Online", "Hall", "Hybrid", "Barnet", "Undated"]),
    ],
)
def test_it_is_narrowed_by_each_thing_and_by_all_together(client: Client, query: str, titles: list[str]) -> None:
    make_all(factories.consultation(slug="plan"))
    assert shown(client, query) == titles


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?from=16/1/2026", ["Hall", "Hybrid", "Barnet"]),  # an undated one is on no known day
        ("?from=2026-01-16&to=24%20January%202026", ["Hall", "Hybrid"]),
        ("?to=16/01/2026", ["Online", "Hall"]),
        ("?from=1/1/2026&to=14/1/2026", ["Past"]),  # a first day shows what is over too
        ("?from=1/1/2026&when=past", ["Past"]),
        ("?from=16/1/2026&when=week", ["Hall"]),
        ("?from=&to=", ["Online", "Hall", "Hybrid", "Barnet", "Undated"]),
    ],
)
def test_it_is_narrowed_by_days(client: Client, query: str, titles: list[str]) -> None:
    make_all(factories.consultation(slug="plan"))
    assert shown(client, query) == titles


@pytest.mark.parametrize(
    "typed",
    [
        "21/3/2026",
        "21 3 2026",
        "21-03-2026",
        "21.3.2026",
        "2026-03-21",
        "21 March 2026",
        "21st mar 2026",
        " 21/3/2026 ",
    ],
)
def test_days_are_read_as_people_type_them(client: Client, typed: str) -> None:
    form = client.get("/events/", {"from": typed}).context["form"]
    assert (form.errors, form.cleaned_data["first"]) == ({}, date(2026, 3, 21))
    assert form.query() == "from=2026-03-21"


REAL = "Enter a real date, like 21/3/2026"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("soon", REAL), ("31/2/2026", REAL), ("0/0/0", REAL), ("1/13/2026", REAL), ("2026", REAL), ("x" * 5000, REAL),
        ("<script>", REAL), ("٢١/٣/٢٠٢٦", REAL), ("9999999999999999999/1/2026", REAL), ("-1/-1/-1", REAL),
        ("21/3/26", "The year must have 4 numbers, like 2022"), ("1/1/0001", "Enter a year from 2000 to 2100"),
        ("31/12/9999", "Enter a year from 2000 to 2100"), ("\x00", "Null characters are not allowed."),
        ("/1/2026", "The date must include a day"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("name", "field"), [("from", "first"), ("to", "last")])
def test_what_is_no_date_is_told_beside_its_field_and_kept(
    client: Client, name: str, field: str, typed: str, words: str
) -> None:
    factories.event(title="Shown all the same")
    response = client.get("/events/", {name: typed})
    text = response.content.decode()
    assert (response.status_code, response.context["form"].errors) == (200, {field: [words]})
    assert f'id="id_{name}_error"' in text
    first = "_0" if name == "provision" else ""  # the first of its boxes
    assert f'href="#id_{name}{first}"' in text
    assert [event.title for event in response.context["events"]] == ["Shown all the same"]
    assert "<script>" not in text
    assert len(typed) > 100 or f'value="{escape(typed)}"' in text or typed == "\x00"


def test_a_last_day_before_the_first_is_told_and_the_first_is_in_force(client: Client) -> None:
    make_all(factories.consultation(slug="plan"))
    response = client.get("/events/?from=16/1/2026&to=15/1/2026")
    words = "Enter a day that is not before Friday 16 January 2026"
    assert response.context["form"].errors == {"last": [words]}
    assert [event.title for event in response.context["events"]] == ["Hall", "Hybrid", "Barnet"]


def test_languages_are_those_that_published_meetings_name(client: Client) -> None:
    factories.event(title="Both", languages="English and Somali")
    factories.event(
        title="Three", languages="polish, Somali; British Sign Language", starts_at=NOON + timedelta(days=2)
    )
    factories.event(title="Plain", starts_at=NOON + timedelta(days=3))
    factories.event(title="Secret", languages="Klingon", publish_at=None)
    choices = client.get("/events/").context["form"].fields["language"].choices
    assert [value for value, _ in choices] == ["", "English", "British Sign Language", "Polish", "Somali"]
    assert shown(client, "?language=Somali") == ["Both", "Three"]
    assert shown(client, "?language=English") == ["Both", "Plain"]
    assert shown(client, "?language=Polish") == ["Three"]
    assert client.get("/events/?language=Klingon").context["form"].errors == {
        "language": ["Choose a language from the list"]
    }


def test_a_language_that_londoners_speak_may_be_asked_for_before_there_is_a_meeting_in_it(client: Client) -> None:
    factories.event()
    assert "language" not in client.get("/events/").context["form"].fields  # nothing to choose
    response = client.get("/events/?language=Yoruba")
    assert response.context["form"].errors == {}
    assert "No meeting fits “Yoruba”." in response.content.decode()
    assert (
        '<a class="govuk-link" href="webcal://testserver/calendar.ics?language=Yoruba">Subscribe to this view</a>'
        in (response.content.decode())
    )


def book(event: Event, places: int, state: str = "confirmed", **fields: Any) -> None:
    Registration.objects.create(
        event=event, email=f"{Registration.objects.count()}@example.org", places=places, state=state, created_at=NOON,
        **fields,
    )  # fmt: skip


def test_only_meetings_with_places_left(client: Client) -> None:
    limited = {"takes_registrations": True, "capacity": 3}
    hours = iter(range(1, 99))
    make = lambda title, **fields: factories.event(  # noqa: E731 - shorter than its name
        title=title, starts_at=NOON + timedelta(hours=next(hours)), **fields
    )
    make("Needs no booking")
    make("Has no limit", takes_registrations=True)
    book(make("One left", **limited), 2)
    full = make("Full", **limited)
    book(full, 2)
    book(full, 1, "offered", offered_until=NOON + timedelta(minutes=1))
    lapsed = make("Offer ran out", **limited)
    book(lapsed, 2)
    book(lapsed, 1, "offered", offered_until=NOON)
    idle = make("Others hold nothing", **limited)
    for state in ("unconfirmed", "cancelled"):
        book(idle, 3, state)
    book(make("Kept for who waits", **limited), 3, "waiting", queued_at=NOON)
    off = make("Cancelled")
    off.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    back = make("Going ahead again")
    for number, kind in enumerate(("postponed", "reinstated")):
        back.changes.create(kind=kind, reason="Floods.", changed_at=NOON + timedelta(seconds=number))
    assert shown(client, "?free=on") == [
        "Needs no booking", "Has no limit", "One left", "Offer ran out", "Others hold nothing", "Going ahead again",
    ]  # fmt: skip
    left = {event.title: event.places_left for event in client.get("/events/").context["events"]}
    assert left == {event.title: event.places_left for event in Event.objects.all()}  # by annotation and by itself
    assert left["Full"] == 0
    assert left["One left"] == left["Offer ran out"] == 1
    assert left["Others hold nothing"] == 3
    assert left["Has no limit"] is None
    text = client.get("/events/").content.decode()
    assert left["Kept for who waits"] == 0
    assert text.count("app-tag--full") == 2
    assert text.count('<p class="app-event__places">1 place left</p>') == 2


def test_what_narrows_the_list_can_be_taken_away_one_by_one(client: Client) -> None:
    make_all(factories.consultation(slug="plan", title="The Plan"))
    text = client.get("/events/?consultation=plan&format=online&from=1/1/2026&free=on&page=1").content.decode()
    chosen = re.findall(r'app-chosen__remove" href="([^"]*)"><span[^>]*>Remove: </span>([^<]*)<', text)
    assert [(words, address.replace("&amp;", "&")) for address, words in chosen] == [
        ("The Plan", "/events/?format=online&from=2026-01-01&free=on"),
        ("Online", "/events/?consultation=plan&from=2026-01-01&free=on"),
        ("On or after Thursday 1 January 2026", "/events/?consultation=plan&format=online&free=on"),
        ("Only meetings with places left", "/events/?consultation=plan&format=online&from=2026-01-01"),
    ]
    assert "(4 chosen)" in text


def test_an_empty_result_says_what_to_leave_out_and_what_that_would_give(client: Client) -> None:
    make_all(factories.consultation(slug="plan", title="The Plan"))
    text = client.get("/events/?consultation=other&borough=lambeth&provision=bsl").content.decode()
    found = re.findall(r'<li><a class="govuk-link" href="([^"]*)">Without “([^”]*)”</a> ([^<]*)</li>', text)
    assert [(address.replace("&amp;", "&"), count) for address, _, count in found] == [
        ("/events/?borough=lambeth&provision=bsl", "1 meeting"),
        ("/events/?consultation=other&borough=lambeth", "1 meeting"),
    ]
    for address, _, count in found:
        assert len(shown(client, address.replace("&amp;", "&").removeprefix("/events/"))) == int(count.split()[0])
    assert 'href="webcal://testserver/calendar.ics?consultation=other&amp;borough=lambeth&amp;provision=bsl"' in text
    hopeless = client.get("/events/?consultation=other&borough=sutton&provision=bsl&format=hybrid").content.decode()
    assert "Leaving out one of these things does not help." in hopeless


def test_the_filter_goes_along_to_month_places_and_calendar(client: Client) -> None:
    make_all(factories.consultation(slug="plan"))
    text = client.get("/events/?consultation=plan&format=online&when=month&page=1&nonsense=1").content.decode()
    assert 'href="/events/month/2026-01/?consultation=plan&amp;format=online"' in text
    assert 'href="/events/where/?consultation=plan&amp;format=online&amp;when=month"' in text
    path = "testserver/calendar.ics?consultation=plan&amp;format=online"
    assert f'"webcal://{path}">Subscribe to this view</a>' in text
    assert f'<span class="app-address">http://{path}</span>' in text
    assert 'href="/events/?consultation=plan&amp;format=online&amp;when=month" aria-current="page">List</a>' in text
    assert "Subscribe to this view" not in client.get("/events/?when=past").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "5 meetings</p>"), ("?format=hybrid", "1 meeting</p>"), ("?borough=camden", "No meeting fits “Camden”.")],
)
def test_it_says_how_many_are_left(client: Client, query: str, words: str) -> None:
    make_all(factories.consultation(slug="plan"))
    assert words in client.get(f"/events/{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "heading", "has_more"),
    [
        ("", "all", False),
        ("?format=online", "these", False),
        ("?when=month", "all", True),
        ("?from=1/1/2026&format=online", "these", True),
        ("?free=on", "all", True),
        ("?format=nonsense", "all", False),
    ],
)
def test_the_calendar_of_a_view_says_what_it_holds(client: Client, query: str, heading: str, has_more: bool) -> None:
    make_all(factories.consultation(slug="plan"))
    text = client.get(f"/events/{query}").content.decode()
    assert f"Keep up with {heading} meetings" in text
    assert ("It shows meetings on all days, and full ones too." in text) is has_more


def test_an_empty_result_says_how_to_widen_it_and_offers_the_calendar(client: Client) -> None:
    text = client.get("/events/?borough=camden").content.decode()
    assert '<a class="govuk-link" href="/events/">Show all meetings</a>' in text
    assert (
        '<a class="govuk-link" href="webcal://testserver/calendar.ics?borough=camden">Subscribe to this view</a>'
        in text
    )
    assert "No meeting is planned just now." in client.get("/events/").content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("consultation", "Choose a consultation from the list"),
        ("format", "Choose how it takes place from the list"),
        ("borough", "Choose a borough from the list"),
        ("provision", "Choose what you need from the list"),
        ("language", "Choose a language from the list"),
        ("when", "Choose when it takes place from the list"),
    ],
)
@pytest.mark.parametrize(
    "value",
    ["nonsense", "%00", "'%20OR%201=1--", "x" * 5000, "%F0%9F%98%80%E2%80%AE", "%ff%fe", "<script>", "[]", "-1"],
)
def test_what_is_not_in_a_list_is_told_beside_its_field(client: Client, name: str, words: str, value: str) -> None:
    factories.event(title="Shown all the same")
    response = client.get(f"/events/?{name}={value}")
    text = response.content.decode()
    assert response.status_code == 200
    if (name, value) == ("consultation", "%00"):
        words = "Null characters are not allowed."  # Django's own words, and no person's doing
    assert response.context["form"].errors == {name: [words]}
    assert "<title>Error: " in text
    assert "There is a problem" in text
    assert f'id="id_{name}_error"' in text
    first = "_0" if name == "provision" else ""  # the first of its boxes
    assert f'href="#id_{name}{first}"' in text
    assert [event.title for event in response.context["events"]] == ["Shown all the same"]
    assert "<script>" not in text


def test_one_wrong_value_leaves_the_others_in_force(client: Client) -> None:
    make_all(factories.consultation(slug="plan"))
    assert shown(client, "?format=hybrid&borough=atlantis") == ["Hybrid"]


@pytest.mark.parametrize("page", ["abc", "0", "-1", "99", "1e9", "9" * 400, "%00", "", "½"])
def test_a_page_that_does_not_exist_leads_to_one_that_does(client: Client, page: str) -> None:
    factories.event(title="Only one")
    assert shown(client, f"?page={page}") == ["Only one"]


def test_the_same_need_a_thousand_times_asks_no_more_than_once(client: Client) -> None:
    make_all(factories.consultation(slug="plan"))
    assert shown(client, "?provision=step_free" + "&provision=step_free" * 900) == ["Hall", "Hybrid"]
    text = client.get("/events/?provision=bsl&provision=bsl").content.decode()
    assert 'href="webcal://testserver/calendar.ics?provision=bsl"' in text


@pytest.mark.parametrize("page", ["0", "-1", "00"])
def test_there_is_no_page_before_the_first(client: Client, page: str) -> None:
    for number in range(26):
        factories.event(title=f"Number {number:02}", starts_at=NOON + timedelta(hours=number + 1))
    assert shown(client, f"?page={page}")[0] == "Number 00"


@pytest.mark.parametrize("path", ["/events/", "/events/where/", "/events/month/2026-01/"])
def test_empty_boxes_do_not_stay_in_the_address(client: Client, path: str) -> None:
    typed = "consultation=&format=online&borough=&when=&from=+"
    assert client.get(f"{path}?{typed}")["Location"] == f"{path}?format=online"
    assert client.get(f"{path}?borough=&when=")["Location"] == path
    assert client.get(f"{path}?format=online").status_code == 200


def test_the_month_begins_where_the_chosen_days_begin(client: Client) -> None:
    factories.event()
    assert 'href="/events/month/2026-03/"' in client.get("/events/?from=5/3/2026").content.decode()


def test_where_booking_has_closed_no_place_is_left_to_find(client: Client) -> None:
    booked: dict[str, Any] = {"takes_registrations": True, "capacity": 3}
    factories.event(title="Closed", registration_closes_at=NOON - timedelta(hours=1), **booked)
    factories.event(title="Open", registration_closes_at=NOON + timedelta(hours=1), **booked)
    factories.event(title="Later", registration_opens_at=NOON + timedelta(days=1), **booked)
    assert sorted(shown(client, "?free=on")) == ["Later", "Open"]
    text = client.get("/events/").content.decode()
    assert text.count("3 places left") == 1
    assert text.count("Booking has closed") == 1
    assert text.count("Booking opens on Thursday 15 January 2026") == 1


def test_paging_keeps_the_filter(client: Client) -> None:
    row = factories.consultation(slug="plan")
    for number in range(26):
        factories.event(row, title=f"Number {number:02}", starts_at=NOON + timedelta(hours=number + 1))
    first = client.get("/events/?consultation=plan&format=online").content.decode()
    assert "26 meetings" in first
    assert "Page 1 of 2" in first
    assert 'href="?consultation=plan&amp;format=online&amp;page=2"' in first
    assert shown(client, "?consultation=plan&format=online&page=2") == ["Number 25"]
    assert "page 2" in client.get("/events/?page=2").content.decode().split("</title>")[0]


def test_the_list_is_grouped_by_day_in_london(client: Client) -> None:
    factories.event(title="Late", starts_at=datetime(2026, 7, 15, 23, 30, tzinfo=LONDON))  # 22:30 in UTC
    factories.event(
        title="Early", starts_at=datetime(2026, 7, 16, 0, 30, tzinfo=LONDON)
    )  # 23:30 in UTC, the day before
    text = client.get("/events/").content.decode()
    first, second = text.split('<h2 class="app-event-list__day">')[1:]
    assert first.startswith('<time datetime="2026-07-15">Wednesday 15 July 2026</time>')
    assert "Late" in first
    assert second.startswith('<time datetime="2026-07-16">Thursday 16 July 2026</time>')
    assert "Early" in second


def test_week_and_month_count_whole_days_in_london(client: Client) -> None:
    for title, moment in {
        "Last of week": datetime(2026, 1, 21, 23, 59, tzinfo=LONDON),
        "After week": datetime(2026, 1, 22, 0, 0, tzinfo=LONDON),
        "Last of month": datetime(2026, 2, 13, 23, 59, tzinfo=LONDON),
        "After month": datetime(2026, 2, 14, 0, 0, tzinfo=LONDON),
    }.items():
        factories.event(title=title, starts_at=moment)
    assert shown(client, "?when=week") == ["Last of week"]
    assert shown(client, "?when=month") == ["Last of week", "After week", "Last of month"]


def test_a_meeting_that_goes_on_is_not_past(client: Client) -> None:
    factories.event(title="Goes on", starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(minutes=1))
    factories.event(title="Just over", starts_at=NOON - timedelta(hours=1), ends_at=NOON)
    factories.event(title="No known end", starts_at=NOON - timedelta(minutes=119), ends_at=None)
    factories.event(title="Surely over", starts_at=NOON - timedelta(minutes=120), ends_at=None)
    assert shown(client) == ["No known end", "Goes on"]
    assert shown(client, "?when=past") == ["Just over", "Surely over"]
    assert [event.title for event in Event.objects.all() if not event.is_over()] == ["No known end", "Goes on"]


def test_drafts_and_what_belongs_to_drafts_stand_nowhere(client: Client) -> None:
    row = factories.consultation(title="Seen", slug="seen")
    hidden = factories.consultation(title="Secret consultation", publish_at=None)
    factories.event(row, title="Secret draft", publish_at=None)
    factories.event(row, title="Secret schedule", publish_at=NOON + timedelta(seconds=1))
    factories.event(hidden, title="Secret too")
    for path in ("/", "/events/", "/events/?when=past", "/calendar.ics", "/sitemap.xml", row.get_absolute_url()):
        assert "Secret" not in client.get(path).content.decode(), path
    form = client.get("/events/").context["form"]
    assert list(form.fields["consultation"].queryset) == []  # nor does the filter tell that there is a draft
    Event.objects.update(publish_at=BEFORE)
    assert list(client.get("/events/").context["form"].fields["consultation"].queryset) == [row]


def test_a_cancelled_meeting_stays_and_says_so(client: Client) -> None:
    event = factories.event(title="Off")
    event.changes.create(kind="cancelled", reason="The hall is flooded.", changed_at=NOON)
    assert shown(client) == ["Off"]
    assert (
        '<strong class="govuk-tag app-tag app-tag--cancelled">Cancelled</strong>'
        in client.get("/events/").content.decode()
    )


def test_where_is_told_in_words(client: Client) -> None:
    hall = factories.venue(name="Town Hall", borough="lambeth")
    factories.join_details(factories.event(starts_at=NOON + timedelta(days=1)))
    factories.event(format="in_person", venue=hall, starts_at=NOON + timedelta(days=2))
    factories.join_details(factories.event(format="hybrid", venue=hall, starts_at=NOON + timedelta(days=3)))
    factories.event(format="hybrid", starts_at=NOON + timedelta(days=4))
    factories.event(format="in_person", starts_at=NOON + timedelta(days=5))
    text = client.get("/events/").content.decode()
    assert [part.split("</p>")[0] for part in text.split('<p class="app-event__where">')[1:]] == [
        "Online, on Zoom",
        "Town Hall, Lambeth",
        "Town Hall, Lambeth, and online, on Zoom",
        "Place to be confirmed, and online",
        "Place to be confirmed",
    ]


def test_the_list_takes_the_same_queries_at_one_three_and_five_hundred(client: Client) -> None:
    counts = []
    row = factories.consultation()
    for wanted in (1, 3, 500):
        while Event.objects.count() < wanted:
            event = factories.event(
                row, format="hybrid", venue=factories.venue(), takes_registrations=True, capacity=9, languages="Somali"
            )
            factories.join_details(event)
            book(event, 2)
            provide(event, "bsl")
            event.changes.create(kind="moved", reason="A larger room.", changed_at=NOON)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/events/").status_code == 200
        counts.append(len(queries))
    assert set(counts) == {7}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_wrong_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/events/").status_code == 405
