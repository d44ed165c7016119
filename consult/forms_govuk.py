"""Form fields and widgets for what GOV.UK patterns know and Django does not.

The template pack in templates/govuk/ draws them, and Django's own fields. Nothing here writes HTML.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class CountedTextarea(forms.Textarea):
    """A text area with a character count; the limit is the field's `max_length`.

    The browser does not stop anybody at the limit: the text is taken, then the error explains.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Returns the text with each line break as one character, as the count on the page has it."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class ChoiceExtras:
    """What a list of choices may carry beside its labels, each keyed by the choice's value.

    `hints`: a line under the choice. `reveals`: names of the form's fields that belong to the choice, shown under it
    (at once without JavaScript, when it is chosen with it). `divider_before`: the values to put an "or" before.
    `exclusive`: the value of a checkbox that unticks all others ("None of these").
    """

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, Iterable[str]] | None = None,
        divider_before: Iterable[str] = (),
        exclusive: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})
        self.reveals = {value: tuple(names) for value, names in (reveals or {}).items()}
        self.divider_before = frozenset(divider_before)
        self.exclusive = exclusive


class Radios(ChoiceExtras, forms.RadioSelect):
    """Radio buttons with hints, revealed fields and dividers."""


class Checkboxes(ChoiceExtras, forms.CheckboxSelectMultiple):
    """Checkboxes with hints, revealed fields, dividers and an exclusive choice."""


class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes (GOV.UK date input). `autocomplete="bday"` is spread over the three."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        attrs = dict(attrs or {})
        autocomplete = attrs.pop("autocomplete", "")
        parts: dict[str, forms.Widget | type[forms.Widget]] = {}
        for part in ("day", "month", "year"):
            part_attrs = {"inputmode": "numeric"}
            if autocomplete:
                part_attrs["autocomplete"] = f"{autocomplete}-{part}"
            parts[part] = forms.TextInput(part_attrs)
        super().__init__(parts, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class GovukDateField(forms.Field):
    """A date typed as day, month and year; cleans to a `datetime.date`, or None when optional and empty.

    Each error says what is wrong, and names the box that it is about in `params["part"]`.
    """

    widget = DateInput
    default_error_messages = {
        "required": "Enter a date",
        "missing_day": "The date must include a day",
        "missing_month": "The date must include a month",
        "missing_year": "The date must include a year",
        "short_year": "The year must have 4 numbers, like 2022",
        "invalid": "Enter a real date",
    }

    def to_python(self, value: Any) -> date | None:
        typed = ["" if part is None else str(part).strip() for part in (value or ("", "", ""))]
        if not any(typed):
            return None
        for part, text in zip(("day", "month", "year"), typed, strict=True):
            if not text:
                raise self._error(f"missing_{part}", part)
        day, month, year = typed
        if not re.fullmatch("[0-9]{1,2}", day) or not 1 <= int(day) <= 31:
            raise self._error("invalid", "day")
        month_number = self._month(month)
        if month_number is None:
            raise self._error("invalid", "month")
        if not re.fullmatch("[0-9]{4}", year):
            raise self._error("short_year", "year")
        try:
            return date(int(year), month_number, int(day))
        except ValueError:
            raise self._error("invalid", "day") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = ["" if part is None else str(part) for part in DateInput().decompress(initial)]
        return before != ["" if part is None else str(part) for part in (data or ("", "", ""))]

    @staticmethod
    def _month(text: str) -> int | None:
        """Returns 1 to 12 for "7", "07", "Jul" or "July", otherwise None."""
        if re.fullmatch("[0-9]{1,2}", text):
            return int(text) if 1 <= int(text) <= 12 else None
        name = text.lower()
        full_names = (date(2000, number, 1).strftime("%B").lower() for number in range(1, 13))
        for number, (short, full) in enumerate(zip(MONTHS, full_names, strict=True), start=1):
            if len(name) >= 3 and full.startswith(name) and name.startswith(short):
                return number
        return None

    def _error(self, code: str, part: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"part": part})
