"""Booking a place: asked for, confirmed by a button, waited for, offered, changed, given back. Told to no stranger."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from events import actions, links
from events.forms_registration import CONSENT_WORDING
from events.models import Event, Registration
from tests import factories
from tests.factories import NOON

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


def link_in(letter: mail.EmailMessage, what: str) -> str:
    found = re.search(rf"http://testserver(/events/[\w-]+/{what}/\S+)", str(letter.body))
    assert found, letter.body
    return found[1]


def test_the_whole_way(client: Client, workshop: Event) -> None:
    page = client.get(workshop.get_absolute_url()).content.decode()
    assert "5 of 5 places are left." in page
    form = client.get(f"{workshop.get_absolute_url()}book/").content.decode()
    assert CONSENT_WORDING in form
    assert "checked" not in form
    link = ask(client, workshop)
    row = Registration.objects.get()
    assert (row.state, row.places, row.consent_wording) == ("unconfirmed", 2, CONSENT_WORDING)
    assert "A quiet seat." in client.get(link).content.decode()
    row.refresh_from_db()
    assert row.state == "unconfirmed"
    response = client.post(link, follow=True)
    row.refresh_from_db()
    assert (row.state, row.confirmed_at) == ("confirmed", NOON)
    assert "You have 2 places" in response.content.decode()
    assert "3 of 5 places are left." in client.get(workshop.get_absolute_url()).content.decode()
    letter = mail.outbox[-1]
    assert letter.subject == "You have a place: Workshop"
    manage = link_in(letter, "booking")
    assert client.get(manage).status_code == 200
    client.post(f"{manage}change/", {"places": "1", "access_needs": ""})
    row.refresh_from_db()
    assert (row.places, row.access_needs) == (1, "")
    client.post(f"{manage}cancel/")
    row.refresh_from_db()
    assert (row.state, row.cancelled_at) == ("cancelled", NOON)
    assert [letter.subject for letter in mail.outbox] == [
        "Confirm your place: Workshop",
        "You have a place: Workshop",
        "You changed your booking: Workshop",
        "You cancelled your place: Workshop",
    ]
