"""Calendars that people put together for themselves: saved, changed and ended by whoever holds the edit address."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone

from consult.actions import CannotBeDone
from events import calendar_version
from events.models import SavedFeed

# Nobody has an account, and whose a calendar is we do not want to know: all share one limit, far above what people do.
MOST, WHILE = 300, timedelta(hours=1)


class NotYet(CannotBeDone):
    """As many calendars were saved within an hour as we save: the next has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        minutes = ceil(seconds / 60)
        words = "1 minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Many calendars were made in the last hour. Press the button again in {words}")
        self.seconds = seconds


def new_edit_token() -> str:
    """192 random bits for the address at which a calendar is changed."""
    return secrets.token_urlsafe(24)


def edit_key_of(token: str) -> str:
    """What the database keeps of it: SHA-256 in hex. A token is random enough to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def save_feed(*, filters: Mapping[str, object], alarms: Iterable[int], edit_token: str) -> SavedFeed:
    """Save a calendar that `edit_token` will open. Sent twice with the same token, it is saved once.

    `filters` is a query as of the list of meetings; `alarms` are minutes before the start. Raises NotYet where too many
    were saved lately.
    """
    edit_key = edit_key_of(edit_token)
    if not SavedFeed.objects.filter(edit_key=edit_key).exists():
        _insist_on_room()
    feed, _ = SavedFeed.objects.get_or_create(
        edit_key=edit_key,
        defaults={
            "token": secrets.token_urlsafe(12),  # 96 bits: short enough to type, too many to guess
            "filters": dict(filters),
            "alarms": sorted(set(alarms)),
        },
    )
    return feed


def _insist_on_room() -> None:
    """Raises NotYet where the last but so many was saved less than an hour ago."""
    before = SavedFeed.objects.order_by("-pk").values_list("created_at", flat=True)[MOST - 1 : MOST].first()
    left = before + WHILE - timezone.now() if before else timedelta(0)
    if left > timedelta(0):
        raise NotYet(ceil(left.total_seconds()))


@transaction.atomic
def change_feed(*, feed: SavedFeed, filters: Mapping[str, object], alarms: Iterable[int]) -> SavedFeed:
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
