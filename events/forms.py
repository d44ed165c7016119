"""The filter of the list of meetings."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from consult.models import Consultation
from events.boroughs import BOROUGHS
from events.models import Event, EventQuerySet, Format, Provision

WHAT = {
    "consultation": "a consultation",
    "format": "how it takes place",
    "borough": "a borough",
    "provision": "what you need",
    "when": "when it takes place",
}


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
    provision = forms.ChoiceField(label="What you need", choices=[("", "Anything"), *Provision.choices], required=False)
    when = forms.ChoiceField(
        choices=[
            (When.UPCOMING, "All to come"),
            (When.WEEK, "In the next 7 days"),
            (When.MONTH, "In the next 30 days"),
            (When.PAST, "Past meetings"),
        ],
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        with_events = Consultation.objects.published().filter(events__publish_at__lte=timezone.now()).distinct()
        self.fields["consultation"].queryset = with_events  # type: ignore[attr-defined]
        for name, words in WHAT.items():
            self.fields[name].error_messages["invalid_choice"] = f"Choose {words} from the list"

    @property
    def shows_past(self) -> bool:
        return bool(self.cleaned_data.get("when") == self.When.PAST)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for beyond all meetings to come."""
        return any(self.cleaned_data.values())

    def events(self) -> EventQuerySet:
        """The published meetings that fit, in the order in which a list shows them. Needs a validated form."""
        asked = self.cleaned_data
        events = Event.objects.published()
        events = events.past() if self.shows_past else events.upcoming().of_what_goes_on()
        if asked.get("consultation"):
            events = events.filter(consultation=asked["consultation"])
        if asked.get("format"):
            events = events.in_format(asked["format"])
        if asked.get("borough"):
            events = events.in_borough(asked["borough"])
        if asked.get("provision"):
            events = events.with_provision(asked["provision"])
        days = {self.When.WEEK: 7, self.When.MONTH: 30}.get(asked.get("when", ""))
        if days:
            events = events.between(None, timezone.localdate() + timedelta(days=days))
        return events
