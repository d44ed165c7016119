"""Forms of the staff side."""

from django import forms

from submissions.models import Decision


class DecisionForm(forms.Form):
    """Asks what `actions.decide` needs."""

    outcome = forms.ChoiceField(label="Decision", choices=Decision.Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=400,
        help_text="Needed unless you publish. The sender reads it on the receipt: name nobody.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


class WithdrawForm(forms.Form):
    """Asks nothing: pressing the button is all that `actions_rights.withdraw_consent` needs."""


class ContactForm(forms.Form):
    """Asks what `actions_rights.correct_contact` needs."""

    name = forms.CharField(required=False, max_length=120)
    email = forms.EmailField(
        label="E-mail address", required=False, help_text="Leave both empty to forget who sent it."
    )


class EraseForm(forms.Form):
    """Asks what `actions_rights.erase` needs."""

    reason = forms.CharField(
        label="Why",
        max_length=400,
        help_text="Answers, names and addresses are deleted for good. The reason stays: no names of people in it.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
