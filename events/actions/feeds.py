"""Calendars that people put together for themselves: saved, changed and ended by whoever holds the edit address."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from events import calendar_version
from events.models import SavedFeed


def new_edit_token() -> str:
    """192 random bits for the address at which a calendar is changed."""
    return secrets.token_urlsafe(24)


def edit_key_of(token: str) -> str:
    """What the database keeps of it: SHA-256 in hex. A token is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def save_feed(*, filters: Mapping[str, str], alarms: Iterable[int], edit_token: str) -> SavedFeed:
    """Save a calendar that `edit_token` will open. Sent twice with the same token, it is saved once.

    `filters` is a query as of the list of meetings; `alarms` are minutes before the start.
    """
    feed, _ = SavedFeed.objects.get_or_create(
        edit_key=edit_key_of(edit_token),
        defaults={
            "token": secrets.token_urlsafe(12),  # 96 bits: short enough to type, too many to guess
            "filters": dict(filters),
            "alarms": sorted(set(alarms)),
        },
    )
    return feed


@transaction.atomic
def change_feed(*, feed: SavedFeed, filters: Mapping[str, str], alarms: Iterable[int]) -> SavedFeed:
    """Give a calendar other filters and reminders. Its address stays, and who follows it sees the change."""
    feed.filters, feed.alarms = dict(filters), sorted(set(alarms))
    feed.save(update_fields=["filters", "alarms", "changed_at"])
    transaction.on_commit(calendar_version.mark)
    return feed


@transaction.atomic
def revoke_feed(*, feed: SavedFeed) -> SavedFeed:
    """End a calendar for good: its address holds no meetings any more. Ended twice, it ended the first time."""
    SavedFeed.objects.live().filter(pk=feed.pk).update(revoked_at=timezone.now(), changed_at=timezone.now())
    transaction.on_commit(calendar_version.mark)
    feed.refresh_from_db()
    return feed
