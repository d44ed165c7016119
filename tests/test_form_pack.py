"""The form pack in templates/govuk/: GOV.UK's markup for every kind of field, with Django's ids."""

import re
from datetime import date
from xml.etree.ElementTree import Element

import html5lib
import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Fieldset, Layout
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from consult.crispy import Button, Question
from consult.forms_govuk import Checkboxes, CountedTextarea, DateInput, GovukDateField, Radios

XHTML = "{http://www.w3.org/1999/xhtml}"


class EveryKind(forms.Form):
    name = forms.CharField(max_length=20, help_text="As <you> say it", error_messages={"required": "Enter your name"})
    name.widget.attrs["autocomplete"] = "name"
    email = forms.EmailField(required=False, error_messages={"invalid": "Enter an e-mail address like a@example.org"})
    phone = forms.CharField(required=False, widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}))
    website = forms.URLField(required=False, assume_scheme="https")
    age = forms.IntegerField(required=False, error_messages={"invalid": "Enter your age in numbers"})
    day = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}))
    password = forms.CharField(widget=forms.PasswordInput, error_messages={"required": "Enter your password"})
    words = forms.CharField(required=False, widget=forms.TextInput({"type": "search"}))
    note = forms.CharField(required=False, widget=forms.Textarea)
    view = forms.CharField(
        max_length=10,
        help_text="In your own words",
        widget=CountedTextarea,
        error_messages={"required": "Enter your view", "max_length": "Your view must be 10 characters or fewer"},
    )
    theme = forms.ChoiceField(
        choices=[("violence", "Violence"), ("trust", "Trust")],
        help_text="Choose one",
        widget=Radios(hints={"trust": "How officers treat people"}, divider_before=["trust"]),
        error_messages={"required": "Choose a theme", "invalid_choice": "Choose one of the themes"},
    )
    who = forms.ChoiceField(
        required=False,
        choices=[("me", "Me"), ("group", "An organisation")],
        widget=Radios(reveals={"group": ["organisation"]}),
    )
    organisation = forms.CharField(required=False)
    needs = forms.MultipleChoiceField(
        choices=[("bsl", "British Sign Language"), ("none", "None")],
        widget=Checkboxes(exclusive="none"),
        error_messages={"required": "Choose what you need, or None", "invalid_choice": "Choose from the list"},
    )
    topics = forms.MultipleChoiceField(
        required=False, choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    when = GovukDateField(help_text="For example, 27 3 2022")
    born = GovukDateField(required=False, widget=DateInput({"autocomplete": "bday"}))
    borough = forms.ChoiceField(
        choices=[("", "Choose"), ("Croydon", "Croydon")], error_messages={"required": "Choose a borough"}
    )
    proof = forms.FileField(help_text="PDF", error_messages={"required": "Choose a file"})
    agree = forms.BooleanField(help_text="You can change your mind", error_messages={"required": "Tick to agree"})
    letters = forms.BooleanField(required=False)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Send it before Friday")


NOTHING = QueryDict("")
NO_FILES: MultiValueDict = MultiValueDict()


def render(source, form):
    template = engines["django"].from_string("{% load crispy_forms_tags %}" + source)
    return template.render({"form": form}, RequestFactory().get("/"))


def parse(html) -> Element:
    """The page around `html`, read by a parser that refuses what is not valid."""
    page = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{html}</body></html>'
    return html5lib.HTMLParser(strict=True).parse(page)


def all_of(tree, *tags):
    return [element for element in tree.iter() if element.tag in {XHTML + tag for tag in tags}]


def by_id(tree, wanted):
    return next(element for element in tree.iter() if element.get("id") == wanted)


def text(element):
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(params=["{{ form|crispy }}", "{% crispy form %}"])
def empty_answer(request):
    """Every kind of field with nothing filled in, under its error summary, by both ways to draw a form."""
    return parse(render("{{ form|as_crispy_errors }}" + request.param, EveryKind(NOTHING, NO_FILES)))


def test_every_error_leads_to_a_control_that_takes_focus(empty_answer):
    links = {link.get("href"): text(link) for link in all_of(empty_answer, "a")}

    assert links == {
        "#id_name": "Enter your name",
        "#id_password": "Enter your password",
        "#id_view": "Enter your view",
        "#id_theme_0": "Choose a theme",
        "#id_needs_0": "Choose what you need, or None",
        "#id_when_0": "Enter a date",
        "#id_borough": "Choose a borough",
        "#id_proof": "Choose a file",
        "#id_agree": "Tick to agree",
    }
    for href in links:
        target = by_id(empty_answer, href.removeprefix("#"))
        assert target.tag in {XHTML + "input", XHTML + "select", XHTML + "textarea"}
        assert target.get("type") != "hidden"


def test_the_summary_is_announced_and_lists_what_is_about_no_field(empty_answer):
    summary = next(e for e in empty_answer.iter() if e.get("data-module") == "govuk-error-summary")

    assert summary.get("tabindex") == "-1"
    assert [e.get("role") for e in summary] == ["alert"]
    assert text(all_of(summary, "h2")[0]) == "There is a problem"
    assert text(all_of(summary, "li")[0]) == "Send it before Friday"
    assert text(all_of(summary, "li")[-1]) == "This field is required."  # the hidden one: nowhere to lead to
    assert all_of(all_of(summary, "li")[-1], "a") == []


def test_no_summary_without_errors():
    assert render("{{ form|as_crispy_errors }}", EveryKind()).strip() == ""


def test_the_same_words_stand_at_the_field(empty_answer):
    error = by_id(empty_answer, "id_theme_error")

    assert text(error) == "Error: Choose a theme"
    assert [e.get("class") for e in all_of(error, "span")] == ["govuk-visually-hidden"]


def test_ids_are_unique_and_every_reference_finds_one(empty_answer):
    ids = [element.get("id") for element in empty_answer.iter() if element.get("id")]
    assert len(ids) == len(set(ids))

    described = [name for e in empty_answer.iter() for name in (e.get("aria-describedby") or "").split()]
    labelled = [label.get("for") for label in all_of(empty_answer, "label")]
    revealed = [e.get("data-aria-controls") for e in empty_answer.iter() if e.get("data-aria-controls")]
    assert set(described + labelled + revealed) <= set(ids)
    assert revealed == ["id_who_1_revealed"]
    assert {"id_name_helptext", "id_name_error", "id_view-info", "id_when_helptext", "id_agree_error"} <= set(described)


def test_every_control_has_a_label(empty_answer):
    labelled = {label.get("for") for label in all_of(empty_answer, "label")}
    controls = all_of(empty_answer, "input", "select", "textarea")

    assert {c.get("id") for c in controls if c.get("type") != "hidden"} == labelled


def test_a_group_is_described_once_on_its_fieldset(empty_answer):
    described = [fieldset.get("aria-describedby") for fieldset in all_of(empty_answer, "fieldset")]

    assert described == [
        "id_theme_helptext id_theme_error",
        None,
        "id_needs_error",
        None,
        "id_when_helptext id_when_error",
        None,
    ]
    assert by_id(empty_answer, "id_theme_0").get("aria-describedby") is None
    assert by_id(empty_answer, "id_theme_1").get("aria-describedby") == "id_theme_1_hint"
    assert by_id(empty_answer, "id_theme_0").get("aria-invalid") is None  # not for one radio button


def test_the_browser_neither_demands_nor_cuts(empty_answer):
    for element in empty_answer.iter():
        assert "required" not in element.attrib
        assert "maxlength" not in element.attrib
    assert "*" not in "".join(empty_answer.itertext())


def test_optional_is_said_and_required_is_not(empty_answer):
    said = [text(e) for e in all_of(empty_answer, "label", "legend") if "(optional)" in text(e)]

    assert said == [
        "Email (optional)",
        "Phone (optional)",
        "Website (optional)",
        "Age (optional)",
        "Day (optional)",
        "Words (optional)",
        "Note (optional)",
        "Who (optional)",
        "Topics (optional)",
        "Born (optional)",
        "Letters (optional)",
    ]


def test_a_form_of_filters_and_a_single_field_can_say_otherwise():
    class Filters(forms.Form):
        mark_optional = False
        words = forms.CharField(required=False)
        borough = forms.CharField(required=False)

    form = Filters()
    form.fields["borough"].mark_optional = True

    labels = [text(label) for label in all_of(parse(render("{{ form|crispy }}", form)), "label")]
    assert labels == ["Words", "Borough (optional)"]


def test_hints_are_text_and_not_html(empty_answer):
    assert text(by_id(empty_answer, "id_name_helptext")) == "As <you> say it"


def test_autocomplete_passes_through_and_is_spread_over_a_date(empty_answer):
    asked = {e.get("id"): e.get("autocomplete") for e in empty_answer.iter() if e.get("autocomplete")}

    assert asked == {
        "id_name": "name",
        "id_phone": "tel",
        "id_born_0": "bday-day",
        "id_born_1": "bday-month",
        "id_born_2": "bday-year",
    }


def test_input_types_and_classes_are_govuk_ones(empty_answer):
    drawn = {
        control.get("id"): (control.get("type"), control.get("class").split()[0])
        for control in all_of(empty_answer, "input", "select", "textarea")
        if control.get("type") != "hidden"
    }

    assert drawn["id_email"] == ("email", "govuk-input")
    assert drawn["id_phone"] == ("tel", "govuk-input")
    assert drawn["id_website"] == ("url", "govuk-input")
    assert drawn["id_age"] == ("number", "govuk-input")
    assert drawn["id_day"] == ("date", "govuk-input")
    assert drawn["id_password"] == ("password", "govuk-input")
    assert drawn["id_words"] == ("search", "govuk-input")
    assert drawn["id_note"] == (None, "govuk-textarea")
    assert drawn["id_borough"] == (None, "govuk-select")
    assert drawn["id_proof"] == ("file", "govuk-file-upload")
    assert drawn["id_theme_0"] == ("radio", "govuk-radios__input")
    assert drawn["id_needs_0"] == ("checkbox", "govuk-checkboxes__input")
    assert drawn["id_agree"] == ("checkbox", "govuk-checkboxes__input")
    assert drawn["id_when_0"] == ("text", "govuk-input")


def test_what_was_typed_is_kept():
    data = QueryDict(mutable=True)
    data.update(
        {
            "name": 'Ada "<b>" Lovelace of London',
            "email": "not an address",
            "age": "ninety",
            "note": "</textarea><script>",
            "view": "far more than ten characters",
            "theme": "trust",
            "who": "group",
            "organisation": "The <Group>",
            "when_day": "31",
            "when_month": "2",
            "when_year": "2022",
            "borough": "Croydon",
            "agree": "on",
            "key": "k1",
        }
    )
    data.setlist("needs", ["bsl", "nonsense"])
    tree = parse(render("{% crispy form %}", EveryKind(data)))

    for wanted, value in {
        "id_name": 'Ada "<b>" Lovelace of London',
        "id_email": "not an address",
        "id_age": "ninety",
        "id_organisation": "The <Group>",
        "id_when_0": "31",
        "id_when_1": "2",
        "id_when_2": "2022",
        "id_key": "k1",
    }.items():
        assert by_id(tree, wanted).get("value") == value
    assert by_id(tree, "id_note").text.strip() == "</textarea><script>"
    assert by_id(tree, "id_view").text.strip() == "far more than ten characters"
    assert {e.get("id") for e in tree.iter() if "checked" in e.attrib} == {
        "id_theme_1",
        "id_who_1",
        "id_needs_0",
        "id_agree",
    }
    assert [text(e) for e in all_of(tree, "option") if "selected" in e.attrib] == ["Croydon"]


def test_a_password_is_not_sent_back():
    tree = parse(render("{{ form|crispy }}", EveryKind({"password": "a secret"})))
    assert by_id(tree, "id_password").get("value") is None


def test_a_hidden_field_has_no_markup_around_it(empty_answer):
    hidden = by_id(empty_answer, "id_key")
    parents = {child: parent for parent in empty_answer.iter() for child in parent}

    assert parents[hidden].tag in {XHTML + "form", XHTML + "body"}
    assert "id_key_error" not in {e.get("id") for e in empty_answer.iter()}


def test_a_revealed_field_stands_once_under_its_choice(empty_answer):
    under = by_id(empty_answer, "id_who_1_revealed")

    assert by_id(under, "id_organisation").get("name") == "organisation"
    assert text(under) == "Organisation"
    assert "govuk-radios__conditional--hidden" in under.get("class")
    assert len([e for e in empty_answer.iter() if e.get("name") == "organisation"]) == 1


def test_a_revealed_field_shows_when_its_choice_is_chosen():
    tree = parse(render("{{ form|crispy }}", EveryKind({"who": "group"})))
    assert by_id(tree, "id_who_1_revealed").get("class").split() == ["govuk-radios__conditional"]


def test_a_counted_text_area_says_its_limit_and_takes_more(empty_answer):
    group = next(e for e in empty_answer.iter() if e.get("data-module") == "govuk-character-count")
    area = by_id(group, "id_view")

    assert group.get("data-maxlength") == "10"
    assert "govuk-js-character-count" in area.get("class").split()
    assert area.get("aria-describedby") == "id_view_helptext id_view_error id_view-info"
    assert text(by_id(group, "id_view-info")) == "You can enter up to 10 characters"


def test_line_breaks_count_once_as_on_the_page():
    form = EveryKind({"view": "one\r\ntwo\r\n3"})  # 9 characters on the page, 11 as browsers send it
    assert "view" not in form.errors
    assert form["view"].value() == "one\ntwo\n3"


def test_an_exclusive_choice_and_a_divider(empty_answer):
    assert by_id(empty_answer, "id_needs_1").get("data-behaviour") == "exclusive"
    assert by_id(empty_answer, "id_needs_0").get("data-behaviour") is None
    dividers = [text(e) for e in empty_answer.iter() if e.get("class") == "govuk-radios__divider"]
    assert dividers == ["or"]


def test_a_file_that_is_there_is_named_and_no_path_leaks():
    form = EveryKind(initial={"proof": SimpleUploadedFile("letter.pdf", b"")})
    html = render("{{ form|crispy }}", form)

    assert "You have already attached letter.pdf." in html
    assert "clear" not in html


def test_the_form_is_novalidate_multipart_and_protected():
    tree = parse(render("{% crispy form %}", EveryKind()))
    form = all_of(tree, "form")[0]

    assert {name: form.get(name) for name in ("method", "novalidate", "enctype")} == {
        "method": "post",
        "novalidate": "",
        "enctype": "multipart/form-data",
    }
    assert [e.get("type") for e in all_of(form, "input") if e.get("name") == "csrfmiddlewaretoken"] == ["hidden"]


def test_a_form_that_is_read_with_get_carries_no_token():
    form = EveryKind()
    form.helper = FormHelper()
    form.helper.form_method = "get"

    assert "csrfmiddlewaretoken" not in render("{% crispy form %}", form)


class Laid(forms.Form):
    theme = forms.ChoiceField(choices=[("a", "A")], widget=Radios, label="Which theme?")
    name = forms.CharField()
    email = forms.EmailField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Question("theme", heading=True),
            Question("name", size="m"),
            Fieldset("How to reach you", "email"),
            ButtonHolder(
                Button.primary("Continue"),
                Button.secondary("Save for later", name="save", value="1"),
                Button.warning("Withdraw", name="withdraw"),
                Button.say("Send"),
            ),
        )


def test_a_legend_can_be_the_heading_of_the_page_and_a_label_can_be_large():
    tree = parse(render("{% crispy form %}", Laid()))
    heading = all_of(tree, "h1")

    assert [text(e) for e in heading] == ["Which theme?"]
    assert [e.get("class") for e in all_of(tree, "legend")] == [
        "govuk-fieldset__legend govuk-fieldset__legend--l",
        "govuk-fieldset__legend govuk-fieldset__legend--m",
    ]
    labels = {e.get("for"): e.get("class") for e in all_of(tree, "label")}
    assert labels["id_name"] == "govuk-label govuk-label--m"
    assert labels["id_email"] == "govuk-label"


def test_buttons_send_once_and_say_which_they_are():
    buttons = all_of(parse(render("{% crispy form %}", Laid())), "button")

    assert [(text(b), b.get("class").strip(), b.get("name"), b.get("value")) for b in buttons] == [
        ("Continue", "govuk-button", None, None),
        ("Save for later", "govuk-button govuk-button--secondary", "save", "1"),
        ("Withdraw", "govuk-button govuk-button--warning", "withdraw", "Withdraw"),
        ("Send", "govuk-button app-button--say", None, None),
    ]
    assert {b.get("type") for b in buttons} == {"submit"}
    assert {b.get("data-prevent-double-click") for b in buttons} == {"true"}


def test_one_field_alone():
    tree = parse(render("{{ form.email|as_crispy_field }}", EveryKind()))
    assert [e.get("id") for e in all_of(tree, "input")] == ["id_email"]


def test_a_prefix_keeps_two_forms_apart():
    html = render("{{ form|crispy }}", Laid(prefix="a")) + render("{{ form|crispy }}", Laid(prefix="b"))
    ids = re.findall(r'\bid="([^"]+)"', html)

    assert len(ids) == len(set(ids)) == 6


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2022"), date(2022, 3, 27)),
        ((" 1 ", "01", "2022"), date(2022, 1, 1)),
        (("29", "Feb", "2024"), date(2024, 2, 29)),
        (("1", "september", "2021"), date(2021, 9, 1)),
        (("1", "SEPT", "2021"), date(2021, 9, 1)),
    ],
)
def test_dates_that_are_understood(typed, expected):
    assert GovukDateField().clean(list(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "message", "part"),
    [
        (("", "3", "2022"), "The date must include a day", "day"),
        (("27", "", "2022"), "The date must include a month", "month"),
        (("27", "3", ""), "The date must include a year", "year"),
        (("32", "1", "2022"), "Enter a real date", "day"),
        (("1", "13", "2022"), "Enter a real date", "month"),
        (("1", "Ja", "2022"), "Enter a real date", "month"),
        (("31", "2", "2022"), "Enter a real date", "day"),
        (("29", "2", "2023"), "Enter a real date", "day"),
        (("²", "1", "2022"), "Enter a real date", "day"),
        (("1", "١", "2022"), "Enter a real date", "month"),
        (("1", "1", "22"), "The year must have 4 numbers, like 2022", "year"),
        (("1", "1", "0000"), "Enter a real date", "day"),
        (("1", "1", "%(part)s"), "The year must have 4 numbers, like 2022", "year"),
    ],
)
def test_dates_that_are_explained_at_the_box_that_is_wrong(typed, message, part):
    data = dict(zip(("when_day", "when_month", "when_year"), typed, strict=True))
    tree = parse(render("{{ form|as_crispy_errors }}{{ form.when|as_crispy_field }}", EveryKind(data)))
    box = f"id_when_{('day', 'month', 'year').index(part)}"

    assert text(by_id(tree, "id_when_error")) == f"Error: {message}"
    assert [text(a) for a in all_of(tree, "a") if a.get("href") == f"#{box}"] == [message]
    assert [e.get("id") for e in tree.iter() if e.get("aria-invalid")] == [box]


def test_an_optional_date_may_be_left_out_and_a_known_one_is_shown():
    assert GovukDateField(required=False).clean(["", " ", None]) is None
    assert GovukDateField(required=False).clean(None) is None

    tree = parse(render("{{ form.when|as_crispy_field }}", EveryKind(initial={"when": date(2022, 1, 21)})))
    assert [e.get("value") for e in all_of(tree, "input")] == ["21", "1", "2022"]


def test_a_date_that_stays_the_same_has_not_changed():
    field = GovukDateField()

    assert not field.has_changed(date(2022, 1, 21), ["21", "1", "2022"])
    assert field.has_changed(date(2022, 1, 21), ["22", "1", "2022"])
    assert not field.has_changed(None, ["", "", ""])
