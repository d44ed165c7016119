"""Says to staff what speaks against the time of a meeting, with links, and lets them go on."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from events.clashes import clashes_of
from events.deadlines import deadlines
from events.models import Event


def warn_of_clashes(request: HttpRequest, event: Event) -> None:
    for clash in clashes_of(event):
        if clash.other is None:
            messages.warning(request, f"“{event}”: {clash.words}")
            continue
        link = reverse("admin:events_event_change", args=[clash.other.pk])
        said = format_html('“{}”: {} <a href="{}">{}</a>', event, clash.words, link, clash.other)
        messages.warning(request, said)


def tell_deadlines(request: HttpRequest, event: Event) -> None:
    """By when people book and ask, now that a meeting has moved."""
    if stands := "; ".join(f"{what}: {when}" for what, when in deadlines(event)):
        messages.info(request, f"As it stands now: {stands}.")
