"""Who signs in: staff only. Residents never need an account."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.http import HttpRequest

SEE_ALL = "consult.see_every_consultation"


class User(AbstractUser):
    """A member of staff or of a commissioned partner. Roles are groups (see migration 0002_roles)."""

    partner = models.ForeignKey(
        "consult.Partner",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
        help_text="For people of a commissioned partner: they see the consultations of that partner and no others.",
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username


def is_verified_staff(request: HttpRequest) -> bool:
    """True where the person has signed in with a password *and* a second factor (ASVS 6.3.3)."""
    user = request.user
    return bool(user.is_active and user.is_staff and getattr(user, "is_verified", lambda: False)())
