"""Coming back to a draft: the code to type, and the address for a letter with the way back."""

from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from consult.crispy import Button
from submissions import keys

NOTHING = (
    "We have nothing to go on with under this code. Check each character. What you have sent, and what was kept for "
    "longer than {days} days, no longer opens"
)


def _helper(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


class CodeForm(forms.Form):
    """Cleans to the code in its one spelling, or to nothing where it cannot be one."""

    code = forms.CharField(
        label="Your return code",
        help_text="12 letters and numbers, such as K7TM-4WXD-29AC.",
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "class": "govuk-input--width-20",
            }
        ),
        error_messages=dict.fromkeys(["required", "null_characters_not_allowed"], "Enter your return code"),
    )
    helper = _helper("code", Button.primary("Go on with my answer"))

    def clean_code(self) -> str | None:
        return keys.code_typed(self.cleaned_data["code"])


class LetterForm(forms.Form):
    """`once` is made with the page: the same form sent twice posts one letter."""

    once = forms.UUIDField(required=False, widget=forms.HiddenInput())
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We use it for this one letter, and do not keep it with your answer.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address in the right form, like name@example.com",
            "max_length": "Shorten the e-mail address to 254 characters",
        },
    )
    helper = _helper("once", "email", Button.primary("Send me the way back"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        """What somebody tampered with is not worth a message: there is a new one."""
        cleaned = super().clean() or {}
        self.errors.pop("once", None)
        cleaned["once"] = cleaned.get("once") or uuid4()
        return cleaned
