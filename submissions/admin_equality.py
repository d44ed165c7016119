"""Sums of what people say about themselves. No row is shown to anybody."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from consult.rows_admin import ReadOnlyAdmin
from submissions.equality import sums
from submissions.models import EqualityProfile, Questionnaire


@admin.register(EqualityProfile)
class EqualityProfileAdmin(ReadOnlyAdmin):
    """One page with the sums of each questionnaire, in place of a list."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="submissions_equalityprofile_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        asking = Questionnaire.objects.filter(asks_about_you=True).select_related("consultation")
        rows = [
            (each, *sums(profile.answers for profile in each.profiles.all()))
            for each in asking.prefetch_related("profiles")
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Those who answered, in sums",
            "rows": rows,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/submissions/equality.html", context)
