"""Questionnaires that staff build: their versions, sections and questions, and when what is asked."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consult.models import MARKDOWN_HELP, Consultation, Theme, User
from submissions.models.choices import ChoiceSet

AS_THE_CONSULTATION = "London time. Leave empty to follow the consultation."
IDENTIFIER_HELP = "A stable name for exports and web addresses. Do not change it later."


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def public(self) -> Self:
        """Those with a published version. Whether their consultation is public is asked apart."""
        published = Version.objects.filter(questionnaire=OuterRef("pk"), published_at__isnull=False)
        return self.filter(Exists(published))


class Questionnaire(models.Model):
    """One way to answer in writing: a survey for all, a call for evidence, a short one for young people."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="questionnaires")
    title = models.CharField(max_length=120, help_text="Such as: Survey, Call for Evidence.")
    slug = models.SlugField("address", max_length=60, help_text="The last part of its web address.")
    summary = models.CharField(max_length=400, blank=True, help_text="What it asks and how long it takes.")
    audience = models.CharField("who it is for", max_length=200, blank=True)
    asks_about_you = models.BooleanField(
        "asks about the person at the end",
        default=True,
        help_text="The equality questions: each may be left out, and the answers are kept apart from the view.",
    )
    position = models.PositiveSmallIntegerField(default=1)
    opens_at = models.DateTimeField("opens", null=True, blank=True, help_text=AS_THE_CONSULTATION)
    closes_at = models.DateTimeField("closes", null=True, blank=True, help_text=AS_THE_CONSULTATION)

    objects = QuestionnaireQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["consultation", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "slug"], name="questionnaire_address_once"),
            models.CheckConstraint(
                name="questionnaire_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                violation_error_message="Enter an end that is after the start.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaire", args=[self.consultation.slug, self.slug])

    @property
    def current(self) -> "Version | None":
        """The version that is asked now."""
        return self.versions.filter(published_at__isnull=False).order_by("-number").first()

    @property
    def closing(self) -> datetime | None:
        """When it closes: never later than its consultation."""
        ends = [at for at in (self.closes_at, self.consultation.closes_at) if at]
        return min(ends, default=None)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether a view may be begun at `now`: its consultation is open, and it is."""
        now = now or timezone.now()
        begun = self.opens_at is None or self.opens_at <= now
        return self.consultation.is_open(now) and begun and (self.closes_at is None or now < self.closes_at)

    def accepts_submission(self, begun_at: datetime, now: datetime | None = None) -> bool:
        """Whether a view begun at `begun_at` may be sent at `now`: until closing, or within the published grace."""
        now = now or timezone.now()
        if self.is_open(now):
            return True
        ends = self.closing
        return bool(ends and self.is_open(begun_at) and ends <= now < ends + settings.CLOSING_GRACE)


class VersionQuerySet(models.QuerySet["Version"]):
    def with_questions(self) -> Self:
        """With all that is asked, in a fixed number of queries however much it is."""
        return self.prefetch_related(
            "sections__theme__aims",
            "sections__questions__choice_set__choices",
            "sections__questions__statements",
        )


class Version(models.Model):
    """What a questionnaire asks. The first answer freezes it: what changes after that is a new version."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(published_at=None), name="version_one_in_the_making"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, version {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_frozen(self) -> bool:
        """Whether somebody has answered it, tests of staff aside: then its questions stay as they are."""
        return self.submissions.filter(is_test=False).exists()

    @property
    def can_change(self) -> bool:
        """Whether staff may change what it asks: while it is in the making. What is published was checked as it is."""
        return not self.is_published and not self.is_frozen


class Conditional(models.Model):
    """Asked of everybody, or only of those who chose one of some answers earlier on."""

    shown_if = models.ForeignKey(
        "submissions.Question",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,  # goes with its version, never without what depends on it
        related_name="+",
        verbose_name="only after the question",
        help_text="An earlier one with choices. Leave empty to ask everybody.",
    )
    shown_for = models.CharField(
        "if the answer is", max_length=400, blank=True, help_text="Identifiers of choices, with blanks between them."
    )

    class Meta:
        abstract = True

    @property
    def wanted(self) -> frozenset[str]:
        """The identifiers of the choices that bring it up."""
        return frozenset(self.shown_for.split())


class Section(Conditional):
    """One page of questions: about a theme, or (with no theme) in general."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="sections")
    identifier = models.SlugField(max_length=60, help_text=IDENTIFIER_HELP)
    title = models.CharField(max_length=200)
    intro = models.TextField("before the questions", blank=True, help_text=MARKDOWN_HELP)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.RESTRICT, related_name="sections")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["version", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "identifier"], name="section_identifier_once"),
            models.CheckConstraint(
                name="section_condition_whole",
                condition=Q(shown_if=None, shown_for="") | (Q(shown_if__isnull=False) & ~Q(shown_for="")),
                violation_error_message="Enter both the question and the answers that bring this section up.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Question(Conditional):
    """Something that is asked."""

    class Kind(models.TextChoices):
        SHORT_TEXT = "short_text", "Short text"
        LONG_TEXT = "long_text", "Long text"
        ONE_CHOICE = "one_choice", "One choice"
        CHOICES = "choices", "Several choices"
        SCALE = "scale", "Scale (agreement and such)"
        RANKING = "ranking", "Ranking"
        MATRIX = "matrix", "Statements on one scale"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        BOROUGH = "borough", "Borough"
        INFORMATION = "information", "Information only"

    WITH_CHOICES = frozenset([Kind.ONE_CHOICE, Kind.CHOICES, Kind.SCALE, Kind.RANKING, Kind.MATRIX, Kind.BOROUGH])
    BRANCHING = frozenset([Kind.ONE_CHOICE, Kind.CHOICES, Kind.SCALE, Kind.BOROUGH])  # later ones may depend on these

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    identifier = models.SlugField(max_length=60, help_text=IDENTIFIER_HELP)
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.LONG_TEXT)
    text = models.CharField("question", max_length=300)
    help_text = models.CharField("help", max_length=400, blank=True)
    is_required = models.BooleanField("must be answered", default=False)
    choice_set = models.ForeignKey(
        ChoiceSet, null=True, blank=True, on_delete=models.PROTECT, related_name="questions", verbose_name="choices"
    )
    max_length = models.PositiveIntegerField("most characters", default=10_000, help_text="Of a text.")
    smallest = models.IntegerField(
        null=True, blank=True, help_text="The smallest number, or the fewest choices that somebody makes."
    )
    largest = models.IntegerField(null=True, blank=True, help_text="The largest number, or the most choices or ranks.")

    history = HistoricalRecords()

    class Meta:
        ordering = ["section", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["section", "identifier"], name="question_identifier_once_in_section"),
            models.CheckConstraint(name="question_max_length_positive", condition=Q(max_length__gte=1)),
            models.CheckConstraint(
                name="question_limits_in_order",
                condition=Q(smallest=None) | Q(largest=None) | Q(largest__gte=F("smallest")),
                violation_error_message="Enter a largest that is not below the smallest.",
            ),
            models.CheckConstraint(
                name="question_choices_where_needed",
                condition=Q(choice_set__isnull=False)
                | ~Q(kind__in=["one_choice", "choices", "scale", "ranking", "matrix", "borough"]),
                violation_error_message="Say which choices the question offers.",
            ),
            models.CheckConstraint(
                name="question_condition_whole",
                condition=Q(shown_if=None, shown_for="") | (Q(shown_if__isnull=False) & ~Q(shown_for="")),
                violation_error_message="Enter both the question and the answers that bring this one up.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Statement(models.Model):
    """One row of a question that asks about several statements on one scale."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="statements")
    identifier = models.SlugField(max_length=60)
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["question", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["question", "identifier"], name="statement_once_in_question")]

    def __str__(self) -> str:
        return self.text
