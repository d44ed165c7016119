"""Forms of the staff side."""

from django import forms


class ReasonForm(forms.Form):
    """Asks why; the public reads it."""

    reason = forms.CharField(
        label="Why",
        help_text="Shown to the public at the top of the page and in calendars.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
