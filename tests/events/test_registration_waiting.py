"""The waiting list: places go to the first that they are enough for, with a time to accept, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client

from events import actions, links
from events.models import Event, Registration
from tests import factories
from tests.events.test_registration import book, page_of, subjects
from tests.factories import NOON

pytestmark = pytest.mark.django_db(transaction=True)

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def hall(noon: None) -> Event:
    """Two places, both taken, in nine days."""
    event = factories.event(
        title="Hall", slug="hall", takes_registrations=True, capacity=2, starts_at=NOON + 9 * DAY, most_places=2
    )
    book(event, "first@example.org")
    book(event, "second@example.org")
    return event


def wait(event: Event, name: str, places: int = 1) -> Registration:
    row = book(event, f"{name}@example.org", places)
    assert row.state == "waiting"
    return row


def states() -> dict[str, str]:
    return {row.email.split("@")[0]: row.state for row in Registration.objects.all()}


def row_of(name: str) -> Registration:
    return Registration.objects.get(email=f"{name}@example.org")


def test_who_comes_when_all_is_taken_waits_and_is_told_so(client: Client, hall: Event) -> None:
    assert (
        "All 2 places are taken just now, or kept for people on the waiting list."
        in client.get(hall.get_absolute_url()).content.decode()
    )
    row = actions.book(event=hall, name="Ada", email="ada@example.org", places=1)
    assert (
        "All 2 places are taken just now, or kept for people on the waiting list."
        in client.get(links.path(links.CONFIRM, row)).content.decode()
    )
    response = client.post(links.path(links.CONFIRM, row), follow=True)
    assert "You are on the waiting list" in response.content.decode()
    assert "You are 1st on the list." in response.content.decode()
    assert "You then have 24 hours to take it" in response.content.decode()
    assert "you are 1st on the list" in mail.outbox[-1].body
    assert "You then have 24 hours to take it" in mail.outbox[-1].body
    assert "You get this letter because you are on the waiting list" in mail.outbox[-1].body
    assert mail.outbox[-1].subject == "You are on the waiting list: Hall"
    assert row_of("ada").queued_at == NOON


def test_more_places_than_are_left_wait_whole(client: Client, hall: Event) -> None:
    actions.cancel(registration=row_of("first"))
    row = actions.book(event=hall, name="Ada", email="ada@example.org", places=2)
    text = client.get(links.path(links.CONFIRM, row)).content.decode()
    assert "Only 1 place is left, fewer than you asked for. You go on the waiting list" in text
    client.post(links.path(links.CONFIRM, row))
    assert states() == {"first": "cancelled", "second": "confirmed", "ada": "waiting"}


def test_a_place_that_becomes_free_is_offered_to_the_first(client: Client, hall: Event) -> None:
    ada, grace = wait(hall, "ada"), wait(hall, "grace")
    client.post(f"{page_of(row_of('first'))}cancel/")
    assert states() == {"first": "cancelled", "second": "confirmed", "ada": "offered", "grace": "waiting"}
    assert row_of("ada").offered_until == NOON + DAY
    assert mail.outbox[-1].subject == "A place is free for you: Hall"
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert "None of 2 left" in client.get(hall.get_absolute_url()).content.decode()
    assert "Take the place" in client.get(page_of(ada)).content.decode()
    assert "Take the place" not in client.get(page_of(grace)).content.decode()
    response = client.post(f"{page_of(ada)}accept/", follow=True)
    assert "You have 1 place" in response.content.decode()
    assert client.post(f"{page_of(ada)}accept/").status_code == 302  # pressed twice
    assert states()["ada"] == "confirmed"
    assert subjects()[-1] == "You have a place"


def test_nobody_takes_what_is_not_offered(client: Client, hall: Event) -> None:
    ada = wait(hall, "ada")
    response = client.post(f"{page_of(ada)}accept/")
    assert response.status_code == 409
    assert "It was too late." in response.content.decode()
    assert states()["ada"] == "waiting"


def test_an_offer_goes_to_the_first_it_is_enough_for(hall: Event, time_machine) -> None:
    """docs/adr: a place stays empty for nobody. Who asked for two waits on, and keeps the turn."""
    wait(hall, "pair", places=2)
    wait(hall, "ada")
    time_machine.move_to(NOON + MINUTE, tick=False)
    actions.cancel(registration=row_of("first"))
    assert states() == {"first": "cancelled", "second": "confirmed", "pair": "waiting", "ada": "offered"}
    actions.cancel(registration=row_of("ada"))
    time_machine.move_to(NOON + 2 * MINUTE, tick=False)
    actions.cancel(registration=row_of("second"))
    assert states()["pair"] == "offered"


def test_nobody_who_comes_later_overtakes(client: Client, hall: Event, time_machine) -> None:
    """One place is free, too few for the pair that waits: it is kept for the pair, and the pages say so."""
    pair = wait(hall, "pair", places=2)
    actions.cancel(registration=row_of("first"))
    assert "Whoever comes new joins the list behind them." in client.get(hall.get_absolute_url()).content.decode()
    assert "Join the waiting list" in client.get(f"{hall.get_absolute_url()}book/").content.decode()
    time_machine.move_to(NOON + MINUTE, tick=False)
    new = wait(hall, "new")
    with pytest.raises(actions.TooFew):
        actions.change(registration=row_of("second"), places=2, access_needs="")
    assert "No more are free for you now." in client.get(f"{page_of(row_of('second'))}change/").content.decode()
    assert "Take the place" not in client.get(page_of(new)).content.decode()
    assert client.post(f"{page_of(new)}accept/").status_code == 409
    time_machine.move_to(NOON + 2 * MINUTE, tick=False)
    call_command("tidy")
    assert (states()["pair"], states()["new"]) == ("waiting", "waiting")
    actions.cancel(registration=row_of("second"))
    assert (states()["pair"], states()["new"]) == ("offered", "waiting")
    actions.cancel(registration=pair)
    assert states()["new"] == "offered"


def test_who_asks_for_fewer_gets_what_was_kept(hall: Event, time_machine) -> None:
    pair = wait(hall, "pair", places=2)
    actions.cancel(registration=row_of("first"))
    time_machine.move_to(NOON + MINUTE, tick=False)
    wait(hall, "new")
    actions.change(registration=pair, places=1, access_needs="")
    assert (states()["pair"], states()["new"]) == ("offered", "waiting")


def test_who_asks_for_more_is_passed_over_anew(hall: Event, time_machine) -> None:
    Event.objects.update(most_places=3, capacity=4)
    book(hall, "third@example.org", 2)
    pair = wait(hall, "pair", places=2)
    actions.cancel(registration=row_of("first"))
    assert row_of("pair").passed_over_at == NOON
    time_machine.move_to(NOON + MINUTE, tick=False)
    wait(hall, "new")
    time_machine.move_to(NOON + 2 * MINUTE, tick=False)
    actions.change(registration=pair, places=3, access_needs="")
    assert row_of("pair").passed_over_at == NOON + 2 * MINUTE
    assert (states()["pair"], states()["new"]) == ("waiting", "offered")


def test_the_form_of_a_full_meeting_speaks_of_the_list_throughout(client: Client, hall: Event) -> None:
    text = client.get(f"{hall.get_absolute_url()}book/").content.decode()
    assert "<title>Join the waiting list" in text
    assert 'value="Join the waiting list"' in text or ">Join the waiting list</button>" in " ".join(text.split())
    assert "You are on the list only when you have opened it and confirmed." in text
    for words in ("Ask for a place", "You have a place"):
        assert words not in text
    actions.book(event=hall, name="Ada", email="ada@example.org", places=1)
    letter = mail.outbox[-1]
    assert letter.subject == "Confirm that you join the waiting list: Hall"
    assert "wants to join the waiting list for 1 place" in letter.body


def test_who_waits_comes_before_who_comes_new(hall: Event) -> None:
    wait(hall, "ada")
    actions.cancel(registration=row_of("first"))
    wait(hall, "new")  # the place is free, and kept for Ada
    assert states() == {"first": "cancelled", "second": "confirmed", "ada": "offered", "new": "waiting"}


@pytest.mark.parametrize("by", ["tidy", "booking"])
def test_an_offer_that_runs_out_passes_on(client: Client, hall: Event, time_machine, by: str) -> None:
    ada, grace = wait(hall, "ada"), wait(hall, "grace")
    actions.cancel(registration=row_of("first"))
    time_machine.move_to(NOON + DAY - timedelta(seconds=1), tick=False)
    call_command("tidy")
    assert states()["ada"] == "offered"
    time_machine.move_to(NOON + DAY, tick=False)
    assert "Your offer has run out" in client.get(page_of(ada)).content.decode()
    if by == "tidy":
        call_command("tidy")
        call_command("tidy")
    else:
        actions.book(event=hall, name="X", email="x@example.org", places=1)
    assert (states()["ada"], states()["grace"]) == ("cancelled", "offered")
    assert subjects().count("Your offer has run out") == 1
    assert subjects().count("A place is free for you") == 2
    assert client.post(f"{page_of(ada)}accept/").status_code == 409
    client.post(f"{page_of(grace)}accept/")
    assert states()["grace"] == "confirmed"


def test_an_offer_ends_some_hours_before_the_start(hall: Event, time_machine) -> None:
    wait(hall, "ada")
    wait(hall, "grace")
    starts_at = NOON + 9 * DAY
    time_machine.move_to(starts_at - timedelta(hours=5), tick=False)
    actions.cancel(registration=row_of("first"))
    assert row_of("ada").offered_until == starts_at - timedelta(hours=2)
    time_machine.move_to(starts_at - timedelta(hours=2), tick=False)
    call_command("tidy")
    assert (states()["ada"], states()["grace"]) == ("cancelled", "waiting")  # no time is left for an offer


def test_shortly_before_the_start_who_is_quicker_takes_it(client: Client, hall: Event, time_machine) -> None:
    ada, grace = wait(hall, "ada"), wait(hall, "grace")
    time_machine.move_to(NOON + 9 * DAY - timedelta(hours=1), tick=False)
    actions.cancel(registration=row_of("first"))
    for row in (ada, grace):
        assert "Who takes them first has them." in client.get(page_of(row)).content.decode()
    client.post(f"{page_of(grace)}accept/")
    assert client.post(f"{page_of(ada)}accept/").status_code == 409
    assert (states()["ada"], states()["grace"]) == ("waiting", "confirmed")


def test_more_room_is_offered_by_tidy(hall: Event) -> None:
    wait(hall, "pair", places=2)
    wait(hall, "ada")
    Event.objects.update(capacity=5)
    call_command("tidy")
    assert (states()["pair"], states()["ada"]) == ("offered", "offered")


def test_changing_keeps_the_turn_and_frees_places(client: Client, hall: Event, time_machine) -> None:
    wait(hall, "ada")
    wait(hall, "grace")
    time_machine.move_to(NOON + MINUTE, tick=False)
    pair = row_of("first")
    response = client.post(f"{page_of(pair)}change/", {"places": "2", "access_needs": "Lift", "name": "Ada"})
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("No more places are free for you now. Enter 1 or fewer") == 2
    assert "Lift" in text
    assert row_of("first").places == 1
    ada = row_of("ada")
    client.post(f"{page_of(ada)}change/", {"places": "2", "access_needs": "", "name": "Ada"})
    assert row_of("ada").queued_at == ada.queued_at
    actions.cancel(registration=pair)
    assert (states()["ada"], states()["grace"]) == ("waiting", "offered")
    client.post(f"{page_of(ada)}change/", {"places": "1", "access_needs": "", "name": "Ada"})
    actions.cancel(registration=row_of("second"))
    assert (states()["ada"], states()["grace"]) == ("offered", "offered")


def test_fewer_places_free_the_rest(hall: Event) -> None:
    for name in ("first", "second"):
        actions.cancel(registration=row_of(name))
    book(hall, "pair@example.org", 2)
    wait(hall, "ada")
    actions.change(registration=row_of("pair"), places=1, access_needs="")
    assert states()["ada"] == "offered"


def test_an_offer_can_be_refused_and_the_list_left(client: Client, hall: Event) -> None:
    ada, grace = wait(hall, "ada"), wait(hall, "grace")
    actions.cancel(registration=row_of("first"))
    assert "Do you want to say no to the offer?" in client.get(f"{page_of(ada)}cancel/").content.decode()
    client.post(f"{page_of(ada)}cancel/")
    assert states()["grace"] == "offered"
    client.post(f"{page_of(grace)}cancel/")
    assert "You said no to the place that we offered." in mail.outbox[-1].body
    assert hall.places_left == 1


def test_nothing_is_offered_at_a_meeting_that_is_off(hall: Event) -> None:
    wait(hall, "ada")
    hall.changes.create(kind="postponed", reason="Floods.", changed_at=NOON)
    actions.cancel(registration=row_of("first"))
    call_command("tidy")
    assert states()["ada"] == "waiting"


# --- many at once -----------------------------------------------------------------------------------


def confirm_at_once(rows: list[Registration]) -> list[Exception]:
    """All press the button at the same instant, each over a connection of its own; returns what went wrong."""
    together = Barrier(len(rows))

    def press(row: Registration) -> Exception | None:
        together.wait()
        try:
            actions.confirm(registration=row, stamp=links.stamp_of(row.created_at))
        except Exception as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(rows)) as pool:
        return [error for error in pool.map(press, rows) if error]


def test_two_people_and_one_place() -> None:
    for _ in range(5):
        event = factories.event(takes_registrations=True, capacity=1, starts_at=NOON.replace(year=2090))
        rows = [actions.book(event=event, name="A", email=f"{name}@example.org", places=1) for name in ("ada", "grace")]
        assert confirm_at_once(rows) == []
        found = sorted(event.registrations.values_list("state", flat=True))
        assert found == ["confirmed", "waiting"]


def test_twenty_people_for_five_places() -> None:
    event = factories.event(takes_registrations=True, capacity=5, starts_at=NOON.replace(year=2090))
    rows = [actions.book(event=event, name="A", email=f"{n}@example.org", places=1) for n in range(20)]
    assert confirm_at_once(rows) == []
    waiting = list(event.registrations.waiting())
    assert event.registrations.filter(state="confirmed").count() == 5
    assert len(waiting) == 15
    # In the order in which they were served, each after the last place was given.
    given = max(row.confirmed_at for row in event.registrations.filter(state="confirmed") if row.confirmed_at)
    queued = [row.queued_at for row in waiting if row.queued_at]
    assert len(set(queued)) == 15
    assert queued == sorted(queued)
    assert given < queued[0]


def test_the_same_address_twenty_times_at_once_is_one_registration() -> None:
    event = factories.event(takes_registrations=True, capacity=5, starts_at=NOON.replace(year=2090))
    together = Barrier(20)

    def press(number: int) -> int:
        together.wait()
        try:
            return actions.book(event=event, name="Ada", email="ada@example.org", places=1).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(press, range(20)))) == 1
    assert event.registrations.count() == 1
    assert len(mail.outbox) == 1


def test_cancelling_and_accepting_at_once_never_gives_more_than_there_are() -> None:
    event = factories.event(takes_registrations=True, capacity=3, starts_at=NOON.replace(year=2090))
    rows = [book(event, f"{n}@example.org") for n in range(12)]
    together = Barrier(12)

    def press(row: Registration) -> None:
        together.wait()
        try:
            if row.state == "confirmed":
                actions.cancel(registration=row)
            else:
                actions.accept(registration=row)
        except actions.TooFew:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(press, rows))
    assert event.registrations.holding().places() == 3
    held = event.registrations.exclude(state="cancelled")
    assert held.filter(state="waiting").count() == 6
    assert event.registrations.filter(state="cancelled").count() == 3


def test_what_is_kept_for_those_who_wait_is_no_place_left_for_others(client: Client, hall: Event) -> None:
    """One place is free and a pair waits for two: pages say full, the filter leaves it out, and so does a kept page."""
    event = factories.event(takes_registrations=True, capacity=3, title="Workshop", starts_at=hall.starts_at)
    factories.registration(event, places=2)
    assert "1 of 3 left" in client.get(event.get_absolute_url()).content.decode()
    factories.registration(event, state="waiting", places=2)
    page = client.get(event.get_absolute_url()).content.decode()
    assert "None of 3 left" in page
    assert "Join the waiting list" in page
    assert "Book a place</a>" not in page
    assert "Workshop" not in client.get("/events/?free=on").content.decode()
    assert "Full" in client.get("/events/").content.decode()
