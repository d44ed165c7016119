"""Putting a calendar together, changing it and ending it. No account: who has the address may."""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events import actions
from events.calendar_links import webcal
from events.forms_feed import SavedFeedForm
from events.models import SavedFeed

TOKEN = re.compile(r"[\w-]{32}", re.ASCII)
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page_or_form
def save_calendar(request: HttpRequest) -> HttpResponse:
    """The form. Its hidden key becomes the edit address, so that pressing the button twice saves one calendar."""
    key = request.POST.get("key", "")
    if not TOKEN.fullmatch(key):
        key = actions.new_edit_token()
    if request.method == "POST":
        form = SavedFeedForm(request.POST)
        if form.is_valid():
            try:
                actions.save_feed(filters=form.filters, alarms=form.cleaned_data["alarms"], edit_token=key)
                return redirect("edit_saved_calendar", key)
            except actions.NotYet as wait:
                return _wait(request, form, key, wait)
    else:
        asked = {name: request.GET.getlist(name) for name in SavedFeedForm.base_fields}
        form = SavedFeedForm(
            initial={name: values if len(values) > 1 else "".join(values) for name, values in asked.items()}
        )
    return render(request, "events/feed/save.html", {"form": form, "key": key})


def _wait(request: HttpRequest, form: SavedFeedForm, key: str, wait: actions.NotYet) -> HttpResponse:
    """The form with all that was chosen, and a calendar without reminders that can be had at once."""
    path = f"{reverse('portal_calendar')}?{form.query('alarms')}".rstrip("?")
    form.add_error(None, str(wait))
    context = {"form": form, "key": key, "webcal_url": webcal(path), "https_url": f"{settings.SITE_URL}{path}"}
    response = render(request, "events/feed/save.html", context, status=429)
    response["Retry-After"] = str(wait.seconds)
    return response


@never_cache
@page_or_form
def edit_saved_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar's address, and the form to change or end it. The address of this page is the only key to it."""
    feed = SavedFeed.objects.filter(edit_key=actions.edit_key_of(token)).first()
    if feed is None:
        raise Http404("There is no such calendar.")
    form = SavedFeedForm(initial={**feed.filters, "alarms": feed.alarms})
    if request.method == "POST" and not feed.revoked_at:
        if "end" in request.POST:
            if request.POST["end"] != "sure":
                return render(request, "events/feed/end.html", {"feed": feed})
            actions.revoke_feed(feed=feed)
            return redirect("edit_saved_calendar", token)
        form = SavedFeedForm(request.POST)
        if form.is_valid():
            actions.change_feed(feed=feed, filters=form.filters, alarms=form.cleaned_data["alarms"])
            # No redirect to an address that says so: people keep the address. Sent again, it changes nothing more.
            return render(request, "events/feed/edit.html", _context(request, feed, form) | {"was_changed": True})
    return render(request, "events/feed/edit.html", _context(request, feed, form))


def _context(request: HttpRequest, feed: SavedFeed, form: SavedFeedForm) -> dict[str, Any]:
    address = reverse("saved_calendar", args=[feed.token])
    return {
        "feed": feed,
        "form": form,
        "https_url": f"{settings.SITE_URL}{address}",
        "webcal_url": webcal(address),
        "edit_url": f"{settings.SITE_URL}{request.path}",
    }
