"""Letters to people: written down in the same transaction as their cause, so that none is lost or sent twice."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime | None = None) -> Self:
        """Not sent yet, and to be tried at `now`."""
        return self.filter(sent_at=None, next_try_at__lte=now or timezone.now())


class Letter(models.Model):
    """One letter to one person. Once it is sent, whom it went to and what it said are forgotten."""

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
    problem = models.CharField(max_length=120, blank=True, help_text="The kind of the last error; never its words.")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(name="letter_unsent_has_address", condition=Q(sent_at__isnull=False) | ~Q(to="")),
            models.CheckConstraint(name="letter_sent_is_forgotten", condition=Q(sent_at=None) | Q(to="", text="")),
        ]

    def __str__(self) -> str:
        return self.key
