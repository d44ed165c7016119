"""The roles of staff, with what they may do to consultations."""

from typing import Any

from django.db import migrations

from consult import roles

SEE_ALL = "see_every_consultation"
CONTENT = ["consultation", "theme", "aim", "document", "keydate", "partner", "partnership", "update", "channel", "tag"]


def forwards(apps: Any, schema_editor: Any) -> None:
    everything = [*roles.all_of(*CONTENT, "notice"), *roles.view_of("keydatemove")]
    roles.grant(
        apps,
        "consult",
        {
            roles.EDITOR: [*everything, SEE_ALL],
            roles.MODERATOR: [*roles.view_of(*CONTENT), SEE_ALL],
            roles.ANALYST: [*roles.view_of(*CONTENT), SEE_ALL],
            roles.PARTNER: roles.view_of("consultation", "theme", "aim", "document", "keydate", "channel"),
            roles.ADMINISTRATOR: [*everything, SEE_ALL, *roles.all_of("user"), *roles.view_of("auditentry")],
        },
    )
    # Who gives out roles, and who helps somebody that lost their telephone.
    roles.grant(apps, "auth", {roles.ADMINISTRATOR: roles.view_of("group")})
    roles.grant(apps, "otp_totp", {roles.ADMINISTRATOR: ["view_totpdevice", "delete_totpdevice"]})
    roles.grant(apps, "otp_static", {roles.ADMINISTRATOR: ["view_staticdevice", "delete_staticdevice"]})


class Migration(migrations.Migration):
    dependencies = [
        ("consult", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
