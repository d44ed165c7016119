"""Every public page of consultations, for search engines."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from consult.models import Consultation, Publishable, Theme, Update

PAGES = ["home", "consultations", "updates", "events", "calendar", "accessibility", "privacy", "cookies", "contact"]


class PageSitemap(Sitemap[str]):
    def items(self) -> list[str]:
        return PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class ConsultationSitemap(Sitemap[Consultation]):
    def items(self) -> QuerySet[Consultation]:
        return Consultation.objects.published()


class ThemeSitemap(Sitemap[Theme]):
    def items(self) -> QuerySet[Theme]:
        published = Consultation.objects.published()
        return Theme.objects.filter(consultation__in=published).select_related("consultation").order_by("pk")


class MeetingSitemap(Sitemap[Publishable]):
    def items(self) -> list[Publishable]:
        return [meeting for each in Consultation.objects.published() for meeting in each.events.published()]


class UpdateSitemap(Sitemap[Update]):
    def items(self) -> QuerySet[Update]:
        return Update.objects.published()

    def lastmod(self, item: Update) -> datetime:
        return item.modified_at
