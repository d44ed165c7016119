"""The form in which staff write to the people of a meeting."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac

from consult.forms_credentials import ALL_THE_SAME, LintedForm
from events.audiences import Audience

MOST_WORDS = 5000


class MessageForm(LintedForm):
    """Whom, subject, text. What was looked at is signed in `seen`: nothing goes out that nobody has seen."""

    public_texts = ["subject", "text"]
    field_order = ["to", "subject", "text", ALL_THE_SAME]

    to = forms.ChoiceField(label="Who gets it", widget=forms.RadioSelect)
    subject = forms.CharField(
        max_length=100,
        help_text="The title of the meeting stands behind it.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    text = forms.CharField(
        max_length=MOST_WORDS,
        help_text=(
            "Plain text; an empty line begins a paragraph. Above it stands “Hello,”, below it when and where the "
            "meeting is, and each person’s own link to their booking."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        error_messages={"max_length": f"Shorten the text to {MOST_WORDS:,} characters. All of it is still here."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, counts: Mapping[Audience, int], **kwargs: Any) -> None:
        """`counts`: how many people each audience has; one with nobody is not offered."""
        super().__init__(*args, **kwargs)
        self.counts = counts
        choice: Any = self.fields["to"]
        choice.choices = [(name, f"{name.label}: {_letters(count)}") for name, count in counts.items() if count]
        self.fields["text"].widget.attrs.pop("maxlength", None)  # nobody is stopped while typing
        self.fields[ALL_THE_SAME].label = "Send it all the same"
        self.fields[
            ALL_THE_SAME
        ].help_text = (
            "Letters are passed on. Each has the person’s own link, which shows how to join when that may be seen."
        )

    def told(self) -> list[str]:
        return [
            f"“{self.label_of(name)}” holds {finding.label}: {finding.words}"
            for name, findings in self.findings.items()
            for finding in findings
        ]

    def audience(self) -> Audience:
        return Audience(self.cleaned_data["to"])

    def kinds(self) -> set[str]:
        """What of consult.credentials is let out."""
        return {finding.kind for findings in self.findings.values() for finding in findings}

    def letters(self) -> str:
        """How many it would be."""
        return _letters(self.counts[self.audience()])

    def sign(self) -> str:
        """What `seen` says once these words were looked at. Needs a valid form."""
        words = "\0".join(str(self.cleaned_data[name]) for name in ("key", "to", "subject", "text"))
        return salted_hmac("events.message", words).hexdigest()

    def was_seen(self) -> bool:
        return bool(self.cleaned_data["seen"] == self.sign())


def _letters(count: int) -> str:
    return f"{count} letter{'' if count == 1 else 's'}"
