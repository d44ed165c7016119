"""How to join a meeting, and places at it: asked for, confirmed, changed, given back. A GET never changes anything."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consult.actions import CannotBeDone
from consult.slugs import by_slug
from events import actions, gateway, links
from events.booking import (
    KNOWN,
    Booking,
    booking_at,
    goes_on,
    goes_on_the_list,
    hours_words,
    link_is_over,
    offer_ends_at,
    place_in_line,
    standing,
)
from events.forms_registration import BookingForm, PlacesForm
from events.models import Event, Registration

page_or_form = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponseBase]
State = Registration.State
CONFIRM_TIME, OFFER_TIME = hours_words(settings.EVENT_CONFIRM_TIME), hours_words(settings.EVENT_OFFER_TIME)


def private(referrer: str = "same-origin") -> Callable[[View], View]:
    """Decorator: what stands here is kept nowhere and found by no search.

    A page with a form keeps `same-origin`: with `no-referrer` browsers send `Origin: null`, which the check of forms
    refuses. Neither tells another website the address.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            response.headers["Referrer-Policy"] = referrer
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return wrapped

    return decorate


def by_signature(purpose: str) -> Callable[[View], View]:
    """Decorator: calls the view with the meeting, the registration and what is signed; a wrong link is told."""

    def decorate(view: View) -> View:
        @by_slug(lambda: Event.objects.for_list())
        @wraps(view)
        def wrapped(request: HttpRequest, event: Event, signed: str) -> HttpResponseBase:
            said = links.read(purpose, signed)
            row = event.registrations.filter(pk=said.registration_id, erased_at=None).first() if said else None
            if said is None or row is None:
                return render(request, "events/registration/no_link.html", {"event": event}, status=404)
            row.event = event
            return view(request, event, row, said)

        return wrapped

    return decorate


# --- how to join ----------------------------------------------------------------------------------


@private("no-referrer")
@require_safe
@by_slug(lambda: Event.objects.for_list())
def join(request: HttpRequest, event: Event) -> HttpResponse:
    """How to join, for everybody who may see it at this moment; otherwise when and how to get it."""
    return _gateway(request, event, None)


@private("no-referrer")
@require_safe
@by_signature(links.JOIN)
def join_registered(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """The same for one person who has a place."""
    return _gateway(request, event, registration)


def _gateway(request: HttpRequest, event: Event, registration: Registration | None) -> HttpResponse:
    way = gateway.way_in(event, registration)
    context = {
        "event": event,
        "registration": registration,
        "way": way,
        "join": way.details,
        "can_book": booking_at(event) is Booking.OPEN,
        "waits": goes_on_the_list(event),
        "is_preview": not event.is_published(),
    }
    return render(request, "events/registration/gateway.html", context)


# --- asking for a place -----------------------------------------------------------------------------


@private()
@page_or_form
@by_slug(lambda: Event.objects.for_list())
def book(request: HttpRequest, event: Event) -> HttpResponse:
    """Ask for places. The answer is the same whether or not the address is known."""
    booking = booking_at(event)
    event.count_places()
    waits = goes_on_the_list(event)
    form = BookingForm(request.POST if request.method == "POST" else None, event=event, waits=waits)
    if request.method == "POST" and booking is Booking.OPEN and form.is_valid():
        try:
            actions.book(event=event, **form.typed())
            return redirect("booking_sent", event.slug)
        except actions.NotNow as refused:  # it closed this very moment
            booking = refused.booking
    is_open = booking is Booking.OPEN
    context = {
        "event": event,
        "booking": booking.name,
        "form": form if is_open else None,
        "waits": waits,
        "offer_time": OFFER_TIME,
        "is_preview": not event.is_published(),
    }
    status = 403 if request.method == "POST" and not is_open else 200
    return render(request, "events/registration/book.html", context, status=status)


@private()
@require_safe
@by_slug(lambda: Event.objects.for_list())
def booking_sent(request: HttpRequest, event: Event) -> HttpResponse:
    """Look into your letters. It knows nobody: it can be reloaded, and tells a stranger nothing."""
    if not event.takes_registrations:
        raise Http404
    context = {"event": event, "confirm_time": CONFIRM_TIME, "most_letters": settings.EVENT_LETTERS_A_MEETING}
    return render(request, "events/registration/sent.html", context)


@private()
@page_or_form
@by_signature(links.CONFIRM)
def booking_confirm(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """What was asked for, and a button: programs that look into letters open links, but press nothing."""
    is_newest = said.stamp == links.stamp_of(registration.created_at)
    if registration.state != State.UNCONFIRMED and is_newest:
        return redirect(links.path(links.BOOKING, registration))
    if request.method == "POST":
        try:
            row = actions.confirm(registration=registration, stamp=said.stamp)
            return redirect(links.path(links.BOOKING, row))
        except (actions.LinkIsOver, actions.NotNow):
            pass  # told below
    booking = goes_on(event)
    event.count_places()
    can = is_newest and not link_is_over(registration) and booking is Booking.OPEN
    context = {
        "event": event,
        "registration": registration,
        "booking": booking.name,
        "is_newest": is_newest,
        "can": can,
        "waits": goes_on_the_list(event),
        "confirm_time": CONFIRM_TIME,
        "can_book_again": booking_at(event) is Booking.OPEN,
    }
    status = 200 if can else 403 if request.method == "POST" else 410
    return render(request, "events/registration/confirm.html", context, status=status)


# --- one's own place --------------------------------------------------------------------------------


@private()
@require_safe
@by_signature(links.BOOKING)
def booking(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """What one has, and what one can do with it."""
    return _booking(request, event, registration, is_saved="saved" in request.GET)


@private()
@page_or_form
@by_signature(links.BOOKING)
def booking_accept(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """Take the places that are offered. Opened, as after a reload, it leads back to the booking."""
    if request.method != "POST":
        return redirect(links.path(links.BOOKING, registration))
    try:
        actions.accept(registration=registration)
    except CannotBeDone:
        registration.refresh_from_db()
        return _booking(request, event, registration, too_late=True, status=409)
    return redirect(links.path(links.BOOKING, registration))


@private()
@page_or_form
@by_signature(links.BOOKING)
def booking_change(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """Another number of places, other needs."""
    if goes_on(event) is not Booking.OPEN or registration.state not in KNOWN:
        return redirect(links.path(links.BOOKING, registration))
    typed = request.POST if request.method == "POST" else None
    form = PlacesForm(typed, event=event, held=registration)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(registration=registration, **form.cleaned_data)
            return redirect(f"{links.path(links.BOOKING, registration)}?saved=yes")
        except actions.TooFew as few:
            form.say_how_many_are_left(few.left, registration.places)
        except CannotBeDone:  # it began, or the offer ran out: the page says so
            return redirect(links.path(links.BOOKING, registration))
    context = {"event": event, "registration": registration, "form": form}
    return render(request, "events/registration/change.html", context | _addresses(registration))


@private()
@page_or_form
@by_signature(links.BOOKING)
def booking_cancel(request: HttpRequest, event: Event, registration: Registration, said: links.Signed) -> HttpResponse:
    """Give the place back, after one more question."""
    if request.method == "POST":
        actions.cancel(registration=registration)
    if request.method == "POST" or registration.state not in KNOWN or event.is_over():
        return redirect(links.path(links.BOOKING, registration))
    context = {"event": event, "registration": registration, "booking": goes_on(event).name}
    return render(request, "events/registration/cancel.html", context | _addresses(registration))


def _booking(
    request: HttpRequest,
    event: Event,
    registration: Registration,
    *,
    too_late: bool = False,
    is_saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    if registration.state == State.UNCONFIRMED:  # asked for anew since: one and the same person has both letters
        return redirect(links.path(links.CONFIRM, registration))
    state, goes = standing(registration), goes_on(event)
    event.count_places()
    context = {
        "event": event,
        "registration": registration,
        "state": state.value,
        "booking": goes.name,
        "can_take": goes is Booking.OPEN and (state == State.OFFERED or _can_just_take(registration)),
        "can_change": goes is Booking.OPEN and state in KNOWN,
        "can_book_again": booking_at(event) is Booking.OPEN,
        "waits": goes_on_the_list(event),
        "position": place_in_line(registration),
        "offer_time": OFFER_TIME,
        "too_late": too_late,
        "is_saved": is_saved,
        "join_path": links.path(links.JOIN, registration) if event.needs_join_details else "",
    }
    return render(request, "events/registration/booking.html", context | _addresses(registration), status=status)


def _can_just_take(registration: Registration) -> bool:
    """Whether somebody who waits may take what is free unasked: once it is too late for offers, who is quickest may."""
    left = registration.event.places_free
    fits = left is None or registration.places <= left
    return registration.state == State.WAITING and fits and not offer_ends_at(registration.event, timezone.now())


def _addresses(registration: Registration) -> dict[str, str]:
    return {"signed": links.sign(links.BOOKING, registration), "booking_path": links.path(links.BOOKING, registration)}
