"""Booking a place: asked for, confirmed by a button, changed, given back. Told to no stranger."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consult.models import Letter
from events import actions, links
from events.forms_registration import CONSENT_WORDING
from events.models import Event, Registration
from tests import factories
from tests.factories import BEFORE, NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

TYPED = {"name": "Ada", "email": "ada@example.org", "places": "2", "access_needs": "A quiet seat.", "consent": "on"}


@pytest.fixture
def workshop() -> Event:
    """Five places, on Thursday 15 January 2026 at 6pm; one person may book four."""
    return factories.event(title="Workshop", slug="workshop", takes_registrations=True, capacity=5)


def ask(client: Client, event: Event, **changes: str) -> str:
    """Ask for places; returns the path of the link in the letter."""
    response = client.post(f"{event.get_absolute_url()}book/", TYPED | changes)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == f"{event.get_absolute_url()}book/sent/"
    return link_in(mail.outbox[-1], "book/confirm")


def link_in(letter: Any, what: str) -> str:
    found = re.search(rf"http://testserver(/events/[\w-]+/{what}/\S+)", str(letter.body))
    assert found, letter.body
    return found[1]


def subjects() -> list[str]:
    return [letter.subject.split(":")[0] for letter in mail.outbox]


def book(event: Event, email: str = "ada@example.org", places: int = 1, **fields: Any) -> Registration:
    """Ask and confirm at once, by the actions."""
    row = actions.book(event=event, name="Ada", email=email, places=places, consent_wording="Yes.", **fields)
    return actions.confirm(registration=row, stamp=links.stamp_of(row.created_at))


def page_of(row: Registration) -> str:
    return links.path(links.BOOKING, row)


# --- the whole way ----------------------------------------------------------------------------------


def test_the_whole_way(client: Client, workshop: Event) -> None:
    page = client.get(workshop.get_absolute_url()).content.decode()
    assert "5 of 5 places are left." in page
    form = client.get(f"{workshop.get_absolute_url()}book/").content.decode()
    assert CONSENT_WORDING in form
    assert "checked" not in form
    link = ask(client, workshop)
    row = Registration.objects.get()
    assert (row.state, row.places, row.consent_wording) == ("unconfirmed", 2, CONSENT_WORDING)
    assert "5 of 5 places are left." in client.get(workshop.get_absolute_url()).content.decode()
    assert "A quiet seat." in client.get(link).content.decode()
    row.refresh_from_db()
    assert row.state == "unconfirmed"
    response = client.post(link, follow=True)
    row.refresh_from_db()
    assert (row.state, row.confirmed_at) == ("confirmed", NOON)
    assert "You have 2 places" in response.content.decode()
    assert "3 of 5 places are left." in client.get(workshop.get_absolute_url()).content.decode()
    manage = link_in(mail.outbox[-1], "booking")
    assert "A quiet seat." in client.get(f"{manage}change/").content.decode()
    client.post(f"{manage}change/", {"places": "1", "access_needs": "", "name": "Ada"})
    row.refresh_from_db()
    assert (row.places, row.access_needs) == (1, "")
    assert "Do you want to cancel your booking?" in client.get(f"{manage}cancel/").content.decode()
    response = client.post(f"{manage}cancel/", follow=True)
    assert "Your booking is cancelled" in response.content.decode()
    row.refresh_from_db()
    assert (row.state, row.cancelled_at) == ("cancelled", NOON)
    assert [letter.subject for letter in mail.outbox] == [
        "Confirm your place: Workshop",
        "You have a place: Workshop",
        "You changed your booking: Workshop",
        "You cancelled your place: Workshop",
    ]


def test_opening_any_link_changes_nothing(client: Client, workshop: Event) -> None:
    """Programs that look into letters open every link, more than once."""
    row = actions.book(event=workshop, name="Ada", email="ada@example.org", places=1)
    waiting = factories.registration(workshop, state="waiting", places=9)
    before = list(Registration.objects.order_by("pk").values())
    for path in (links.path(links.CONFIRM, row), *(f"{page_of(waiting)}{end}" for end in ("", "change/", "cancel/"))):
        for method in (client.get, client.head):
            assert method(path).status_code == 200
    assert client.get(f"{page_of(waiting)}accept/")["Location"] == page_of(waiting)
    assert list(Registration.objects.order_by("pk").values()) == before


def test_pressing_a_button_twice_is_once(client: Client, workshop: Event) -> None:
    assert ask(client, workshop) == ask(client, workshop)
    link = link_in(mail.outbox[-1], "book/confirm")
    first, again = client.post(link), client.post(link)
    assert first["Location"] == again["Location"]
    manage = first["Location"]
    for _ in range(2):
        client.post(f"{manage}change/", {"places": "1", "access_needs": "", "name": "Ada"})
    for _ in range(2):
        assert client.post(f"{manage}cancel/").status_code == 302
    assert subjects() == [
        "Confirm your place", "You have a place", "You changed your booking", "You cancelled your place",
    ]  # fmt: skip


def test_who_typed_a_mistake_asks_again_and_the_newest_letter_counts(
    client: Client, workshop: Event, time_machine
) -> None:
    old = ask(client, workshop, places="4")
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    new = ask(client, workshop, places="1")
    assert old != new
    response = client.get(old)
    assert response.status_code == 410
    assert "Open the link in the newest letter" in response.content.decode()
    assert client.post(old).status_code == 403
    client.post(new)
    row = Registration.objects.get()
    assert (row.state, row.places) == ("confirmed", 1)


def test_a_link_to_confirm_holds_for_two_days(client: Client, workshop: Event, time_machine) -> None:
    Event.objects.update(starts_at=NOON + timedelta(days=9), ends_at=None)
    link = ask(client, workshop)
    time_machine.move_to(NOON + settings.EVENT_CONFIRM_TIME - timedelta(seconds=1), tick=False)
    assert client.get(link).status_code == 200
    time_machine.move_to(NOON + settings.EVENT_CONFIRM_TIME, tick=False)
    response = client.get(link)
    assert response.status_code == 410
    assert "It worked for 48 hours." in response.content.decode()
    assert client.post(link).status_code == 403
    assert Registration.objects.get().state == "unconfirmed"
    client.post(ask(client, workshop))
    assert Registration.objects.get().state == "confirmed"


def test_who_cancelled_may_ask_again(client: Client, workshop: Event, time_machine) -> None:
    row = book(workshop)
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    actions.cancel(registration=row)
    assert "Ask for a place again" in client.get(page_of(row)).content.decode()
    client.post(ask(client, workshop, email="ADA@example.org", places="3"))
    again = Registration.objects.get()
    assert (again.pk, again.state, again.places, again.cancelled_at) == (row.pk, "confirmed", 3, None)


def test_no_limit_no_list(client: Client) -> None:
    event = factories.event(takes_registrations=True)
    for number in range(3):
        client.post(ask(client, event, email=f"person-{number}@example.org", places="4"))
    assert Registration.objects.filter(state="confirmed").count() == 3
    assert "The number of places is not limited." in client.get(event.get_absolute_url()).content.decode()


# --- tells a stranger nothing -----------------------------------------------------------------------


@pytest.mark.parametrize("state", [None, "unconfirmed", "confirmed", "waiting", "offered", "cancelled"])
def test_the_answer_is_the_same_for_every_address(client: Client, workshop: Event, state: str | None) -> None:
    if state:
        until = NOON + timedelta(hours=1)
        factories.registration(workshop, email="ada@example.org", state=state, offered_until=until, places=9)
    response = client.post(f"{workshop.get_absolute_url()}book/", TYPED | {"email": "Ada@Example.org"})
    assert (response.status_code, response["Location"]) == (302, f"{workshop.get_absolute_url()}book/sent/")
    assert set(response.cookies) <= {settings.CSRF_COOKIE_NAME}
    [letter] = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert Registration.objects.count() == 1


def test_a_known_address_gets_the_link_to_its_place_and_nothing_changes(client: Client, workshop: Event) -> None:
    row = book(workshop, places=1)
    mail.outbox.clear()
    for _ in range(3):  # not a letter for every time that a stranger types the address
        client.post(f"{workshop.get_absolute_url()}book/", TYPED | {"name": "Stranger", "places": "4"})
    [letter] = mail.outbox
    assert letter.subject == "Your place: Workshop"
    assert page_of(row) in letter.body
    before = (row.name, row.places, row.state)
    row.refresh_from_db()
    assert (row.name, row.places, row.state) == before


def test_no_page_or_address_tells_who_books(client: Client, workshop: Event) -> None:
    row = book(workshop, email="leak@example.org")
    Registration.objects.update(name="Leak", access_needs="Leak")
    for path in (
        workshop.get_absolute_url(), "/events/", "/", "/calendar.ics", f"{workshop.get_absolute_url()}book/",
        f"{workshop.get_absolute_url()}book/sent/", f"{workshop.get_absolute_url()}join/", links.path(links.JOIN, row),
    ):  # fmt: skip
        assert "leak" not in client.get(path).content.decode().lower(), path
    assert "leak" not in "".join(links.path(purpose, row) for purpose in links.ADDRESSES).lower()


# --- refuses ----------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "not taken": ({"takes_registrations": False, "capacity": None}, "You need not book a place"),
    "not yet": (
        {"registration_opens_at": NOON + timedelta(hours=1)},
        "Booking opens on Wednesday 14 January 2026 at 1pm.",
    ),
    "closed": ({"registration_closes_at": NOON}, "Booking closed on Wednesday 14 January 2026 at midday."),
    "started": ({"starts_at": NOON}, "This meeting has begun."),
    "over": ({"starts_at": BEFORE, "ends_at": BEFORE + timedelta(hours=1)}, "This meeting is over."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_a_clear_page(client: Client, workshop: Event, case: str) -> None:
    fields, words = REFUSED[case]
    Event.objects.update(**fields)
    for response, status in (
        (client.get(f"{workshop.get_absolute_url()}book/"), 200),
        (client.post(f"{workshop.get_absolute_url()}book/", TYPED), 403),
    ):
        assert response.status_code == status
        assert words in response.content.decode()
        assert not response.cookies
    assert not Registration.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("kind", ["cancelled", "postponed"])
def test_refuses_what_is_off(client: Client, workshop: Event, kind: str) -> None:
    link = ask(client, workshop)
    row = book(workshop, email="grace@example.org")
    workshop.changes.create(kind=kind, reason="Floods.", changed_at=NOON)
    for path, typed in (
        (f"{workshop.get_absolute_url()}book/", TYPED),
        (link, {}),
    ):
        response = client.post(path, typed)
        assert response.status_code == 403
        assert f"This meeting is {kind}." in response.content.decode()
        assert "Floods." in response.content.decode()
    assert f"This meeting is {kind}" in client.get(page_of(row)).content.decode()
    assert client.get(f"{page_of(row)}change/")["Location"] == page_of(row)
    assert f'href="{workshop.get_absolute_url()}book/"' not in client.get(workshop.get_absolute_url()).content.decode()


def test_who_asked_before_booking_closed_may_confirm_after(client: Client, workshop: Event, time_machine) -> None:
    Event.objects.update(registration_closes_at=NOON + timedelta(minutes=5))
    link = ask(client, workshop)
    time_machine.move_to(NOON + timedelta(minutes=6), tick=False)
    assert client.post(f"{workshop.get_absolute_url()}book/", TYPED).status_code == 403
    assert client.post(link).status_code == 302
    assert Registration.objects.get().state == "confirmed"


def test_no_place_is_confirmed_changed_or_taken_once_it_began(client: Client, workshop: Event, time_machine) -> None:
    link = ask(client, workshop)
    row = book(workshop, email="grace@example.org")
    time_machine.move_to(workshop.starts_at, tick=False)
    assert client.post(link).status_code == 403
    client.post(f"{page_of(row)}change/", {"places": "2", "access_needs": "", "name": "Ada"})
    row.refresh_from_db()
    assert row.places == 1
    client.post(f"{page_of(row)}cancel/")  # it helps those at the door to know
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_a_draft_is_booked_by_nobody(client: Client, cast, workshop: Event) -> None:
    Event.objects.update(publish_at=None)
    assert client.get(f"{workshop.get_absolute_url()}book/").status_code == 404
    editor = cast("editor")
    assert "once this meeting is published" in editor.get(f"{workshop.get_absolute_url()}book/").content.decode()
    assert editor.post(f"{workshop.get_absolute_url()}book/", TYPED).status_code == 403


@pytest.mark.parametrize("path", ["book/sent/", "join/", "booking/x/", "book/confirm/x/"])
def test_wrong_methods(client: Client, workshop: Event, path: str) -> None:
    assert client.delete(f"{workshop.get_absolute_url()}{path}").status_code == 405
    if path in {"book/sent/", "join/", "booking/x/"}:
        assert client.post(f"{workshop.get_absolute_url()}{path}").status_code == 405


# --- links ------------------------------------------------------------------------------------------


def test_each_link_opens_its_own_page_at_its_own_meeting_only(client: Client, workshop: Event) -> None:
    row = book(workshop)
    other = factories.event(takes_registrations=True)
    signed = {purpose: links.sign(purpose, row) for purpose in links.ADDRESSES}
    for purpose, path in {links.CONFIRM: "book/confirm", links.BOOKING: "booking", links.JOIN: "join"}.items():
        for made_for, text in signed.items():
            response = client.get(f"{workshop.get_absolute_url()}{path}/{text}/")
            assert (response.status_code == 404) is (made_for != purpose), (purpose, made_for)
        assert client.get(f"{other.get_absolute_url()}{path}/{signed[purpose]}/").status_code == 404


@pytest.mark.parametrize("wrong", ["x", "1-0", "1-0.", "1-0.x", "..", "1.1.1", "é", "%00", "a" * 5000])
def test_a_wrong_link_is_told_and_helped(client: Client, workshop: Event, wrong: str) -> None:
    for path in ("booking", "book/confirm", "join"):
        response = client.get(f"{workshop.get_absolute_url()}{path}/{wrong}/")
        assert response.status_code == 404
        if "%" not in wrong:
            assert "This link does not work" in response.content.decode()


def test_a_link_to_a_booking_that_was_forgotten_opens_nothing(client: Client, workshop: Event) -> None:
    row = book(workshop)
    Registration.objects.update(email="", name="", access_needs="", erased_at=NOON)
    for purpose in links.ADDRESSES:
        assert client.get(links.path(purpose, row)).status_code == 404


def test_private_pages_are_kept_nowhere_and_found_by_no_search(client: Client, workshop: Event) -> None:
    row = book(workshop)
    unconfirmed = actions.book(event=workshop, name="G", email="grace@example.org", places=1)
    base = workshop.get_absolute_url()
    for path in (
        f"{base}join/", f"{base}book/", f"{base}book/sent/", links.path(links.JOIN, row), page_of(row),
        f"{page_of(row)}change/", f"{page_of(row)}cancel/", links.path(links.CONFIRM, unconfirmed), f"{base}booking/x/",
    ):  # fmt: skip
        response = client.get(path)
        assert "no-store" in response["Cache-Control"], path
        assert response["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert "canonical" not in response.content.decode()
        # `no-referrer` on a form would make browsers send `Origin: null`, which is refused.
        expected = "no-referrer" if "/join/" in path else "same-origin"
        assert response["Referrer-Policy"] == expected, path
        has_form = "csrfmiddlewaretoken" in response.content.decode()
        assert (settings.CSRF_COOKIE_NAME in response.cookies) is has_form, path


# --- what is typed ----------------------------------------------------------------------------------

ADDRESS = "Enter an e-mail address in the right form, like name@example.com"
PLACES = "Enter how many places you want, as a number from 1 to 4"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Enter your name"),
        ("name", "é" * 121, "Shorten your name to 120 characters"),
        ("email", "", "Enter your e-mail address"),
        ("email", "ada", ADDRESS),
        ("email", '"ada lovelace"@example.org', ADDRESS),
        ("email", "ada@example.org\r\nBcc: eve@example.org", ADDRESS),
        ("email", f"{'a' * 250}@example.org", "Shorten the e-mail address to 254 characters"),
        ("places", "", PLACES),
        ("places", "0", PLACES),
        ("places", "5", PLACES),
        ("places", "-1", PLACES),
        ("places", "two", PLACES),
        ("places", "9" * 5000, PLACES),
        ("access_needs", "é" * 1001, "Shorten what you need to 1,000 characters. All of it is still here."),
        ("consent", "", "Tick the box if we may use what you typed. Without it we cannot keep a place"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(
    client: Client, workshop: Event, field: str, typed: str, message: str
) -> None:
    response = client.post(f"{workshop.get_absolute_url()}book/", TYPED | {field: typed})
    text = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error: Book a place" in text.replace("\n", "")
    assert text.count(message) == 2
    for name, value in TYPED.items():
        if name not in {field, "consent"}:
            assert value in text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("field", ["name", "email", "access_needs", "places"])
@pytest.mark.parametrize("typed", ["\x00", "a\x00b", "\ud800", "<script>alert(1)</script>", "{{ 7*7 }}", "٣"])
def test_hostile_text_is_no_error(client: Client, workshop: Event, field: str, typed: str) -> None:
    data = TYPED | {field: typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    response = client.post(f"{workshop.get_absolute_url()}book/", data)
    assert response.status_code in {200, 302}
    assert "<script>alert" not in response.content.decode()


def test_a_name_is_one_line(client: Client, workshop: Event) -> None:
    ask(client, workshop, name=" Ada\r\n\tLovelace ")
    assert Registration.objects.get().name == "Ada Lovelace"


def test_where_everybody_books_one_place_no_number_is_asked(client: Client, workshop: Event) -> None:
    Event.objects.update(most_places=1)
    assert 'name="places"' not in client.get(f"{workshop.get_absolute_url()}book/").content.decode()
    ask(client, workshop, places="3")
    assert Registration.objects.get().places == 1


def test_a_change_is_said_to_be_saved_and_the_name_can_be_put_right(client: Client, workshop: Event) -> None:
    row = book(workshop)
    form = client.get(f"{page_of(row)}change/").content.decode()
    assert "Thursday 15 January 2026" in form
    assert 'value="Ada"' in form
    typed = {"name": "Ada Lovelace", "places": "1", "access_needs": ""}
    response = client.post(f"{page_of(row)}change/", typed, follow=True)
    assert "Your change is saved." in response.content.decode()
    assert "Your change is saved." not in client.get(page_of(row)).content.decode()
    row.refresh_from_db()
    assert row.name == "Ada Lovelace"
    assert mail.outbox[-1].subject == "You changed your booking: Workshop"
    assert "Lovelace" not in mail.outbox[-1].message().as_string()


def test_the_form_to_change_says_how_many_more_there_are(client: Client, workshop: Event) -> None:
    row = book(workshop, places=2)
    path = f"{page_of(row)}change/"
    assert "From 1 to 4, you included.</" in client.get(path).content.decode().replace("\n", "")
    book(workshop, "grace@example.org", 2)
    assert "You have 2. Only 1 more is free." in client.get(path).content.decode()
    book(workshop, "eve@example.org", 1)
    assert "You have 2. No more are free for you now." in client.get(path).content.decode()


def test_a_meeting_that_takes_no_booking_has_sent_no_letter(client: Client) -> None:
    event = factories.event()
    assert client.get(f"{event.get_absolute_url()}book/sent/").status_code == 404


def test_who_booked_a_cancelled_meeting_reads_so_first(client: Client, workshop: Event) -> None:
    row = book(workshop)
    workshop.changes.create(kind="cancelled", reason="Floods.", changed_at=NOON)
    text = client.get(page_of(row)).content.decode()
    assert '<h1 class="govuk-heading-xl">This meeting is cancelled</h1>' in text
    assert "<title>This meeting is cancelled" in text
    assert "change your booking" not in text


def test_who_booked_a_postponed_meeting_keeps_the_places_or_gives_them_up(client: Client, workshop: Event) -> None:
    row = book(workshop, places=2)
    workshop.changes.create(kind="postponed", reason="Floods.", changed_at=NOON)
    text = client.get(page_of(row)).content.decode()
    assert "We keep your places. You need do nothing." in text
    assert f'{page_of(row)}cancel/"' in text
    assert client.post(f"{page_of(row)}cancel/").status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_who_has_more_places_than_are_now_allowed_keeps_them(client: Client, workshop: Event) -> None:
    row = book(workshop, places=3)
    Event.objects.update(most_places=1)
    client.post(f"{page_of(row)}change/", {"places": "3", "access_needs": "Lift", "name": "Ada"})
    row.refresh_from_db()
    assert (row.places, row.access_needs) == (3, "Lift")


def test_nobody_may_ask_for_more_places_than_there_are(client: Client, workshop: Event) -> None:
    Event.objects.update(capacity=2)
    text = client.post(f"{workshop.get_absolute_url()}book/", TYPED | {"places": "3"}).content.decode()
    assert "as a number from 1 to 2" in text


def test_a_former_address_of_the_meeting_leads_on(client: Client, workshop: Event) -> None:
    row = book(workshop)
    old = page_of(row)
    workshop.slug = "new"
    workshop.save()
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, old.replace("/workshop/", "/new/"))
    response = client.post(f"{workshop.get_absolute_url()}book/".replace("new", "workshop"), TYPED)
    assert (response.status_code, response["Location"]) == (308, "/events/new/book/")


def test_letters_are_written_with_their_cause(workshop: Event) -> None:
    row = book(workshop)
    assert set(Letter.objects.values_list("kind", flat=True)) == {"registration-confirm", "registration-booked"}
    assert all(letter.key.startswith(f"registration:{row.pk}:") for letter in Letter.objects.all())


def test_how_many_questions_the_pages_ask(client: Client, workshop: Event) -> None:
    counts = []
    for number in (1, 3):
        for each in range(number):
            book(workshop, email=f"person-{number}-{each}@example.org")
        for path in (workshop.get_absolute_url(), f"{workshop.get_absolute_url()}book/"):
            client.get(path)
            with CaptureQueriesContext(connection) as found:
                client.get(path)
            counts.append(len(found))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 9
