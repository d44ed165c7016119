"""The pages of a response, built from a version of a questionnaire: its sections, then what is asked of everybody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.datastructures import MultiValueDict

from consult import markup
from consult.crispy import Button, Group, Prose
from consult.crispy import Question as Ask
from consult.forms_govuk import Radios
from submissions import branching
from submissions.kinds import kind_of
from submissions.models import Question, Section, Submission, Version

Typed = Mapping[str, list[str]]  # name of a field -> all that was typed or chosen for it
Data = Mapping[str, Typed]  # step -> what was typed there: what a draft holds

CONSENT_WORDING = "Yes, you may publish my views. A person’s name is never shown; the name of an organisation is."
IN_PARTS = frozenset([Question.Kind.RANKING, Question.Kind.MATRIX])


class State(Enum):
    """How far a page of a response is."""

    EMPTY = "Not started"
    NEEDED = "Needed"
    WRONG = "Something to put right"
    DONE = "Done"


@dataclass(frozen=True)
class Step:
    """One page of a response. `slug` is its place in the address and the key of what was typed in the draft."""

    slug: str
    title: str
    form: Callable[..., forms.Form]
    section: Section | None = None
    questions: tuple[Question, ...] = ()  # those of the section that apply


def steps(version: Version, data: Data) -> list[Step]:
    """The pages that apply, in order, given what was typed so far. `version` comes with its questions."""
    applying = branching.asked(version, chosen(version, data))
    return [
        *(
            Step(slug_of(section), section.title, _form_of(section, questions), section, tuple(questions))
            for section, questions in applying
        ),
        Step("sender", "Who is answering", SenderForm),
        Step("publication", "May we publish your views?", PublicationForm),
        Step("contact", "Shall we send you your reference?", ContactForm),
    ]


def slug_of(section: Section) -> str:
    return f"section-{section.identifier}"


def chosen(version: Version, data: Data) -> dict[str, frozenset[str]]:
    """Question -> choices made, by what was typed, right or wrong."""
    return {
        question.identifier: kind_of(question).chosen(question, data.get(slug_of(section), {}))
        for section in version.sections.all()
        for question in section.questions.all()
    }


def page_of(*fields: Any) -> FormHelper:
    """How a step's form is laid out: its fields, then the button that leads on."""
    helper = FormHelper()
    helper.form_tag = False  # the page's own form also carries what was seen when it was opened
    helper.disable_csrf = True
    helper.layout = Layout(*fields, Button.primary("Save and continue"))
    return helper


class SectionForm(forms.Form):
    """All questions of a section. Those that do not apply just now are never wrong.

    `excused`: questions that have only just come up, so that nobody could answer them yet; nothing is wrong with them.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        section: Section,
        applying: frozenset[int],
        excused: frozenset[int] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.questions = list(section.questions.all())
        self.applying, self.judged = applying, applying - excused
        for question in self.questions:
            fields = kind_of(question).fields(question)
            for field in fields.values() if question.kind in IN_PARTS else ():
                field.mark_optional = False  # type: ignore[attr-defined]  # said once, in the legend of all
            self.fields.update(fields)
        self.drawn = self._drawn()
        self.helper = page_of(*(self._asked(question) for question in self.drawn))

    def _drawn(self) -> list[Question]:
        """What the page holds: all that applies, and what an answer on the same page can bring up."""
        drawn: dict[int, Question] = {}
        for question in self.questions:
            if question.pk in self.applying or question.shown_if_id in drawn:
                drawn[question.pk] = question
        return list(drawn.values())

    @property
    def has_heading(self) -> bool:
        """Whether its one question is the heading of the page; else the title of the section is."""
        return len(self.drawn) == 1 and self.drawn[0].kind not in {*IN_PARTS, Question.Kind.INFORMATION}

    @property
    def names_drawn(self) -> list[str]:
        """The names under which the page sends what is typed."""
        return names_of({name: self.fields[name] for each in self.drawn for name in kind_of(each).fields(each)})

    def _asked(self, question: Question) -> Any:
        """How one question is laid out; one that depends on another on this page can be shown by a script at once."""
        asked = self._laid_out(question)
        before = next((each for each in self.drawn if each.pk == question.shown_if_id), None)
        if before is None:
            return asked
        attrs = {} if question.pk in self.applying else {"hidden": True}
        return Div(asked, data_shown_if=before.identifier, data_shown_for=question.shown_for, **attrs)

    def _laid_out(self, question: Question) -> Any:
        names = list(kind_of(question).fields(question))
        if question.kind == Question.Kind.INFORMATION:
            return Prose(markup.render(f"## {question.text}\n\n{question.help_text}", 2))
        if question.kind in IN_PARTS:
            return Group(question.text + ("" if question.is_required else " (optional)"), question.help_text, *names)
        asked = Ask(names[0], size="m", heading=self.has_heading)
        # Radio buttons and tick boxes show what belongs to a choice under it; a list of choices cannot.
        return Layout(asked, *names[1:]) if question.kind == Question.Kind.BOROUGH else asked

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in self.questions:
            if question.pk in self.judged:
                for name, message in kind_of(question).clean(question, cleaned):
                    if name not in self.errors:
                        self.add_error(name, message)
            else:
                for name in kind_of(question).fields(question):
                    self.errors.pop(name, None)
                    cleaned.pop(name, None)
        return cleaned


def _form_of(section: Section, questions: list[Question]) -> Callable[..., forms.Form]:
    applying = frozenset(question.pk for question in questions)

    def make(data: Any = None, **kwargs: Any) -> forms.Form:
        return SectionForm(data, section=section, applying=applying, **kwargs)

    return make


def names_of(fields: Mapping[str, forms.Field]) -> list[str]:
    """The names under which a browser sends these fields: a date has three."""
    return [f"{name}{part}" for name, field in fields.items() for part in getattr(field.widget, "widgets_names", [""])]


class SenderForm(forms.Form):
    respondent = forms.ChoiceField(
        label="Who are you answering for?",
        choices=[
            (Submission.Respondent.INDIVIDUAL, "Myself"),
            (Submission.Respondent.ORGANISATION, "An organisation or a group"),
            (Submission.Respondent.BEHALF, "Somebody else, who asked me to"),
        ],
        widget=Radios(
            reveals={
                Submission.Respondent.ORGANISATION: ["organisation", "role", "speaks_for", "view_formed"],
                Submission.Respondent.BEHALF: ["relation"],
            }
        ),
        error_messages={
            "required": "Choose who you answer for",
            "invalid_choice": "Choose who you answer for",
        },
    )
    organisation = forms.CharField(
        label="Name of the organisation or group",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"max_length": "Shorten the name to 200 characters"},
    )
    role = forms.CharField(
        label="Your role there",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"max_length": "Shorten your role to 120 characters"},
    )
    speaks_for = forms.CharField(
        label="How many people it speaks for",
        help_text="For example: 40 members. An estimate is fine.",
        required=False,
        max_length=120,
        error_messages={"max_length": "Shorten it to 120 characters"},
    )
    view_formed = forms.CharField(
        label="How it formed its view",
        help_text="For example: we asked our members at two meetings.",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Shorten it to 400 characters"},
    )
    relation = forms.CharField(
        label="How you know them",
        help_text="For example: I am their daughter, I am their support worker. Do not write their name.",
        required=False,
        max_length=120,
        error_messages={"max_length": "Shorten it to 120 characters"},
    )

    helper = page_of(Ask("respondent", heading=True))
    OF = {
        Submission.Respondent.ORGANISATION: ("organisation", "role", "speaks_for", "view_formed"),
        Submission.Respondent.BEHALF: ("relation",),
    }
    NEEDED = {
        Submission.Respondent.ORGANISATION: ("organisation", "Enter the name of the organisation or group"),
        Submission.Respondent.BEHALF: ("relation", "Say how you know them"),
    }

    def clean(self) -> dict[str, Any]:
        """What belongs to another choice is left out: text left in a hidden box is nobody's mistake."""
        cleaned = super().clean() or {}
        made = cleaned.get("respondent", "")
        for choice, names in self.OF.items():
            for name in names if choice != made else ():
                cleaned[name] = ""
                self.errors.pop(name, None)
        name, message = self.NEEDED.get(made, ("", ""))
        if name and name in cleaned and not cleaned[name]:
            self.add_error(name, message)
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


def bound(step: Step, data: Data, **kwargs: Any) -> forms.Form:
    """The form of a step with what the draft holds for it."""
    typed = {name: list(values) for name, values in data.get(step.slug, {}).items()}
    return step.form(MultiValueDict(typed), **kwargs)


def opened(step: Step, data: Data) -> forms.Form:
    """The form of a step as somebody opens it: with what they saved and what is wrong with that, or empty."""
    return bound(step, data) if step.slug in data else step.form()


def after_saving(version: Version, data: Data, before: Step, *, shown_at_once: bool) -> tuple[forms.Form, bool]:
    """The form of a step that was just saved, and whether an answer in it brings up a question that nobody has seen.

    `before` is the step as it was shown; `shown_at_once` says that a script has shown what an answer brings up.
    """
    step = next(each for each in steps(version, data) if each.slug == before.slug)
    unseen = frozenset() if shown_at_once else frozenset(step.questions) - frozenset(before.questions)
    excused = {"excused": frozenset(each.pk for each in unseen)} if step.section else {}
    return bound(step, data, **excused), bool(unseen)


def kept(step: Step, data: Data, sent: Typed) -> dict[str, list[str]]:
    """What a draft keeps for a step when `sent` comes from its page.

    What was typed earlier in questions that the page does not hold just now stays; null, which no database keeps, goes.
    """
    form = step.form()
    names = form.names_drawn if isinstance(form, SectionForm) else names_of(form.fields)
    stayed = {name: list(values) for name, values in data.get(step.slug, {}).items() if name not in names}
    return stayed | {name: [value.replace("\x00", "") for value in sent[name]] for name in names if name in sent}


def state(step: Step, data: Data) -> State:
    """A page is done once it was saved and nothing in it is wrong, though all may be left out."""
    is_right = bound(step, data).is_valid()
    if step.slug not in data:
        return State.EMPTY if is_right else State.NEEDED
    return State.DONE if is_right else State.WRONG


def answers(step: Step, form: forms.Form) -> list[tuple[Question, str, dict[str, Any]]]:
    """What a valid form of a section says: each question that applies, its answer in words and as data."""
    found = []
    for question in step.questions:
        kind = kind_of(question)
        found.append((question, kind.words(question, form.cleaned_data), kind.value(question, form.cleaned_data)))
    return [each for each in found if each[0].kind != Question.Kind.INFORMATION]


def problems(steps: list[Step], data: Data) -> list[tuple[str, Step]]:
    """What keeps a draft from being sent: each message with the step that puts it right. Empty where nothing does."""
    found: list[tuple[str, Step]] = []
    has_answer = False
    for step in steps:
        form = bound(step, data)
        if not form.is_valid():
            where = f"{step.title}: " if step.section else ""
            found += [(f"{where}{message}", step) for messages in form.errors.values() for message in messages]
            has_answer = has_answer or bool(step.section and data.get(step.slug))
        elif step.section:
            has_answer = has_answer or any(words for _, words, _ in answers(step, form))
    return found if has_answer else [("Answer at least one question", steps[0]), *found]
