"""Who may see the sums of what people say about themselves."""

from typing import Any

from django.db import migrations

from consult import roles


def forwards(apps: Any, schema_editor: Any) -> None:
    sums = roles.view_of("equalityprofile")
    roles.grant(apps, "submissions", {roles.ANALYST: sums, roles.ADMINISTRATOR: sums})


class Migration(migrations.Migration):
    dependencies = [("submissions", "0009_deleting_with_its_version")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
