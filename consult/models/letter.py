"""Letters to people: written down in the same transaction as their cause, so that none is lost or sent twice.

One that cannot be delivered has an end: then its address and words are forgotten too, and that it failed stays.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class LetterQuerySet(models.QuerySet["Letter"]):
    def unsent(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, gave_up_at=None)

    def due(self, now: datetime | None = None) -> Self:
        """Not sent yet, and to be tried at `now`."""
        now = now or timezone.now()
        return self.unsent().filter(Q(until=None) | Q(until__gt=now), next_try_at__lte=now)

    def failed(self) -> Self:
        """Tried in vain, so far or for good."""
        return self.filter(~Q(problem="") | Q(gave_up_at__isnull=False), sent_at=None)

    def past_hope(self, now: datetime) -> Self:
        """Tried for as long as we try, or of no more use to anybody."""
        return self.unsent().filter(Q(created_at__lte=now - settings.LETTER_LIFETIME) | Q(until__lte=now))


class Letter(models.Model):
    """One letter to one person. Once it is sent or given up, whom it was for and what it said are forgotten."""

    key = models.CharField(max_length=120, unique=True, help_text="What it is about: the same letter goes out once.")
    kind = models.SlugField(max_length=40)
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True, help_text="An invitation that goes with it, as iCalendar.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField(null=True, help_text="From then on it is of no use to anybody.")
    gave_up_at = models.DateTimeField(null=True)
    trace = models.CharField(
        max_length=40,
        blank=True,
        db_index=True,
        help_text="For a day, where anybody may have caused it: the address as a number without a way back.",
    )
    problem = models.CharField(max_length=120, blank=True, help_text="The kind of the last error; never its words.")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="letter_unsent_has_address",
                condition=Q(sent_at__isnull=False) | Q(gave_up_at__isnull=False) | ~Q(to=""),
            ),
            models.CheckConstraint(
                name="letter_sent_is_forgotten",
                condition=Q(sent_at=None, gave_up_at=None) | Q(to="", text="", html="", subject="", calendar=""),
            ),
            models.CheckConstraint(name="letter_has_one_end", condition=Q(sent_at=None) | Q(gave_up_at=None)),
        ]

    def __str__(self) -> str:
        return self.key
