"""Pages of the staff side that copy, export, import and try out questionnaires."""

import json
from typing import Any, TypeAlias

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods

from consult.actions import CannotBeDone
from submissions import actions, actions_building, papers
from submissions.forms_admin import ImportForm, IntoForm, PressForm
from submissions.models import Questionnaire, Version

Screens: TypeAlias = "admin.ModelAdmin[Any]"
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


def urls_of_questionnaires(screens: Screens) -> list[URLPattern]:
    """The addresses of the pages about questionnaires, for `screens.get_urls`."""

    def import_(request: HttpRequest) -> HttpResponse:
        return import_page(request, screens)

    def copy(request: HttpRequest, object_id: str) -> HttpResponse:
        return copy_page(request, screens, object_id)

    guarded = screens.admin_site.admin_view
    return [
        path("import/", guarded(page_or_form(import_)), name="submissions_questionnaire_import"),
        path("<path:object_id>/copy/", guarded(page_or_form(copy)), name="submissions_questionnaire_copy"),
    ]


def urls_of_versions(screens: Screens) -> list[URLPattern]:
    """The addresses of the pages about versions."""

    def export(request: HttpRequest, object_id: str) -> HttpResponse:
        return export_file(request, screens, object_id)

    def try_(request: HttpRequest, object_id: str) -> HttpResponse:
        return try_page(request, screens, object_id)

    guarded = screens.admin_site.admin_view
    return [
        path("<path:object_id>/export/", guarded(require_GET(export)), name="submissions_version_export"),
        path("<path:object_id>/try/", guarded(page_or_form(try_)), name="submissions_version_try"),
    ]


def import_page(request: HttpRequest, screens: Screens) -> HttpResponse:
    """A file becomes a questionnaire of a consultation; where anything in it is wrong, nothing is saved."""
    if not screens.has_add_permission(request):
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ImportForm(*sent, user=request.user)
    if form.is_valid():
        made, notes = actions_building.import_paper(
            consultation=form.cleaned_data["consultation"], paper=form.cleaned_data["file"], by=_user(request)
        )
        return _made(request, made, notes, "It was imported. Look at it, then publish it.")
    return _page(request, screens, form, "Import a questionnaire", None, "import.html")


def copy_page(request: HttpRequest, screens: Screens, object_id: str) -> HttpResponse:
    """Copies the newest version into this or another consultation."""
    row = _row(request, screens, object_id)
    if not screens.has_add_permission(request):
        raise PermissionDenied
    form = IntoForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            made, notes = actions_building.copy_questionnaire(
                questionnaire=row, consultation=form.cleaned_data["consultation"], by=_user(request)
            )
        except CannotBeDone as problem:
            form.add_error(None, str(problem))
        else:
            return _made(request, made, notes, "This is the copy. Look at it, then publish it.")
    return _page(request, screens, form, "Copy", row, "press.html")


def export_file(request: HttpRequest, screens: Screens, object_id: str) -> HttpResponse:
    """What a version asks as a file of JSON. There is no answer in it."""
    row = Version.objects.with_questions().get(pk=_row(request, screens, object_id).pk)
    text = json.dumps(papers.paper_of(row), ensure_ascii=False, indent=2)
    name = f"{row.questionnaire.slug}-{row.number}.json"
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def try_page(request: HttpRequest, screens: Screens, object_id: str) -> HttpResponse:
    """Opens the version as people see it. What is sent from there is a test, and never counted."""
    row: Version = _row(request, screens, object_id)
    if request.method == "POST":
        token = actions.try_out(version=row)
        return redirect("respond_tasks", row.questionnaire.consultation.slug, token)
    return _page(request, screens, PressForm(), "Try it out", row, "press.html")


def _user(request: HttpRequest) -> Any:
    """Who is signed in: the admin lets nobody else here."""
    return request.user


def _row(request: HttpRequest, screens: Screens, object_id: str) -> Any:
    """The row, if the person finds it in the list. Raises Http404, PermissionDenied."""
    row = screens.get_object(request, unquote(object_id))
    if not screens.has_view_permission(request, row):
        raise PermissionDenied
    if row is None:
        raise Http404
    return row


def _made(request: HttpRequest, made: Questionnaire, notes: list[str], words: str) -> HttpResponse:
    messages.success(request, words)
    for note in notes:
        messages.warning(request, note)
    return redirect("admin:submissions_version_change", made.versions.get().pk)


def _page(
    request: HttpRequest, screens: Screens, form: forms.Form, label: str, row: Any, template: str
) -> HttpResponse:
    context = {
        **screens.admin_site.each_context(request),
        "title": f"{label}: {row}" if row else label,
        "opts": screens.opts,
        "original": row,
        "verb": {"label": label},
        "form": form,
    }
    name = "admin/verb.html" if template == "press.html" else f"admin/submissions/{template}"
    return TemplateResponse(request, name, context)
