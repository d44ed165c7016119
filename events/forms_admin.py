"""Forms of the staff side."""

import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime

from consult.credentials import Finding, find
from consult.forms_admin import DayField, likely_year
from consult.forms_credentials import LintedForm, LintedModelForm
from events.booking import KNOWN
from events.deadlines import deadlines
from events.models import Event, Format, Venue

WHEN = {"required": "Enter the day and the hour."}
TAKEN = {"month", "where"}  # pages below /events/, see urls.py


class MomentField(forms.SplitDateTimeField):
    """A day and an hour in London, for the form of a verb."""

    widget = AdminSplitDateTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields[0].validators.append(likely_year)
        self.widget.widgets[1].format = "%H:%M"  # nobody plans seconds


def reason_field(label: str = "Why", longest: int = 400) -> forms.CharField:
    """Asks why; the public reads it."""
    return forms.CharField(
        label=label,
        help_text="Shown to the public at the top of the page and in calendars.",
        max_length=longest,
        error_messages={"required": "Enter the reason: people read it."},
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


PROVISIONS = "provisions"  # prefix of their rows in the same page


class EventForm(LintedModelForm):
    """With the words of its provisions, which stand in rows of their own and are as public."""

    public_texts = [
        "title", "summary", "body", "audience", "date_note", "host_name", "notes", "recording_url", "slides_url",
        PROVISIONS,
    ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        rows = re.compile(rf"{PROVISIONS}-\d+-detail")
        typed = [str(value) for name, value in self.data.items() if rows.fullmatch(name)]
        self.cleaned_data[PROVISIONS] = "\n".join(typed)
        return super().clean()

    def find_in(self, name: str, text: str) -> list[Finding]:
        if name != PROVISIONS:
            return super().find_in(name, text)
        is_kept = self.instance.pk and self.instance.publish_at
        stored = "\n".join(self.instance.provisions.values_list("detail", flat=True)) if is_kept else ""
        return [finding for finding in find(text) if finding not in find(stored)]

    def label_of(self, name: str) -> str:
        return "access provisions" if name == PROVISIONS else super().label_of(name)

    def clean_slug(self) -> str:
        """Refuse an address at which another page stands: nobody would find the meeting."""
        slug: str = self.cleaned_data["slug"]
        if slug in TAKEN:
            raise forms.ValidationError("Another page has this address. Choose a longer one.")
        return slug

    def clean_takes_registrations(self) -> bool:
        """Refuse to end booking over the heads of those who hold a place or wait: they would never hear of it."""
        takes: bool = self.cleaned_data["takes_registrations"]
        if (
            not takes
            and self.instance.pk
            and self.instance.registrations.filter(state__in=KNOWN, erased_at=None).exists()
        ):
            raise forms.ValidationError(
                "People have booked a place or wait for one. To take no more bookings, enter when booking closes."
            )
        return takes


class VenueForm(LintedForm, forms.ModelForm):  # type: ignore[type-arg]
    """A venue is seen as soon as a meeting takes place there. What was let out before is not asked about again."""

    public_texts = ["name", "address", "travel", "access"]

    class Meta:
        model = Venue
        fields = [
            "name", "address", "postcode", "borough", "travel", "access", "is_step_free", "latitude", "longitude",
        ]  # fmt: skip

    def find_in(self, name: str, text: str) -> list[Finding]:
        stored = find(str(getattr(self.instance, name))) if self.instance.pk else []
        return [finding for finding in find(text) if finding not in stored]


class ReasonForm(LintedForm):
    public_texts = ["reason"]
    reason = reason_field()


class PostponeForm(LintedForm):
    """Asks what `actions.postpone_event` needs."""

    public_texts = ["date_note", "reason"]

    date_note = forms.CharField(
        label="What is known of the new date",
        help_text="Shown where the date stands, such as: In March, the day to be confirmed.",
        max_length=120,
        error_messages={"required": "Enter what is known, even if that is little, such as: In spring."},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    reason = reason_field("Why it is postponed")


def _end_after_start(form: forms.Form, asked: dict[str, Any]) -> dict[str, Any]:
    starts_at, ends_at = asked.get("starts_at"), asked.get("ends_at")
    if starts_at and ends_at and ends_at <= starts_at:
        form.add_error("ends_at", "Enter an end that is after the start.")
    return asked


class MoveForm(LintedForm):
    """Asks what `actions.move_event` needs."""

    public_texts = ["reason"]

    starts_at = MomentField(label="Starts", help_text="London time.", error_messages=WHEN)
    ends_at = MomentField(label="Ends", required=False, help_text="Leave empty if the end is not known.")
    format = forms.ChoiceField(choices=Format.choices)
    venue = forms.ModelChoiceField(
        Venue.objects.all(), required=False, help_text="Leave empty if it is online, or the place is not decided."
    )
    along = forms.BooleanField(
        label="Move the times above along, by as many days",
        label_suffix="",
        required=False,
        help_text=(
            "At the same hour. A booking that has opened stays open. What would then have passed does not end early: "
            "booking goes on until the meeting starts, and people can ask until today."
        ),
    )
    reason = reason_field("Why it moves")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("along"):
            del self.fields["along"]

    @staticmethod
    def initial_of(event: Event) -> dict[str, Any]:
        """What stands now; whether there is anything to move along."""
        stands = {name: getattr(event, name) for name in ("starts_at", "ends_at", "format", "venue")}
        return {**stands, "along": bool(deadlines(event))}

    def clean(self) -> dict[str, Any]:
        asked = _end_after_start(self, super().clean() or {})
        if asked.get("format") == Format.ONLINE and asked.get("venue"):
            self.add_error("venue", "An online meeting has no venue: choose another format or remove the venue.")
        return asked


class CorrectForm(LintedForm):
    """Asks what `actions.correct_date` needs."""

    public_texts = ["reason"]

    starts_at = MomentField(label="It really started", help_text="London time.", error_messages=WHEN)
    ends_at = MomentField(label="It really ended", required=False, help_text="Leave empty if the end is not known.")
    reason = reason_field("What was wrong", longest=340)  # the action puts a sentence in front of it

    @staticmethod
    def initial_of(event: Event) -> dict[str, Any]:
        return {"starts_at": event.starts_at, "ends_at": event.ends_at}

    def clean(self) -> dict[str, Any]:
        return _end_after_start(self, super().clean() or {})


def same_link_field() -> forms.BooleanField:
    return forms.BooleanField(
        label="People join by the same link and passcode",
        label_suffix="",
        required=False,
        help_text="Otherwise add how to join to each draft yourself.",
    )


class CopyForm(forms.Form):
    """Asks what `actions.copy_event` needs."""

    title = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": "Enter a title."},
    )
    starts_at = MomentField(label="Starts", required=False, help_text="London time. It takes as long as this one.")
    date_note = forms.CharField(
        label="Or what is known of its date",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    same_link = same_link_field()

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        if "starts_at" not in self.errors and not asked.get("starts_at") and not asked.get("date_note"):
            self.add_error("starts_at", "Enter when it starts, or below what is known of its date.")
        return asked


class RepeatForm(forms.Form):
    """Asks what `actions.repeat_event` needs."""

    weeks = forms.IntegerField(label="Every how many weeks", min_value=1, max_value=26, initial=1)
    until = DayField(label="Until", required=False, help_text="The last day that may be one of them.")
    count = forms.IntegerField(label="Or how many further meetings", required=False, min_value=1, max_value=52)
    same_link = same_link_field()

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"until", "count"} & set(self.errors) and bool(asked.get("until")) == bool(asked.get("count")):
            self.add_error("until", "Enter either the last day or how many further meetings.")
        return asked
