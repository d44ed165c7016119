"""`manage.py tidy`: what must happen by itself. Run it every few minutes; it is safe to run twice and in two places."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Deletes what has expired (drafts, sessions, results of old tasks) and sends letters that could not be sent "
        "before. Run it every five minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for app in apps.get_app_configs():
            if find_spec(f"{app.name}.tidying"):
                for line in import_module(f"{app.name}.tidying").tidy():
                    self.stdout.write(line)
        call_command("clearsessions")
        if settings.TASKS["default"]["BACKEND"] == settings.TASK_BACKENDS["database"]:
            call_command("prune_db_task_results", verbosity=0)
