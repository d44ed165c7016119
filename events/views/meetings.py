"""The list of meetings, and one meeting."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consult.slugs import by_slug
from events.forms import EventFilter
from events.models import Event
from events.structured import event_data

EVENTS_PER_PAGE = 25


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come, or past ones, narrowed by the filter in the query."""
    form = EventFilter(request.GET)
    form.is_valid()  # a value that is not in a list is told beside its field, and narrows nothing
    page = Paginator(form.events().for_list(), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "events/event_list.html", {"form": form, "page": page, "query": query.urlencode()})


@require_safe
@by_slug(lambda: Event.objects.for_list())
def event(request: HttpRequest, event: Event) -> HttpResponse:
    """One meeting: when, where, how to join, what is provided."""
    context = {
        "event": event,
        "consultation": event.consultation,
        "join": event.public_join_details(),
        "is_over": event.is_over(),
        "is_preview": not event.is_published(),
        "structured": event_data(event),
    }
    return render(request, "events/event.html", context)
