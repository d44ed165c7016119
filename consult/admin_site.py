"""The staff side: Django admin, behind a second factor, ordered by what people come to do."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from consult import sign_in
from consult.models import is_verified_staff
from consult.views import sign_in as pages

# What people come to do, and the models of each task in the order in which they are needed.
TASKS = {
    "Consultations": (
        "Consultation", "Theme", "Aim", "Channel", "KeyDate", "KeyDateMove", "Document", "Update", "Notice",
        "Partner", "Partnership", "Tag",
    ),
    "Meetings": ("Event", "Registration", "Venue", "AccessProvision", "JoinDetails", "EventChange", "SavedFeed"),
    "Views received": (
        "Submission", "Answer", "Contact", "Decision", "Redaction", "Evidence", "EqualityProfile", "Draft",
        "Question", "Choice",
    ),
    "People and access": ("User", "Group", "TOTPDevice", "StaticDevice"),
    "Record": ("AuditEntry", "AccessAttempt", "AccessFailureLog", "AccessLog", "DBTaskResult"),
}  # fmt: skip
# Where a model goes that is not named above.
TASK_OF_APP = {
    "consult": "Consultations",
    "events": "Meetings",
    "submissions": "Views received",
    "auth": "People and access",
    "otp_totp": "People and access",
    "otp_static": "People and access",
}
OTHER = "Record"
PLACE = {model: (task, number) for task, models in TASKS.items() for number, model in enumerate(models)}

# An address without its scheme is taken as https, in every form of the admin: what Django 6 does by itself.
FORMFIELD_FOR_DBFIELD_DEFAULTS[models.URLField]["assume_scheme"] = "https"


class PortalAdminSite(admin.AdminSite):
    """Admin for people who signed in with a second factor."""

    site_title = settings.SERVICE_NAME
    site_header = settings.SERVICE_NAME
    index_title = "What would you like to do?"
    logout_template = "staff/signed_out.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_verified_staff(request)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            return self.admin_view(view)

        return [
            path("login/code/", pages.code, name="sign_in_code"),
            path("login/set-up/", pages.set_up, name="sign_in_set_up"),
            path("security/", signed_in(pages.security), name="security"),
            path("security/recovery-codes/", signed_in(pages.recovery_codes), name="recovery_codes"),
            path("security/recovery-codes/new/", signed_in(pages.renew_codes), name="renew_codes"),
            path("security/authenticator/", signed_in(pages.replace_authenticator), name="replace_authenticator"),
            path("security/authenticator/new/", signed_in(pages.set_up_authenticator), name="set_up_authenticator"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Step 1 of 2; see consult/views/sign_in.py."""
        return pages.password(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Ends the session, by POST only."""
        if request.method == "POST" and request.user.is_authenticated:
            sign_in.log.info("Signed out account %s", request.user.pk)
        return super().logout(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page: who you are here, and what your roles let you do."""
        roles = list(request.user.groups.order_by("name").values_list("name", flat=True))
        return super().index(request, {"roles": roles, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """What the person may see, by task; for the page of one app, as Django lists it."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        return apps if app_label else by_task(apps)


def by_task(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort the models of Django's list of apps into the tasks above. Nothing is lost: unknown ones go at the end."""
    tasks: dict[str, list[tuple[int, dict[str, Any]]]] = {name: [] for name in TASKS}
    for app in apps:
        for model in app["models"]:
            task, number = PLACE.get(model["object_name"], (TASK_OF_APP.get(app["app_label"], OTHER), len(PLACE)))
            tasks[task].append((number, model))
    return [
        {
            "name": name,
            "app_label": name.lower().replace(" ", "-"),
            "app_url": "",
            "has_module_perms": True,
            "models": [model for _, model in sorted(models, key=lambda pair: (pair[0], pair[1]["name"]))],
        }
        for name, models in tasks.items()
        if models
    ]
