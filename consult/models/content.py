"""What stands around a consultation: documents, key dates and promises, partners, updates, ways to take part."""

from datetime import date, datetime
from typing import Self

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from consult.models.consultation import MARKDOWN_HELP, Consultation
from consult.models.publishing import Publishable, PublishableQuerySet
from consult.models.user import User


class Document(models.Model):
    class Kind(models.TextChoices):
        PROPOSAL = "proposal", "Proposal"
        SUMMARY = "summary", "Summary"
        EASY_READ = "easy_read", "Easy read"
        IMPACT = "impact", "Equality impact assessment"
        EVIDENCE = "evidence", "Evidence"
        VIDEO = "video", "Video"
        OTHER = "other", "Other"

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=400, blank=True)
    file = models.FileField(
        upload_to="documents/",
        blank=True,
        validators=[FileExtensionValidator(["pdf", "docx", "odt", "txt", "csv", "xlsx", "ods"])],
    )
    url = models.URLField("address elsewhere", blank=True, help_text="If it is on another site, or is a video.")
    how_to_get = models.CharField(
        "how to get it", max_length=300, blank=True, help_text="If there is neither file nor address: say so here."
    )
    still = models.ImageField("still picture", upload_to="stills/", blank=True, help_text="For a video.")
    transcript = models.TextField(blank=True, help_text="For a video: every word of it. " + MARKDOWN_HELP)
    published_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="document_can_be_had",
                condition=~Q(file="") | ~Q(url="") | ~Q(how_to_get=""),
                violation_error_message="Add a file or an address, or say how to get the document.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where to get it: our own file first, else the address elsewhere; empty where it cannot be had here."""
        return reverse("document", args=[self.consultation.slug, self.pk]) if self.file else self.url

    @property
    def size(self) -> int | None:
        """Bytes of our own file; None where there is none or it is missing."""
        try:
            return self.file.size if self.file else None
        except OSError:
            return None

    @property
    def format(self) -> str:
        """`PDF`, `TXT`; empty for what is not a file of ours."""
        return (self.file.name or "").rsplit(".", 1)[-1].upper()


class KeyDate(models.Model):
    class State(models.TextChoices):
        KEPT = "kept", "Kept"
        OVERDUE = "overdue", "Overdue"
        MOVED = "moved", "Moved"
        DUE = "due", "Promised"
        DONE = "done", "Done"
        LATER = "later", "To come"
        UNKNOWN = "unknown", "Date to be confirmed"

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="key_dates")
    label = models.CharField(max_length=200, help_text="What happens, such as: Final Plan published.")
    on = models.DateField("date", null=True, blank=True)
    date_note = models.CharField(
        max_length=120, blank=True, help_text="If there is no date yet, such as: October and November, to be confirmed."
    )
    is_promise = models.BooleanField("this is a promise to the public", default=False)
    kept_on = models.DateField(null=True, blank=True)
    evidence_url = models.CharField("where people can see that it was kept", max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                name="key_date_has_date_or_note",
                condition=Q(on__isnull=False) | ~Q(date_note=""),
                violation_error_message="Enter a date, or say what is known about it.",
            ),
            models.CheckConstraint(
                name="key_date_only_promises_are_kept",
                condition=Q(kept_on=None) | Q(is_promise=True),
                violation_error_message="Only a promise can be kept.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def state(self, today: date | None = None) -> State:
        """Where it stands on `today` (a day in London; the present one by default)."""
        today = today or timezone.localdate()
        if self.is_promise:
            return self._promise_state(today)
        if self.on is None:
            return self.State.UNKNOWN
        return self.State.DONE if self.on <= today else self.State.LATER

    def _promise_state(self, today: date) -> State:
        if self.kept_on:
            return self.State.KEPT
        if self.on and self.on < today:
            return self.State.OVERDUE
        return self.State.MOVED if self.moves.all() else self.State.DUE


class KeyDateMove(models.Model):
    """A date that was moved, and why. Written once by `actions.move_key_date`, never changed."""

    key_date = models.ForeignKey(KeyDate, on_delete=models.CASCADE, related_name="moves")
    was = models.DateField(null=True)
    became = models.DateField()
    reason = models.CharField(max_length=400)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["moved_at", "id"]
        constraints = [
            models.CheckConstraint(name="key_date_move_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="key_date_move_changes_date", condition=Q(was=None) | ~Q(was=models.F("became"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_date}: {self.was or 'no date'} to {self.became}"


class Partner(models.Model):
    name = models.CharField(max_length=120, unique=True)
    about = models.CharField(max_length=400, blank=True)
    url = models.URLField("website", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Partnership(models.Model):
    """What a partner does in a consultation, for whom and since when."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="partnerships")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="partnerships")
    role = models.CharField(max_length=200, help_text="What it does, such as: runs the meetings.")
    paid_by = models.CharField(max_length=120, blank=True, help_text="Who pays it. Empty if nobody does.")
    since = models.DateField(null=True, blank=True, help_text="Shown as month and year.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "partner"], name="partner_once_in_consultation"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.role}"


class UpdateQuerySet(PublishableQuerySet["Update"]):
    def published(self, now: datetime | None = None) -> Self:
        """News appears with its consultation, never before it."""
        now = now or timezone.now()
        return super().published(now).filter(consultation__publish_at__lte=now)


class Update(Publishable):
    """News about a consultation."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="updates")
    title = models.CharField(max_length=200)
    slug = models.SlugField("address", max_length=80, unique=True)
    summary = models.CharField(max_length=400)
    body = models.TextField(blank=True, help_text=MARKDOWN_HELP)
    modified_at = models.DateTimeField(auto_now=True)

    objects = UpdateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-publish_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("update", args=[self.slug])

    def is_published(self, now: datetime | None = None) -> bool:
        """News appears with its consultation, never before it."""
        return super().is_published(now) and self.consultation.is_published(now)


class Channel(models.Model):
    """A way to take part."""

    class Kind(models.TextChoices):
        SURVEY = "survey", "Survey"
        EVIDENCE = "evidence", "Call for evidence"
        DISCUSSION = "discussion", "Online discussion"
        WORKSHOP = "workshop", "Workshop"
        MEETING = "meeting", "Meeting"
        EMAIL = "email", "E-mail"
        POST = "post", "Post"
        PHONE = "phone", "Phone"
        POLLING = "polling", "Polling"

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="channels")
    position = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    suits = models.CharField("whom it suits", max_length=200, blank=True, help_text="Completes “Suits you if”.")
    body = models.CharField("how it works", max_length=400, blank=True)
    url = models.URLField("address on another site", blank=True)
    email = models.EmailField("e-mail address", blank=True)
    phone = models.CharField("phone number", max_length=30, blank=True)
    postal_address = models.TextField(blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "way to take part"
        verbose_name_plural = "ways to take part"
        constraints = [
            models.CheckConstraint(
                name="channel_email_has_address",
                condition=~Q(kind="email") | ~Q(email=""),
                violation_error_message="Enter the e-mail address that people write to.",
            ),
            models.CheckConstraint(
                name="channel_post_has_address",
                condition=~Q(kind="post") | ~Q(postal_address=""),
                violation_error_message="Enter the postal address that people write to.",
            ),
            models.CheckConstraint(
                name="channel_phone_has_number",
                condition=~Q(kind="phone") | ~Q(phone=""),
                violation_error_message="Enter the number that people call.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_here(self) -> bool:
        """Whether people answer on this portal: a survey or call for evidence with no address elsewhere."""
        return self.kind in {self.Kind.SURVEY, self.Kind.EVIDENCE} and not self.url


class NoticeQuerySet(PublishableQuerySet["Notice"]):
    def current(self, now: datetime | None = None) -> Self:
        """What stands at the top of every page at `now`."""
        now = now or timezone.now()
        return self.published(now).filter(Q(until=None) | Q(until__gt=now))


class Notice(Publishable):
    """A line at the top of every page, such as a fault or, in a demonstration, that dates were moved."""

    key = models.SlugField(unique=True, help_text="A name for staff; never shown.")
    body = models.TextField(help_text=MARKDOWN_HELP)
    until = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key
