"""A staff session ends after a while without use, and at the end of a working day in any case (ASVS 7.3)."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("consult.sign_in")

BEGAN, SEEN = "session_began", "session_seen"
NOTED_EVERY = 60  # seconds: not each request writes a session


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out who has been away for too long. Residents have no session, and none is looked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _end_or_note(request, time.time())
        return get_response(request)

    return middleware


def _end_or_note(request: HttpRequest, now: float) -> None:
    began = request.session.setdefault(BEGAN, now)
    seen = request.session.setdefault(SEEN, now)
    idle = now - seen > settings.STAFF_IDLE_LIMIT.total_seconds()
    if idle or now - began > settings.STAFF_SESSION_LIMIT.total_seconds():
        log.info("Session of account %s ended: %s", request.user.pk, "not used" if idle else "a day long")
        logout(request)
    elif now - seen >= NOTED_EVERY:
        request.session[SEEN] = now
