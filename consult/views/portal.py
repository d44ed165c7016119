"""Pages about the portal itself, and what machines ask it."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

STATEMENT_PREPARED = date(2026, 11, 20)  # the day on which somebody last walked all pages against WCAG 2.2 AA
COOKIES = [
    {
        "name": settings.CSRF_COOKIE_NAME,
        "when": "When you open a form.",
        "what": "A random value that shows that the form you send is the one that we gave you.",
        "kept": "Until you close your browser.",
    },
    {
        "name": settings.SESSION_COOKIE_NAME,
        "when": "When a member of staff signs in. Residents never get it.",
        "what": "Keeps staff signed in.",
        "kept": "12 hours at most.",
    },
]


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (PSBAR 2018, model wording)."""
    return render(request, "consult/accessibility.html", {"prepared": STATEMENT_PREPARED})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "consult/privacy.html")


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Every cookie that the portal can set, from the settings that name them."""
    return render(request, "consult/cookies.html", {"cookies": COOKIES})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "consult/contact.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines, feeds too (K11); answers being written and staff pages may not."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /consultations/*/respond/*/"]
    return _text([*lines, "", f"Sitemap: {settings.SITE_URL}/sitemap.xml"])


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116); expires within a year, as 2.5.5 recommends."""
    midnight = datetime.combine(timezone.now().date(), datetime.min.time(), tzinfo=UTC)
    return _text(
        [
            f"Contact: mailto:{settings.SECURITY_EMAIL}",
            f"Expires: {midnight + timedelta(days=180):%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: en",
            f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
            "# We answer every report within 48 hours.",
        ]
    )


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok` where the database answers, else 503: for whoever keeps the portal running."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever the driver raises: the answer is that it is not well
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
