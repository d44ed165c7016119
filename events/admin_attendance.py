"""Who comes to a meeting: a list to print, a page for the door, access needs, an export. Each look is on record."""

from typing import Any, TypeAlias

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consult.actions import CannotBeDone
from events import actions, emails
from events.admin_message import message
from events.audiences import came_through_the_door, people_of
from events.exports import attendance_csv
from events.models import Event, Registration

LOOK, MARK, PUBLISH = "events.view_attendance", "events.change_registration", "events.change_event"
PRESSED = "pressed_at_the_door"  # in the session, from a press to the page that follows it
State = Registration.State
Screens: TypeAlias = "admin.ModelAdmin[Event]"


def urls_of(screens: Screens) -> list[URLPattern]:
    """The pages of one meeting, under its key."""
    pages = {"attendance": attendance, "checkin": check_in, "needs": needs, "export": export, "message": message}
    pages |= {"count": publish_count}

    def page(view: Any) -> Any:
        def shown(request: HttpRequest, object_id: str) -> HttpResponse:
            response: HttpResponse = view(request, screens, _event(request, screens, object_id))
            return response

        return screens.admin_site.admin_view(shown)

    return [path(f"<path:object_id>/{name}/", page(view), name=f"events_event_{name}") for name, view in pages.items()]


def _event(request: HttpRequest, screens: Screens, object_id: str) -> Event:
    """The meeting, if the person finds it in the list and may see who comes."""
    if not request.user.has_perm(LOOK):
        raise PermissionDenied
    event: Event | None = screens.get_object(request, unquote(object_id))
    if event is None:
        raise Http404
    return event


@require_GET
def attendance(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    return _page(request, screens, event, "attendance", "Who comes")


@require_GET
def needs(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    """What people need, without their names: to pass on to the venue."""
    return _page(request, screens, event, "needs", "What people need to take part")


@require_GET
def export(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    actions.look_at_people(event=event, how="export-attendance", by=request.user)  # type: ignore[arg-type]
    # With a mark by which Excel knows the letters.
    table = attendance_csv(people_of(event)).encode("utf-8-sig")
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="attendance-{event.slug}.csv"'
    return response


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    """The page for the door: one button a person."""
    if request.method == "GET":
        return _page(request, screens, event, "checkin", "Check-in")
    if not request.user.has_perm(MARK):
        raise PermissionDenied
    key = request.POST.get("registration", "")
    row = event.registrations.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    if row is None:
        raise Http404
    before = row.attended_at
    try:
        row = actions.check_in(registration=row, came=request.POST.get("came") == "yes", by=request.user)  # type: ignore[arg-type]
        if row.attended_at != before:
            request.session[PRESSED] = event.pk
    except CannotBeDone as problem:
        messages.error(request, str(problem))
    return redirect(f"{request.path}#person-{row.pk}")


@require_POST
def publish_count(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    """Say in public that as many came as were checked in."""
    if not request.user.has_perm(PUBLISH):
        raise PermissionDenied
    try:
        event = actions.publish_count(event=event, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"The page of the meeting says how many came: {event.attendance}.")
    except CannotBeDone as problem:
        messages.error(request, str(problem))
    return redirect("admin:events_event_attendance", event.pk)


def _page(request: HttpRequest, screens: Screens, event: Event, name: str, title: str) -> HttpResponse:
    if name != "checkin" or request.session.pop(PRESSED, None) != event.pk:  # else the press itself is on record
        actions.look_at_people(event=event, how=f"look-at-{name}", by=request.user)  # type: ignore[arg-type]
    people = people_of(event)
    came = came_through_the_door(event)
    coming = [row for row in people if row.state == State.CONFIRMED]
    context = {
        **screens.admin_site.each_context(request),
        "title": f"{title}: {event}",
        "heading": title,
        "opts": screens.opts,
        "event": event,
        "people": people,
        "places": sum(row.places for row in coming),
        "came": came,
        "offers_count": came and came != event.attendance and event.is_over() and request.user.has_perm(PUBLISH),
        "not_reached": [] if name == "needs" else emails.not_reached(people),  # that page has no names
        "with_needs": [row for row in people if row.access_needs.strip()],
        "forgotten": event.registrations.filter(erased_at__isnull=False).count(),
        "may_mark": request.user.has_perm(MARK),
    }
    return TemplateResponse(request, f"admin/events/{name}.html", context)
