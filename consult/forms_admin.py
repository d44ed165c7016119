"""Forms of the staff side."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone

from consult import dates
from consult.forms_credentials import LintedModelForm
from consult.models import Consultation


def likely_year(value: date) -> None:
    """Refuse a slip of the hand: a year beyond reach would break the pages that do sums with it.

    Every day and hour that staff type is asked: those of models by consult/admin_site.py, those of verbs by DayField.
    """
    if not 2000 <= value.year <= 2100:
        raise ValidationError("Enter a year from 2000 to 2100.")


class DayField(forms.DateField):
    """A day, for the form of a verb."""

    widget = AdminDateWidget
    default_validators = [likely_year]


class ClosingField(forms.SplitDateTimeField):
    """A day with an hour that may be left out: then it is the end of that day in London.

    "Closes on 21 January" is stored as the first instant of the 22nd and shown again as the 21st.
    """

    widget = AdminSplitDateTime

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(require_all_fields=False, **kwargs)
        self.fields[0].error_messages["incomplete"] = "Enter the day as well as the hour."
        self.fields[0].validators.append(likely_year)
        self.fields[1].required = False

    def compress(self, data_list: Any) -> datetime | None:
        """Raises ValidationError for an hour that London does not have, or has twice, when clocks change."""
        day, clock = data_list or (None, None)
        if day is None:
            return None
        if clock is None:
            return dates.end_of(day)
        closes: datetime = from_current_timezone(datetime.combine(day, clock))
        return closes

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it is another instant, however it is written."""
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            local = dates.london(value)
            if local.time() == time.min:
                return [dates.last_day(value), None]
        return value


class ConsultationForm(LintedModelForm):
    public_texts = ["title", "summary", "body", "decided_by", "next_steps", "outcome"]

    closes_at = ClosingField(
        label="Closes", required=False, help_text="Leave the hour empty for the end of the day, London time."
    )

    class Meta:
        model = Consultation
        fields = "__all__"


class UpdateForm(LintedModelForm):
    public_texts = ["title", "summary", "body"]


class MoveForm(forms.Form):
    """Asks what `actions.move_key_date` needs."""

    to = DayField(label="New date")
    reason = forms.CharField(label="Why it moves", help_text="Shown to the public.", max_length=400)


class KeepForm(forms.Form):
    """Asks what `actions.keep_promise` needs."""

    on = DayField(label="Kept on")
    evidence_url = forms.CharField(
        label="Where people can see it", required=False, max_length=300, help_text="An address, here or elsewhere."
    )

    def clean_evidence_url(self) -> str:
        """A path of this portal or a web address: a link that could run a script is refused (ASVS 1.2.2)."""
        url: str = self.cleaned_data["evidence_url"].strip()
        if url and not url.startswith(("https://", "http://", "/")):
            raise ValidationError("Enter an address that begins with https:// or with /")
        return url
