"""The choices that come with the portal: scales, boroughs, the harmonised answers about a person."""

from typing import Any

from django.db import migrations

from submissions.choice_sets import FIXED, NOT_SAID


def forwards(apps: Any, schema_editor: Any) -> None:
    sets, choices = apps.get_model("submissions", "ChoiceSet"), apps.get_model("submissions", "Choice")
    for identifier, name, offered in FIXED:
        row, is_new = sets.objects.get_or_create(identifier=identifier, defaults={"name": name, "is_fixed": True})
        if is_new:
            choices.objects.bulk_create(
                choices(
                    choice_set=row,
                    identifier=choice,
                    label=label,
                    position=position,
                    stands_alone=choice == NOT_SAID[0],
                )
                for position, (choice, label) in enumerate(offered, start=1)
            )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0006_questions_in_sections")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
