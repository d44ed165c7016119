"""The staff side: Django admin, behind a second factor."""

from django.contrib import admin
from django.http import HttpRequest

from consult.models import is_verified_staff


class PortalAdminSite(admin.AdminSite):
    """Admin for people who signed in with a second factor."""

    def has_permission(self, request: HttpRequest) -> bool:
        return is_verified_staff(request)


