"""Pages of meetings over HTTP: sent again from memory as long as nothing that they show has changed.

Most visitors see the same page. A view answers with `render_page` and says what meetings it shows. The middleware
`remembered_pages` keeps what went out and sends it again while

- the edition is the same: it changes with what staff change (events/calendar_version.py);
- as many places are held at the meetings shown as then: asked each time, in one query;
- the minute is the same: meetings begin and end, booking opens and closes on full minutes. And what the edition is not
  told of (a hand in the shell) shows when the minute is over;
- whoever asks has no session: staff see drafts, and at once what they changed.
"""

import gzip
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import quote_etag

from events import calendar_version
from events.models import Event, Registration
from events.remembered import Kept, Memory, asks_for_gzip, may_remember

GetResponse = Callable[[HttpRequest], HttpResponse]
Places = frozenset[tuple[int, int, int]]  # meeting, its places, how many of them are held or kept

PAGES = "/events/"  # as consult/urls.py has it
MINUTE = 60  # seconds


class Shown(NamedTuple):
    """What a page was made from."""

    edition: str
    minute: int
    places: Places


class Page(HttpResponse):
    """A page that may be kept while `places` are held."""

    places: Places


memory: Memory[Shown] = Memory(most=5000, most_bytes=32 * 1024 * 1024)


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, shows: Iterable[Event] | None
) -> HttpResponse:
    """Render a page that may be kept.

    `shows`: all meetings whose places it tells of, each with its places counted; None where the places of any meeting
    may change what it shows: then it is made anew each time.
    """
    whole = render(request, template, context)
    if shows is None:
        return whole
    response = Page(whole.content)
    response.places = frozenset(
        (event.pk, event.capacity, event.places_held) for event in shows if event.capacity is not None
    )
    response["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:24])
    response["Cache-Control"] = "no-cache"  # keep it, and ask each time whether it still is so
    return response


def remembered_pages(get_response: GetResponse) -> GetResponse:
    """Middleware: answers what it remembers, and remembers what is answered. Before those that look at the person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not request.path_info.startswith(PAGES) or has_session or not may_remember(request):
            return get_response(request)
        zipped = asks_for_gzip(request)
        key = (request.path, request.META["QUERY_STRING"], zipped, request.is_secure())
        edition, minute = calendar_version.current().pages, int(time.time()) // MINUTE  # before anything is read
        kept = memory.get(key)
        if kept is not None and kept.tag == Shown(edition, minute, _held(kept.tag.places)):
            again = kept.answer(request)
            if again is not None:
                return again
        response = get_response(request)
        # A cookie would be somebody's own, such as the one that a form needs.
        if not isinstance(response, Page) or response.cookies or "no-store" in response["Cache-Control"]:
            return response
        if zipped:
            zip_up(response)
        patch_vary_headers(response, ["Accept-Encoding"])
        kept = Kept.of(response, tag=Shown(edition, minute, response.places))
        memory.put(key, kept)
        return kept.answer(request) or response

    return middleware


def zip_up(response: HttpResponse) -> None:
    """Compress a page. It holds nothing secret and nothing that somebody typed beside a secret (BREACH)."""
    response.content = gzip.compress(response.content, mtime=0)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = f'{response["ETag"][:-1]}-gzip"'


def _held(places: Places) -> Places:
    """The same meetings with what is held or kept now; asks nothing where none has a limit.

    As `places_held` says it, by a query that costs less to put together: it is asked for each page sent from memory.
    """
    if not places:
        return places
    rows = Registration.objects.holding_or_waiting().filter(event__in=[event for event, _, _ in places]).order_by()
    held, waits = Counter[int](), set[int]()
    for event, state, total in rows.values_list("event", "state").annotate(Sum("places")):
        held[event] += total
        if state == Registration.State.WAITING:
            waits.add(event)
    return frozenset((event, most, most if event in waits else held[event]) for event, most, _ in places)
