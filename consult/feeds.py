"""News as an Atom feed (RFC 4287)."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html

from consult.markup import for_machines, render
from consult.models import Update
from consult.structured import absolute


class UpdatesFeed(Feed[Update, None]):
    feed_type = Atom1Feed
    title = "Updates on consultations about policing in London"
    subtitle = "What is asked, what was said, and what came of it."
    author_name = "Mayor's Office for Policing and Crime"

    def link(self) -> str:
        return absolute("/updates/")

    def feed_url(self) -> str:
        return absolute("/updates.atom")

    def feed_guid(self) -> str:
        return absolute("/updates.atom")

    def items(self) -> list[Update]:
        return list(Update.objects.published().select_related("consultation")[:50])

    def item_title(self, item: Update) -> str:
        return for_machines(item.title)

    def item_description(self, item: Update) -> str:
        """HTML, as the feed declares it."""
        return for_machines(format_html("<p>{}</p>{}", item.summary, render(item.body)))

    def item_link(self, item: Update) -> str:
        return absolute(item.get_absolute_url())

    def item_pubdate(self, item: Update) -> datetime | None:
        return item.publish_at

    def item_updateddate(self, item: Update) -> datetime:
        return item.modified_at

    def item_categories(self, item: Update) -> list[str]:
        return [for_machines(item.consultation.title)]
