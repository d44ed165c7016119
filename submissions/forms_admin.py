"""Forms of the staff side."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify

from consult.models import Consultation, own_rows
from submissions import papers_reading
from submissions.models import Choice, ChoiceSet, Decision, Question, Section, Statement, Version

WIDE = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
MADE = "Leave it empty, and it is made from the words. Exports use it: do not change it between versions."


class DecisionForm(forms.Form):
    """Asks what `actions.decide` needs."""

    outcome = forms.ChoiceField(label="Decision", choices=Decision.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=400,
        help_text="Needed unless you publish. The sender reads it on the receipt: name nobody.",
        widget=WIDE,
    )


class WithdrawForm(forms.Form):
    """Asks nothing: pressing the button is all that `actions_rights.withdraw_consent` needs."""


class ContactForm(forms.Form):
    """Asks what `actions_rights.correct_contact` needs."""

    name = forms.CharField(required=False, max_length=120)
    email = forms.EmailField(
        label="E-mail address", required=False, help_text="Leave both empty to forget who sent it."
    )


class EraseForm(forms.Form):
    """Asks what `actions_rights.erase` needs."""

    reason = forms.CharField(
        label="Why",
        max_length=400,
        help_text="Answers, names and addresses are deleted for good. The reason stays: no names of people in it.",
        widget=WIDE,
    )


# --- questionnaires ---------------------------------------------------------------------------------


class PressForm(forms.Form):
    """Asks nothing: pressing the button is all that the verb needs."""


class IntoForm(forms.Form):
    """Asks for the consultation that a copied or imported questionnaire goes into."""

    consultation = forms.ModelChoiceField(
        Consultation.objects.none(), error_messages={"required": "Choose the consultation."}
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["consultation"]
        field.queryset = Consultation.objects.filter(own_rows(user, "")).distinct().order_by("title")


class ImportForm(IntoForm):
    """Asks for the file as well. `cleaned_data["file"]` is the paper that it holds."""

    file = forms.FileField(
        label="File",
        help_text="JSON, as “Export as JSON” gives it.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
    )

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        try:
            return papers_reading.load(sent.read(papers_reading.LARGEST_FILE + 1))
        except papers_reading.Refused as refused:
            raise ValidationError(refused.problems) from refused


class IdentifierForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row with an identifier and a place; where staff give none, they are made from its words and the last."""

    words = "text"
    within = ""  # the field that leads to what its place is in

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("identifier"):
            field.required, field.help_text = False, MADE
        if field := self.fields.get("position"):
            field.required, field.help_text = False, "Leave it empty to put it last."
            field.initial = None  # a new row is not the first

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "position" in cleaned and cleaned["position"] is None:
            cleaned["position"] = self._last() + 1
        if "identifier" in self.fields and "identifier" not in self.errors:
            cleaned["identifier"] = cleaned.get("identifier") or self._made(str(cleaned.get(self.words) or ""))
            if problem := self._problem(cleaned["identifier"]):
                self.add_error("identifier", problem)
        return cleaned

    def _last(self) -> int:
        parent = getattr(self.instance, f"{self.within}_id")
        beside = type(self.instance)._default_manager.filter(**{self.within: parent}) if parent else None
        return max(beside.values_list("position", flat=True), default=0) if beside is not None else 0

    def _made(self, words: str) -> str:
        return slugify(words.replace("_", " "))[:60].strip("-")

    def _problem(self, identifier: str) -> str:
        if not identifier:
            return f"Enter an identifier: {papers_reading.IDENTIFIER_RULE}."
        if not papers_reading.IDENTIFIER.match(identifier):
            return f"Use {papers_reading.IDENTIFIER_RULE}."
        return "Choose another one: the portal uses this." if identifier in papers_reading.RESERVED else ""


class ChoiceForm(IdentifierForm):
    words, within = "label", "choice_set"

    class Meta:
        model = Choice
        fields = ["position", "label", "identifier", "asks_what", "stands_alone"]


class ChoiceSetForm(IdentifierForm):
    words = "name"

    class Meta:
        model = ChoiceSet
        fields = ["name", "identifier"]


class StatementForm(IdentifierForm):
    within = "question"

    class Meta:
        model = Statement
        fields = ["position", "text", "identifier"]


class SectionRowForm(IdentifierForm):
    """A section as a row beside its version."""

    words, within = "title", "version"

    class Meta:
        model = Section
        fields = ["position", "title", "identifier", "theme"]

    def __init__(self, *args: Any, version: Version | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("theme")
        if field and (version := version or getattr(self.instance, "version", None)):
            field.queryset = version.questionnaire.consultation.themes.all()


class QuestionRowForm(IdentifierForm):
    """A question as a row beside its section. Its identifier is its own in the whole version."""

    within = "section"

    class Meta:
        model = Question
        fields = ["position", "text", "kind", "choice_set", "is_required", "identifier"]

    def _others(self) -> set[str]:
        others = Question.objects.filter(section__version=self.instance.section.version_id).exclude(pk=self.instance.pk)
        return set(others.values_list("identifier", flat=True))

    def _made(self, words: str) -> str:
        made, others = super()._made(words), self._others()
        names = (f"{made[:56].strip('-')}-{number}" for number in range(2, 1000))
        return next((name for name in names if name not in others), "") if made in others else made

    def _problem(self, identifier: str) -> str:
        taken = identifier in self._others()
        return super()._problem(identifier) or ("Another question has this identifier." if taken else "")


class ConditionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asks on which answers to one earlier question a section or question depends, if on any."""

    only_if = forms.MultipleChoiceField(
        label="Ask it only after these answers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose answers of one earlier question. Choose none to ask everybody.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("only_if")
        if field is None:  # only to be read
            return
        self.before = {str(question.pk): question for question in earlier(self.instance)}
        field.choices = [
            (question.text, [(f"{key}:{each.identifier}", each.label) for each in _choices(question)])
            for key, question in self.before.items()
        ]
        if self.instance.shown_if_id:
            field.initial = [f"{self.instance.shown_if_id}:{name}" for name in sorted(self.instance.wanted)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "only_if" in cleaned:
            pairs = [each.split(":", 1) for each in cleaned["only_if"]]
            keys, answers = {key for key, _ in pairs}, " ".join(name for _, name in pairs)
            if len(keys) > 1:
                self.add_error("only_if", "Choose answers of one question only.")
            elif len(answers) > 400:
                self.add_error("only_if", "Choose fewer answers, or ask everybody.")
            else:
                self.instance.shown_if = self.before[keys.pop()] if keys else None
                self.instance.shown_for = answers
        return cleaned


class SectionForm(ConditionForm, SectionRowForm):
    class Meta(SectionRowForm.Meta):
        fields = ["title", "identifier", "position", "theme", "intro"]


class QuestionForm(ConditionForm, QuestionRowForm):
    class Meta(QuestionRowForm.Meta):
        fields = [
            "text", "help_text", "kind", "choice_set", "is_required", "identifier", "position", "max_length",
            "smallest", "largest",
        ]  # fmt: skip


def earlier(thing: Section | Question) -> Iterator[Question]:
    """The questions before it in its version that something can depend on, in order."""
    section = thing if isinstance(thing, Section) else thing.section
    place = Q(section__position__lt=section.position) | Q(section__position=section.position, section__lt=section.pk)
    if isinstance(thing, Question):
        here = Q(position__lt=thing.position) | Q(position=thing.position, pk__lt=thing.pk)
        place |= Q(section=section.pk) & here
    found = Question.objects.filter(place, section__version=section.version_id, kind__in=Question.BRANCHING)
    yield from found.order_by("section__position", "section", "position", "pk").prefetch_related("choice_set__choices")


def _choices(question: Question) -> Iterable[Choice]:
    return question.choice_set.choices.all() if question.choice_set else []
