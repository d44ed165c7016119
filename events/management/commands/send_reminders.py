"""`manage.py send_reminders`: letters that the clock asks for. Run it every five minutes; twice at once is once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from events import reminders


class Command(BaseCommand):
    help = (
        "Writes to those who have a place: a day and an hour before the meeting, and when there are notes of it. "
        "Safe to run twice and in two places at once. Run it every five minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for hours in reminders.TOO_LATE:
            self.stdout.write(f"reminders {hours} h before: {reminders.remind(hours, now)}")
        self.stdout.write(f"thanks with notes: {reminders.thank(now)}")
