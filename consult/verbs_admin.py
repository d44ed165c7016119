"""Verbs in the admin: a page with a short form that asks what the verb needs, then calls an action.

States are read-only in forms; this is how they change, with who did it and why on record.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from consult.actions import CannotBeDone


@dataclass(frozen=True)
class Verb:
    """`act(row, cleaned_data, user)` does it and may raise CannotBeDone; `fits(row)` says whether to offer it.

    `initial(row)` is what the form shows at first; `about(row)` what to read before, as labels and texts. Where
    `opens_new`, the page of what `act` returned follows, not that of the row.
    """

    name: str
    label: str
    form: type[forms.Form]
    act: Callable[[Any, dict[str, Any], Any], object]
    fits: Callable[[Any], bool]
    permission: str  # app_label.codename
    done: str | Callable[[Any], str]  # said afterwards; a function is given what `act` returned
    initial: Callable[[Any], dict[str, Any]] = lambda row: {}
    about: Callable[[Any], list[tuple[str, str]]] = lambda row: []
    opens_new: bool = False


class VerbAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ModelAdmin whose rows have verbs, shown as links beside "History"."""

    verbs: Sequence[Verb] = ()
    change_form_template = "admin/verb_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        urls = [
            path(
                f"<path:object_id>/{verb.name}/",
                self.admin_site.admin_view(self._page(verb)),
                name="{}_{}_{}".format(*info, verb.name),
            )
            for verb in self.verbs
        ]
        return [*urls, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        offered = [
            (verb.label, reverse(self._url_name(verb), args=[object_id]))
            for verb in self.verbs
            if row and request.user.has_perm(verb.permission) and verb.fits(row)
        ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "verbs": offered})

    def _url_name(self, verb: Verb) -> str:
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{verb.name}"

    def _page(self, verb: Verb) -> Callable[[HttpRequest, str], HttpResponse]:
        def page(request: HttpRequest, object_id: str) -> HttpResponse:
            if not request.user.has_perm(verb.permission):
                raise PermissionDenied
            row = self.get_object(request, unquote(object_id))
            if row is None:
                raise Http404
            form = verb.form(request.POST if request.method == "POST" else None, initial=verb.initial(row))
            if form.is_valid() and (shown := self._do(request, verb, row, form)):
                return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", shown.pk)
            return TemplateResponse(request, "admin/verb.html", self._context(request, verb, row, form))

        return page

    def _do(self, request: HttpRequest, verb: Verb, row: models.Model, form: forms.Form) -> models.Model | None:
        """Do it, and return the row whose page follows; None, with the reason in the form, where it cannot be done."""
        try:
            made = verb.act(row, form.cleaned_data, request.user)
        except CannotBeDone as problem:
            form.add_error(None, str(problem))
            return None
        self.log_change(request, row, verb.label)  # a line in its history
        messages.success(request, verb.done if isinstance(verb.done, str) else verb.done(made))
        return made if verb.opens_new and isinstance(made, models.Model) else row

    def _context(self, request: HttpRequest, verb: Verb, row: models.Model, form: forms.Form) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": f"{verb.label}: {row}",
            "opts": self.opts,
            "original": row,
            "verb": verb,
            "form": form,
            "about": verb.about(row),
            "media": self.media,
        }
