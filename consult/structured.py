"""Structured data for search engines (schema.org, JSON-LD). Public facts only."""

from typing import Any

from django.conf import settings

from consult.models import Consultation, Update

PUBLISHER = {"@type": "GovernmentOrganization", "name": "Mayor's Office for Policing and Crime"}


def absolute(path: str) -> str:
    """The full address of a path of this portal."""
    return f"{settings.SITE_URL}{path}"


def consultation_data(consultation: Consultation) -> dict[str, Any]:
    """A consultation as schema.org GovernmentService."""
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": consultation.title,
        "description": consultation.summary,
        "serviceType": "Public consultation",
        "provider": PUBLISHER,
        "areaServed": {"@type": "City", "name": "London"},
        "url": absolute(consultation.get_absolute_url()),
    }


def update_data(update: Update) -> dict[str, Any]:
    """News as schema.org NewsArticle. `datePublished` carries its offset."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": update.title,
        "description": update.summary,
        "datePublished": update.publish_at.isoformat() if update.publish_at else None,
        "dateModified": update.modified_at.isoformat(),
        "publisher": PUBLISHER,
        "url": absolute(update.get_absolute_url()),
    }
