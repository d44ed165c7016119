"""Meetings: when, where, how to join, what is provided, and what changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consult import dates
from consult.models import MARKDOWN_HELP, Consultation, Partner, Publishable, User
from events.languages import languages_in
from events.meeting_links import id_in_link, only_digits
from events.models.kinds import Format, Provision
from events.models.places import HasPlaces, PlacesQuerySet
from events.models.venue import Venue

LIKELY_LENGTH = timedelta(hours=2)  # how long a meeting with no known end is taken to go on


class EventQuerySet(PlacesQuerySet["Event"]):
    def published(self, now: datetime | None = None) -> Self:
        """A meeting appears with its consultation, never before it."""
        now = now or timezone.now()
        return super().published(now).filter(consultation__publish_at__lte=now)

    def upcoming(self, now: datetime | None = None) -> Self:
        """Not over at `now`, soonest first; those with no date yet come last."""
        now = now or timezone.now()
        return self.filter(_not_over(now)).order_by(F("starts_at").asc(nulls_last=True), "id")

    def of_what_goes_on(self, now: datetime | None = None) -> Self:
        """Without meetings that have no date and whose consultation has closed: nobody expects them any more."""
        now = now or timezone.now()
        return self.exclude(starts_at=None, consultation__closes_at__lte=now)

    def past(self, now: datetime | None = None) -> Self:
        """Over at `now`, latest first."""
        now = now or timezone.now()
        # What is over has begun: said so that an index finds where to begin.
        return self.filter(starts_at__lte=now).exclude(_not_over(now)).order_by("-starts_at", "-id")

    def between(self, first: date | None, last: date | None) -> Self:
        """Beginning on these days in London, both included; either may be open."""
        events = self
        if first:
            events = events.filter(starts_at__gte=dates.at(first))
        if last:
            events = events.filter(starts_at__lt=dates.end_of(last))
        return events

    def in_format(self, format: str) -> Self:
        """Online or in person, each with those that are both; hybrid alone for those."""
        return self.filter(format__in={format, Format.HYBRID})

    def in_borough(self, borough: str) -> Self:
        return self.filter(venue__borough=borough)

    def with_provision(self, provision: str) -> Self:
        return self.filter(Exists(AccessProvision.objects.filter(event=OuterRef("pk"), kind=provision)))

    def for_list(self) -> Self:
        """With all that a list, a feed or a page shows of each, in a fixed number of queries."""
        return self.select_related("consultation", "venue", "host", "join_details").prefetch_related(
            "provisions", "changes"
        )

    def for_rows(self) -> Self:
        """As `for_list`, with the places left and without the long texts that only the page of one meeting shows."""
        events = self.for_list().with_places_left()
        return events.defer("body", "notes", "calendar_text", "consultation__body", "consultation__outcome")

    def in_language(self, language: str) -> Self:
        """Held in it, alone or among others."""
        named = self.model.objects.order_by().values_list("languages", flat=True).distinct()
        return self.filter(languages__in=[text for text in named if language in languages_in(text)])


def _not_over(now: datetime) -> Q:
    return Q(starts_at=None) | Q(ends_at__gt=now) | Q(ends_at=None, starts_at__gt=now - LIKELY_LENGTH)


class Event(HasPlaces, Publishable):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="events")
    title = models.CharField(max_length=200)
    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="The last part of its web address. If you change it, the old address leads to the new one.",
    )
    summary = models.CharField(max_length=400, help_text="What it is and whom it is for, in one or two sentences.")
    body = models.TextField("what will happen", blank=True, help_text=MARKDOWN_HELP)
    audience = models.CharField("who it is for", max_length=200, blank=True)
    format = models.CharField(max_length=10, choices=Format)
    starts_at = models.DateTimeField("starts", null=True, blank=True, help_text="London time.")
    ends_at = models.DateTimeField("ends", null=True, blank=True, help_text="Leave empty if the end is not known.")
    date_note = models.CharField(
        max_length=120, blank=True, help_text="If there is no date yet, such as: October and November, to be confirmed."
    )
    venue = models.ForeignKey(
        Venue,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
        help_text="Leave empty if it is not decided: the page says so.",
    )
    host = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    host_name = models.CharField(max_length=120, blank=True, help_text="Who hosts, if it is not a partner.")
    languages = models.CharField(max_length=120, blank=True, help_text="Leave empty if it is in English.")
    is_provisional = models.BooleanField(
        "the date may still change", default=False, help_text="Calendars show it as tentative."
    )
    series = models.ForeignKey(
        "Series", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="events"
    )
    takes_registrations = models.BooleanField("people book a place", default=False)
    capacity = models.PositiveSmallIntegerField(
        "places", null=True, blank=True, help_text="Leave empty if there is no limit."
    )
    most_places = models.PositiveSmallIntegerField("places that one person may book", default=4)
    registration_opens_at = models.DateTimeField("booking opens", null=True, blank=True)
    registration_closes_at = models.DateTimeField(
        "booking closes", null=True, blank=True, help_text="Leave empty to take bookings until it starts."
    )
    notes = models.TextField("what came of it", blank=True, help_text="Shown afterwards. " + MARKDOWN_HELP)
    recording_url = models.URLField("recording", blank=True)
    slides_url = models.URLField("slides", blank=True)
    attendance = models.PositiveIntegerField("how many came", null=True, blank=True)
    is_illustrative = models.BooleanField(
        "made up to show how a meeting looks", default=False, help_text="The page says that it is an example."
    )
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)  # its name in calendars, for ever
    sequence = models.PositiveIntegerField(default=0, editable=False)  # RFC 5545 3.8.7.4
    announced = models.CharField(max_length=64, blank=True, editable=False)  # digest of what calendars were last told
    public_since = models.DateTimeField(null=True, editable=False)  # when calendars could first tell of it
    calendar_text = models.TextField(blank=True, editable=False)  # its VEVENT, made when it changes
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = EventQuerySet.as_manager()
    # What people did, not what followed from it.
    history = HistoricalRecords(excluded_fields=["uid", "sequence", "announced", "public_since", "calendar_text"])

    class Meta:
        ordering = [F("starts_at").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="Enter an end that is after the start.",
            ),
            models.CheckConstraint(
                name="event_end_needs_start",
                condition=Q(ends_at=None) | Q(starts_at__isnull=False),
                violation_error_message="Enter when it starts as well as when it ends.",
            ),
            models.CheckConstraint(
                name="event_has_date_or_note",
                condition=Q(starts_at__isnull=False) | ~Q(date_note=""),
                violation_error_message="Enter when it starts, or say what is known about its date.",
            ),
            models.CheckConstraint(
                name="event_online_has_no_venue",
                condition=~Q(format="online") | Q(venue=None),
                violation_error_message="An online meeting has no venue: choose another format or remove the venue.",
            ),
            models.CheckConstraint(
                name="event_capacity_positive",
                condition=Q(capacity=None) | Q(capacity__gte=1),
                violation_error_message="Enter at least one place, or leave it empty.",
            ),
            models.CheckConstraint(
                name="event_capacity_needs_registration",
                condition=Q(capacity=None) | Q(takes_registrations=True),
                violation_error_message="Places are limited only where people book them.",
            ),
            models.CheckConstraint(
                name="event_most_places_positive",
                condition=Q(most_places__gte=1),
                violation_error_message="Let one person book at least one place.",
            ),
            models.CheckConstraint(
                name="event_registration_closes_after_it_opens",
                condition=Q(registration_closes_at=None)
                | Q(registration_opens_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                violation_error_message="Enter an end of booking that is after its start.",
            ),
        ]
        indexes = [
            # All that a list asks of each meeting before it takes some: no row is read for one that is only counted.
            models.Index(fields=["starts_at", "ends_at", "publish_at", "consultation"], name="event_by_time"),
            models.Index(
                fields=["languages", "publish_at", "consultation"], condition=~Q(languages=""), name="event_languages"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    def is_published(self, now: datetime | None = None) -> bool:
        """A meeting appears with its consultation, never before it."""
        return super().is_published(now) and self.consultation.is_published(now)

    def is_over(self, now: datetime | None = None) -> bool:
        """Whether it has ended at `now`; with no known end, two hours after its start."""
        now = now or timezone.now()
        if self.starts_at is None:
            return False
        return (self.ends_at or self.starts_at + LIKELY_LENGTH) <= now

    @property
    def day(self) -> date | None:
        """The day in London on which it begins; None while that is not known."""
        return dates.london(self.starts_at).date() if self.starts_at else None

    @property
    def latest_change(self) -> "EventChange | None":
        """What last happened to it since it was announced, if anything did."""
        changes = list(self.changes.all())
        return changes[-1] if changes else None

    @property
    def is_cancelled(self) -> bool:
        return self.latest_change is not None and self.latest_change.kind == EventChange.Kind.CANCELLED

    @property
    def is_off(self) -> bool:
        """Whether it does not take place at its date: cancelled, or postponed."""
        return self.latest_change is not None and self.latest_change.kind in EventChange.OFF

    @property
    def host_words(self) -> str:
        return self.host.name if self.host else self.host_name

    @property
    def needs_join_details(self) -> bool:
        return self.format in {Format.ONLINE, Format.HYBRID}

    @property
    def lasting_join_details(self) -> "JoinDetails | None":
        """The join details that everybody may see at any time, else None. Calendars ask here."""
        details = self._join_details_for_all
        return details if details and details.hours_before is None else None

    def public_join_details(self, now: datetime | None = None) -> "JoinDetails | None":
        """The join details that everybody may see at `now`, else None. Everything else that is public asks here."""
        details = self._join_details_for_all
        if details is None or details.hours_before is None:
            return details
        shown_from = details.shown_from
        return details if shown_from and shown_from <= (now or timezone.now()) else None

    @property
    def join_details_wait(self) -> "JoinDetails | None":
        """Public join details that appear some hours before: only to say from when. Never show what they hold."""
        details = self._join_details_for_all
        return details if details and details.hours_before is not None else None

    @property
    def _join_details_for_all(self) -> "JoinDetails | None":
        """Those that are public, now or later: of a meeting that can be joined online and takes place."""
        details: JoinDetails | None = getattr(self, "join_details", None)
        if details is None or not self.needs_join_details or self.is_off:
            return None
        return details if details.visibility == JoinDetails.Visibility.PUBLIC else None


class Series(models.Model):
    """Meetings that were put in together by a rule, such as every Tuesday. Each then goes its own way."""

    rule = models.CharField(max_length=200, help_text="RFC 5545 recurrence rule.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "series"
        default_permissions = ()

    def __str__(self) -> str:
        return self.rule


class EventChange(models.Model):
    """A meeting was cancelled, postponed, moved or reinstated, and why. Written once by an action."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", "Cancelled"
        POSTPONED = "postponed", "Postponed"
        MOVED = "moved", "Moved"
        CORRECTED = "corrected", "Date corrected"
        REINSTATED = "reinstated", "Going ahead again"

    OFF = frozenset([Kind.CANCELLED, Kind.POSTPONED])  # it does not take place at its date

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=400, help_text="Shown to the public.")
    was = models.CharField("what was announced before", max_length=300, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["changed_at", "id"]
        constraints = [models.CheckConstraint(name="event_change_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_kind_display()}"


class AccessProvision(models.Model):
    """One thing that is provided at a meeting."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="provisions")
    kind = models.CharField("what", max_length=12, choices=Provision)
    detail = models.CharField(max_length=200, blank=True)
    ask_by = models.DateField(null=True, blank=True, help_text="If people must ask for it: by when.")

    class Meta:
        ordering = ["id"]
        verbose_name = "access provision"
        constraints = [models.UniqueConstraint(fields=["event", "kind"], name="provision_once_at_event")]

    def __str__(self) -> str:
        return self.get_kind_display()


class JoinDetails(models.Model):
    """How to join a meeting online, and who may know."""

    class Provider(models.TextChoices):
        ZOOM = "zoom", "Zoom"
        TEAMS = "teams", "Microsoft Teams"
        MEET = "meet", "Google Meet"
        WEBEX = "webex", "Webex"
        OTHER = "other", "Other"

    class Visibility(models.TextChoices):
        PUBLIC = "public", "Everybody"
        REGISTERED = "registered", "Only people who registered"

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="join_details")
    provider = models.CharField(max_length=10, choices=Provider)
    url = models.URLField("link", max_length=500, blank=True)
    meeting_id = models.CharField("meeting ID", max_length=40, blank=True)
    passcode = models.CharField(max_length=40, blank=True)
    dial_in = models.TextField("phone numbers", blank=True, help_text="One a line.")
    visibility = models.CharField("who may see them", max_length=10, choices=Visibility, default=Visibility.REGISTERED)
    hours_before = models.PositiveSmallIntegerField(
        "shown how many hours before", null=True, blank=True, help_text="Leave empty to show them at once."
    )

    class Meta:
        verbose_name = verbose_name_plural = "join details"
        constraints = [
            models.CheckConstraint(
                name="join_details_have_a_route",
                condition=~Q(url="") | ~Q(dial_in=""),
                violation_error_message="Enter a link or a phone number by which people join.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_provider_display()} for {self.event}"

    @property
    def provider_words(self) -> str:
        """`on Zoom`; empty where the kind has no name of its own."""
        return "" if self.provider == self.Provider.OTHER else f"on {self.get_provider_display()}"

    @property
    def shown_from(self) -> datetime | None:
        """The instant before which they stay hidden; None if they are shown at once or the date is not known."""
        if self.hours_before is None or self.event.starts_at is None:
            return None
        return self.event.starts_at.astimezone(UTC) - timedelta(hours=self.hours_before)

    def clean(self) -> None:
        """Refuse a meeting ID that is not the one in a Zoom link: one of the two is wrong."""
        inside = id_in_link(self.url)
        if inside and self.meeting_id and only_digits(self.meeting_id) != inside:
            raise ValidationError({"meeting_id": f"The link is for meeting {inside}. Check which of the two is right."})
