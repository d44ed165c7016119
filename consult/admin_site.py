"""The staff side: Django admin, behind a second factor, ordered by what people come to do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest
from django.db import DataError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from consult import sign_in
from consult.forms_admin import likely_year
from consult.models import is_verified_staff
from consult.views import sign_in as pages

# What people come to do, and the models of each task in the order in which they are needed.
TASKS = {
    "Consultations": (
        "Consultation", "Theme", "Aim", "Channel", "KeyDate", "KeyDateMove", "Document", "Update", "Notice",
        "Partner", "Partnership", "Tag",
    ),
    "Meetings": ("Event", "Registration", "Venue", "AccessProvision", "JoinDetails", "EventChange", "SavedFeed"),
    "Questionnaires": ("Questionnaire", "Version", "Section", "Question", "Statement", "ChoiceSet", "Choice"),
    "Views received": (
        "Submission", "Answer", "Contact", "Decision", "Redaction", "Evidence", "EqualityProfile", "Draft",
    ),
    "People and access": ("User", "Group", "TOTPDevice", "StaticDevice"),
    "Record": ("AuditEntry", "Letter", "AccessAttempt", "AccessFailureLog", "AccessLog", "DBTaskResult"),
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
# And every day and hour has a year within reach.
for kind in (models.DateField, models.DateTimeField):
    FORMFIELD_FOR_DBFIELD_DEFAULTS[kind]["validators"] = [likely_year]


class PortalAdminSite(admin.AdminSite):
    """Admin for people who signed in with a second factor."""

    site_title = settings.SERVICE_NAME
    site_header = settings.SERVICE_NAME
    index_title = "What would you like to do?"
    logout_template = "staff/signed_out.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_verified_staff(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # as Django's: any view
        """As Django's; a query that no database can read is a 400, not a 500.

        NUL is in no text of PostgreSQL. A list puts its query into lookups: a year of five digits or an hour at the
        end of time fail there in several ways, none of which Django catches.
        """

        @wraps(view)
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if any("\0" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
                raise BadRequest("NUL in a query.")
            try:
                return view(request, *args, **kwargs)
            except (ValueError, OverflowError, DataError) as problem:
                if request.method == "GET" and request.GET and _is_list(request):
                    raise BadRequest("A query that the database cannot read.") from problem
                raise

        return super().admin_view(readable, cacheable)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            guarded: Callable[..., HttpResponse] = self.admin_view(view)
            return guarded

        return [
            path("login/code/", pages.code, name="sign_in_code"),
            path("login/set-up/", pages.set_up, name="sign_in_set_up"),
            path("security/", signed_in(pages.security), name="security"),
            path("security/recovery-codes/", signed_in(pages.recovery_codes), name="recovery_codes"),
            path("security/recovery-codes/new/", signed_in(pages.renew_codes), name="renew_codes"),
            path("security/authenticator/", signed_in(pages.replace_authenticator), name="replace_authenticator"),
            path("security/authenticator/new/", signed_in(pages.set_up_authenticator), name="set_up_authenticator"),
            # In place of Django's, which leads to the page of any row.
            path("r/<int:content_type_id>/<path:object_id>/", signed_in(self.view_on_site), name="view_on_site"),
            *(entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"),
        ]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Lead to the public page of a row. Raises Http404 unless the person finds the row in its list."""
        kind = ContentType.objects.filter(pk=content_type_id).first()
        model_admin = self._registry.get(kind.model_class()) if kind else None  # type: ignore[arg-type]
        if model_admin is None or not model_admin.has_view_or_change_permission(request):
            raise Http404
        row = model_admin.get_object(request, object_id)
        address = row.get_absolute_url() if row and hasattr(row, "get_absolute_url") else ""
        if not address:
            raise Http404
        return redirect(address)

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


def _is_list(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.url_name if match else None
    return bool(name) and (name == "autocomplete" or str(name).endswith("_changelist"))


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
