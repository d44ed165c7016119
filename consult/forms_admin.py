"""Forms of the staff side."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime

from consult import dates
from consult.models import Consultation


class ClosingField(forms.SplitDateTimeField):
    """A day with an hour that may be left out: then it is the end of that day in London.

    "Closes on 21 January" is stored as the first instant of the 22nd and shown again as the 21st.
    """

    widget = AdminSplitDateTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(require_all_fields=False, **kwargs)
        self.fields[0].error_messages["incomplete"] = "Enter the day as well as the hour."
        self.fields[1].required = False

    def compress(self, data_list: Any) -> datetime | None:
        day, clock = data_list or (None, None)
        if day is None:
            return None
        return dates.at(day, clock) if clock else dates.end_of(day)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            local = dates.london(value)
            if local.time() == time.min:
                return [dates.last_day(value), None]
        return value


class ConsultationForm(forms.ModelForm):  # type: ignore[type-arg]
    closes_at = ClosingField(
        label="Closes", required=False, help_text="Leave the hour empty for the end of the day, London time."
    )

    class Meta:
        model = Consultation
        fields = "__all__"  # noqa: DJ007 - staff edit the whole row


class MoveForm(forms.Form):
    """Asks what `actions.move_key_date` needs."""

    to = forms.DateField(label="New date", widget=AdminDateWidget)
    reason = forms.CharField(label="Why it moves", help_text="Shown to the public.", max_length=400)


class KeepForm(forms.Form):
    """Asks what `actions.keep_promise` needs."""

    on = forms.DateField(label="Kept on", widget=AdminDateWidget)
    evidence_url = forms.CharField(
        label="Where people can see it", required=False, max_length=300, help_text="An address, here or elsewhere."
    )

    def clean_evidence_url(self) -> str:
        """A path of this portal or a web address: a link that could run a script is refused (ASVS 1.2.2)."""
        url: str = self.cleaned_data["evidence_url"].strip()
        if url and not url.startswith(("https://", "http://", "/")):
            raise forms.ValidationError("Enter an address that begins with https:// or with /")
        return url
