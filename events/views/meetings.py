"""Meetings to find: as a list, as a month, by place; and one meeting."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from consult import dates
from consult.models import Consultation
from consult.slugs import by_slug
from events import calendar_links, months, whereabouts
from events.booking import booking_at
from events.forms import TIMES, EventFilter
from events.models import Event, EventChange
from events.months import Month
from events.pages_http import render_page
from events.structured import event_data

View = Callable[..., HttpResponse]

EVENTS_PER_PAGE = 25


def without_empty_boxes(view: View) -> View:
    """Decorator: an address holds what somebody chose; a form with empty boxes leads to the address without them."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = [(name, value) for name, values in request.GET.lists() for value in values]
        chosen = [(name, value) for name, value in typed if value.strip()]
        if len(chosen) < len(typed):
            return redirect(f"{request.path}?{urlencode(chosen)}" if chosen else request.path)
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@without_empty_boxes
def event_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come, or past ones, narrowed by the filter in the query."""
    form = EventFilter(request.GET)
    form.is_valid()  # a value that is not in a list is told beside its field, and narrows nothing
    # The keys of all, then the rows of one page: with thousands of meetings quicker than counting and sorting rows.
    keys = list(form.events().values_list("pk", flat=True))
    number = request.GET.get("page", "1")
    page = Paginator(keys, EVENTS_PER_PAGE).get_page(number if number.strip("0").isdecimal() else 1)
    rows = Event.objects.published().for_rows().in_bulk(page.object_list)
    events = [rows[key] for key in page.object_list if key in rows]
    chosen = form.chosen(with_counts=not events)
    context = {
        "form": form,
        "page": page,
        "events": events,
        "query": form.query(),
        "chosen": chosen,
        "wider": sorted((each for each in chosen if each.count), key=lambda each: -(each.count or 0)),
    }
    return render_page(request, "events/event_list.html", context, shows=_shown(form, events))


def _shown(form: EventFilter, events: Iterable[Event]) -> Iterable[Event] | None:
    """The meetings whose places a page tells of; None where it depends on the places of all."""
    return None if "free" in form.asked() else events


@require_safe
def this_month(request: HttpRequest) -> HttpResponse:
    """To the month that it is in London, with the same filter."""
    query = request.META["QUERY_STRING"]
    address = reverse("events_month", args=[str(Month.of(timezone.localdate()))])
    return redirect(f"{address}?{query}" if query else address)


@require_safe
@without_empty_boxes
def event_month(request: HttpRequest, month: str) -> HttpResponse:
    """The meetings of one month as a table, and the days on which consultations close."""
    try:
        shown = Month.parse(month)
    except ValueError as error:
        raise Http404(str(error)) from None
    form = EventFilter(request.GET, without=TIMES)
    form.is_valid()
    today = timezone.localdate()
    events = list(form.narrow(Event.objects.published()).between(shown.first_day, shown.last_day).for_rows())
    things = [(event.day, event) for event in events if event.day]
    weeks = months.weeks(shown, [*_closings(form, shown), *things], today)
    context = {
        "form": form,
        "month": shown,
        "count": len(events),
        "weekdays": months.WEEKDAYS,
        "weeks": weeks,
        "is_bare": all(week.is_empty for week in weeks),
        "chosen": form.chosen(),
        "query": form.query(),
        **_around(form, shown, Month.of(today), is_empty=not events),
    }
    return render_page(request, "events/event_month.html", context, shows=_shown(form, events))


def _closings(form: EventFilter, month: Month) -> list[tuple[Any, Consultation]]:
    """The consultations that close in this month, each with its last day."""
    closing = Consultation.objects.published().filter(
        closes_at__gt=dates.at(month.first_day), closes_at__lte=dates.end_of(month.last_day)
    )
    if asked := form.cleaned_data.get("consultation"):
        closing = closing.filter(pk=asked.pk)
    rows = closing.only("title", "slug", "closes_at").order_by("closes_at", "title")
    return [(dates.last_day(row.closes_at), row) for row in rows if row.closes_at]


def _around(form: EventFilter, shown: Month, present: Month, *, is_empty: bool) -> dict[str, Any]:
    """Where to go from a month: no further than there are meetings, or the present month; from an empty one, onward."""
    events = Event.objects.published().order_by()
    has_earlier = shown > present or events.filter(starts_at__lt=dates.at(shown.first_day)).exists()
    later = Event.objects.published().filter(starts_at__gte=dates.end_of(shown.last_day))
    has_later = shown < present or later.order_by().exists()
    found = {"previous": shown.plus(-1) if has_earlier else None, "next": shown.plus(1) if has_later else None}
    around: dict[str, Any] = {name: month if month and month.is_within_reach else None for name, month in found.items()}
    if is_empty:
        around["next_event"] = form.narrow(later).order_by("starts_at", "id").only("starts_at", "slug", "title").first()
    return around | {"present": present, "is_present": shown == present}


@require_safe
@without_empty_boxes
def event_where(request: HttpRequest) -> HttpResponse:
    """Meetings by borough, and those online: how many, and when the next one is. No map: words that anybody can use."""
    form = EventFilter(request.GET, aside=["borough", "format"])
    form.is_valid()
    goes_ahead = ~Q(last_change__in=EventChange.OFF)
    counted = (
        form.events()
        .with_last_change()
        .order_by()
        .values("format", "venue__borough")
        .annotate(
            count=Count("pk"), first=Min("starts_at", filter=goes_ahead), last=Max("starts_at", filter=goes_ahead)
        )
    )
    context = {
        "form": form,
        "places": whereabouts.by_place(counted),
        "chosen": form.chosen(),
        "query": form.query("borough", "format"),
    }
    return render_page(request, "events/event_where.html", context, shows=_shown(form, []))


@require_safe
@by_slug(lambda: Event.objects.for_list())
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """One meeting: when, where, how to join, what is provided, and afterwards what came of it."""
    event.count_places()
    context = {
        "event": event,
        "consultation": event.consultation,
        "booking": booking_at(event).name,
        "join": event.public_join_details(),
        "is_over": event.is_over(),
        "is_preview": not event.is_published(),
        "today": timezone.localdate(),
        "google_url": calendar_links.google(event),
        "outlook_url": calendar_links.outlook(event),
        "map_url": calendar_links.on_a_map(event.venue) if event.venue else "",
        "structured": event_data(event),
    }
    return render_page(request, "events/event.html", context, shows=[event])
