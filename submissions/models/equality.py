"""What people say about themselves, so that we know whom we reach. Kept apart: no row leads to a person or a view."""

from uuid import uuid4

from django.db import models

from submissions.models.questionnaire import Questionnaire


class EqualityProfile(models.Model):
    """The answers of one person about themselves.

    It has no number that rises, no time and no link to what they said: nobody can tell from the database whose it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="profiles")
    answers = models.JSONField()  # question -> identifiers of choices

    class Meta:
        ordering = ["id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return "Equality profile"
