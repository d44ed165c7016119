"""Calendars to follow, and the page that says how."""

import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from events import ics
from events.models import Event, Venue


@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """How to follow the meetings in one's own calendar."""
    webcal_url = f"webcal://{urlsplit(settings.SITE_URL).netloc}"
    context = {"consultations": Consultation.objects.published(), "webcal_url": webcal_url}
    return render(request, "events/calendar.html", context)


@require_safe
def portal_calendar(request: HttpRequest) -> HttpResponse:
    """All meetings, past ones and cancelled ones too."""
    events = list(Event.objects.published().for_list())
    return _calendar(request, ics.portal_calendar(events), events, "policing-in-the-open")


@require_safe
@by_slug(lambda: Consultation.objects.all())
def consultation_calendar(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """All meetings of a consultation, past ones and cancelled ones too."""
    events = list(consultation.events.published().for_list())
    return _calendar(request, ics.consultation_calendar(consultation, events), events, consultation.slug)


@require_safe
@by_slug(lambda: Event.objects.for_list())
def event_calendar(request: HttpRequest, event: Event) -> HttpResponse:
    """One meeting, to add to a calendar."""
    return _calendar(request, ics.event_calendar(event), [event], event.slug)


def _calendar(request: HttpRequest, body: bytes, events: Iterable[Event], name: str) -> HttpResponse:
    """The calendar with its validators, or 304 where the subscriber has it (RFC 9110 13.1; standards.md K10)."""
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    modified = _changed_at(events)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = "public, max-age=300"
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return get_conditional_response(request, etag, modified, response) or response


def _changed_at(events: Iterable[Event]) -> int | None:
    """When these meetings may last have changed, as seconds since 1970; None where nothing was ever written.

    Never too early: what was deleted, unpublished or renamed is only in the history, and what was published by the
    clock only in its `publish_at`. It may be too late, since any change to any meeting counts; the ETag is exact.
    """
    instants = [model.history.aggregate(last=Max("history_date"))["last"] for model in (Event, Venue, Consultation)]
    for event in events:
        instants += [event.modified_at, event.publish_at, event.consultation.publish_at]
    return max((int(instant.timestamp()) for instant in instants if instant), default=None)
