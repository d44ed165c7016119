"""Makes what calendars say of each meeting anew: after an upgrade, or when SITE_URL or another address changed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from events import calendar_texts, calendar_version
from events.models import Event

AT_ONCE = 200


class Command(BaseCommand):
    help = "Makes what calendars say of each meeting anew. Nobody is told anew: SEQUENCE and LAST-MODIFIED stay."

    def handle(self, *args: Any, **options: Any) -> None:
        keys = list(Event.objects.order_by("pk").values_list("pk", flat=True))
        changed = 0
        for start in range(0, len(keys), AT_ONCE):
            changed += _renew(keys[start : start + AT_ONCE])
        if options["verbosity"]:
            self.stdout.write(f"{len(keys)} meetings, {changed} of them changed in calendars.")


@transaction.atomic
def _renew(keys: list[int]) -> int:
    # In the order of their keys, so that two of these never wait for each other.
    rows = Event.objects.select_for_update(of=("self",)).for_list().filter(pk__in=keys).order_by("pk")
    now = timezone.now()
    changed = sum(calendar_texts.renew(event, now=now, is_change=False) for event in rows)
    if changed:
        calendar_version.rise()
    return changed
