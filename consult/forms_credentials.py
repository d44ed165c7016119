"""Forms that look through public texts before they are published, and let the person decide."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from consult.credentials import Finding, find

ALL_THE_SAME = "publish_all_the_same"


class LintedForm(forms.Form):
    """A form whose `public_texts` everybody will read: what should hardly stand there must be ticked to go out."""

    public_texts: Sequence[str] = ()
    findings: Mapping[str, list[Finding]] = {}  # by name of the field, once the form is cleaned

    publish_all_the_same = forms.BooleanField(
        label="Publish it all the same",
        required=False,
        widget=forms.HiddenInput,  # until something is found
        help_text="Ways to join belong under “Join details”, where you choose who sees them.",
    )

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        found = {name: self.find_in(name, str(asked.get(name) or "")) for name in self.public_texts}
        self.findings = {name: findings for name, findings in found.items() if findings}
        if self.findings and self.goes_public(asked):
            self.fields[ALL_THE_SAME].widget = forms.CheckboxInput()
            if not asked.get(ALL_THE_SAME):
                self.add_error(ALL_THE_SAME, self.told())
        return asked

    def find_in(self, name: str, text: str) -> list[Finding]:
        return find(text)

    def goes_public(self, asked: Mapping[str, Any]) -> bool:
        """Whether the public sees these texts once the form is saved, now or by itself later."""
        return True

    def told(self) -> list[str]:
        """What was found and where, in a sentence each."""
        return [
            f"“{self.label_of(name)}” holds {finding.label}, which everybody would see: {finding.words}"
            for name, findings in self.findings.items()
            for finding in findings
        ]

    def label_of(self, name: str) -> str:
        return str(self[name].label)


class LintedModelForm(LintedForm, forms.ModelForm):  # type: ignore[type-arg]
    """The same for a row that is Publishable. What was let out before is not asked about again."""

    def find_in(self, name: str, text: str) -> list[Finding]:
        stored = find(getattr(self.instance, name) or "") if self.instance.publish_at else []
        return [finding for finding in find(text) if finding not in stored]

    def goes_public(self, asked: Mapping[str, Any]) -> bool:
        return asked.get("publish_at", self.instance.publish_at) is not None
