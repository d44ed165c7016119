import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0005_questions_into_questionnaires")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="submissions.section"
            ),
        ),
        migrations.AlterField(
            model_name="draft",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="submissions.version"
            ),
        ),
        migrations.RemoveConstraint(
            model_name="question",
            name="question_identifier_once_in_consultation",
        ),
        migrations.AlterModelOptions(
            name="answer",
            options={
                "default_permissions": ("view",),
                "ordering": ["question__section__position", "question__position", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="question",
            options={"ordering": ["section", "position", "id"]},
        ),
        migrations.RemoveField(
            model_name="draft",
            name="consultation",
        ),
        migrations.RemoveField(
            model_name="historicalquestion",
            name="consultation",
        ),
        migrations.RemoveField(
            model_name="historicalquestion",
            name="theme",
        ),
        migrations.RemoveField(
            model_name="question",
            name="consultation",
        ),
        migrations.RemoveField(
            model_name="question",
            name="theme",
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("section", "identifier"), name="question_identifier_once_in_section"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("smallest", None), ("largest", None), ("largest__gte", models.F("smallest")), _connector="OR"
                ),
                name="question_limits_in_order",
                violation_error_message="Enter a largest that is not below the smallest.",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice_set__isnull", False),
                    models.Q(
                        ("kind__in", ["one_choice", "choices", "scale", "ranking", "matrix", "borough"]), _negated=True
                    ),
                    _connector="OR",
                ),
                name="question_choices_where_needed",
                violation_error_message="Say which choices the question offers.",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shown_for", ""), ("shown_if", None)),
                    models.Q(("shown_if__isnull", False), models.Q(("shown_for", ""), _negated=True)),
                    _connector="OR",
                ),
                name="question_condition_whole",
                violation_error_message="Enter both the question and the answers that bring this one up.",
            ),
        ),
    ]
