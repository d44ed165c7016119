"""A resident gives views: by keyboard alone on a small phone without JavaScript, and with it; twice, back, reloaded."""

import pytest
from django.core import mail

from submissions.models import Draft, Submission
from tests.browser import states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Youth clubs that stay open.\n\nEvery evening."
PLAN = f"/consultations/{states.PLAN}/"
# What has focus, in words: its role would do for people, its name does for the test.
FOCUSED = r"""() => {
  const one = document.activeElement
  const label = one.labels?.length ? one.labels[0].innerText : ''
  return (label || one.innerText || one.name || one.tagName).replace(/\s+/g, ' ').trim()
}"""


@pytest.fixture(autouse=True)
def demo(transactional_db):
    states.demo()


@pytest.fixture
def small(new_context):
    """A phone's screen with a keyboard, without JavaScript."""
    return new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False).new_page()


def tab_to(page, name, key="Tab"):
    """Presses Tab until what is called `name` has focus, which must be in sight."""
    passed = []
    for _ in range(60):
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(name):
            box = page.locator(":focus").bounding_box()
            assert -box["height"] < box["y"] < page.viewport_size["height"], f"{name} has focus out of sight"
            return
    pytest.fail(f"{name} is not reached by Tab, but {passed}")


def press(page, name, key="Enter"):
    """Tabs to a link or button and presses it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def heading(page):
    return page.locator("h1").inner_text()


def summary(page):
    """The problems that the page tells at its top."""
    assert page.title().startswith("Error: ")
    return page.locator(".govuk-error-summary li").all_inner_texts()


def answered(page, visit, **steps):
    """On check answers, with one view written."""
    plan = states.Consultation.objects.get(slug=states.PLAN)
    first = f"question-{plan.questions.first().identifier}"
    words = {first: {"answer": WORDS}, "about-you": {"respondent": "individual"}, "publication": {"consent": "on"}}
    visit(page, states.begun(plan, **(words | steps)) + "check/")


def test_by_keyboard_alone_without_javascript(small, visit):
    page = small
    visit(page, "/")
    press(page, "See what is open")
    press(page, "Draft Police and Crime Plan")
    press(page, "Have your say")
    assert heading(page) == "Have your say"
    press(page, "Start")

    assert heading(page) == "What would do most to reduce and prevent violence in London? (optional)"
    tab_to(page, "What would do most")
    page.keyboard.type(WORDS)
    for _ in range(6):
        press(page, "Save and continue")

    assert heading(page) == "Are you answering for yourself or for an organisation?"
    press(page, "Save and continue")
    assert summary(page) == ["Choose whether you answer for yourself or for an organisation"]
    press(page, "Choose whether")
    assert page.evaluate(FOCUSED) == "As an individual"
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("For an organisation").is_checked()
    press(page, "Save and continue")
    assert summary(page) == ["Enter the name of the organisation"]
    press(page, "Enter the name")
    assert page.evaluate(FOCUSED).startswith("Name of the organisation")
    page.keyboard.type("Youth First")
    press(page, "Save and continue")

    assert heading(page) == "May we publish your views?"
    tab_to(page, "Yes, you may publish")
    page.keyboard.press("Space")
    press(page, "Save and continue")
    assert heading(page) == "Shall we send you your reference?"
    tab_to(page, "E-mail address")
    page.keyboard.type("ada@example")
    press(page, "Save and continue")
    assert summary(page) == ["Enter an e-mail address in the right form, like name@example.com"]
    assert page.get_by_label("E-mail address").input_value() == "ada@example"
    press(page, "Enter an e-mail address")
    page.keyboard.press("End")
    page.keyboard.type(".org")
    press(page, "Save and continue")

    assert heading(page) == "Check your answers before you send them"
    assert page.locator("dd", has_text="Every evening.").inner_text() == WORDS
    press(page, "Change your answer: What would do most")
    tab_to(page, "What would do most")
    page.keyboard.press("Control+End")
    page.keyboard.type(" And at weekends.")
    press(page, "Save and continue")
    assert heading(page) == "Check your answers before you send them"
    press(page, "Send your views")

    sent = Submission.objects.get()
    assert heading(page) == "We have your views. Thank you"
    assert page.locator(".app-reference__code").inner_text() == sent.reference
    assert sent.answers.get().text.replace("\r\n", "\n") == f"{WORDS} And at weekends."
    assert (sent.organisation, sent.consents_to_publication) == ("Youth First", True)
    assert sent.contact.email == "ada@example.org"
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert not Draft.objects.exists()


def test_the_summary_takes_focus_and_its_links_lead_to_the_fields(phone, visit):
    page = phone
    visit(page, f"{PLAN}respond/")
    page.get_by_role("button", name="Start").click()
    base = page.url.rsplit("/", 2)[0]
    page.goto(f"{base}/about-you/")
    organisation = page.get_by_label("Name of the organisation")
    assert not organisation.is_visible()
    page.get_by_role("button", name="Save and continue").click()
    page.locator(".govuk-error-summary:focus").wait_for()
    page.get_by_role("link", name="Choose whether").click()
    assert page.evaluate("document.activeElement.type + document.activeElement.value") == "radioindividual"

    page.get_by_label("For an organisation").check()
    assert organisation.is_visible()
    page.get_by_label("As an individual").check()
    assert not organisation.is_visible()
    page.get_by_label("For an organisation").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Enter the name of the organisation").click()
    assert page.evaluate("document.activeElement.name") == "organisation"
    assert organisation.is_visible()


def test_characters_are_counted_and_too_many_are_kept(phone, visit):
    page = phone
    plan = states.Consultation.objects.get(slug=states.PLAN)
    plan.questions.update(max_length=20)
    base = states.begun(plan)
    visit(page, f"{base}question-{plan.questions.first().identifier}/")
    box, count = page.get_by_role("textbox"), page.locator(".govuk-character-count__status")
    box.fill("a" * 15)
    count.get_by_text("You have 5 characters remaining").wait_for()
    box.fill("a" * 25)
    count.get_by_text("You have 5 characters too many").wait_for()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Shorten what you wrote to 20 characters").click()
    assert page.evaluate("document.activeElement.name") == "answer"
    assert box.input_value() == "a" * 25


def test_the_summary_of_check_answers_leads_to_the_steps(phone, visit):
    page = phone
    answered(page, visit, **{"about-you": {}})
    page.get_by_role("button", name="Send your views").click()
    page.locator(".govuk-error-summary:focus").wait_for()
    assert summary(page) == ["Choose whether you answer for yourself or for an organisation"]
    page.get_by_role("link", name="Choose whether").click()
    page.get_by_label("As an individual").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Send your views").click()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("screen", ["page", "no_js"])
def test_pressing_twice_sends_once(request, screen, visit):
    page = request.getfixturevalue(screen)
    answered(page, visit)
    page.get_by_role("button", name="Send your views").dblclick()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert page.locator(".app-reference__code").inner_text() == Submission.objects.get().reference


@pytest.mark.parametrize("screen", ["page", "no_js"])
def test_back_and_reload_after_sending_show_the_receipt(request, screen, visit):
    page = request.getfixturevalue(screen)
    answered(page, visit)
    page.get_by_role("button", name="Send your views").click()
    page.get_by_role("heading", name="We have your views").wait_for()
    reference = Submission.objects.get().reference
    page.reload()
    assert page.locator(".app-reference__code").inner_text() == reference
    page.go_back()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert page.locator(".app-reference__code").inner_text() == reference
    assert Submission.objects.count() == 1


def test_two_tabs_send_once_and_both_see_the_reference(page, new_context, visit):
    answered(page, visit)
    other = new_context().new_page()
    other.goto(page.url)
    for each in (page, other):
        each.get_by_role("button", name="Send your views").click()
        each.get_by_role("heading", name="We have your views").wait_for()
        assert each.locator(".app-reference__code").inner_text() == Submission.objects.get().reference
