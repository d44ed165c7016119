"""Who signs in: staff only. Residents never need an account."""

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest


class User(AbstractUser):
    """A member of staff or of a commissioned partner. Roles are groups (see migration 0002_roles)."""

    def __str__(self) -> str:
        return self.get_full_name() or self.username


def is_verified_staff(request: HttpRequest) -> bool:
    """True where the person has signed in with a password *and* a second factor (ASVS 6.3.3)."""
    user = request.user
    return bool(user.is_active and user.is_staff and getattr(user, "is_verified", lambda: False)())
