"""Staff write to those who booked, in a real browser: on a phone, without JavaScript, by the pages alone."""

import pytest
from django.core import mail

from consult import sign_in
from consult.models import User
from tests import factories
from tests.browser.test_staff import PASSWORD, check, fits, sign_in_by_hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("screen", ["page", "phone", "no_js"])
def test_written_looked_at_changed_and_sent(request, screen, visit):
    page = request.getfixturevalue(screen)
    check_here = (lambda: None) if screen == "no_js" else (lambda: (check(page), fits(page)))
    ada = User.objects.create_superuser("ada", password=PASSWORD)
    sign_in.top_up_recovery_codes(user=ada)
    event = factories.event(title="Workshop", takes_registrations=True)
    factories.registration(event, email="has@example.org")
    sign_in_by_hand(page, visit, ada)
    visit(page, f"/admin/events/event/{event.pk}/attendance/")
    page.get_by_role("link", name="Write to those who booked").click()
    check_here()
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Nothing was sent.").wait_for()
    assert page.title().startswith("Error: ")
    check_here()
    page.get_by_label("Subject").fill("Bring a jumper")
    page.get_by_label("Text").fill("The hall is cold. The passcode is 369100.")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("Send it all the same").wait_for()
    check_here()
    page.get_by_label("Text").fill("The hall is cold.\n\n" + "Very" * 40)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Bring a jumper: Workshop").wait_for()
    check_here()
    page.get_by_role("button", name="Change it first").click()
    page.get_by_label("Subject").fill("Bring two jumpers")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Send 1 letter").click()
    page.get_by_text("1 letter is on the way.").wait_for()
    check_here()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["has@example.org"], "Bring two jumpers: Workshop")
    ]
