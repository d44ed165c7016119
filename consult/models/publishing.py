"""Content that appears at an instant. A draft is content with no such instant, or one that has not come."""

from datetime import datetime
from typing import Self, TypeVar

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from consult.models.user import SEE_ALL, User

M = TypeVar("M", bound=models.Model, covariant=True)


def own_rows(user: User | AnonymousUser, consultation_path: str) -> Q:
    """Which rows a member of staff works with: all, or (people of a partner) those of their own consultations.

    `consultation_path` leads from the row to its consultation, such as `event__consultation`; empty for a consultation.
    """
    if user.has_perm(SEE_ALL):
        return Q()
    path = f"{consultation_path}__partnerships__partner" if consultation_path else "partnerships__partner"
    return Q(**{path: user.partner_id}) if isinstance(user, User) and user.partner_id else Q(pk__in=[])


class PublishableQuerySet(models.QuerySet[M]):
    consultation_path = "consultation"  # how a row of this kind leads to its consultation

    def published(self, now: datetime | None = None) -> Self:
        """What everybody may see at `now` (an aware instant; the present by default)."""
        return self.filter(publish_at__lte=now or timezone.now())

    def visible_to(self, user: User | AnonymousUser, now: datetime | None = None) -> Self:
        """What is published, and for staff with a second factor also the drafts that they may look at."""
        may_view = get_permission_codename("view", self.model._meta)
        is_verified = getattr(user, "is_verified", None)
        if is_verified and is_verified() and user.has_perm(f"{self.model._meta.app_label}.{may_view}"):
            drafts = self.model._default_manager.filter(own_rows(user, self.consultation_path))
            return self.filter(Q(pk__in=self.published(now).values("pk")) | Q(pk__in=drafts.values("pk")))
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
