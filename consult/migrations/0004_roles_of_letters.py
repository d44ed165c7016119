"""Administrators see which letters could not be sent."""

from typing import Any

from django.db import migrations

from consult import roles


def forwards(apps: Any, schema_editor: Any) -> None:
    roles.grant(apps, "consult", {roles.ADMINISTRATOR: ["view_letter"]})


class Migration(migrations.Migration):
    dependencies = [("consult", "0003_letter")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
