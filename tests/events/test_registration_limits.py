"""Nobody fills another person's letter box by asking for places, no booking is lost by it, and no stranger learns."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from consult.models import Letter
from events import actions, links
from events.models import Event, Registration
from tests import factories
from tests.events.test_registration import TYPED, book, link_in
from tests.factories import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def meeting(number: int = 0) -> Event:
    return factories.event(
        slug=f"workshop-{number}", takes_registrations=True, capacity=20, starts_at=NOON + 30 * DAY, ends_at=None
    )


def ask(client: Client, event: Event, **changes: str) -> None:
    response = client.post(f"{event.get_absolute_url()}book/", TYPED | changes)
    assert (response.status_code, response["Location"]) == (302, f"{event.get_absolute_url()}book/sent/")


def vary(client: Client, event: Event, times: int, time_machine: Any) -> None:
    """Other words each second."""
    for number in range(times):
        time_machine.move_to(NOON + timedelta(seconds=number), tick=False)
        ask(client, event, name=f"Ada {number}")


def tidy() -> None:
    call_command("tidy", stdout=StringIO())


def test_who_varies_what_is_typed_causes_five_letters_about_a_meeting(client: Client, time_machine: Any) -> None:
    vary(client, meeting(), 20, time_machine)
    assert len(mail.outbox) == 5
    assert Registration.objects.get().name == "Ada 4"


def test_the_newest_letter_goes_on_working(client: Client, time_machine: Any) -> None:
    vary(client, meeting(), 9, time_machine)
    response = client.post(link_in(mail.outbox[-1], "book/confirm"), follow=True)
    assert "You have 2 places" in response.content.decode()
    assert Registration.objects.get().state == "confirmed"


def test_another_address_is_not_held_up(client: Client, time_machine: Any) -> None:
    event = meeting()
    vary(client, event, 9, time_machine)
    ask(client, event, email="grace@example.org")
    assert mail.outbox[-1].to == ["grace@example.org"]


def test_variants_of_one_letter_box_count_together(client: Client) -> None:
    for number in range(20):
        ask(client, meeting(number), email=f"ada+{number}@example.org")
    assert len(mail.outbox) == 10


def test_over_all_meetings_ten_a_day_and_the_rest_comes_the_next_day(client: Client, time_machine: Any) -> None:
    for number in range(12):
        time_machine.move_to(NOON + number * MINUTE, tick=False)
        ask(client, meeting(number))
    assert len(mail.outbox) == 10
    assert Registration.objects.count() == 12
    tidy()
    assert len(mail.outbox) == 10
    time_machine.move_to(NOON + DAY, tick=False)
    tidy()
    tidy()
    assert len(mail.outbox) == 11  # the first of the day before counts no more
    time_machine.move_to(NOON + DAY + MINUTE, tick=False)
    tidy()
    assert len(mail.outbox) == 12
    for letter in mail.outbox[-2:]:
        link = link_in(letter, "book/confirm")
        assert client.post(link).status_code == 302
    assert sorted(Registration.objects.filter(state="confirmed").values_list("event__slug", flat=True)) == [
        "workshop-10", "workshop-11",
    ]  # fmt: skip


def test_what_is_typed_last_counts_while_its_letter_waits(client: Client, time_machine: Any) -> None:
    for number in range(10):
        ask(client, meeting(number))
    late = meeting(10)
    ask(client, late, places="1")
    ask(client, late, places="3")
    time_machine.move_to(NOON + DAY, tick=False)
    tidy()
    [letter] = mail.outbox[10:]
    assert "asked for 3 places" in letter.body
    client.post(link_in(letter, "book/confirm"))
    assert late.registrations.get().places == 3


def test_who_cancelled_and_asks_again_waits_too_and_is_not_lost(client: Client, time_machine: Any) -> None:
    event = meeting()
    row = book(event)
    for number in range(1, 11):
        ask(client, meeting(number))
    actions.cancel(registration=row)
    mail.outbox.clear()
    ask(client, event)
    assert mail.outbox == []
    row.refresh_from_db()
    assert row.state == "unconfirmed"
    time_machine.move_to(NOON + DAY, tick=False)
    tidy()
    [letter] = mail.outbox
    assert client.post(link_in(letter, "book/confirm")).status_code == 302


@pytest.mark.parametrize("why", ["cancelled meeting", "draft", "too late", "confirmed meanwhile"])
def test_a_letter_that_waited_is_left_out_where_it_is_of_no_use(client: Client, time_machine: Any, why: str) -> None:
    for number in range(10):
        ask(client, meeting(number))
    late = meeting(10)
    ask(client, late)
    if why == "cancelled meeting":
        late.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    elif why == "draft":
        Event.objects.filter(pk=late.pk).update(publish_at=None)
    elif why == "confirmed meanwhile":
        late.registrations.update(state="confirmed", confirmed_at=NOON)
    time_machine.move_to(NOON + (2 * DAY if why == "too late" else DAY), tick=False)
    tidy()
    assert len(mail.outbox) == 10


def test_letters_to_a_known_address_count_and_what_it_has_stays(client: Client, time_machine: Any) -> None:
    row = book(meeting())
    mail.outbox.clear()
    for hour in range(12):
        time_machine.move_to(NOON + timedelta(hours=hour), tick=False)
        ask(client, row.event, name="Stranger", places="4")
    assert [letter.subject.split(":")[0] for letter in mail.outbox] == ["Your place"] * 4  # one was to confirm
    row.refresh_from_db()
    assert (row.state, row.name, row.places) == ("confirmed", "Ada", 1)


def test_letters_that_only_the_person_causes_are_not_limited(time_machine: Any) -> None:
    row = book(meeting())
    for number in range(12):
        time_machine.move_to(NOON + number * MINUTE, tick=False)
        actions.change(registration=row, places=1 + number % 2, access_needs=f"{number}")
    assert len(mail.outbox) == 2 + 12


def test_the_answer_is_the_same_for_every_address_and_number(client: Client) -> None:
    known, event = book(meeting()), meeting(1)
    pages: list[tuple[int, str, bytes]] = []
    for email in ["new@example.org", known.email, *["ada@example.org"] * 12]:
        response = client.post(f"{event.get_absolute_url()}book/", TYPED | {"email": email, "name": f"{len(pages)}"})
        pages.append((response.status_code, response["Location"], client.get(response["Location"]).content))
    assert len({(status, place, page.split(b"<main")[1]) for status, place, page in pages}) == 1
    assert b"at most 5 such letters to one address within a day" in pages[0][2]


def test_in_the_log_and_the_table_stands_no_address(client: Client, caplog: Any) -> None:
    for number in range(12):
        ask(client, meeting(number))
    assert "ada@example.org" not in caplog.text
    assert not Letter.objects.exclude(to="").exists()
    row = Registration.objects.first()
    assert row
    assert links.sign(links.CONFIRM, row) not in caplog.text
