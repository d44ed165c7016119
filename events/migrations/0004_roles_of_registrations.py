"""Who may see and handle the people who come to a meeting."""

from typing import Any

from django.db import migrations

from consult import roles


def forwards(apps: Any, schema_editor: Any) -> None:
    handle = ["view_registration", "change_registration", "view_attendance"]
    roles.grant(
        apps,
        "events",
        {roles.EDITOR: handle, roles.PARTNER: handle, roles.ADMINISTRATOR: [*handle, "delete_registration"]},
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0003_registrations_series_feeds")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
