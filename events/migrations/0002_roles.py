"""What each role may do to meetings."""

from typing import Any

from django.db import migrations

from consult import roles

CONTENT = ["event", "venue", "accessprovision", "joindetails"]


def forwards(apps: Any, schema_editor: Any) -> None:
    everything = [*roles.all_of(*CONTENT), *roles.view_of("eventchange")]
    look = roles.view_of("event", "venue", "accessprovision", "eventchange")
    roles.grant(
        apps,
        "events",
        {
            roles.EDITOR: everything,
            roles.MODERATOR: look,
            roles.ANALYST: look,
            roles.PARTNER: look,
            roles.ADMINISTRATOR: everything,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("consult", "0002_roles")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
