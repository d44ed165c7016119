"""Home, consultations, their themes, updates and documents."""

from datetime import datetime
from pathlib import PurePath

from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.db.models import F, Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consult import timeline
from consult.models import Consultation, KeyDate, Tag, Theme, Update
from consult.slugs import by_slug, former
from consult.structured import consultation_data, update_data
from consult.timeline import Entry, Mark

UPDATES_PER_PAGE = 20
WORDS = {Mark.DONE: "Done", Mark.LATER: "To come", Mark.UNKNOWN: "Date to be confirmed"}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is open now, the next meetings, what was promised and what came of it."""
    now = timezone.now()
    promises = (
        KeyDate.objects.filter(is_promise=True, consultation__publish_at__lte=now)
        .select_related("consultation")
        .prefetch_related("moves")
        .order_by(F("kept_on").desc(nulls_first=True), F("on").asc(nulls_last=True), "id")
    )
    return render(
        request,
        "consult/home.html",
        {
            "open": Consultation.objects.open(now).soonest_closing(),
            "upcoming": Consultation.objects.upcoming(now).soonest_closing(),
            "promises": promises[:6],
            "closed": Consultation.objects.closed(now).order_by("-closes_at")[:3],
            "updates": Update.objects.published(now).select_related("consultation")[:3],
            "now": now,
        },
    )


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """Every consultation: open, to come and closed; by tag where the query names one."""
    now = timezone.now()
    consultations = Consultation.objects.published(now)
    asked = request.GET.get("tag", "")
    tag = Tag.objects.filter(slug=asked).first() if slug_re.match(asked) else None
    if tag:
        consultations = consultations.filter(tags=tag)
    groups = [
        ("Open now", consultations.open(now).soonest_closing()),
        ("Opening soon", consultations.upcoming(now).order_by("opens_at")),
        ("Closed", consultations.closed(now).order_by("-closes_at")),
    ]
    context = {"groups": groups, "tag": tag, "is_unknown_tag": bool(asked and not tag), "now": now}
    return render(request, "consult/consultation_list.html", context)


@require_safe
@by_slug(
    lambda: Consultation.objects.prefetch_related(
        "themes__aims",
        "documents",
        "channels",
        "partnerships__partner",
        "tags",
        Prefetch("key_dates", KeyDate.objects.prefetch_related("moves")),
    )
)
def consultation(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """One consultation: where it stands, what it asks, every way to take part, its dates and what came of it."""
    now = timezone.now()
    return render(
        request,
        "consult/consultation.html",
        {
            "consultation": consultation,
            "state": consultation.state(now),
            "timeline": timeline.entries(consultation, _meetings(consultation, now), now),
            "promises": [key_date for key_date in consultation.key_dates.all() if key_date.is_promise],
            "updates": consultation.updates.published(now),
            "is_preview": not consultation.is_published(now),
            "structured": consultation_data(consultation),
            "now": now,
        },
    )


def _meetings(consultation: Consultation, now: datetime) -> list[Entry]:
    """Its published meetings as entries of the timeline."""
    entries = []
    for event in consultation.events.published(now).prefetch_related("changes"):
        mark = Mark.UNKNOWN if event.starts_at is None else Mark.DONE if event.is_over(now) else Mark.LATER
        change = event.latest_change
        words = change.get_kind_display() if change and event.is_off else WORDS[mark]
        note = event.date_note if event.starts_at is None else ""
        entries.append(Entry(event.title, event.day, mark, words, note, event.get_absolute_url()))
    return entries


@require_safe
@by_slug(lambda: Consultation.objects.all())
def theme(request: HttpRequest, consultation: Consultation, theme: str) -> HttpResponse:
    """One theme: its aims and what is asked about it."""
    themes = list(consultation.themes.prefetch_related("aims"))
    found = next((candidate for candidate in themes if candidate.slug == theme), None)
    if found is None:
        moved = former(Theme, theme, consultation=consultation)
        if isinstance(moved, Theme):
            return redirect(moved, permanent=True)
        raise Http404("Nothing stands at this address.")
    context = {
        "consultation": consultation,
        "theme": found,
        "others": [other for other in themes if other != found],
        "state": consultation.state(),
        "is_preview": not consultation.is_published(),
    }
    return render(request, "consult/theme.html", context)


@require_safe
@by_slug(lambda: Consultation.objects.all())
def document(request: HttpRequest, consultation: Consultation, pk: str) -> HttpResponseBase:
    """A document's own file, as an attachment (ASVS 3.2.1); never one of a consultation that is not published."""
    found = get_object_or_404(consultation.documents.exclude(file=""), pk=pk)
    try:
        return FileResponse(found.file.open(), as_attachment=True, filename=PurePath(found.file.name or "").name)
    except FileNotFoundError as missing:
        raise Http404("The file is missing.") from missing


@require_safe
@by_slug(lambda: Consultation.objects.all())
def still(request: HttpRequest, consultation: Consultation, pk: str) -> HttpResponseBase:
    """The still picture of a video."""
    found = get_object_or_404(consultation.documents.exclude(still=""), pk=pk)
    try:
        return FileResponse(found.still.open())
    except FileNotFoundError as missing:
        raise Http404("The picture is missing.") from missing


@require_safe
def update_list(request: HttpRequest) -> HttpResponse:
    """All news, newest first, paged."""
    updates = Update.objects.published().select_related("consultation")
    page = Paginator(updates, UPDATES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "consult/update_list.html", {"page": page})


@require_safe
@by_slug(lambda: Update.objects.select_related("consultation"))
def update(request: HttpRequest, update: Update) -> HttpResponse:
    """One piece of news."""
    context = {
        "update": update,
        "consultation": update.consultation,
        "is_preview": not update.is_published(),
        "structured": update_data(update),
    }
    return render(request, "consult/update.html", context)
