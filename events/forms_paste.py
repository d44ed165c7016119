"""Forms for meetings that are read out of a pasted text: what was read, to look at and put right before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from consult.models import Consultation
from events.draft_places import Place, place_of
from events.draft_titles import title_in
from events.forms_admin import MomentField
from events.invitations import Draft
from events.models import Event, Format, JoinDetails, Venue

LONGEST = 50_000  # letters of a pasted text
MOST = 40  # meetings of one text
WIDE = {"class": "vTextField"}
JOINING = ("provider", "url", "meeting_id", "passcode", "dial_in", "visibility", "hours_before")


class PasteForm(forms.Form):
    consultation = forms.ModelChoiceField(Consultation.objects.none(), help_text="Whose meetings these are.")
    text = forms.CharField(
        label="Text of the invitation or notice",
        help_text="What Zoom, Teams or Google Meet give you to copy, or a whole page with several meetings.",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
    )


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """One meeting as it was read. What is not taken is not looked at."""

    take = forms.BooleanField(label="Put this meeting in", label_suffix="", required=False, initial=True)
    draft_uid = forms.UUIDField(widget=forms.HiddenInput)  # pressed twice, it is put in once
    provider = forms.ChoiceField(choices=[("", "---------"), *JoinDetails.Provider.choices], required=False)
    url = forms.URLField(
        label="Link", required=False, max_length=500, assume_scheme="https", widget=forms.URLInput(attrs=WIDE)
    )
    meeting_id = forms.CharField(label="Meeting ID", required=False, max_length=40)
    passcode = forms.CharField(required=False, max_length=40)
    dial_in = forms.CharField(
        label="Phone numbers", required=False, help_text="One a line.", widget=forms.Textarea(attrs={"rows": 3})
    )
    visibility = forms.ChoiceField(
        label="Who may see how to join",
        choices=JoinDetails.Visibility.choices,
        initial=JoinDetails.Visibility.REGISTERED,
        required=False,
    )
    hours_before = forms.IntegerField(
        label="Shown how many hours before",
        required=False,
        min_value=0,
        max_value=32767,
        help_text="Leave empty to show them at once.",
    )

    field_order = ["take"]

    class Meta:
        model = Event
        fields = ["title", "summary", "format", "starts_at", "ends_at", "date_note", "venue"]
        error_messages = {
            "title": {"required": "Enter a title."},
            "summary": {"required": "Enter what it is and whom it is for."},
        }
        field_classes = {"starts_at": MomentField, "ends_at": MomentField}
        widgets = {
            "title": forms.TextInput(attrs=WIDE),
            "summary": forms.Textarea(attrs={"rows": 2}),
            "starts_at": AdminSplitDateTime,
            "ends_at": AdminSplitDateTime,
        }

    details: JoinDetails | None = None

    def tell(self, told: dict[str, str]) -> None:
        """Say beside a field where its first value comes from."""
        for name, words in told.items():
            field = self.fields[name]
            field.help_text = f"{words} {field.help_text}".strip()

    @property
    def is_wanted(self) -> bool:
        if not self.is_bound:
            return True
        self.is_valid()  # reads what was typed
        return bool(self.cleaned_data.get("take"))

    def meeting(self, consultation: Consultation) -> Event:
        """What the form holds now, not saved: typed, or proposed at first."""
        event: Event = self.instance
        if not self.is_bound:
            starts_at = self.initial["starts_at"]
            event = Event(
                starts_at=starts_at if isinstance(starts_at, datetime) else None,
                **{name: self.initial[name] for name in ("title", "ends_at", "format", "venue")},
            )
        event.consultation = consultation
        return event

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("take"):
            self._errors = ErrorDict()

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(asked.get(name) for name in ("url", "dial_in", "meeting_id", "passcode")):
            return asked
        if asked.get("format") == Format.IN_PERSON:
            self.add_error("format", "It has details for joining online: choose online, or both, or remove them.")
        typed = {name: asked.get(name) or "" for name in JOINING}
        self.details = JoinDetails(**typed | {"hours_before": asked.get("hours_before")})
        try:
            self.details.full_clean(exclude=["event"])
        except ValidationError as problem:
            # As far as a field is not told to be wrong already.
            for name, messages in problem.message_dict.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, messages)
        return asked


DraftFormSet = forms.formset_factory(DraftForm, extra=0, max_num=MOST, absolute_max=MOST)


@dataclass(frozen=True)
class Proposal:
    """What the form of a draft shows at first, and what it says beside its fields of where that comes from."""

    initial: dict[str, Any]
    told: dict[str, str]


def proposals_of(drafts: Sequence[Draft], consultation: Consultation) -> list[Proposal]:
    """For each draft, in their order. What its words do not say is told to be our own."""
    venues = list(Venue.objects.all())
    return [_proposal(draft, place_of(draft, venues), title_in(draft.words), consultation) for draft in drafts]


def _proposal(draft: Draft, place: Place, title: str, consultation: Consultation) -> Proposal:
    online = place.format != Format.IN_PERSON
    day = f" on {draft.day.day} {draft.day:%B %Y}" if draft.day else ""
    initial = {
        "take": True,
        "draft_uid": uuid4(),
        "title": title or f"{'Online meeting' if online else 'Meeting'}{day}",
        "summary": f"A meeting about “{consultation.title}”.",
        "format": place.format,
        "venue": place.venue,
        "starts_at": draft.starts_at or ([draft.day, None] if draft.day else None),
        "ends_at": draft.ends_at,
        "provider": draft.provider or ("other" if draft.join_url or draft.phones else ""),
        "url": draft.join_url or "",
        "meeting_id": draft.meeting_id or "",
        "passcode": draft.passcode or "",
        "dial_in": "\n".join(draft.phones),
        "visibility": JoinDetails.Visibility.REGISTERED,
    }
    told = {
        "title": "Proposed: these words stand in the text." if title else "Our words: no title was found in the text.",
        "summary": "Our words, not those of the text.",
    }
    return Proposal(initial, told | place.told)
