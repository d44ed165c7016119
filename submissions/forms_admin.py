"""Forms of the staff side."""

from django import forms

from consult.models import Consultation
from submissions.models import Decision


class DecisionForm(forms.Form):
    """Asks what `actions.decide` needs."""

    outcome = forms.ChoiceField(label="Decision", choices=Decision.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=400,
        help_text="Needed unless you publish.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class AskThemesForm(forms.Form):
    """Asks for which consultation `actions.ask_about_themes` makes questions."""

    consultation = forms.ModelChoiceField(Consultation.objects.all())
