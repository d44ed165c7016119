"""`manage.py load_demo`: both demonstration consultations. Safe to run again."""

from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from consult import demo


class Command(BaseCommand):
    help = (
        "Loads two real consultations of 2022 with their meetings and questions. What is there already with the right "
        "dates is left as it is; when the week has changed, it is brought back to the notices with new dates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--true-dates",
            action="store_true",
            help="keep the dates of 2022 instead of moving them by whole weeks towards today",
        )

    def handle(self, *args: Any, true_dates: bool, **options: Any) -> None:
        today = timezone.localdate()
        clocks = {slug: demo.Clock(0) if true_dates else demo.Clock.for_today(slug, today) for slug in demo.STANDS_ON}
        for slug, clock in clocks.items():
            if demo.stands(slug, clock):
                self.stdout.write(f"{slug}: is there already")
                continue
            with transaction.atomic():
                for app in apps.get_app_configs():
                    if find_spec(f"{app.name}.demo"):
                        import_module(f"{app.name}.demo").load(slug, clock)
            self.stdout.write(f"{slug}: loaded, dates moved by {clock.weeks} weeks")
        demo.announce(clocks)
