"""The pages of a response, built from its questions. A further kind of question is a further line in `FIELDS`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from consult.crispy import Button
from consult.crispy import Question as Ask
from consult.forms_govuk import CountedTextarea, Radios
from consult.models import Consultation
from submissions.models import Question, Submission

CONSENT_WORDING = "Yes, you may publish my views. A person’s name is never shown; the name of an organisation is."
TOO_LONG = "Shorten what you wrote to {limit:,} characters. It has {over:,} too many. All of it is still here."


@dataclass(frozen=True)
class Step:
    """One page of a response. `slug` is its place in the address and the key of what was typed in the draft."""

    slug: str
    title: str
    form: Callable[..., forms.Form]
    question: Question | None = None


def steps(consultation: Consultation) -> list[Step]:
    """The pages of a response to this consultation, in order: its questions, then about the sender."""
    questions = consultation.questions.select_related("theme")
    return [
        *(Step(f"question-{q.identifier}", q.text, question_form(q), q) for q in questions),
        Step("about-you", "Are you answering for yourself or for an organisation?", RespondentForm),
        Step("publication", "May we publish your views?", PublicationForm),
        Step("contact", "Shall we send you your reference?", ContactForm),
    ]


def page_of(*fields: Ask | str) -> FormHelper:
    """How a step's form is laid out: its fields, then the button that leads on."""
    helper = FormHelper()
    helper.form_tag = False  # the page's own form also carries what was seen when it was opened
    helper.disable_csrf = True
    helper.layout = Layout(*fields, Button.primary("Save and continue"))
    return helper


def question_form(question: Question) -> type[forms.Form]:
    """A form of one field, `answer`, that asks this question; its label is the heading of the page."""
    fields = {"answer": FIELDS[Question.Kind(question.kind)](question), "helper": page_of(Ask("answer", heading=True))}
    return type("QuestionForm", (forms.Form,), fields)


class LongText(forms.CharField):
    """Text of any length in the box; over the limit it says by how much (standards.md F8)."""

    widget = CountedTextarea(attrs={"rows": 10})

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length = limit  # what the page counts to; Django's own validator would not say by how much

    def validate(self, value: str) -> None:
        super().validate(value)
        limit = self.max_length or 0
        if len(value) > limit:
            raise forms.ValidationError(TOO_LONG.format(limit=limit, over=len(value) - limit), code="max_length")


def _long_text(question: Question) -> forms.Field:
    return LongText(limit=question.max_length, label=question.text, help_text=question.help_text, required=False)


FIELDS: dict[Question.Kind, Callable[[Question], forms.Field]] = {Question.Kind.LONG_TEXT: _long_text}


class RespondentForm(forms.Form):
    respondent = forms.ChoiceField(
        label="Are you answering for yourself or for an organisation?",
        choices=Submission.Respondent.choices,
        widget=Radios(reveals={Submission.Respondent.ORGANISATION: ["organisation"]}),
        error_messages={
            "required": "Choose whether you answer for yourself or for an organisation",
            "invalid_choice": "Choose whether you answer for yourself or for an organisation",
        },
    )
    organisation = forms.CharField(
        label="Name of the organisation",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"max_length": "Shorten the name to 200 characters"},
    )

    helper = page_of(Ask("respondent", heading=True))

    def clean(self) -> dict[str, Any]:
        """An organisation needs its name; a person leaves none."""
        cleaned = super().clean() or {}
        if cleaned.get("respondent") == Submission.Respondent.INDIVIDUAL:
            cleaned["organisation"] = ""
            self.errors.pop("organisation", None)  # a name left in the hidden box is nobody's mistake
        elif "organisation" in cleaned and not cleaned["organisation"] and "respondent" in cleaned:
            self.add_error("organisation", "Enter the name of the organisation")
        return cleaned


class PublicationForm(forms.Form):
    consent = forms.BooleanField(label=CONSENT_WORDING, required=False)
    consent.mark_optional = False  # type: ignore[attr-defined]  # the page says that both answers are fine
    helper = page_of("consent")


class ContactForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="We use it for this consultation only.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an e-mail address in the right form, like name@example.com"},
    )
    helper = page_of("email")


def bound(step: Step, data: dict[str, dict[str, str]]) -> forms.Form:
    """The form of a step with what the draft holds for it."""
    return step.form(data.get(step.slug, {}))


def problems(steps: list[Step], data: dict[str, dict[str, str]]) -> list[tuple[str, Step]]:
    """What keeps a draft from being sent: each message with the step that puts it right. Empty where nothing does."""
    found: list[tuple[str, Step]] = []
    has_answer = False
    for step in steps:
        form = bound(step, data)
        if not form.is_valid():
            found += [(str(message), step) for messages in form.errors.values() for message in messages]
        has_answer = has_answer or bool(step.question and data.get(step.slug, {}).get("answer", "").strip())
    return found if has_answer else [("Answer at least one question", steps[0]), *found]


def shown(step: Step, form: forms.Form) -> list[tuple[str, str]]:
    """What a valid form says, as labels and plain words for check answers and receipts."""
    if isinstance(form, PublicationForm):
        return [("May we publish your views?", "Yes" if form.cleaned_data["consent"] else "No")]
    if isinstance(form, RespondentForm):
        respondent = Submission.Respondent(form.cleaned_data["respondent"]).label
        organisation = form.cleaned_data["organisation"]
        return [("Answering", respondent), *([("Organisation", organisation)] if organisation else [])]
    return [(str(field.label), form.cleaned_data[field.name]) for field in form]
