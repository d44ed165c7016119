"""Every public page of consultations, for search engines."""

from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from consult.models import Consultation, Publishable, PublishableQuerySet, Theme, Update

M = TypeVar("M")

PAGES = [
    "home",
    "consultations",
    "updates",
    "events",
    "events_where",
    "calendar",
    "accessibility",
    "privacy",
    "cookies",
    "contact",
]


class PortalSitemap(Sitemap[M]):
    """Addresses as SITE_URL has them, whatever host was asked, as in feeds and calendars."""

    def get_domain(self, site: Any = None) -> str:
        return str(urlsplit(settings.SITE_URL).netloc)

    def get_protocol(self, protocol: str | None = None) -> str:
        return str(urlsplit(settings.SITE_URL).scheme)


class PageSitemap(PortalSitemap[str]):
    def items(self) -> list[str]:
        return PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class ConsultationSitemap(PortalSitemap[Consultation]):
    def items(self) -> QuerySet[Consultation]:
        return Consultation.objects.published()


class ThemeSitemap(PortalSitemap[Theme]):
    def items(self) -> QuerySet[Theme]:
        published = Consultation.objects.published()
        return Theme.objects.filter(consultation__in=published).select_related("consultation").order_by("pk")


class MeetingSitemap(PortalSitemap[Publishable]):
    def items(self) -> list[Publishable]:
        meetings: PublishableQuerySet[Publishable] = Consultation.events.rel.related_model.objects.published()  # type: ignore[attr-defined]
        return list(meetings.order_by("pk"))


class QuestionnaireSitemap(PortalSitemap[Any]):
    """The pages on which an answer is begun."""

    def items(self) -> list[Any]:
        asked: Any = Consultation.questionnaires.rel.related_model.objects.public()  # type: ignore[attr-defined]
        public = asked.filter(consultation__in=Consultation.objects.published())
        return list(public.select_related("consultation").order_by("pk"))


class UpdateSitemap(PortalSitemap[Update]):
    def items(self) -> QuerySet[Update]:
        return Update.objects.published()

    def lastmod(self, item: Update) -> datetime:
        return item.modified_at
