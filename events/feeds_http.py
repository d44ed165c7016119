"""Calendars over HTTP: validators, 304, HEAD and gzip, and a memory that answers before anything else is done.

`answer` makes the response of a view. `remembered_feeds`, the outermost middleware, keeps what went out with all the
headers that the others set, as long as the edition of the calendars is the same (events/calendar_version.py). So a
subscriber who asks again costs no query, no session and no body; and what is kept never outlives a change.
"""

import gzip
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from events import calendar_version
from events.calendar_version import Edition
from events.remembered import Kept, Memory, asks_for_gzip, may_remember

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_TYPE = "text/calendar; charset=utf-8"
CACHE_CONTROL = "public, max-age=300"
LEVEL = 6


class FeedResponse(HttpResponse):
    """A calendar of one edition, or word that the subscriber has it; good for `lasts` seconds if that is given."""

    edition: Edition
    lasts: float | None = None


memory: Memory[str | Edition] = Memory(most=5000, most_bytes=64 * 1024 * 1024)


def answer(
    request: HttpRequest,
    make: Callable[[], bytes],
    *,
    edition: Edition,
    name: str,
    own: str = "",
    lasts: float | None = None,
) -> HttpResponse:
    """The calendar that `make` makes, or 304 without making it (RFC 9110 13; standards.md K10).

    `edition` is read before anything that goes into the body. `own` is what the body depends on beside the edition and
    the address. What depends on more than the edition is looked at again after `lasts` seconds.
    """
    zipped = asks_for_gzip(request)
    seed = calendar_version.digest(edition.tag, request.path, request.META["QUERY_STRING"], own)
    etag = quote_etag(f"{seed}-gzip" if zipped else seed)
    modified = int(edition.changed_at.timestamp())
    known = get_conditional_response(request, etag, modified)
    if known is not None and known.status_code != HttpResponseNotModified.status_code:
        return known
    response = FeedResponse(content_type=CONTENT_TYPE)
    if known is None:
        body = make()
        response.content = gzip.compress(body, LEVEL, mtime=0) if zipped else body
        response["Content-Length"] = str(len(response.content))
        response["Content-Disposition"] = f'inline; filename="{name}.ics"'
        if zipped:
            response["Content-Encoding"] = "gzip"
    else:
        response.status_code = known.status_code
        del response["Content-Type"]
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = CACHE_CONTROL
    response["Vary"] = "Accept-Encoding"
    response.edition, response.lasts = edition, lasts
    return response


def remembered_feeds(get_response: GetResponse) -> GetResponse:
    """Middleware: answers what it remembers, and remembers what is answered. First in the list."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.endswith(".ics") or not may_remember(request):
            return get_response(request)
        key = (request.path, request.META["QUERY_STRING"], asks_for_gzip(request), request.is_secure())
        kept = memory.get(key)
        if kept is not None and _is_true(kept, calendar_version.current()):
            again = kept.answer(request)
            if again is not None:
                return again
        response = get_response(request)
        if response.status_code == HttpResponseNotModified.status_code:
            del response["Content-Length"]  # CommonMiddleware says 0, which would be that of the calendar
        if isinstance(response, FeedResponse) and _is_public(response):
            edition, lasts = response.edition, response.lasts
            tag, until = (edition.tag, None) if lasts is None else (edition, time.monotonic() + lasts)
            modified = int(edition.changed_at.timestamp())
            memory.put(key, Kept[str | Edition].of(response, tag=tag, until=until, modified=modified))
        return response

    return middleware


def _is_true(kept: Kept[str | Edition], edition: Edition) -> bool:
    """What does not last is looked at again at each sign of a change, and when its time is over."""
    if kept.until is None:
        return kept.tag == edition.tag
    return kept.tag == edition and time.monotonic() < kept.until


def _is_public(response: HttpResponse) -> bool:
    """What staff see of a draft is theirs alone, and is not kept."""
    return response["Cache-Control"] == CACHE_CONTROL and not response.cookies
