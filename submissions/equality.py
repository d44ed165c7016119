"""The questions about the person: the form that asks them, and what all answers come to. Knows no submission."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from consult.crispy import Button
from consult.crispy import Question as Ask
from consult.forms_govuk import Radios
from submissions.choice_sets import EQUALITY

Answers = Mapping[str, str]  # question -> choice, by identifiers

FEWEST = 10  # profiles: below, sums could tell who somebody is
ROUNDED = 5  # each sum is rounded to fives, so that no single answer can be found by taking one sum from another


class EqualityForm(forms.Form):
    """Every question may be left out. `key` is made with the page: the same form sent twice is kept once."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        for identifier, text, choices in EQUALITY:
            self.fields[identifier] = forms.ChoiceField(
                label=text,
                choices=choices,
                required=False,
                widget=Radios(divider_before=[choices[-1][0]]),
                error_messages={"invalid_choice": "Choose an answer from the list"},
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        asked = [Ask(identifier, size="m") for identifier, _, _ in EQUALITY]
        self.helper.layout = Layout("key", *asked, Button.primary("Send these answers"))

    def clean(self) -> dict[str, Any]:
        """A key that somebody tampered with is not worth a message: there is a new one."""
        cleaned = super().clean() or {}
        self.errors.pop("key", None)
        cleaned["key"] = cleaned.get("key") or uuid4()
        return cleaned

    def said(self) -> tuple[UUID, dict[str, str]]:
        """The key and what was answered. Needs a valid form."""
        answers = {name: made for name, made in self.cleaned_data.items() if name != "key" and made}
        return self.cleaned_data["key"], answers


@dataclass(frozen=True)
class Sums:
    """How many said what, rounded: the question, then each choice with its sum."""

    question: str
    rows: list[tuple[str, int]]


def sums(profiles: Iterable[Answers]) -> tuple[int, list[Sums]]:
    """How many people answered, and for each question how many chose what; all rounded to fives.

    Nothing at all (0 and no sums) where fewer than ten answered.
    """
    said = list(profiles)
    if len(said) < FEWEST:
        return 0, []
    found = []
    for identifier, text, choices in EQUALITY:
        made = Counter(each.get(identifier) for each in said)
        rows = [(label, rounded(made[name])) for name, label in choices]
        found.append(Sums(text, [*rows, ("Left out", rounded(made[None]))]))
    return rounded(len(said)), found


def rounded(number: int) -> int:
    """To the nearest multiple of five, as higher education statistics do: 2 becomes 0, 3 becomes 5."""
    return ROUNDED * round(number / ROUNDED)
