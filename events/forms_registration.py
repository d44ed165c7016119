"""Asking for places at a meeting, and changing what was asked for."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from consult.crispy import Button
from consult.forms_govuk import CountedTextarea
from events.booking import goes_on_the_list
from events.models import Event, Registration

CONSENT_WORDING = (
    "You may use what I typed here, also what I need to take part, to run this meeting and to write to me about it."
)
MOST_WORDS = 1000
WRONG_ADDRESS = "Enter an e-mail address in the right form, like name@example.com"
# Quoted names before the @ are allowed by RFC 5321 and by nobody's mail server; calendars cannot hold them.
PLAIN_ADDRESS = re.compile(r"[^\s\"(),:;<>\[\\\]\x00-\x1f\x7f]+")


class PlacesForm(forms.Form):
    """Who, how many places, and what the person needs. A meeting where everybody books one place asks no number."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="For the list at the door. It is not published.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your name", "max_length": "Shorten your name to 120 characters"},
    )
    places = forms.IntegerField(
        label="How many places do you want?",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2", "autocomplete": "off"}),
    )
    access_needs = forms.CharField(
        label="What do you need to take part?",
        required=False,
        help_text="For example an interpreter, a seat near the speaker, step-free access, or care for a child.",
        max_length=MOST_WORDS,
        widget=CountedTextarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Shorten what you need to {MOST_WORDS:,} characters. All of it is still here."},
    )

    button = Button.primary("Save")

    def __init__(self, *args: Any, event: Event, held: Registration | None = None, **kwargs: Any) -> None:
        """`held`: what the person has or asked for; nobody loses places where staff allow fewer since."""
        if held:
            kwargs["initial"] = {name: getattr(held, name) for name in ("name", "places", "access_needs")}
        super().__init__(*args, **kwargs)
        self.most = max(most_places(event), held.places if held else 0)
        if self.most == 1:
            del self.fields["places"]
        else:
            self._ask_for_number(self.fields["places"])
            if held and held.state != Registration.State.WAITING:
                self.fields["places"].help_text += _how_many_more(event, held)
        self.fields["access_needs"].widget.attrs.pop("maxlength", None)  # nobody is stopped while typing
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self.fields, self.button)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.most == 1:
            cleaned["places"] = 1
        return cleaned

    def say_how_many_are_left(self, left: int, held: int) -> None:
        """Somebody else was quicker: beside the field, with what can still be had. `held` is what the person has."""
        more = (
            "No more places are free for you now"
            if left == 0
            else f"Only {left} more {'place is' if left == 1 else 'places are'} left"
        )
        advice = f"Enter {held + left} or fewer" if held + left else "Try again later"
        self.add_error("places" if "places" in self.fields else None, f"{more}. {advice}")

    def _ask_for_number(self, field: forms.Field) -> None:
        wrong = f"Enter how many places you want, as a number from 1 to {self.most}"
        field.help_text = f"From 1 to {self.most}, you included."
        field.error_messages |= {"required": wrong, "invalid": wrong}
        field.validators = [_between(1, self.most, wrong)]


class BookingForm(PlacesForm):
    """Asking for places without an account."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We send a link there. You have a place only when you have opened it and confirmed.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": WRONG_ADDRESS,
            "max_length": "Shorten the e-mail address to 254 characters",
        },
    )
    consent = forms.BooleanField(
        label=CONSENT_WORDING,
        error_messages={"required": "Tick the box if we may use what you typed. Without it we cannot keep a place"},
    )

    button = Button.say("Ask for a place")
    button_of_list = Button.say("Join the waiting list")
    field_order = ["name", "email", "places", "access_needs", "consent"]

    def __init__(self, *args: Any, event: Event, waits: bool = False, **kwargs: Any) -> None:
        """`waits`: whoever comes new goes on the waiting list, and reads so throughout."""
        if waits:
            self.button = self.button_of_list
        super().__init__(*args, event=event, **kwargs)
        if waits:
            email, places = self.fields["email"], self.fields.get("places")
            email.help_text = "We send a link there. You are on the list only when you have opened it and confirmed."
            if places:
                places.label = "How many places do you want to wait for?"
                places.help_text += " Fewer places may come sooner."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not PLAIN_ADDRESS.fullmatch(email):
            raise forms.ValidationError(WRONG_ADDRESS, code="invalid")
        return email

    def typed(self) -> dict[str, Any]:
        """What `actions.book` wants. Needs a valid form."""
        asked = {name: self.cleaned_data[name] for name in ("name", "email", "places", "access_needs")}
        return {**asked, "consent_wording": CONSENT_WORDING}


def most_places(event: Event) -> int:
    """How many places one person may book: never more than there are at all."""
    return min(event.most_places, event.capacity or event.most_places)


def _how_many_more(event: Event, held: Registration) -> str:
    """What can be added to the places that a person has, for the hint; empty where that is anything allowed."""
    left = event.places_left
    if left is None:
        return ""
    if goes_on_the_list(event):
        return f" You have {held.places}. No more are free for you now."
    more = min(left, most_places(event) - held.places)
    return f" You have {held.places}. Only {left} more {'is' if left == 1 else 'are'} free." if more == left else ""


def _between(least: int, most: int, words: str) -> Any:
    def check(value: int) -> None:
        if not least <= value <= most:
            raise forms.ValidationError(words, code="range")

    return check
