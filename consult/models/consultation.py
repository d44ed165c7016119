"""A consultation and what it asks: themes and their aims."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consult import dates
from consult.models.publishing import Publishable, PublishableQuerySet

MARKDOWN_HELP = "You may use Markdown: blank lines between paragraphs, ## for headings, - for lists."


class State(models.TextChoices):
    """Where a consultation stands. Derived from its dates, never stored."""

    DRAFT = "draft", "Draft"
    UPCOMING = "upcoming", "Opens soon"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    OUTCOME = "outcome", "Outcome published"


class ConsultationQuerySet(PublishableQuerySet["Consultation"]):
    consultation_path = ""

    def open(self, now: datetime | None = None) -> Self:
        """Published, begun and not closed at `now`."""
        now = now or timezone.now()
        return self.published(now).filter(
            Q(opens_at=None) | Q(opens_at__lte=now), Q(closes_at=None) | Q(closes_at__gt=now)
        )

    def upcoming(self, now: datetime | None = None) -> Self:
        """Published, but opening after `now`."""
        now = now or timezone.now()
        return self.published(now).filter(opens_at__gt=now)

    def closed(self, now: datetime | None = None) -> Self:
        """Published and closed at `now`, with or without an outcome."""
        now = now or timezone.now()
        return self.published(now).filter(closes_at__lte=now)

    def soonest_closing(self) -> Self:
        """Those that close first come first; those with no closing date come last."""
        return self.order_by(F("closes_at").asc(nulls_last=True), "title")


class Tag(models.Model):
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Consultation(Publishable):
    title = models.CharField(max_length=200)
    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        help_text="The last part of its web address. If you change it, the old address leads to the new one.",
    )
    summary = models.CharField(max_length=400, help_text="What it is and what is asked, in one or two plain sentences.")
    body = models.TextField(blank=True, help_text=MARKDOWN_HELP)
    decided_by = models.CharField(
        "who decides", max_length=200, help_text="Who takes the decision that this consultation informs."
    )
    next_steps = models.TextField(
        "what happens after it closes",
        blank=True,
        help_text="Shown while it is open, on the receipt, and once it has closed. " + MARKDOWN_HELP,
    )
    opens_at = models.DateTimeField(
        "opens", null=True, blank=True, help_text="Leave empty if the opening date is not known."
    )
    closes_at = models.DateTimeField(
        "closes", null=True, blank=True, help_text="Leave empty while there is no closing date."
    )
    outcome = models.TextField(blank=True, help_text="What was decided and why. " + MARKDOWN_HELP)
    outcome_at = models.DateTimeField("outcome published from", null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="consultations")

    objects = ConsultationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]
        permissions = [("see_every_consultation", "Works with every consultation, not only those of a partner")]
        constraints = [
            models.CheckConstraint(
                name="consultation_closes_after_it_opens",
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message="Enter a closing date after the opening date.",
            ),
            models.CheckConstraint(
                name="consultation_outcome_has_words",
                condition=Q(outcome_at=None) | ~Q(outcome=""),
                violation_error_message="Write the outcome before you set when it is published.",
            ),
            models.CheckConstraint(
                name="consultation_outcome_after_closing",
                condition=Q(outcome_at=None) | (Q(closes_at__isnull=False) & Q(outcome_at__gte=F("closes_at"))),
                violation_error_message="The outcome can only be published after the closing date.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consultation", args=[self.slug])

    def state(self, now: datetime | None = None) -> State:
        """Where it stands at `now` (an aware instant; the present by default)."""
        now = now or timezone.now()
        if not self.is_published(now):
            return State.DRAFT
        if self.opens_at and now < self.opens_at:
            return State.UPCOMING
        if self.closes_at is None or now < self.closes_at:
            return State.OPEN
        return State.OUTCOME if self.outcome_at and self.outcome_at <= now else State.CLOSED

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether a view may be begun at `now`."""
        return self.state(now) is State.OPEN

    def accepts_submission(self, begun_at: datetime, now: datetime | None = None) -> bool:
        """Whether a view begun at `begun_at` may be sent at `now`.

        It may until closing; one begun before closing may for a published grace after it (settings.CLOSING_GRACE).
        """
        now = now or timezone.now()
        if self.is_open(now):
            return True
        closes_at = self.closes_at
        return bool(closes_at and self.is_open(begun_at) and closes_at <= now < closes_at + settings.CLOSING_GRACE)

    @property
    def closes_on(self) -> date | None:
        """The last day in London on which it is open."""
        return dates.last_day(self.closes_at) if self.closes_at else None


class Theme(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    slug = models.SlugField("address", max_length=80)
    summary = models.CharField(max_length=400, blank=True)
    question = models.CharField(
        max_length=300, blank=True, help_text="What you would like to know from people about this theme."
    )
    body = models.TextField(blank=True, help_text=MARKDOWN_HELP)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "slug"], name="theme_slug_once_in_consultation"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("theme", args=[self.consultation.slug, self.slug])


class Aim(models.Model):
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="aims")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text
