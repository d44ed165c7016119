"""What went out lately, kept in the memory of one process to be sent again while it is true. The unasked goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An answer with the headers that all middleware set; true while `tag` is current, and not beyond `until`."""

    tag: T
    until: float | None  # by the clock of the middleware that keeps it
    etag: str
    modified: int | None  # seconds since 1970
    headers: dict[str, str]
    body: bytes | None  # not known where nobody has asked for it yet
    slim_headers: dict[str, str]  # those of a 304

    @classmethod
    def of(
        cls, response: HttpResponse, *, tag: T, until: float | None = None, modified: int | None = None
    ) -> "Kept[T]":
        """A response with an ETag, whole or 304, as it leaves the outermost middleware."""
        headers = dict(response.items())
        slim = {name: value for name, value in headers.items() if not name.startswith("Content-") or "Security" in name}
        body = response.content if response.status_code == HttpResponse.status_code else None
        return cls(tag, until, headers["ETag"], modified, headers, body, slim)

    def answer(self, request: HttpRequest) -> HttpResponse | None:
        """What to send: 304 to whoever has it, nothing of a body to HEAD; None where the view must be asked."""
        if request.META.get("HTTP_IF_NONE_MATCH") == self.etag:
            return HttpResponseNotModified(headers=self.slim_headers)
        known = get_conditional_response(request, self.etag, self.modified)
        if known is not None and known.status_code == HttpResponseNotModified.status_code:
            return HttpResponseNotModified(headers=self.slim_headers)
        if known is None and self.body is not None:
            return HttpResponse(b"" if request.method == "HEAD" else self.body, headers=self.headers)
        return None


class Memory(Generic[T]):
    """At most so many answers with so many bytes together."""

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.clear()

    def clear(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Kept[T]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Kept[T] | None:
        """What is asked for stays longest: nobody drives it out with addresses that they made up."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, kept: Kept[T]) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            if before and kept.body is None and before.etag == kept.etag:
                kept = replace(kept, headers=before.headers, body=before.body)
            self._bytes += len(kept.body or b"") - len(before.body or b"" if before else b"")
            self._kept[key] = kept
            while len(self._kept) > self.most or self._bytes > self.most_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body or b"")


def may_remember(request: HttpRequest) -> bool:
    """Whether the other middleware would let it through as it is: right method, known host, over https where wanted.

    Inside a transaction (a test) nothing is remembered: it may never be committed.
    """
    if request.method not in {"GET", "HEAD"} or connection.in_atomic_block:
        return False
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


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
