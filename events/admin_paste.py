"""A page on which staff paste an invitation or a notice, look at the meetings that were read, and put them in."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.debug import sensitive_post_parameters

from consult.models import Consultation, own_rows
from events import actions
from events.admin_warnings import warn_of_clashes
from events.clashes import clashes_among, clashes_on
from events.forms_paste import MOST, DraftForm, DraftFormSet, PasteForm, proposals_of
from events.invitations import Draft, read
from events.models import Event

CHANGE_LIST = "admin:events_event_changelist"


@dataclass(frozen=True)
class Sheet:
    """One meeting on the page: its form, what the reader says of the text, and what speaks against the time."""

    form: DraftForm
    draft: Draft | None
    clashes: list[tuple[str, str, str]]  # a sentence, and the address and name of the meeting that it is about


@sensitive_post_parameters()
def paste(request: HttpRequest, screens: "admin.ModelAdmin[Event]") -> HttpResponse:
    """Asks for the text, shows what was read and what speaks against it, and saves only what is confirmed."""
    if not screens.has_add_permission(request):
        raise PermissionDenied
    form = PasteForm(request.POST if request.method == "POST" else None)
    form.fields["consultation"].queryset = (  # type: ignore[attr-defined]
        Consultation.objects.filter(own_rows(request.user, "")).order_by("-publish_at", "title")
    )
    if not form.is_valid():
        return _page(request, screens, form)
    drafts, consultation = read(form.cleaned_data["text"]), form.cleaned_data["consultation"]
    is_typed = request.POST.get("do") == "save"
    proposals = proposals_of(drafts[:MOST], consultation)
    forms = DraftFormSet(
        request.POST if is_typed else None,
        initial=None if is_typed else [proposal.initial for proposal in proposals],
    )
    for sheet, proposal in zip(forms, proposals, strict=False):
        sheet.tell(proposal.told)
    if is_typed and "look" not in request.POST and forms.is_valid():
        if taken := [sheet for sheet in forms if sheet.cleaned_data.get("take")]:
            return _put_in(request, consultation, taken)
        messages.warning(request, "Choose at least one meeting to put in.")
    return _page(request, screens, form, drafts, forms)


def _sheets(forms: Any, drafts: list[Draft], consultation: Consultation) -> list[Sheet]:
    """What is not taken clashes with nothing."""
    events = [form.meeting(consultation) if form.is_wanted else None for form in forms]
    wanted = [event for event in events if event]
    found = iter(clashes_among(wanted))
    names = {id(event): (f"#draft-{number}", f"meeting {number} here") for number, event in enumerate(events, 1)}
    sheets = []
    for form, draft, event in zip_longest(forms, drafts[: len(forms)], events):
        clashes = next(found) if event else []
        if event and draft and draft.day and not event.starts_at and not form.is_bound:
            clashes = clashes_on(draft.day)
        sheets.append(Sheet(form, draft, [(clash.words, *_link(clash.other, names)) for clash in clashes]))
    return sheets


def _link(other: Event | None, names: dict[int, tuple[str, str]]) -> tuple[str, str]:
    if other is None:
        return "", ""
    return names.get(id(other)) or (reverse("admin:events_event_change", args=[other.pk]), str(other))


def _put_in(request: HttpRequest, consultation: Consultation, sheets: list[DraftForm]) -> HttpResponse:
    meetings = []
    for sheet in sheets:
        event: Event = sheet.save(commit=False)
        event.consultation, event.uid = consultation, sheet.cleaned_data["draft_uid"]
        meetings.append((event, sheet.details))
    events = actions.put_in(meetings=meetings, by=request.user)  # type: ignore[arg-type]
    links = [(reverse("admin:events_event_change", args=[event.pk]), event) for event in events]
    said = format_html_join(", ", '<a href="{}">{}</a>', links)
    messages.success(request, format_html("Put in as drafts, which only staff can see: {}", said))
    for event in events:
        warn_of_clashes(request, event)
    return redirect(links[0][0] if len(links) == 1 else CHANGE_LIST)


def _page(
    request: HttpRequest,
    screens: "admin.ModelAdmin[Event]",
    form: PasteForm,
    drafts: list[Draft] | None = None,
    forms: Any = None,
) -> HttpResponse:
    found = drafts or []
    context = {
        **screens.admin_site.each_context(request),
        "title": "Paste a notice",
        "opts": screens.opts,
        "form": form,
        "was_read": drafts is not None,
        "forms": forms,
        "sheets": _sheets(forms, found, form.cleaned_data["consultation"]) if forms else [],
        "left_out": max(0, len(found) - MOST),
        "has_errors": form.errors or (forms is not None and forms.is_bound and not forms.is_valid()),
    }
    return TemplateResponse(request, "admin/events/paste.html", context)
