"""Calendars that people put together for themselves."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Max, Sum


class SavedFeedQuerySet(models.QuerySet["SavedFeed"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None)


class SavedFeed(models.Model):
    """A calendar with filters and alarms of one's own, behind a short unguessable address. Whose it is nobody knows."""

    token = models.CharField(max_length=32, unique=True, editable=False)  # of the address that calendars read
    edit_key = models.CharField(max_length=64, unique=True, editable=False)  # hash of the address that changes it
    filters = models.JSONField(default=dict)  # as the query of the list of meetings
    alarms = models.JSONField(default=list)  # minutes before the start
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SavedFeedQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Saved calendar {self.pk}"


class CalendarVersion(models.Model):
    """Rises with every commit that changes what calendars say: the validator of all feeds.

    The version is the sum of all rows. There is one; a writer who finds it held by another adds a further one, so that
    none waits for another.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def latest(cls) -> tuple[int, datetime | None]:
        """The number and when it last rose; 0 and None before the first change."""
        found = cls.objects.aggregate(number=Sum("number"), at=Max("changed_at"))
        return found["number"] or 0, found["at"]
