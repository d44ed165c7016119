"""A resident books a place in a real browser, with JavaScript and without, on a phone; waits, accepts, cancels."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from events.models import Event, Registration
from tests.browser import states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORKSHOP = "/events/example-workshop-with-few-places/"


@pytest.fixture(autouse=True)
def demo(transactional_db):
    states.demo()


def link(what: str) -> str:
    """The path of the link in the last letter."""
    found = re.search(rf"(/events/[\w-]+/{what}/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def ask(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill(f"{name.lower()}@example.org")
    if page.get_by_label("How many places").count():  # not asked where there is only one
        page.get_by_label("How many places").fill("1")
    page.get_by_label("You may use what I typed").check()
    page.get_by_role("button", name=re.compile("Ask for a place|Join the waiting list")).click()
    expect(page.locator("h1")).to_have_text("Now look at your e-mail")


@pytest.mark.parametrize("screen", ["page", "phone", "no_js"])
def test_book_wait_cancel_and_take_the_offer(request, screen, visit):
    page = request.getfixturevalue(screen)
    Event.objects.filter(slug="example-workshop-with-few-places").update(capacity=1)
    visit(page, WORKSHOP)
    page.get_by_role("link", name="Book a place").click()
    ask(page, "Ada")
    visit(page, link("book/confirm"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h1")).to_have_text("You have 1 place")
    ada = page.url
    visit(page, WORKSHOP)
    page.get_by_role("link", name="Join the waiting list").click()
    ask(page, "Grace")
    visit(page, link("book/confirm"))
    page.get_by_role("button", name="Join the waiting list").click()
    expect(page.locator("h1")).to_have_text("You are on the waiting list")
    grace = page.url
    visit(page, ada)
    page.get_by_role("link", name="Cancel your booking").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.locator("h1")).to_have_text("Your booking is cancelled")
    visit(page, grace)
    page.get_by_role("button", name="Take the place").click()
    expect(page.locator("h1")).to_have_text("You have 1 place")
    page.get_by_role("link", name="How to join online").click()
    expect(page.locator("h1")).to_have_text("How to join")
    booked = Registration.objects.filter(event__slug="example-workshop-with-few-places")  # the demo has others
    assert sorted(booked.values_list("email", "state")) == [
        ("ada@example.org", "cancelled"),
        ("grace@example.org", "confirmed"),
    ]


def test_what_is_wrong_is_told_and_nothing_is_lost(phone, visit, axe):
    visit(phone, f"{WORKSHOP}book/")
    phone.get_by_label("Your name").fill("Ada")
    phone.get_by_label("How many places").fill("9")
    phone.get_by_role("button", name="Ask for a place").click()
    assert phone.title().startswith("Error: Book a place")
    assert phone.locator(".govuk-error-summary li").all_inner_texts() == [
        "Enter your e-mail address",
        "Enter how many places you want, as a number from 1 to 2",
        "Tick the box if we may use what you typed. Without it we cannot keep a place",
    ]
    expect(phone.get_by_label("Your name")).to_have_value("Ada")
    expect(phone.locator(".govuk-error-summary")).to_be_focused()
    axe(phone)


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_every_page_of_booking_is_accessible_and_fits(request, screen, visit, axe):
    page = request.getfixturevalue(screen)

    def look(path: str, status: int = 200) -> None:
        visit(page, path, status=status)
        axe(page, status=status)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path

    look(f"{WORKSHOP}book/")
    ask(page, "Ada")
    axe(page)
    confirm = link("book/confirm")
    look(confirm)
    page.get_by_role("button", name="Confirm").click()
    axe(page)
    own = link("booking")
    for path in (own, f"{own}change/", f"{own}cancel/", link("join"), f"{WORKSHOP}join/"):
        look(path)
    look(f"{WORKSHOP}booking/wrong/", 404)
    Registration.objects.update(state="offered", offered_until="2090-01-01T00:00Z")
    look(own)
    Registration.objects.update(state="waiting", queued_at="2026-01-01T00:00Z", places=30)
    look(own)
    Registration.objects.update(state="unconfirmed", created_at="2020-01-01T00:00Z")
    look(confirm, 410)
    Event.objects.update(registration_closes_at="2020-01-01T00:00Z")
    look(f"{WORKSHOP}book/")
