"""Meetings by place: counted by borough and online, each leading to its list, without a map."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.boroughs import NAMES
from events.models import Event
from events.whereabouts import Whereabouts
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
DAY = timedelta(days=1)


def where(client: Client, query: str = "") -> tuple[Whereabouts, str]:
    response = client.get(f"/events/where/{query}")
    assert response.status_code == 200
    return response.context["places"], response.content.decode()


def make_all() -> None:
    plan = factories.consultation(slug="plan")
    lambeth, barnet = factories.venue(borough="lambeth"), factories.venue(borough="barnet")
    factories.event(plan, starts_at=NOON + 5 * DAY)
    factories.event(plan, format="hybrid", venue=lambeth, starts_at=NOON + 3 * DAY)
    factories.event(format="in_person", venue=lambeth, starts_at=NOON + 2 * DAY)
    factories.event(format="in_person", venue=barnet, starts_at=NOON + DAY, languages="Somali")
    factories.event(plan, format="in_person", starts_at=None, date_note="In spring")
    factories.event(plan, format="in_person", venue=barnet, starts_at=NOON - 9 * DAY)
    factories.event(plan, format="in_person", venue=barnet, publish_at=None)


def test_each_place_says_how_many_and_when_the_next_one_is(client: Client) -> None:
    make_all()
    places, text = where(client)
    assert [(place.name, place.count) for place in places.boroughs] == [("Barnet", 1), ("Lambeth", 2)]
    assert (places.online.count, places.unknown, places.total) == (2, 1, 5)
    assert [place.first for place in places.boroughs] == [NOON + DAY, NOON + 2 * DAY]
    assert places.online.first == NOON + 3 * DAY
    assert 'href="/events/?borough=lambeth">Lambeth</a>' in text
    assert 'href="/events/?format=online">Join from anywhere</a>' in text
    assert "Thursday 15 January 2026" in text
    assert "1 meeting in person has no place yet" in text


@pytest.mark.parametrize("query", ["", "?consultation=plan", "?language=Somali", "?when=past", "?from=1/1/2020"])
def test_the_counts_are_those_of_the_lists_they_lead_to(client: Client, query: str) -> None:
    make_all()
    places, text = where(client, query)
    lines = re.findall(
        r'app-place__name" href="([^"]+)">[^<]+</a>\s*<span class="app-place__count">([0-9]+) meeting', text
    )
    assert len(lines) == len(places.boroughs) + bool(places.online.count)
    assert lines
    for address, count in lines:
        listed = client.get(address.replace("&amp;", "&")).context
        assert (listed["page"].paginator.count, listed["form"].errors) == (int(count), {}), address


def test_boroughs_without_any_are_named_in_one_sentence(client: Client) -> None:
    make_all()
    places, text = where(client)
    assert places.empty == [name for name in NAMES if name not in {"Barnet", "Lambeth"}]
    assert "No meeting is planned in Barking and Dagenham, Bexley, Brent, " in text
    assert "Wandsworth and Westminster.</p>" in text


def test_a_cancelled_one_counts_and_is_not_the_next(client: Client) -> None:
    make_all()
    event = Event.objects.get(languages="Somali")
    event.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    places, _ = where(client)
    assert [(place.count, place.first) for place in places.boroughs] == [(1, None), (2, NOON + 2 * DAY)]


def test_past_ones_are_told_as_past(client: Client) -> None:
    make_all()
    places, text = where(client, "?when=past")
    assert [(place.name, place.count) for place in places.boroughs] == [("Barnet", 1)]
    assert "<title>Where past meetings were –" in text
    assert "No meeting was online." in text
    assert "Last: " in text


def test_nothing_planned_and_nothing_that_fits(client: Client) -> None:
    _, text = where(client)
    assert "No meeting is planned just now." in text
    make_all()
    _, text = where(client, "?provision=bsl")
    assert "No meeting fits this." in text
    assert '<a class="govuk-link" href="/events/where/">Show all places</a>' in text


def test_borough_and_format_are_passed_on_and_not_in_force(client: Client) -> None:
    make_all()
    places, text = where(client, "?borough=barnet&format=online&consultation=plan")
    assert places.total == 3
    assert 'href="/events/?consultation=plan&amp;format=online&amp;borough=barnet"' in text  # back to the list
    assert '<input type="hidden" name="borough" value="barnet"' in text
    assert 'href="/events/?consultation=plan&amp;borough=lambeth"' in text  # of a place


@pytest.mark.parametrize("query", ["?borough=atlantis", "?format=%00", "?from=x", "?when=never", "?page=9", "?free=½"])
def test_nothing_in_the_query_breaks_it(client: Client, query: str) -> None:
    make_all()
    assert where(client, query)[0].total in {5, 4}


def test_it_takes_the_same_queries_at_one_three_and_five_hundred(client: Client) -> None:
    plan, hall = factories.consultation(), factories.venue()
    counts = []
    for wanted in (1, 3, 500):
        while Event.objects.count() < wanted:
            factories.event(plan, format="hybrid", venue=hall)
        with CaptureQueriesContext(connection) as queries:
            assert where(client)[0].total == wanted
        counts.append(len(queries))
    assert set(counts) == {4}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_wrong_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/events/where/").status_code == 405
