"""The roles of staff, with what they may do to consultations."""

from typing import Any

from django.db import migrations

from consult import roles

CONTENT = ["consultation", "theme", "aim", "document", "keydate", "partner", "partnership", "update", "channel", "tag"]


def forwards(apps: Any, schema_editor: Any) -> None:
    everything = [*roles.all_of(*CONTENT, "notice"), *roles.view_of("keydatemove")]
    roles.grant(
        apps,
        "consult",
        {
            roles.EDITOR: everything,
            roles.MODERATOR: roles.view_of(*CONTENT),
            roles.ANALYST: roles.view_of(*CONTENT),
            roles.PARTNER: roles.view_of("consultation"),
            roles.ADMINISTRATOR: [*everything, *roles.all_of("user"), *roles.view_of("auditentry")],
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("consult", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
