"""What people said, and what staff decided about showing it."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from consult.models import Consultation, User
from submissions.models.questionnaire import Question, Version


class DraftQuerySet(models.QuerySet["Draft"]):
    def expired(self, now: datetime | None = None) -> Self:
        """Drafts whose time is over at `now`: nobody can open them and they are deleted."""
        return self.filter(expires_at__lte=now or timezone.now())


class Draft(models.Model):
    """A view that somebody has begun to write: kept by an unguessable address, without a cookie or a name."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=64, unique=True, editable=False)  # hash of the address, see keys.py
    data = models.JSONField(default=dict)  # step -> name of a field -> all that was typed or chosen for it
    is_test = models.BooleanField(default=False)  # staff try the questions: never counted
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="draft_expires_after_it_begins", condition=Q(expires_at__gt=F("begun_at"))),
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def counted(self) -> Self:
        """What people sent; without the tests of staff."""
        return self.filter(is_test=False)

    def awaiting(self) -> Self:
        """What nobody has decided about, oldest first; what was erased asks for no decision."""
        return self.counted().filter(current_decision=None, erased_at=None).order_by("received_at", "id")

    def public(self) -> Self:
        """What may be shown: the sender agreed and a moderator decided to publish it."""
        return (
            self.counted()
            .filter(consents_to_publication=True, current_decision__outcome=Decision.Outcome.PUBLISH)
            .order_by("-received_at", "-id")
        )


class Submission(models.Model):
    """One whole response to a consultation. What was written is never altered."""

    class Channel(models.TextChoices):
        WEB = "web", "Web"
        EMAIL = "email", "E-mail"
        POST = "post", "Post"
        PHONE = "phone", "Phone"
        MEETING = "meeting", "Meeting"

    class Respondent(models.TextChoices):
        INDIVIDUAL = "individual", "As an individual"
        ORGANISATION = "organisation", "For an organisation"
        BEHALF = "behalf", "For somebody else"

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="submissions")
    version = models.ForeignKey(
        Version, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="submissions"
    )  # none where it came another way
    is_test = models.BooleanField("a test", default=False, editable=False)
    reference = models.CharField(max_length=12, unique=True, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)  # of the draft: sends it once at most
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    received_at = models.DateTimeField(db_index=True)
    respondent = models.CharField("sent", max_length=12, choices=Respondent)
    organisation = models.CharField(max_length=200, blank=True)
    role = models.CharField("role in the organisation", max_length=120, blank=True)
    speaks_for = models.CharField("how many people it speaks for", max_length=120, blank=True)
    view_formed = models.CharField("how its view was formed", max_length=400, blank=True)
    relation = models.CharField("relation to the person", max_length=120, blank=True)
    consents_to_publication = models.BooleanField("agrees that it is published", default=False)
    consent_wording = models.CharField("wording of the consent", max_length=300, blank=True)
    current_decision = models.OneToOneField(
        "Decision", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField("erased", null=True, blank=True, editable=False)  # the row stays, for the count
    erased_reason = models.CharField("why it was erased", max_length=400, blank=True, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        permissions = [
            ("moderate_submission", "Can decide what is published"),
            ("view_contact", "Can see names and addresses of senders"),
        ]
        constraints = [
            models.CheckConstraint(
                name="submission_organisation_has_name",
                condition=(Q(respondent="organisation") & ~Q(organisation=""))
                | (~Q(respondent="organisation") & Q(organisation="", role="", speaks_for="", view_formed="")),
            ),
            models.CheckConstraint(
                name="submission_behalf_has_relation",
                condition=(Q(respondent="behalf") & ~Q(relation="")) | (~Q(respondent="behalf") & Q(relation="")),
            ),
            models.CheckConstraint(
                name="submission_consent_has_wording",
                condition=Q(consents_to_publication=False) | ~Q(consent_wording=""),
            ),
            models.CheckConstraint(
                name="submission_erased_with_reason",
                condition=Q(erased_at=None, erased_reason="") | (Q(erased_at__isnull=False) & ~Q(erased_reason="")),
            ),
            models.CheckConstraint(
                name="submission_erased_says_nothing",
                condition=Q(erased_at=None)
                | Q(respondent="individual", organisation="", relation="", consents_to_publication=False),
            ),
        ]
        indexes = [models.Index(fields=["consultation", "received_at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_public(self) -> bool:
        decision = self.current_decision
        return self.consents_to_publication and bool(decision and decision.outcome == Decision.Outcome.PUBLISH)

    @property
    def sender_words(self) -> str:
        """Who sent it, as the public may know: an organisation by its name, a person never."""
        return self.organisation or "A Londoner"


class Contact(models.Model):
    """How to reach who sent a submission. Optional, and apart from what they said."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail address", blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="contact_says_something", condition=~Q(name="") | ~Q(email="")),
        ]

    def __str__(self) -> str:
        return f"Contact of {self.submission}"


class Answer(models.Model):
    """What a submission says to one question, with the wording that was asked."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    question_text = models.CharField(max_length=300)
    text = models.TextField()  # in words, whatever the kind of question
    value = models.JSONField(default=dict, blank=True)  # what was chosen, by identifiers; empty where words are all

    class Meta:
        ordering = ["question__section__position", "question__position", "id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["submission", "question"], name="answer_once_to_question"),
            models.CheckConstraint(name="answer_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.question_text}"


class Decision(models.Model):
    """What a moderator decided about a submission. Rows are added; undoing is a new decision."""

    class Outcome(models.TextChoices):
        PUBLISH = "publish", "Publish"
        WITHHOLD = "withhold", "Do not publish"
        HOLD = "hold", "Hold for now"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=400, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["decided_at", "id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="decision_withholding_has_reason", condition=Q(outcome="publish") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.submission}"
