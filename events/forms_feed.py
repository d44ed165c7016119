"""What a calendar is narrowed by, and the form by which somebody saves one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from consult.forms_govuk import Checkboxes
from consult.models import AuditEntry, Consultation
from consult.slugs import former
from events.forms import TIMES, EventFilter
from events.ics_feed import GONE, TRIGGERS
from events.models import Event

# What a page shows just now, and a calendar does not heed: it has a time of its own, and places come and go.
OF_THE_PAGE = {"when", "from", "to", "free", "page"}
OFFLINE = "take-offline"  # as consult/actions.py has it in the audit; forms import no actions
ALARM_WORDS = {60: "1 hour before", 24 * 60: "1 day before", 7 * 24 * 60: "1 week before"}


def withdrawn() -> QuerySet[Consultation]:
    """Consultations that the public saw and sees no more: calendars may still have their dates and meetings."""
    taken = AuditEntry.objects.filter(verb=OFFLINE, content_type__model=Consultation._meta.model_name)
    gone = Event.objects.filter(announced=GONE)
    return Consultation.objects.filter(
        Q(publish_at=None) | Q(publish_at__gt=timezone.now()),
        Q(pk__in=taken.values("object_id")) | Q(pk__in=gone.values("consultation")),
    )


class ConsultationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """By its slug, or one that it had: an address in somebody’s calendar is not changed when ours is."""

    def to_python(self, value: Any) -> Consultation | None:
        try:
            return super().to_python(value)
        except ValidationError:
            row = former(Consultation, value) if isinstance(value, str) and slug_re.match(value) else None
            if row is None or not self.queryset.filter(pk=row.pk).exists():  # type: ignore[union-attr]
                raise
            return row  # type: ignore[return-value]


class FeedFilter(EventFilter):
    """The filter of the list of meetings, as far as it says what a meeting is. An unknown value is an error."""

    consultation = ConsultationField(
        Consultation.objects.none(), required=False, to_field_name="slug", empty_label="All consultations"
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, without=[*TIMES, "free"], **kwargs)
        consultation: Any = self.fields["consultation"]
        consultation.queryset = self.consultations()

    def consultations(self) -> Any:
        """Published ones, with meetings or without, and those withdrawn."""
        return Consultation.objects.filter(Q(publish_at__lte=timezone.now()) | Q(pk__in=withdrawn().values("pk")))

    @property
    def problem(self) -> str:
        """Why there is no calendar for this address, in one sentence that repeats nothing of it; empty if there is."""
        names = {self.add_prefix(name) for name in self.base_fields}
        if set(self.data) - names - OF_THE_PAGE:
            return f"This calendar knows these filters and no others: {', '.join(sorted(names - OF_THE_PAGE))}."
        if not self.is_valid():
            wrong = ", ".join(sorted(map(self.add_prefix, self.errors)))
            return f"This calendar does not know the value of: {wrong}."
        return ""

    @property
    def filters(self) -> dict[str, str | list[str]]:
        """What is asked for, as the query of an address has it; several values of one name as a list."""
        found = QueryDict(self.query("alarms")).lists()
        return {name: [*map(str, values)] if len(values) > 1 else str(values[0]) for name, values in found}

    @property
    def words(self) -> str:
        """What is asked for, for the name of the calendar: `Online, Lambeth`; empty for all meetings.

        Without the title of a consultation that is withdrawn: staff may have written another one since.
        """
        consultation: Consultation | None = self.cleaned_data.get("consultation")
        is_withdrawn = consultation is not None and not consultation.is_published()
        aside = {"alarms"} | ({"consultation"} if is_withdrawn else set())
        return ", ".join(self._words(name) for name in self.asked(*aside))

    @property
    def is_about_meetings(self) -> bool:
        """Whether it asks for some meetings only, so that dates of consultations have no place beside them."""
        return bool(self.asked("consultation", "alarms"))


class SavedFeedForm(FeedFilter):
    alarms = forms.TypedMultipleChoiceField(
        label="Remind me",
        help_text="Your calendar reminds you if it heeds reminders of calendars that you subscribe to. Google and "
        "Outlook do not.",
        coerce=int,
        choices=[(minutes, words) for minutes, words in ALARM_WORDS.items() if minutes in TRIGGERS],
        widget=Checkboxes,
        required=False,
        error_messages={"invalid_choice": "Choose reminders from the list"},
    )

    def consultations(self) -> Any:
        """Those that everybody sees: their titles stand in the form."""
        return Consultation.objects.published()
