"""Content that appears at an instant. A draft is content with no such instant, or one that has not come."""

from datetime import datetime
from typing import Self, TypeVar

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from consult.models.user import User

M = TypeVar("M", bound=models.Model, covariant=True)


class PublishableQuerySet(models.QuerySet[M]):
    def published(self, now: datetime | None = None) -> Self:
        """What everybody may see at `now` (an aware instant; the present by default)."""
        return self.filter(publish_at__lte=now or timezone.now())

    def visible_to(self, user: User | AnonymousUser, now: datetime | None = None) -> Self:
        """What is published, and for staff with a second factor also the drafts that they may look at."""
        may_view = get_permission_codename("view", self.model._meta)
        is_verified = getattr(user, "is_verified", None)
        if is_verified and is_verified() and user.has_perm(f"{self.model._meta.app_label}.{may_view}"):
            return self.all()
        return self.published(now)


class Publishable(models.Model):
    publish_at = models.DateTimeField(
        "publish from",
        null=True,
        blank=True,
        db_index=True,
        help_text="London time. It appears at this moment by itself. Leave empty to keep it a draft.",
    )

    class Meta:
        abstract = True

    def is_published(self, now: datetime | None = None) -> bool:
        """Whether everybody may see it at `now` (an aware instant; the present by default)."""
        return self.publish_at is not None and self.publish_at <= (now or timezone.now())
