"""A page on which staff paste an invitation or a notice, look at the meetings that were read, and put them in."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.debug import sensitive_post_parameters

from consult.models import Consultation, own_rows
from events import actions
from events.admin_warnings import warn_of_clashes
from events.forms_paste import MOST, DraftForm, DraftFormSet, PasteForm, initial_of
from events.invitations import Draft, read
from events.models import Event

CHANGE_LIST = "admin:events_event_changelist"


@sensitive_post_parameters()
def paste(request: HttpRequest, screens: "admin.ModelAdmin[Event]") -> HttpResponse:
    """Asks for the text, shows what was read, and saves only what is confirmed."""
    if not screens.has_add_permission(request):
        raise PermissionDenied
    form = PasteForm(request.POST if request.method == "POST" else None)
    form.fields["consultation"].queryset = (  # type: ignore[attr-defined]
        Consultation.objects.filter(own_rows(request.user, "")).order_by("-publish_at", "title")
    )
    if not form.is_valid():
        return _page(request, screens, form)
    drafts = read(form.cleaned_data["text"])
    saves = request.POST.get("do") == "save"
    sheets = DraftFormSet(
        request.POST if saves else None,
        initial=None if saves else [initial_of(draft, form.cleaned_data["consultation"]) for draft in drafts[:MOST]],
    )
    if saves and sheets.is_valid() and (taken := [sheet for sheet in sheets if sheet.cleaned_data.get("take")]):
        return _put_in(request, form.cleaned_data["consultation"], taken)
    if saves and sheets.is_valid():
        messages.warning(request, "Choose at least one meeting to put in.")
    return _page(request, screens, form, drafts, sheets)


def _put_in(request: HttpRequest, consultation: Consultation, sheets: list[DraftForm]) -> HttpResponse:
    meetings = []
    for sheet in sheets:
        event: Event = sheet.save(commit=False)
        event.consultation, event.uid = consultation, sheet.cleaned_data["draft_uid"]
        meetings.append((event, sheet.details))
    events = actions.put_in(meetings=meetings, by=request.user)  # type: ignore[arg-type]
    links = [(reverse("admin:events_event_change", args=[event.pk]), event) for event in events]
    said = format_html_join(", ", '<a href="{}">{}</a>', links)
    messages.success(request, "Put in as drafts, which only staff can see:")
    messages.success(request, said)
    for event in events:
        warn_of_clashes(request, event)
    return redirect(links[0][0] if len(links) == 1 else CHANGE_LIST)


def _page(
    request: HttpRequest,
    screens: "admin.ModelAdmin[Event]",
    form: PasteForm,
    drafts: list[Draft] | None = None,
    sheets: Any = None,
) -> HttpResponse:
    found = drafts or []
    context = {
        **screens.admin_site.each_context(request),
        "title": "Paste a notice",
        "opts": screens.opts,
        "form": form,
        "was_read": drafts is not None,
        "sheets": sheets,
        "read": list(zip(sheets, [*found, *[None] * len(sheets)], strict=False)) if sheets else [],
        "left_out": max(0, len(found) - MOST),
        "has_errors": form.errors or (sheets is not None and sheets.is_bound and not sheets.is_valid()),
    }
    return TemplateResponse(request, "admin/events/paste.html", context)
