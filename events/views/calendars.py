"""Calendars to follow, and the page that says how."""

import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from consult.models import Consultation
from consult.slugs import by_slug
from events import calendar_version, ics, ics_feed
from events.calendar_links import webcal
from events.feeds_http import answer
from events.forms_feed import FeedFilter, withdrawn
from events.models import Event, EventQuerySet, SavedFeed

TOKEN = re.compile(r"[\w-]{16}", re.ASCII)
View = Callable[..., HttpResponseBase]
LOOK_AGAIN = 1.0  # seconds; a saved calendar that somebody changes on another machine is that old at most


@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """How to follow the meetings in one's own calendar."""
    context = {"consultations": Consultation.objects.published().only("title", "slug"), "webcal_url": webcal("")}
    return render(request, "events/calendar.html", context)


def feed_view(view: View) -> View:
    """Decorator: any method but GET and HEAD is answered with 405, and not taken for a form without its token."""
    return csrf_exempt(require_safe(view))


@feed_view
def portal_calendar(request: HttpRequest) -> HttpResponse:
    """All meetings, past and cancelled ones too, and the dates of consultations; or those that fit a filter."""
    if not request.GET:
        return _answer(request, f"{settings.SERVICE_NAME}: all meetings", "/events/", Event.objects.all(), dated())
    form = FeedFilter(request.GET)
    if form.problem:
        return refused(form.problem)
    events = form.narrow(Event.objects.all())
    return _answer(request, name_of(form), "/events/", events, dates_of(form), query=form.query())


def name_of(form: FeedFilter) -> str:
    """Says what it holds: in a list of calendars the name is all that one sees. Needs a valid form."""
    return f"{settings.SERVICE_NAME}: {form.words or 'all meetings'}"


def dated() -> Iterable[Consultation]:
    return Consultation.objects.published()


def dates_of(form: FeedFilter) -> Iterable[Consultation]:
    """The consultations whose dates belong to a filter: none where it is about some meetings only."""
    if form.is_about_meetings:
        return Consultation.objects.none()
    asked: Consultation | None = form.cleaned_data.get("consultation")
    return Consultation.objects.published().filter(pk=asked.pk) if asked else Consultation.objects.published()


def refused(problem: str) -> HttpResponse:
    """A filter that we do not know gives no calendar: neither an empty one nor one with everything."""
    return HttpResponse(f"{problem}\n", status=400, content_type="text/plain; charset=utf-8")


@feed_view
def consultation_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All meetings of a consultation and its dates. Once withdrawn, its meetings stay for a while as cancelled ones."""
    if request.GET:
        return refused("This calendar has no filters: /calendar.ics has.")
    try:
        return _of_consultation(request, slug=slug)
    except Http404:
        calendar_version.current()  # what was withdrawn since is marked now
        row = withdrawn().filter(slug=slug).first()
        if row is None:
            raise
        return _answer(request, settings.SERVICE_NAME, "/events/", row.events.all(), file="meetings")


@by_slug(lambda: Consultation.objects.all())
def _of_consultation(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    page = consultation.get_absolute_url()
    events: EventQuerySet = consultation.events.all()
    return _answer(request, consultation.title, page, events, [consultation], file=consultation.slug)


@feed_view
def event_calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One meeting, to add to a calendar or to follow. Once withdrawn, it stays for a while as a cancelled one."""
    try:
        return _of_event(request, slug=slug)
    except Http404:
        calendar_version.current()
        row = Event.objects.filter(slug=slug, announced=ics_feed.GONE).exclude(calendar_text="")
        if not row:
            raise
        return _answer(request, settings.SERVICE_NAME, "/events/", row, file="meeting")


@by_slug(lambda: Event.objects.for_list())
def _of_event(request: HttpRequest, event: Event) -> HttpResponse:
    if not event.is_published():  # staff look at a draft: nothing of it is kept
        return HttpResponse(ics.event_calendar(event), content_type="text/calendar; charset=utf-8")
    return _answer(request, event.title, event.get_absolute_url(), Event.objects.filter(pk=event.pk), file=event.slug)


@feed_view
def saved_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar that somebody put together. Ended, it is an empty one, so that its meetings leave who follows it."""
    edition = calendar_version.current()
    feed = SavedFeed.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if feed is None:
        raise Http404("There is no such calendar.")
    form = FeedFilter(feed.filters)
    own = str((feed.filters, feed.alarms, feed.revoked_at))

    def make() -> bytes:
        events = Event.objects.none() if feed.revoked_at else form.narrow(Event.objects.all())
        return ics_feed.feed(
            name=f"{settings.SERVICE_NAME}: ended" if feed.revoked_at else name_of(form),
            page=reverse("calendar"),
            address=reverse("saved_calendar", args=[feed.token]),
            events=events,
            dates_of=() if feed.revoked_at else dates_of(form),
            alarms=feed.alarms,
            now=timezone.now(),
        )

    if not feed.revoked_at and form.problem:
        return refused(form.problem)
    return answer(request, make, edition=edition, name="meetings", own=own, lasts=LOOK_AGAIN)


def _answer(
    request: HttpRequest,
    name: str,
    page: str,
    events: EventQuerySet,
    consultations: Iterable[Consultation] = (),
    file: str = "policing-in-the-open",
    query: str = "",
) -> HttpResponse:
    """`query` is the filter as we write it: what else stands in the address that was asked for is not repeated."""
    address = f"{request.path}?{query}" if query else request.path

    def make() -> bytes:
        return ics_feed.feed(
            name=name, page=page, address=address, events=events, dates_of=consultations, now=timezone.now()
        )

    return answer(request, make, edition=calendar_version.current(), name=file)
