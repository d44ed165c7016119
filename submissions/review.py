"""What a draft says, in words: for check answers, and to show what was typed where it can no longer be sent."""

from dataclasses import dataclass, field

from django import forms

from submissions import survey
from submissions.kinds import kind_of, labels_of
from submissions.models import Question
from submissions.survey import Data, Step


@dataclass(frozen=True)
class Row:
    """One line of check answers: what was asked, what was said, what is wrong with that and where to change it."""

    step: Step
    label: str
    text: str
    errors: list[str] = field(default_factory=list)


def rows(steps: list[Step], data: Data) -> list[Row]:
    """Everything that was said, right or wrong, in the order of the pages."""
    return [row for step in steps for row in told(step, data)]


def told(step: Step, data: Data) -> list[Row]:
    """What was said on one page. Nothing is wrong with a page that nobody has saved yet."""
    form = survey.bound(step, data)
    form.is_valid()
    if step.section:
        asked = [question for question in step.questions if question.kind != Question.Kind.INFORMATION]
        found = [_answer(step, question, form) for question in asked]
    elif isinstance(form, survey.PublicationForm):
        said = "Yes" if form.cleaned_data["consent"] else "No"
        found = [Row(step, step.title, said if step.slug in data else "")]
    else:
        found = _fields(step, form)
    return found if step.slug in data else [Row(step, row.label, row.text) for row in found]


def _answer(step: Step, question: Question, form: forms.Form) -> Row:
    kind = kind_of(question)
    names = list(kind.fields(question))
    errors = [str(message) for name in names for message in form.errors.get(name, [])]
    text = _typed(question, names, form) if errors else kind.words(question, form.cleaned_data)
    return Row(step, question.text, text, errors)


def _typed(question: Question, names: list[str], form: forms.Form) -> str:
    """What cannot be made sense of, as it was typed; choices by their labels."""
    labels, lines = labels_of(question), []
    between = " " if question.kind == Question.Kind.DATE else "\n"
    for name in names:
        sent = [form.data.getlist(each) for each in survey.names_of({name: form.fields[name]})]  # type: ignore[attr-defined]  # of a draft
        said = between.join(labels.get(value, value) for values in sent for value in values if value.strip())
        is_part = question.kind in survey.IN_PARTS
        lines += [f"{form.fields[name].label}: {said}" if is_part else said] if said else []
    return "\n".join(lines)


def _fields(step: Step, form: forms.Form) -> list[Row]:
    """A line for each field; of who is answering, those that belong to the choice made."""
    names = list(form.fields)
    if isinstance(form, survey.SenderForm):
        made = form["respondent"].value() or ""
        names = ["respondent", *(name for choice, of in form.OF.items() if choice == made for name in of)]
    found = []
    for name in names:
        value = form[name].value() or ""
        choices = dict(getattr(form.fields[name], "choices", []))
        errors = [str(message) for message in form.errors.get(name, [])]
        found.append(Row(step, str(form.fields[name].label), str(choices.get(value, value)), errors))
    return found
