"""The kinds of questions: the fields that ask one, and what its answer is as data and in words.

A further kind is a further class here and a line in `KINDS`.
"""

import itertools
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consult import dates
from consult.forms_govuk import Checkboxes, CountedTextarea, GovukDateField, Radios
from submissions.models import Choice, Question, Statement

Value = dict[str, Any]  # as JSON: what was chosen, by identifiers
TOO_LONG = "Shorten what you wrote to {limit:,} characters. It has {over:,} too many. All of it is still here."
WHAT_LENGTH = 200  # of what "other" is
PART = "--"  # between the identifier of a question and that of a part of it


class LongText(forms.CharField):
    """Text of any length in the box; over the limit it says by how much (standards.md F8)."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_length = limit  # what the page counts to; Django's own validator would not say by how much

    def validate(self, value: str) -> None:
        super().validate(value)
        limit = self.max_length or 0
        if len(value) > limit:
            raise ValidationError(TOO_LONG.format(limit=limit, over=len(value) - limit), code="max_length")


class Kind:
    """How questions of one kind are asked and read. `question` comes with its choices and statements."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        """The fields of a form by name: the first has the identifier of the question, or begins with it."""
        raise NotImplementedError

    def clean(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is wrong between its fields: name of a field and message. Empty where nothing is."""
        return []

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        """What was chosen, as data; empty where words are all, or nothing was answered."""
        return {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        """The answer in words, as check answers, receipts and staff show it; empty where there is none."""
        raise NotImplementedError

    def chosen(self, question: Question, typed: Mapping[str, list[str]]) -> frozenset[str]:
        """The identifiers of the choices in what was typed, right or wrong: other questions may depend on them."""
        return frozenset()


def basics(question: Question) -> dict[str, Any]:
    return {"label": question.text, "help_text": question.help_text, "required": question.is_required}


def choices_of(question: Question) -> list[Choice]:
    return list(question.choice_set.choices.all()) if question.choice_set else []


def labels_of(question: Question) -> dict[str, str]:
    return {each.identifier: each.label for each in choices_of(question)}


class Text(Kind):
    def fields(self, question: Question) -> dict[str, forms.Field]:
        is_long = question.kind == Question.Kind.LONG_TEXT
        widget = CountedTextarea(attrs={"rows": 10}) if is_long else forms.TextInput()
        field = LongText(limit=question.max_length, widget=widget, **basics(question))
        field.error_messages["required"] = "Enter an answer"
        return {question.identifier: field}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        return str(cleaned.get(question.identifier) or "")


class OneChoice(Kind):
    """One of several; a choice may ask to say what."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        name, choices = question.identifier, choices_of(question)
        reveals = {each.identifier: [_what(question, each)] for each in choices if each.asks_what}
        field = forms.ChoiceField(
            choices=[(each.identifier, each.label) for each in choices],
            widget=self._widget(reveals, choices),
            error_messages={"required": "Choose an answer", "invalid_choice": "Choose an answer from the list"},
            **basics(question),
        )
        return {name: field, **_what_fields(question, choices)}

    def _widget(self, reveals: Mapping[str, list[str]], choices: list[Choice]) -> forms.Widget:
        return Radios(reveals=reveals)

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        made = cleaned.get(question.identifier) or ""
        return {"choice": made, **_what_said(question, [made], cleaned)} if made else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        made = cleaned.get(question.identifier) or ""
        return _in_words(question, [made], cleaned) if made else ""

    def clean(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        return _what_wrong(question, [cleaned.get(question.identifier) or ""], cleaned)

    def chosen(self, question: Question, typed: Mapping[str, list[str]]) -> frozenset[str]:
        return frozenset(typed.get(question.identifier, [])[-1:]) & frozenset(labels_of(question))


class Borough(OneChoice):
    """Where somebody lives: they pick it from a list. A postcode is neither asked for nor kept."""

    def _widget(self, reveals: Mapping[str, list[str]], choices: list[Choice]) -> forms.Widget:
        return forms.Select()

    def fields(self, question: Question) -> dict[str, forms.Field]:
        """One list and nothing more: it has no room for a box to say what."""
        field: Any = super().fields(question)[question.identifier]
        field.choices = [("", "Choose a borough"), *field.choices]
        return {question.identifier: field}


class Choices(Kind):
    """Several at once."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        name, choices = question.identifier, choices_of(question)
        alone = next((each.identifier for each in choices if each.stands_alone), None)
        reveals = {each.identifier: [_what(question, each)] for each in choices if each.asks_what}
        field = forms.MultipleChoiceField(
            choices=[(each.identifier, each.label) for each in choices],
            widget=Checkboxes(reveals=reveals, exclusive=alone, divider_before=[alone] if alone else []),
            error_messages={"required": "Choose at least one answer", "invalid_choice": "Choose answers from the list"},
            **basics(question),
        )
        return {name: field, **_what_fields(question, choices)}

    def clean(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        made, name = self._made(question, cleaned), question.identifier
        alone = [each for each in choices_of(question) if each.stands_alone and each.identifier in made]
        found = _what_wrong(question, made, cleaned)
        if alone and len(made) > 1:
            found.append((name, f"Choose “{alone[0].label}” alone, or the others without it"))
        elif made and not alone and question.smallest and len(made) < question.smallest:
            found.append((name, f"Choose at least {question.smallest}"))
        if question.largest and len(made) > question.largest:
            found.append((name, f"Choose no more than {question.largest}"))
        return found

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        made = self._made(question, cleaned)
        return {"choices": made, **_what_said(question, made, cleaned)} if made else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        return _in_words(question, self._made(question, cleaned), cleaned)

    def _made(self, question: Question, cleaned: Mapping[str, Any]) -> list[str]:
        """Each choice once, in the order of the question: what was sent may say one twice."""
        made = cleaned.get(question.identifier) or []
        return [each.identifier for each in choices_of(question) if each.identifier in made]

    def chosen(self, question: Question, typed: Mapping[str, list[str]]) -> frozenset[str]:
        return frozenset(typed.get(question.identifier, [])) & frozenset(labels_of(question))


class Ranking(Kind):
    """Each choice gets a place: 1 matters most. Places may be left out, from the last on."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        choices = choices_of(question)
        most = min(question.largest or len(choices), len(choices))
        places = [("", "No place"), *((str(place), str(place)) for place in range(1, most + 1))]
        return {
            _part(question, each): forms.ChoiceField(
                label=each.label,
                choices=places,
                required=False,
                error_messages={"invalid_choice": f"Choose a place from 1 to {most}"},
            )
            for each in choices
        }

    def _order(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[int, Choice]]:
        placed = [(cleaned.get(_part(question, each)), each) for each in choices_of(question)]
        return sorted(((int(place), each) for place, each in placed if place), key=lambda pair: pair[0])

    def clean(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        order = self._order(question, cleaned)
        first = next((_part(question, each) for each in choices_of(question)), "")
        if not order:
            return [(first, "Give at least one of them a place")] if question.is_required and first else []
        for (place, _), (again, each) in itertools.pairwise(order):
            if place == again:
                return [(_part(question, each), f"Give place {place} to one of them only")]
        for number, (place, each) in enumerate(order, start=1):
            if place != number:
                return [(_part(question, each), f"Give place {number} before place {place}")]
        if question.smallest and len(order) < question.smallest:
            return [(first, f"Give places 1 to {question.smallest}")]
        return []

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        order = [each.identifier for _, each in self._order(question, cleaned)]
        return {"order": order} if order else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        return "\n".join(f"{place}. {each.label}" for place, each in self._order(question, cleaned))


class Matrix(Kind):
    """Each statement on the same scale."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        choices = [(each.identifier, each.label) for each in choices_of(question)]
        return {
            _part(question, each): forms.ChoiceField(
                label=each.text,
                choices=choices,
                required=question.is_required,
                widget=Radios(),
                error_messages={"required": "Choose an answer", "invalid_choice": "Choose an answer from the list"},
            )
            for each in question.statements.all()
        }

    def _rows(self, question: Question, cleaned: Mapping[str, Any]) -> list[tuple[Statement, str]]:
        rows = [(each, cleaned.get(_part(question, each)) or "") for each in question.statements.all()]
        return [(each, made) for each, made in rows if made]

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        rows = {each.identifier: made for each, made in self._rows(question, cleaned)}
        return {"rows": rows} if rows else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        labels = labels_of(question)
        return "\n".join(f"{each.text}: {labels[made]}" for each, made in self._rows(question, cleaned))


class Number(Kind):
    def fields(self, question: Question) -> dict[str, forms.Field]:
        smallest, largest = question.smallest, question.largest
        limits = {"min_value": f"Enter {smallest} or more", "max_value": f"Enter {largest} or less"}
        field = forms.DecimalField(
            min_value=smallest,
            max_value=largest,
            max_digits=12,
            decimal_places=2,
            widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-5"}),
            error_messages={
                "required": "Enter a number",
                "invalid": "Enter a number, like 12",
                "max_digits": "Enter a number with fewer digits",
                "max_whole_digits": "Enter a number with fewer digits",
                "max_decimal_places": "Enter a number with at most 2 decimal places",
                **limits,
            },
            **basics(question),
        )
        return {question.identifier: field}

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        words = self.words(question, cleaned)
        return {"number": words} if words else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        number: Decimal | None = cleaned.get(question.identifier)
        return "" if number is None else f"{number + 0:f}"  # without an exponent, and zero without a minus


class Day(Kind):
    def fields(self, question: Question) -> dict[str, forms.Field]:
        return {question.identifier: GovukDateField(**basics(question))}

    def value(self, question: Question, cleaned: Mapping[str, Any]) -> Value:
        day: date | None = cleaned.get(question.identifier)
        return {"date": day.isoformat()} if day else {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        day: date | None = cleaned.get(question.identifier)
        return dates.day_words(day) if day else ""


class Information(Kind):
    """Words to read; nothing to answer."""

    def fields(self, question: Question) -> dict[str, forms.Field]:
        return {}

    def words(self, question: Question, cleaned: Mapping[str, Any]) -> str:
        return ""


KINDS: dict[str, Kind] = {
    Question.Kind.SHORT_TEXT: Text(),
    Question.Kind.LONG_TEXT: Text(),
    Question.Kind.ONE_CHOICE: OneChoice(),
    Question.Kind.SCALE: OneChoice(),
    Question.Kind.CHOICES: Choices(),
    Question.Kind.RANKING: Ranking(),
    Question.Kind.MATRIX: Matrix(),
    Question.Kind.NUMBER: Number(),
    Question.Kind.DATE: Day(),
    Question.Kind.BOROUGH: Borough(),
    Question.Kind.INFORMATION: Information(),
}


def kind_of(question: Question) -> Kind:
    return KINDS[question.kind]


def _part(question: Question, part: Choice | Statement) -> str:
    return f"{question.identifier}{PART}{part.identifier}"


# --- "other, say what" ------------------------------------------------------------------------------


def _what(question: Question, choice: Choice) -> str:
    return f"{_part(question, choice)}-what"


def _what_fields(question: Question, choices: Iterable[Choice]) -> dict[str, forms.Field]:
    return {
        _what(question, each): forms.CharField(
            label="Say what",
            required=False,
        )
        for each in choices
        if each.asks_what
    }


def _what_said(question: Question, made: Iterable[str], cleaned: Mapping[str, Any]) -> Value:
    said = {
        each.identifier: cleaned.get(_what(question, each)) or "" for each in choices_of(question) if each.asks_what
    }
    found = {name: text for name, text in said.items() if name in set(made) and text}
    return {"what": found} if found else {}


def _what_wrong(question: Question, made: Iterable[str], cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Only of the choices that were made: text left in the box of another is nobody's mistake."""
    found = []
    for each in choices_of(question):
        name = _what(question, each)
        if each.asks_what and each.identifier in made and name in cleaned:
            found += [(name, "Say what")] if not cleaned[name] else []
            found += [(name, f"Shorten it to {WHAT_LENGTH} characters")] if len(cleaned[name]) > WHAT_LENGTH else []
    return found


def _in_words(question: Question, made: Iterable[str], cleaned: Mapping[str, Any]) -> str:
    labels = labels_of(question)
    said = _what_said(question, made, cleaned).get("what", {})
    return "\n".join(f"{labels[each]}: {said[each]}" if each in said else labels[each] for each in made)
