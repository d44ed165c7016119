"""Editors and administrators build questionnaires; whoever reads views may read what was asked."""

from typing import Any

from django.db import migrations

from consult import roles

MODELS = ["questionnaire", "version", "section", "question", "statement", "choiceset", "choice"]


def forwards(apps: Any, schema_editor: Any) -> None:
    build, look = roles.all_of(*MODELS), roles.view_of(*MODELS)
    roles.grant(
        apps,
        "submissions",
        {
            roles.EDITOR: build,
            roles.MODERATOR: look,
            roles.ANALYST: look,
            roles.PARTNER: look,
            roles.ADMINISTRATOR: build,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0007_fixed_choice_sets")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
