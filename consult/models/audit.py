"""Who did what, when. Rows are added and never changed."""

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from consult.models.user import User


class AuditEntry(models.Model):
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.SlugField(max_length=40, help_text="What was done, in one word, such as: publish.")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    detail = models.JSONField(default=dict, blank=True, help_text="Never personal data.")

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "audit entries"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.content_type.name} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. Raises TypeError where it already stands: the record is never rewritten."""
        if not self._state.adding:
            raise TypeError("An audit entry cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always raises TypeError."""
        raise TypeError("An audit entry cannot be deleted.")
