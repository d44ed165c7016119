"""The filter of the list of meetings, of the month and of the places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from consult import dates
from consult.boroughs import BOROUGHS
from consult.forms_govuk import Checkboxes, GovukDateField
from consult.models import Consultation
from events.languages import ENGLISH, SPOKEN, languages_in
from events.models import Event, EventQuerySet, Format, Provision

WHAT = {
    "consultation": "a consultation",
    "format": "how it takes place",
    "borough": "a borough",
    "provision": "what you need",
    "language": "a language",
    "when": "when it takes place",
}
TIMES = ("when", "first", "last")
FIRST_YEAR, LAST_YEAR = 2000, 2100  # what staff may enter


class TypedDateField(forms.CharField):
    """A day in one box, as people type it: 21/3/2026, 21 March 2026, 2026-03-21. Cleans to a `date` or None."""

    default_error_messages = {"invalid": "Enter a real date, like 21/3/2026"}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"class": "govuk-input--width-10", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> date | None:
        """Raises ValidationError with words for the person; never anything else."""
        text = str(super().clean(value)).strip()
        if not text:
            return None
        parts = re.split(r"[\s/.,-]+", text)
        if len(parts) != 3:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if re.fullmatch("[0-9]{4}", parts[0]):
            parts.reverse()
        parts[0] = re.sub(r"(?i)(?<=[0-9])(st|nd|rd|th)$", "", parts[0])
        messages = {"invalid": self.error_messages["invalid"]}
        day = GovukDateField(required=False, error_messages=messages).to_python(parts)
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}", code="year")
        return day


@dataclass(frozen=True)
class Chosen:
    """One thing that the list is narrowed by."""

    name: str
    words: str
    rest: str  # the query of the address without it
    count: int | None = None  # how many meetings there would be without it, where that was asked


class EventFilter(forms.Form):
    """What a visitor narrows the list by. Lives in the query of the address; an unknown value is told, not obeyed."""

    class When:
        UPCOMING, WEEK, MONTH, PAST = "", "week", "month", "past"

    mark_optional = False  # nobody has to narrow anything

    consultation = forms.ModelChoiceField(
        Consultation.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="All consultations",
    )
    format = forms.ChoiceField(
        label="How it takes place",
        choices=[
            ("", "Online or in person"),
            (Format.ONLINE, "Online"),
            (Format.IN_PERSON, "In person"),
            (Format.HYBRID, "Both at the same time"),
        ],
        required=False,
    )
    borough = forms.ChoiceField(choices=[("", "All boroughs"), *BOROUGHS], required=False)
    provision = forms.MultipleChoiceField(
        label="What you need", choices=Provision.choices, required=False, widget=Checkboxes
    )
    language = forms.ChoiceField(required=False)
    when = forms.ChoiceField(
        choices=[
            (When.UPCOMING, "All to come"),
            (When.WEEK, "In the next 7 days"),
            (When.MONTH, "In the next 30 days"),
            (When.PAST, "Past meetings"),
        ],
        required=False,
    )
    first = TypedDateField(label="On or after", help_text="For example, 21/3/2026")
    last = TypedDateField(label="On or before", help_text="For example, 30/6/2026")
    free = forms.BooleanField(label="Only meetings with places left", required=False)

    def __init__(
        self, data: Any = None, *, without: Iterable[str] = (), aside: Iterable[str] = (), **kwargs: Any
    ) -> None:
        """`without`: names of fields that a page has no use for; `aside`: those that it only passes on."""
        super().__init__(data, **kwargs)
        for name in without:
            del self.fields[name]
        self.aside = tuple(aside)
        for name in self.aside:
            self.fields[name].widget = forms.HiddenInput()
        theirs = Event.objects.order_by().filter(consultation=OuterRef("pk"), publish_at__lte=timezone.now())
        consultations: Any = self.fields["consultation"]
        consultations.queryset = Consultation.objects.published().filter(Exists(theirs)).only("title", "slug")
        languages: Any = self.fields["language"]
        languages.choices = [("", "Any language"), *((name, name) for name in self._languages())]
        if len(languages.choices) == 2 and not self.data.get("language"):
            del self.fields["language"]  # all meetings are in English: there is nothing to choose
        for name, words in WHAT.items():
            if name in self.fields:
                self.fields[name].error_messages["invalid_choice"] = f"Choose {words} from the list"

    def _languages(self) -> list[str]:
        """English, those of published meetings, and the one that is asked for if Londoners speak it."""
        texts = Event.objects.published().order_by().exclude(languages="").values_list("languages", flat=True)
        found = {name for text in texts.distinct() for name in languages_in(text)}
        found |= {self.data.get("language", "")} & SPOKEN
        return [ENGLISH, *sorted(found - {ENGLISH})]

    def add_prefix(self, field_name: str) -> str:
        """In the address it says `from` and `to`; the one is no name that Python allows."""
        return {"first": "from", "last": "to"}.get(field_name, field_name)

    def clean_provision(self) -> list[str]:
        """Each need once: the same one again asks for nothing more, and would cost as much."""
        return list(dict.fromkeys(self.cleaned_data["provision"]))

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            self.add_error("last", f"Enter a day that is not before {dates.day_words(first)}")
        return asked

    @property
    def sets_aside(self) -> bool:
        """Whether something was chosen that this page passes on without using it."""
        return any(self.cleaned_data.get(name) for name in self.aside)

    @property
    def shows_past(self) -> bool:
        return bool(self.cleaned_data.get("when") == self.When.PAST)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for beyond all meetings to come."""
        return bool(self.asked(*self.aside))

    def asked(self, *without: str) -> dict[str, Any]:
        """What narrows the list, in the order of the form."""
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name)) and name not in without}

    def query(self, *without: str, **more: str) -> str:
        """The query of an address with the same filter: what is not in force is left out, `more` is added."""
        found = {self.add_prefix(name): _in_address(value) for name, value in self.asked(*without).items()}
        return urlencode(found | more, doseq=True)

    def chosen(self, *, with_counts: bool = False) -> list[Chosen]:
        """Each thing that the list is narrowed by, in words; with how many would be left without it, if asked."""
        return [
            Chosen(name, self._words(name), self.query(name), self.events(name).count() if with_counts else None)
            for name in self.asked(*self.aside)
        ]

    @property
    def chosen_words(self) -> str:
        """For a title: `Lambeth, Online`; without what the heading says already."""
        return ", ".join(
            self._words(name) for name in self.asked(*self.aside) if not (name == "when" and self.shows_past)
        )

    def _words(self, name: str) -> str:
        field, value = self.fields[name], self.cleaned_data[name]
        if isinstance(value, list):
            return " and ".join(str(dict(field.choices)[each]) for each in value)  # type: ignore[attr-defined]
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(field.choices)[value])  # type: ignore[arg-type]
        if isinstance(value, date):
            return f"{field.label} {dates.day_words(value)}"
        return str(field.label if name == "free" else value)

    def narrow(self, events: EventQuerySet, *without: str) -> EventQuerySet:
        """Those that fit, whenever they take place: the calendar and the month bring a time of their own."""
        asked = self.asked(*without, *self.aside)
        if "consultation" in asked:
            events = events.filter(consultation=asked["consultation"])
        if "format" in asked:
            events = events.in_format(asked["format"])
        if "borough" in asked:
            events = events.in_borough(asked["borough"])
        for kind in asked.get("provision", []):
            events = events.with_provision(kind)
        if "language" in asked:
            events = events.in_language(asked["language"])
        return events.with_room() if "free" in asked else events

    def events(self, *without: str) -> EventQuerySet:
        """The published meetings that fit, in the order in which a list shows them. Needs a validated form.

        `without`: names of fields to leave out of account. A first day shows all from then on, over or not.
        """
        asked = self.asked(*without)
        events = self.narrow(Event.objects.published(), *without)
        if asked.get("when") == self.When.PAST:
            events = events.past()
        elif "first" not in asked:
            events = events.upcoming().of_what_goes_on()
        events = events.between(asked.get("first"), asked.get("last"))
        days = {self.When.WEEK: 7, self.When.MONTH: 30}.get(asked.get("when", ""))
        return events.between(None, timezone.localdate() + timedelta(days=days)) if days else events


def _in_address(value: Any) -> str | list[str]:
    if isinstance(value, Consultation):
        return value.slug
    if isinstance(value, list):
        return value
    return "on" if value is True else str(value)
