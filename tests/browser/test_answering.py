"""A resident gives views: by keyboard alone on a small phone without JavaScript, and with it; twice, back, reloaded."""

import pytest
from django.core import mail

from submissions.models import Draft, Question, Submission
from tests.browser import states

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Youth clubs that stay open.\n\nEvery evening."
# What has focus, in words: its role would do for people, its name does for the test.
FOCUSED = r"""() => {
  const one = document.activeElement
  const label = one.labels?.length ? one.labels[0].innerText : ''
  return (label || one.innerText || one.name || one.tagName).replace(/\s+/g, ' ').trim()
}"""
ANSWERS = {
    "What would raise trust?": f"{WORDS} And at weekends.",
    "About name?": "Ada",
    "About why?": "It is dark.",
    "About one?": "Other: By boat",
    "About many?": "Bus\nWalk",
    "About agree?": "Agree",
    "About order?": "1. Staff\n2. Lights",
    "About safe?": "By day: Agree\nAt night: Disagree",
    "About times?": "12",
    "About when?": "Friday 2 January 2026",
    "About borough?": "Sutton",
    "Did you meet one?": "Yes",
    "How was it?": "Bad",
    "Why was it bad?": "Too slow.",
    "What should be different?": "Listen.",
}


@pytest.fixture
def asked(transactional_db):
    return states.questionnaire()


@pytest.fixture
def small(new_context):
    """A phone's screen with a keyboard, without JavaScript."""
    return new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False).new_page()


def tab_to(page, name, key="Tab"):
    """Presses Tab until what is called `name` has focus, which must be in sight and under nothing else."""
    passed = []
    for _ in range(90):
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(name):
            box = page.locator(":focus").bounding_box()
            assert -box["height"] < box["y"] < page.viewport_size["height"], f"{name} has focus out of sight"
            out = page.locator(".govuk-exit-this-page")
            if out.count() and not page.locator(".govuk-exit-this-page :focus").count():
                over = out.bounding_box()
                assert box["y"] + box["height"] > over["y"] + over["height"] + 8 or box["y"] < over["y"], name
            return
    pytest.fail(f"{name} is not reached by Tab, but {passed}")


def press(page, name, key="Enter"):
    """Tabs to a link or button and presses it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def write(page, name, words):
    tab_to(page, name)
    page.keyboard.type(words)


def choose(page, name, downs=0):
    """Tabs to a group of radio buttons (at its first) and takes the one that stands so many below."""
    tab_to(page, name)
    if not downs:
        page.keyboard.press("Space")
    for _ in range(downs):
        page.keyboard.press("ArrowDown")


def pick(page, name, downs):
    """Tabs to a list of choices and takes the one that stands so many below the first."""
    tab_to(page, name)
    for _ in range(downs):
        page.keyboard.press("ArrowDown")


def tick(page, name):
    tab_to(page, name)
    page.keyboard.press("Space")


def heading(page):
    return page.locator("h1").inner_text()


def summary(page):
    """The problems that the page tells at its top."""
    assert page.title().startswith("Error: ")
    return page.locator(".govuk-error-summary li").all_inner_texts()


def progress(page):
    return page.locator(".app-steps").inner_text()


def answer_every_kind(page):
    """On the page with every kind of question, by keyboard: one mistake first."""
    write(page, "About name?", "Ada")
    write(page, "About why?", "It is dark.")
    choose(page, "Bus", downs=2)
    assert page.get_by_label("Other").first.is_checked()
    tick(page, "Bus")
    tick(page, "Walk")
    choose(page, "Agree")
    pick(page, "Lights", 2)
    pick(page, "Staff", 1)
    choose(page, "Agree")
    choose(page, "Agree", downs=2)
    write(page, "About times?", "12")
    write(page, "Day", "31")
    write(page, "Month", "2")
    write(page, "Year", "2026")
    pick(page, "About borough?", 2)
    press(page, "Save and continue")
    assert summary(page) == ["Say what", "Enter a real date"]
    press_to_field(page, "Enter a real date")
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Jan")
    page.evaluate("scrollTo(0, 0)")
    tab_back_to(page, "Say what")
    page.keyboard.type("By boat")
    press(page, "Save and continue")


def press_to_field(page, name):
    """Follows a link of the summary by keyboard, from the top of the page."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def tab_back_to(page, name):
    """Shift and Tab until the first text box of "Other, say what" has focus."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.name") == "one--other-what":
            return
    pytest.fail(f"{name} is not reached backwards")


def finish(page):
    """Who is answering, publication and contact, by keyboard, each with its mistake; then what was changed and sent."""
    assert heading(page) == "Who are you answering for?"
    press(page, "Save and continue")
    assert summary(page) == ["Choose who you answer for"]
    press_to_field(page, "Choose who")
    assert page.evaluate(FOCUSED) == "Myself"
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("An organisation or a group").is_checked()
    press(page, "Save and continue")
    assert summary(page) == ["Enter the name of the organisation or group"]
    press_to_field(page, "Enter the name")
    assert page.evaluate(FOCUSED).startswith("Name of the organisation")
    page.keyboard.type("Youth First")
    press(page, "Save and continue")

    assert heading(page) == "May we publish your views?"
    tick(page, "Yes, you may publish")
    press(page, "Save and continue")
    assert heading(page) == "Shall we send you your reference?"
    write(page, "E-mail address", "ada@example")
    press(page, "Save and continue")
    assert summary(page) == ["Enter an e-mail address in the right form, like name@example.com"]
    assert page.get_by_label("E-mail address").input_value() == "ada@example"
    press_to_field(page, "Enter an e-mail address")
    page.keyboard.press("End")
    page.keyboard.type(".org")
    press(page, "Save and continue")

    assert heading(page) == "Check your answers before you send them"
    press(page, "Change your answer: What would raise trust?")
    tab_to(page, "What would raise trust?")
    page.keyboard.press("Control+End")
    page.keyboard.type(" And at weekends.")
    press(page, "Save and continue")
    assert heading(page) == "Check your answers before you send them"
    rows = page.locator(".govuk-summary-list__row")
    said = {
        row.locator("dt").inner_text(): row.locator(".govuk-summary-list__value").inner_text() for row in rows.all()
    }
    assert {label: said.get(label) for label in ANSWERS} == ANSWERS
    press(page, "Send your views")

    sent = Submission.objects.get()
    assert heading(page) == "We have your views. Thank you"
    answers = {each.question_text: each.text.replace("\r\n", "\n") for each in sent.answers.all()}
    assert answers == ANSWERS
    assert (sent.organisation, sent.consents_to_publication) == ("Youth First", True)
    assert sent.contact.email == "ada@example.org"
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    assert not Draft.objects.exists()
    for _ in range(2):
        assert page.locator(".app-reference__code").inner_text() == sent.reference
        page.reload()
    assert Submission.objects.count() == 1


def start(page, visit):
    visit(page, "/")
    press(page, "See what is open")
    press(page, "Safer streets")
    press(page, "Have your say")
    assert heading(page) == "Survey"
    press(page, "Start")
    assert progress(page) == "0 of 6 done"


def test_by_keyboard_alone_without_javascript(small, visit, asked):
    page = small
    start(page, visit)
    press(page, "Your street")
    assert heading(page) == "Your street"
    answer_every_kind(page)
    assert heading(page) == "Officers you met"
    choose(page, "Yes")
    assert not page.get_by_label("Good").is_visible()
    press(page, "Save and continue")
    assert page.title().startswith("One more question: Officers you met")
    assert page.get_by_text("Your answer brings up something more to ask.").is_visible()
    choose(page, "Good", downs=1)
    assert page.get_by_label("Bad", exact=True).is_checked()
    press(page, "Save and continue")
    assert page.title().startswith("One more question: ")
    write(page, "Why was it bad?", "Too slow.")
    press(page, "Save and continue")
    assert heading(page) == "What should be different? (optional)"
    write(page, "What should be different?", "Listen.")
    press(page, "Save and continue")
    finish_after_trust(page)


def finish_after_trust(page):
    """From who is answering back to the list for the section that was left out, then to the end."""
    assert heading(page) == "Who are you answering for?"
    tab_to(page, "Back to all sections")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert progress(page) == "3 of 7 done"
    state = page.locator(".govuk-task-list__item", has_text="Trust in officers").locator(".govuk-task-list__status")
    assert state.inner_text() == "Not started"
    press(page, "Trust in officers")
    assert heading(page) == "What would raise trust? (optional)"
    write(page, "What would raise trust?", WORDS)
    press(page, "Save and continue")
    finish(page)


def test_by_keyboard_with_javascript_further_questions_come_at_once(new_context, visit, asked):
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    start(page, visit)
    press(page, "Your street")
    answer_every_kind(page)
    assert heading(page) == "Officers you met"
    how, why = page.get_by_label("Bad", exact=True), page.get_by_label("Why was it bad?")
    assert not how.is_visible()
    choose(page, "Yes")
    how.wait_for()
    assert page.evaluate(FOCUSED) == "Yes"  # focus stays where it is
    assert page.get_by_role("status").last.inner_text() == "A further question stands below: How was it? (optional)"
    assert not why.is_visible()
    choose(page, "Good", downs=1)
    why.wait_for()
    write(page, "Why was it bad?", "Too slow.")
    page.get_by_label("No", exact=True).check()
    assert not how.is_visible()
    assert not why.is_visible()
    assert "no longer asked. What you typed there is kept." in page.get_by_role("status").last.inner_text()
    page.get_by_label("Yes", exact=True).check()
    assert why.input_value() == "Too slow."
    page.get_by_role("button", name="Save and continue").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert heading(page) == "What should be different? (optional)"
    write(page, "What should be different?", "Listen.")
    press(page, "Save and continue")
    finish_after_trust(page)


def test_back_in_the_browser_loses_nothing(phone, visit, asked):
    page = phone
    base = states.begun(asked)
    visit(page, f"{base}section-met/")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Bad", exact=True).check()
    page.get_by_label("Why was it bad?").fill("Too slow.")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("heading", name="What should be different?").wait_for()
    page.go_back()
    page.get_by_label("Why was it bad?").wait_for()
    assert page.get_by_label("Why was it bad?").input_value() == "Too slow."
    page.reload()
    assert page.get_by_label("Why was it bad?").input_value() == "Too slow."
    assert page.get_by_label("Bad", exact=True).is_checked()


def test_the_exclusive_choice_takes_the_others_away(phone, visit, asked):
    page = phone
    visit(page, f"{states.begun(asked)}section-kinds/")
    many = page.get_by_role("group", name="About many?")
    many.get_by_label("Bus").check()
    many.get_by_label("None of these").check()
    assert not many.get_by_label("Bus").is_checked()
    assert not many.get_by_label("Say what").is_visible()
    many.get_by_label("Other").check()
    assert not many.get_by_label("None of these").is_checked()
    assert many.get_by_label("Say what").is_visible()


def test_the_quick_way_out(phone, small, visit, asked):
    away = "https://www.bbc.co.uk/weather"
    base = states.begun(asked, **{"section-trust": {"trust": "Mine."}})
    for page in (phone, small):
        asked_with: list[dict[str, str]] = []

        def weather(route, *, heard=asked_with):
            heard.append(route.request.headers)
            route.fulfill(body="Sunny")

        page.route(away, weather)
        visit(page, f"{base}section-trust/")
        page.mouse.wheel(0, 2000)
        out = page.get_by_role("link", name="Exit this page").first
        assert out.bounding_box()["y"] >= 0  # it stays in sight
        out.click()
        page.get_by_text("Sunny").wait_for()
        assert page.url == away
        assert ["referer" in headers for headers in asked_with] == [False]
    visit(phone, f"{base}check/")
    for _ in range(3):
        phone.keyboard.press("Shift")
    phone.get_by_text("Sunny").wait_for()
    assert Draft.objects.get().data["section-trust"] == {"trust": ["Mine."]}


def test_the_summary_takes_focus_and_its_links_lead_to_the_fields(phone, visit, asked):
    page = phone
    visit(page, f"{states.begun(asked)}sender/")
    organisation = page.get_by_label("Name of the organisation")
    assert not organisation.is_visible()
    page.get_by_role("button", name="Save and continue").click()
    page.locator(".govuk-error-summary:focus").wait_for()
    page.get_by_role("link", name="Choose who").click()
    assert page.evaluate("document.activeElement.type + document.activeElement.value") == "radioindividual"

    page.get_by_label("An organisation or a group").check()
    assert organisation.is_visible()
    page.get_by_label("Myself").check()
    assert not organisation.is_visible()
    page.get_by_label("An organisation or a group").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Enter the name of the organisation").click()
    assert page.evaluate("document.activeElement.name") == "organisation"
    assert organisation.is_visible()


def test_characters_are_counted_and_too_many_are_kept(phone, visit, asked):
    page = phone
    Question.objects.filter(identifier="trust").update(max_length=20)
    visit(page, f"{states.begun(asked)}section-trust/")
    box, count = page.get_by_role("textbox"), page.locator(".govuk-character-count__status")
    box.fill("a" * 15)
    count.get_by_text("You have 5 characters remaining").wait_for()
    box.fill("a" * 25)
    count.get_by_text("You have 5 characters too many").wait_for()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Shorten what you wrote to 20 characters").click()
    assert page.evaluate("document.activeElement.name") == "trust"
    assert box.input_value() == "a" * 25


def answered(page, visit, asked, **steps):
    """On check answers, with one view written."""
    words = {
        "section-trust": {"trust": WORDS},
        "sender": {"respondent": "individual"},
        "publication": {"consent": "on"},
    }
    visit(page, states.begun(asked, **(words | steps)) + "check/")


def test_the_summary_of_check_answers_leads_to_the_steps(phone, visit, asked):
    page = phone
    answered(page, visit, asked, sender={})
    page.get_by_role("button", name="Send your views").click()
    page.locator(".govuk-error-summary:focus").wait_for()
    assert summary(page) == ["Choose who you answer for"]
    page.get_by_role("link", name="Choose who").click()
    page.get_by_label("Myself").check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Send your views").click()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("screen", ["page", "no_js"])
def test_pressing_twice_sends_once(request, screen, visit, asked):
    page = request.getfixturevalue(screen)
    answered(page, visit, asked)
    page.get_by_role("button", name="Send your views").dblclick()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert page.locator(".app-reference__code").inner_text() == Submission.objects.get().reference


@pytest.mark.parametrize("screen", ["page", "no_js"])
def test_back_and_reload_after_sending_show_the_receipt(request, screen, visit, asked):
    page = request.getfixturevalue(screen)
    answered(page, visit, asked)
    page.get_by_role("button", name="Send your views").click()
    page.get_by_role("heading", name="We have your views").wait_for()
    reference = Submission.objects.get().reference
    page.reload()
    assert page.locator(".app-reference__code").inner_text() == reference
    page.go_back()
    page.get_by_role("heading", name="We have your views").wait_for()
    assert page.locator(".app-reference__code").inner_text() == reference
    assert Submission.objects.count() == 1


def test_two_tabs_send_once_and_both_see_the_reference(page, new_context, visit, asked):
    answered(page, visit, asked)
    other = new_context().new_page()
    other.goto(page.url)
    for each in (page, other):
        each.get_by_role("button", name="Send your views").click()
        each.get_by_role("heading", name="We have your views").wait_for()
        assert each.locator(".app-reference__code").inner_text() == Submission.objects.get().reference
