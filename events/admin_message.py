"""A page on which staff write to the people of a meeting: write, look at it, send."""

from typing import Any, TypeAlias
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consult.actions import CannotBeDone
from events import actions
from events.audiences import Audience, people_of
from events.forms_message import MessageForm
from events.models import Event

WRITE = "events.change_registration"
Screens: TypeAlias = "admin.ModelAdmin[Event]"


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, screens: Screens, event: Event) -> HttpResponse:
    """Three buttons: look at it; then `send`, or `change` it first. Only what was looked at is sent."""
    if not request.user.has_perm(WRITE):
        raise PermissionDenied
    people = people_of(event)
    counts = {audience: len(audience.of(people)) for audience in Audience}
    typed = request.POST if request.method == "POST" else None
    form = MessageForm(typed, counts=counts, initial={"key": uuid4(), "to": Audience.PLACES})
    is_good = event.is_published() and form.is_valid()
    if is_good and "send" in request.POST and form.was_seen() and _send(request, event, form):
        return redirect("admin:events_event_message", event.pk)
    looks = is_good and "change" not in request.POST and not form.errors
    context = {
        **screens.admin_site.each_context(request),
        "title": f"Write to those who booked: {event}",
        "heading": "Write to those who booked",
        "opts": screens.opts,
        "event": event,
        "form": form,
        "looks": looks,
        "is_published": event.is_published(),
        "nobody": not people,
    }
    return TemplateResponse(request, "admin/events/message.html", context)


def _send(request: HttpRequest, event: Event, form: MessageForm) -> bool:
    """Whether it was sent; otherwise the form says why not."""
    asked: dict[str, Any] = {name: form.cleaned_data[name] for name in ("subject", "text")}
    asked |= {"by": request.user, "key": str(form.cleaned_data["key"]), "kinds": form.kinds()}
    try:
        count = actions.write_to_registered(event=event, to=form.audience(), **asked)
    except CannotBeDone as problem:
        form.add_error(None, str(problem))
        return False
    messages.success(request, f"{count} letter{' is' if count == 1 else 's are'} on the way.")
    return True
