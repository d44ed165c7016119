"""A section with every kind of question: asked, kept, judged beside each field, sent; and what an answer brings up."""

import re
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import Client

from consult.models import Consultation
from submissions import survey
from submissions.models import Draft, Question, Section, Statement, Submission
from tests import factories
from tests.submissions.every_kind import every_kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

XHTML = "{http://www.w3.org/1999/xhtml}"
RIGHT: dict[str, Any] = {
    "name": "Ada",
    "why": "Because it helps.\nAnd soon.",
    "one": "other",
    "one--other-what": "By boat",
    "many": ["bus", "other"],
    "many--other-what": "A horse",
    "agree": "disagree",
    "order--lights": "2",
    "order--staff": "1",
    "order--cctv": "",
    "safe--day": "agree",
    "safe--night": "disagree",
    "times": "12.50",
    "when_day": "2",
    "when_month": "Jan",
    "when_year": "2026",
    "borough": "croydon",
}
WORDS = {
    "name": ("Ada", {}),
    "why": ("Because it helps.\nAnd soon.", {}),
    "one": ("Other: By boat", {"choice": "other", "what": {"other": "By boat"}}),
    "many": ("Bus\nOther: A horse", {"choices": ["bus", "other"], "what": {"other": "A horse"}}),
    "agree": ("Disagree", {"choice": "disagree"}),
    "order": ("1. Staff\n2. Lights", {"order": ["staff", "lights"]}),
    "safe": ("By day: Agree\nAt night: Disagree", {"rows": {"day": "agree", "night": "disagree"}}),
    "times": ("12.50", {"number": "12.50"}),
    "when": ("Friday 2 January 2026", {"date": "2026-01-02"}),
    "borough": ("Croydon", {"choice": "croydon"}),
}


@pytest.fixture
def plan() -> Consultation:
    return factories.consultation(slug="plan", title="The Plan")


@pytest.fixture
def section(plan: Consultation) -> Section:
    questionnaire = factories.questionnaire(plan, slug="survey", title="The survey")
    return factories.section(questionnaire, identifier="all", title="Everything", intro="Read **this** first.")


@pytest.fixture
def asked(section: Section) -> dict[str, Question]:
    return every_kind(section)


def begin(client: Client, plan: Consultation) -> str:
    """The address of a draft just begun, without the slash at its end."""
    return str(client.post(plan.questionnaires.get(slug="survey").get_absolute_url())["Location"]).removesuffix("/")


def send(client: Client, draft: str) -> Submission:
    client.post(f"{draft}/sender/", {"respondent": "individual"})
    response = client.post(f"{draft}/check/")
    assert response.status_code == 302, response.content.decode()
    return Submission.objects.get()


def page_of(response: Any) -> Element:
    """The page, read by a parser that refuses what is not valid."""
    return html5lib.HTMLParser(strict=True).parse(response.content.decode())


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def summary(tree: Element) -> dict[str, str]:
    """What the error summary says: address of the control -> message. Each leads to one that takes focus."""
    controls = {each.get("id") for tag in ("input", "select", "textarea") for each in tree.iter(f"{XHTML}{tag}")}
    box = next(e for e in tree.iter() if e.get("data-module") == "govuk-error-summary")
    found = {str(a.get("href")): text_of(a) for a in box.iter(f"{XHTML}a")}
    assert {href.removeprefix("#") for href in found} <= controls
    beside = {text_of(e).removeprefix("Error: ") for e in tree.iter() if e.get("class") == "govuk-error-message"}
    assert beside == set(found.values())
    return found


def typed_in(tree: Element) -> dict[str, list[str]]:
    """What a page would send if it were sent as it stands, without what the portal adds."""
    found: dict[str, list[str]] = {}
    for each in tree.iter():
        name, kind = each.get("name", ""), each.get("type")
        if each.tag == f"{XHTML}input" and (kind not in {"radio", "checkbox"} or "checked" in each.attrib):
            found.setdefault(name, []).append(each.get("value", ""))
        elif each.tag == f"{XHTML}textarea":
            found[name] = ["".join(each.itertext()).removeprefix("\n")]
        elif each.tag == f"{XHTML}select":
            found[name] = [o.get("value", "") for o in each.iter(f"{XHTML}option") if "selected" in o.attrib][:1]
    return {n: v for n, v in found.items() if n not in {"csrfmiddlewaretoken", "page.seen", "page.at-once"}}


def as_lists(typed: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in typed.items()}


def test_every_kind_is_asked_with_its_help(client: Client, plan: Consultation, asked: dict[str, Question]) -> None:
    tree = page_of(client.get(f"{begin(client, plan)}/section-all/"))
    text = text_of(tree)
    assert [text_of(e) for e in tree.iter(f"{XHTML}h1")] == ["Everything"]
    assert "Read this first." in text
    for name in asked:
        optional = "" if name == "note" else " (optional)"
        assert f"About {name}?{optional}" in text
        assert f"Help on {name}." in text
    assert text.count("(optional)") == len(asked) - 1  # once a question, whatever its parts
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    described = {name for e in tree.iter() for name in (e.get("aria-describedby") or "").split()}
    assert described <= set(ids)
    labelled = {label.get("for") for label in tree.iter(f"{XHTML}label")}
    controls = [e for tag in ("input", "select", "textarea") for e in tree.iter(f"{XHTML}{tag}")]
    assert {e.get("id") for e in controls if e.get("type") != "hidden"} == labelled


def test_every_kind_is_kept_checked_and_sent(client: Client, plan: Consultation, asked: dict[str, Question]) -> None:
    draft = begin(client, plan)
    assert client.post(f"{draft}/section-all/", RIGHT)["Location"] == f"{draft}/sender/"
    assert Draft.objects.get().data == {"section-all": as_lists(RIGHT)}
    assert typed_in(page_of(client.get(f"{draft}/section-all/"))) == as_lists(RIGHT)
    check = client.get(f"{draft}/check/")
    rows = {row.label: row.text for row in check.context["rows"] if row.step.slug == "section-all"}
    assert rows == {f"About {name}?": words for name, (words, _) in WORDS.items()}
    assert "2. Lights" in check.content.decode()
    sent = send(client, draft)
    found = {a.question.identifier: (a.text, a.value) for a in sent.answers.select_related("question")}
    assert found == WORDS
    receipt = client.get(f"{draft}/receipt/").content.decode()
    assert all(line in receipt for words, _ in WORDS.values() for line in words.split("\n"))


def test_nothing_of_it_must_be_answered(client: Client, plan: Consultation, asked: dict[str, Question]) -> None:
    draft = begin(client, plan)
    assert client.post(f"{draft}/section-all/", {}).status_code == 302
    assert {row.text for row in client.get(f"{draft}/check/").context["rows"]} == {""}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "x" * 41}, {"#id_name": "Shorten what you wrote to 40 characters. It has 1 too many. "
                                          "All of it is still here."}),
        ({"one": "other", "one--other-what": ""}, {"#id_one--other-what": "Say what"}),
        ({"one": "nonsense"}, {"#id_one_0": "Choose an answer from the list"}),
        ({"many": ["bus", "none-of-these"]}, {"#id_many_0": "Choose “None of these” alone, or the others without it"}),
        ({"agree": "nonsense"}, {"#id_agree_0": "Choose an answer from the list"}),
        ({"order--lights": "1", "order--staff": "1"}, {"#id_order--staff": "Give place 1 to one of them only"}),
        ({"order--lights": "2", "order--staff": ""}, {"#id_order--lights": "Give place 1 before place 2"}),
        ({"safe--night": "nonsense"}, {"#id_safe--night_0": "Choose an answer from the list"}),
        ({"times": "a dozen"}, {"#id_times": "Enter a number, like 12"}),
        ({"when_day": "31", "when_month": "2"}, {"#id_when_0": "Enter a real date"}),
        ({"when_year": ""}, {"#id_when_2": "The date must include a year"}),
        ({"borough": "nonsense"}, {"#id_borough": "Choose an answer from the list"}),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    client: Client, plan: Consultation, asked: dict[str, Question], wrong: dict[str, Any], told: dict[str, str]
) -> None:
    draft, sent = begin(client, plan), RIGHT | wrong
    response = client.post(f"{draft}/section-all/", sent)
    tree = page_of(response)
    assert response.status_code == 200
    assert text_of(next(tree.iter(f"{XHTML}title"))).startswith("Error: Everything")
    assert summary(tree) == told
    assert Draft.objects.get().data == {"section-all": as_lists(sent)}
    if "nonsense" not in str(wrong):  # what is on no list cannot be shown in it
        assert typed_in(tree) == as_lists(sent)
        assert typed_in(page_of(client.get(f"{draft}/section-all/"))) == as_lists(sent)
    message = next(iter(told.values()))
    check = client.get(f"{draft}/check/")
    assert [row.errors for row in check.context["rows"] if row.errors] == [[message]]
    client.post(f"{draft}/sender/", {"respondent": "individual"})
    problems = client.post(f"{draft}/check/").context["problems"]
    assert [text for text, _ in problems] == [f"Everything: {message}"]
    assert not Submission.objects.exists()


def test_what_is_wrong_is_shown_in_words_on_check_answers(
    client: Client, plan: Consultation, asked: dict[str, Question]
) -> None:
    draft = begin(client, plan)
    wrong = {"many": ["bus", "none-of-these"], "order--lights": "1", "order--staff": "1", "when_day": "31"}
    client.post(f"{draft}/section-all/", RIGHT | wrong | {"when_month": "2"})
    rows = {row.label: row.text for row in client.get(f"{draft}/check/").context["rows"] if row.errors}
    assert rows == {
        "About many?": "Bus\nNone of these\nA horse",
        "About order?": "Lights: 1\nStaff: 1",
        "About when?": "31 2 2026",
    }


def test_what_must_be_answered_is_asked_for_once_each(
    client: Client, plan: Consultation, asked: dict[str, Question]
) -> None:
    Question.objects.exclude(kind="information").update(is_required=True)
    tree = page_of(client.post(f"{begin(client, plan)}/section-all/", {}))
    assert summary(tree) == {
        "#id_name": "Enter an answer",
        "#id_why": "Enter an answer",
        "#id_one_0": "Choose an answer",
        "#id_many_0": "Choose at least one answer",
        "#id_agree_0": "Choose an answer",
        "#id_order--lights": "Give at least one of them a place",
        "#id_safe--day_0": "Choose an answer",
        "#id_safe--night_0": "Choose an answer",
        "#id_times": "Enter a number",
        "#id_when_0": "Enter a date",
        "#id_borough": "Choose an answer",
    }
    assert "(optional)" not in text_of(tree)


def test_words_of_staff_are_never_run_as_a_template(client: Client, plan: Consultation, section: Section) -> None:
    trap = "{% debug %}{{ draft.key }}{{ token }}<b>x</b>"
    for kind in ("long_text", "matrix", "ranking", "information", "one_choice"):
        scale = factories.choice_set("Yes", "No", name=trap)
        asked = factories.question(section, kind=kind, text=trap, help_text=trap, choice_set=scale)
        Statement.objects.create(question=asked, identifier="one", text=trap)
    Section.objects.update(title=trap[:40], intro=trap)
    draft = begin(client, plan)
    for response in (client.get(f"{draft}/section-all/"), client.get(f"{draft}/"), client.get(f"{draft}/check/")):
        text = response.content.decode()
        assert response.status_code == 200
        assert "{% debug %}" in text
        assert Draft.objects.get().key not in text
        assert "<b>x</b>" not in text


def test_one_question_alone_is_the_heading(client: Client, plan: Consultation, section: Section) -> None:
    factories.question(section, text="What would help?", identifier="help")
    tree = page_of(client.get(f"{begin(client, plan)}/section-all/"))
    assert [text_of(e) for e in tree.iter(f"{XHTML}h1")] == ["What would help? (optional)"]
    assert "Everything" in text_of(tree)


def test_names_that_are_not_asked_for_are_not_kept(client: Client, plan: Consultation, section: Section) -> None:
    factories.question(section, identifier="help")
    draft = begin(client, plan)
    client.post(f"{draft}/section-all/", {"help": "Yes.", "help_x": "junk", "sender": "junk", "page.seen": "junk"})
    client.post(f"{draft}/section-all/", {"help": "No.", "help_x": "junk", "other": "junk"})
    assert Draft.objects.get().data == {"section-all": {"help": ["No."]}}


def test_two_windows_with_choices_do_not_overwrite_each_other(
    client: Client, plan: Consultation, asked: dict[str, Question]
) -> None:
    draft = begin(client, plan)
    address = f"{draft}/section-all/"
    seen = client.get(address).context["seen"]
    client.post(address, {"many": ["bus"], "page.seen": seen})
    response = client.post(address, {"many": ["walk"], "why": "Mine", "page.seen": seen})
    assert "You saved this in another window meanwhile" in response.content.decode()
    assert "<strong>About many?</strong> Bus" in response.content.decode()
    assert typed_in(page_of(response))["many"] == ["walk"]
    assert Draft.objects.get().data == {"section-all": {"many": ["bus"]}}
    emptied = response.context["seen"]
    client.post(address, {"page.seen": emptied})  # the second window takes all away
    again = client.post(address, {"many": ["bus", "walk"], "page.seen": emptied})
    assert "You saved this in another window meanwhile" in again.content.decode()
    assert Draft.objects.get().data == {"section-all": {}}


# --- branching ----------------------------------------------------------------------------------------


@pytest.fixture
def branching(section: Section) -> dict[str, Question]:
    """Used it? If yes: how was it, and if bad: why. In a later section: a question for those who used it."""
    yes_no = factories.choice_set("Yes", "No")
    rating = factories.choice_set("Good", "Bad")
    used = factories.question(section, identifier="used", kind="one_choice", text="Used it?", choice_set=yes_no)
    how = factories.question(
        section, identifier="how", kind="one_choice", text="How was it?", choice_set=rating, shown_if=used,
        shown_for="yes", is_required=True,
    )  # fmt: skip
    why = factories.question(section, identifier="why", text="Why was it bad?", shown_if=how, shown_for="bad")
    later = factories.section(
        section.version.questionnaire, identifier="later", title="For those who used it", shown_if=used, shown_for="yes"
    )
    next_time = factories.question(later, identifier="next", text="And next time?")
    last = factories.section(section.version.questionnaire, identifier="last", title="Last")
    general = factories.question(last, identifier="general", text="What else?")
    often = factories.question(last, identifier="often", text="How often?", shown_if=used, shown_for="yes")
    return {each.identifier: each for each in (used, how, why, next_time, general, often)}


def slugs(client: Client, draft: str) -> list[str]:
    return [step.slug for _, rows in client.get(f"{draft}/").context["groups"] for step, _ in rows]


def shown(response: Any) -> dict[str, bool]:
    """Question -> whether it is shown, for those on the page that wait for another."""
    return {
        str(re.search(r'name="([^"]+)"', part).group(1)): not re.search(r"^[^>]*\bhidden\b", part)  # type: ignore[union-attr]
        for part in re.split(r"<div(?=[^>]*data-shown-if)", response.content.decode())[1:]
    }


def test_a_further_question_comes_with_the_page_again(
    client: Client, plan: Consultation, branching: dict[str, Question]
) -> None:
    draft = begin(client, plan)
    address = f"{draft}/section-all/"
    page = client.get(address)
    assert shown(page) == {"how": False, "why": False}
    assert 'data-shown-for="yes" data-shown-if="used" hidden' in page.content.decode()

    response = client.post(address, {"used": "yes", "why": "", "page.at-once": ""})
    text = response.content.decode()
    assert response.status_code == 200
    assert "Your answer brings up something more to ask." in text
    assert "<title>One more question: Everything" in " ".join(text.split()).replace("> ", ">")
    assert "There is a problem" not in text  # nobody has seen it yet, though it must be answered
    assert shown(response) == {"how": True, "why": False}
    assert Draft.objects.get().data["section-all"]["used"] == ["yes"]

    tree = page_of(client.post(address, {"used": "yes", "why": ""}))
    assert summary(tree) == {"#id_how_0": "Choose an answer"}  # now it was seen
    response = client.post(address, {"used": "yes", "how": "bad", "why": ""})
    assert "Your answer brings up something more to ask." in response.content.decode()
    assert shown(response) == {"how": True, "why": True}
    response = client.post(address, {"used": "yes", "how": "bad", "why": "Too slow."})
    assert response["Location"] == f"{draft}/section-later/"
    assert [a.text for a in send(client, draft).answers.all()] == ["Yes", "Bad", "Too slow."]


def test_with_a_script_it_was_there_at_once(client: Client, plan: Consultation, branching: dict[str, Question]) -> None:
    draft = begin(client, plan)
    address = f"{draft}/section-all/"
    tree = page_of(client.post(address, {"used": "yes", "why": "", "page.at-once": "yes"}))
    assert summary(tree) == {"#id_how_0": "Choose an answer"}
    answered = {"used": "yes", "how": "bad", "why": "Too slow.", "page.at-once": "yes"}
    assert client.post(address, answered)["Location"] == f"{draft}/section-later/"


def test_a_question_that_goes_keeps_what_was_typed_and_is_not_sent(
    client: Client, plan: Consultation, branching: dict[str, Question]
) -> None:
    draft = begin(client, plan)
    address = f"{draft}/section-all/"
    typed = {"used": "yes", "how": "bad", "why": "Too slow.", "page.at-once": "yes"}
    client.post(address, typed)
    client.post(f"{draft}/section-later/", {"next": "Quicker."})
    client.post(f"{draft}/section-last/", {"general": "All the best.", "often": "Daily."})
    assert slugs(client, draft)[:3] == ["section-all", "section-later", "section-last"]

    client.post(address, typed | {"used": "no"})  # what is hidden is sent along
    assert slugs(client, draft)[:2] == ["section-all", "section-last"]
    assert client.get(f"{draft}/section-later/").status_code == 404
    page = client.get(f"{draft}/section-last/")
    assert "How often?" not in page.content.decode()
    client.post(f"{draft}/section-last/", {"general": "Bye."})
    kept = Draft.objects.get().data
    assert kept["section-all"]["why"] == ["Too slow."]
    assert kept["section-later"] == {"next": ["Quicker."]}
    assert kept["section-last"] == {"general": ["Bye."], "often": ["Daily."]}
    check = client.get(f"{draft}/check/").content.decode()
    for words in ("Too slow.", "Quicker.", "Daily."):
        assert words not in check

    client.post(address, typed)  # back again, it is all there
    assert "Quicker." in client.get(f"{draft}/section-later/").content.decode()
    assert "Daily." in client.get(f"{draft}/section-last/").content.decode()
    client.post(address, typed | {"used": "no"})
    assert [a.text for a in send(client, draft).answers.all()] == ["No", "Bye."]


def test_a_hidden_question_is_never_wrong(client: Client, plan: Consultation, branching: dict[str, Question]) -> None:
    draft = begin(client, plan)
    typed = {"used": "no", "how": "nonsense", "why": "x" * 20_000}
    assert client.post(f"{draft}/section-all/", typed).status_code == 302
    assert [a.text for a in send(client, draft).answers.all()] == ["No"]


def test_a_draft_stays_with_the_questions_it_was_begun_with(
    client: Client, plan: Consultation, branching: dict[str, Question]
) -> None:
    draft = begin(client, plan)
    questionnaire = plan.questionnaires.get()
    newer = questionnaire.versions.create(number=2, published_at=factories.NOON)
    Section.objects.create(version=newer, identifier="new", title="New section")
    assert "New section" in client.get(questionnaire.get_absolute_url()).content.decode()
    assert "section-all" in slugs(client, draft)
    assert "New section" not in client.get(f"{draft}/").content.decode()
    steps = survey.steps(Draft.objects.get().version, {})
    assert [step.slug for step in steps][:2] == ["section-all", "section-last"]
