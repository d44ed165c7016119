"""The forms that staff sign in with."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from consult.crispy import Button


class StaffForm(forms.Form):
    """A form with one button; `button` names what it does."""

    button = "Continue"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.add_input(Button.primary(self.button))
        return helper


class PasswordForm(StaffForm):
    """User name and password. Wrong ones are told by the view, in one sentence for all."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "govuk-input--width-20",
            }
        ),
        error_messages={"required": "Enter your user name"},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "govuk-input--width-20"}),
        error_messages={"required": "Enter your password"},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(StaffForm):
    """One field for the code of an app and for a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="6 digits from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={"required": "Enter the code from your app, or a recovery code"},
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return "".join(code.split()).replace("-", "").lower()


class AppCodeForm(CodeForm):
    """Six digits from the app that is being set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = "Code from your app", "6 digits. A new code appears every 30 seconds."
        field.widget.attrs["inputmode"] = "numeric"
        field.error_messages["required"] = "Enter the 6 digits that your app shows"
