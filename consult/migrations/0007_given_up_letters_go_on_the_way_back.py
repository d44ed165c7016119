"""On the way back: letters that were given up have no address, which the schema before did not allow."""

from typing import Any

from django.db import migrations


def backwards(apps: Any, schema_editor: Any) -> None:
    apps.get_model("consult", "Letter").objects.exclude(gave_up_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("consult", "0006_letter_end")]
    operations = [migrations.RunPython(migrations.RunPython.noop, backwards)]
