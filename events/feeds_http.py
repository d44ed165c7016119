"""Calendars over HTTP: validators, 304, HEAD and gzip, and a memory that answers before anything else is done.

`answer` makes the response of a view. `remembered_feeds`, the outermost middleware, keeps what went out with all the
headers that the others set, as long as the edition of the calendars is the same (events/calendar_version.py). So a
subscriber who asks again costs no query, no session and no body; and what is kept never outlives a change.
"""

import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from events import calendar_version
from events.calendar_version import Edition, Marker

GetResponse = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, str, bool, bool]

CONTENT_TYPE = "text/calendar; charset=utf-8"
CACHE_CONTROL = "public, max-age=300"
MOST_BYTES = 64 * 1024 * 1024  # of bodies that one process keeps
MOST_FEEDS = 5000
LEVEL = 6


class FeedResponse(HttpResponse):
    """A calendar of one edition, or word that the subscriber has it; good for `lasts` seconds if that is given."""

    edition: Edition
    lasts: float | None = None


@dataclass(frozen=True)
class Kept:
    edition: str
    marker: Marker
    until: float | None  # by time.monotonic()
    etag: str
    modified: int
    headers: dict[str, str]
    slim_headers: dict[str, str]  # those of a 304
    body: bytes | None  # not known where nobody has asked for it yet


class Memory:
    """What was answered lately, the oldest forgotten first; all of one edition."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._edition = ""
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key, edition: Edition) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None or kept.edition != edition.tag:
            return None
        if kept.until is not None and (time.monotonic() >= kept.until or kept.marker != edition.marker):
            return None
        return kept

    def put(self, key: Key, kept: Kept) -> None:
        with self._lock:
            if kept.edition != self._edition:
                self._clear(kept.edition)
            before = self._kept.pop(key, None)
            if before and kept.body is None and before.etag == kept.etag:
                kept = replace(kept, headers=before.headers, body=before.body)
            self._bytes += len(kept.body or b"") - len(before.body or b"" if before else b"")
            self._kept[key] = kept
            while len(self._kept) > MOST_FEEDS or self._bytes > MOST_BYTES:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body or b"")

    def clear(self) -> None:
        with self._lock:
            self._clear("")

    def _clear(self, edition: str) -> None:
        self._edition, self._bytes = edition, 0
        self._kept.clear()


memory = Memory()


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


def asks_for_gzip(request: HttpRequest) -> bool:
    """Whether gzip is named among the encodings and not refused (RFC 9110 12.5.3). A star is no wish for it."""
    header = request.META.get("HTTP_ACCEPT_ENCODING", "")
    if "gzip" not in header:
        return False
    for part in header.split(","):
        coding, _, quality = part.partition(";")
        if coding.strip().lower() == "gzip":
            return quality.replace(" ", "").rstrip("0") not in {"q=", "q=0."}
    return False


def remembered_feeds(get_response: GetResponse) -> GetResponse:
    """Middleware: answers what it remembers, and remembers what is answered. First in the list."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Inside a transaction (a test) nothing is remembered: it may never be committed.
        if not request.path_info.endswith(".ics") or connection.in_atomic_block or not _is_ordinary(request):
            return get_response(request)
        key = (request.path, request.META["QUERY_STRING"], asks_for_gzip(request), request.is_secure())
        kept = memory.get(key, calendar_version.current())
        if kept is not None:
            if request.META.get("HTTP_IF_NONE_MATCH") == kept.etag:
                return HttpResponseNotModified(headers=kept.slim_headers)
            known = get_conditional_response(request, kept.etag, kept.modified)
            if known is not None and known.status_code == HttpResponseNotModified.status_code:
                return HttpResponseNotModified(headers=kept.slim_headers)
            if known is None and kept.body is not None:
                return HttpResponse(b"" if request.method == "HEAD" else kept.body, headers=kept.headers)
        response = get_response(request)
        if response.status_code == HttpResponseNotModified.status_code:
            del response["Content-Length"]  # CommonMiddleware says 0, which would be that of the calendar
        if isinstance(response, FeedResponse) and _is_public(response):
            memory.put(key, _kept(response))
        return response

    return middleware


def _is_ordinary(request: HttpRequest) -> bool:
    """Whether the other middleware would let it through as it is: right method, known host, over https where wanted."""
    if request.method not in {"GET", "HEAD"}:
        return False
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def _is_public(response: HttpResponse) -> bool:
    """What staff see of a draft is theirs alone, and is not kept."""
    return response["Cache-Control"] == CACHE_CONTROL and not response.cookies


def _kept(response: FeedResponse) -> Kept:
    headers = dict(response.items())
    slim = {name: value for name, value in headers.items() if not name.startswith("Content-") or "Security" in name}
    is_whole = response.status_code == 200
    return Kept(
        edition=response.edition.tag,
        marker=response.edition.marker,
        until=None if response.lasts is None else time.monotonic() + response.lasts,
        etag=headers["ETag"],
        modified=int(response.edition.changed_at.timestamp()),
        headers=headers,
        slim_headers=slim,
        body=response.content if is_whole else None,
    )
