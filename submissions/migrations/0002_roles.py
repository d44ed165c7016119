"""What each role may do to the views that were received."""

from typing import Any

from django.db import migrations

from consult import roles


def forwards(apps: Any, schema_editor: Any) -> None:
    read = roles.view_of("submission", "answer", "decision", "question")
    moderate = [*read, "moderate_submission"]
    roles.grant(
        apps,
        "submissions",
        {
            roles.EDITOR: roles.all_of("question"),
            roles.MODERATOR: moderate,
            roles.ANALYST: read,
            roles.PARTNER: read,
            roles.ADMINISTRATOR: [*moderate, "view_contact", *roles.all_of("question")],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_initial"), ("consult", "0002_roles")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
