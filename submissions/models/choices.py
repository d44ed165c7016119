"""Choices that questions offer, shared by those that offer the same."""

from django.db import models


class ChoiceSet(models.Model):
    """Such as a scale of agreement, or the boroughs."""

    identifier = models.SlugField(max_length=60, unique=True, help_text="A stable name for exports.")
    name = models.CharField(max_length=120, help_text="For staff.")
    is_fixed = models.BooleanField("comes with the portal", default=False, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def can_change(self) -> bool:
        """Whether staff may change its choices: it is theirs, and no published question offers them."""
        return not self.is_fixed and not self.questions.filter(section__version__published_at__isnull=False).exists()


class Choice(models.Model):
    """One answer of a set."""

    choice_set = models.ForeignKey(ChoiceSet, on_delete=models.CASCADE, related_name="choices")
    identifier = models.SlugField(max_length=60, help_text="A stable name for exports.")
    label = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    asks_what = models.BooleanField("asks to say what", default=False, help_text="Such as: Other.")
    stands_alone = models.BooleanField(
        "not with others", default=False, help_text="Such as: None of these, Prefer not to say."
    )

    class Meta:
        ordering = ["choice_set", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["choice_set", "identifier"], name="choice_once_in_set")]

    def __str__(self) -> str:
        return self.label
