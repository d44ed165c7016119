"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """The portal's name and address, the e-mail address that people may write to, and the times it promises."""
    return {
        "service_name": settings.SERVICE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "draft_days": settings.DRAFT_LIFETIME.days,
        "grace_minutes": int(settings.CLOSING_GRACE.total_seconds() // 60),
        "letter_days": settings.LETTER_LIFETIME.days,
        "forget_days": settings.EVENT_FORGET_DAYS,
        "canonical_url": settings.SITE_URL + request.path,
    }
