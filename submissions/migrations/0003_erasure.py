from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consult", "0003_letter"),
        ("submissions", "0002_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="erased_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            model_name="submission",
            name="erased_reason",
            field=models.CharField(blank=True, editable=False, max_length=400, verbose_name="why it was erased"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("erased_reason", "")),
                    models.Q(("erased_at__isnull", False), models.Q(("erased_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="submission_erased_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None),
                    models.Q(("consents_to_publication", False), ("organisation", "")),
                    _connector="OR",
                ),
                name="submission_erased_says_nothing",
            ),
        ),
    ]
