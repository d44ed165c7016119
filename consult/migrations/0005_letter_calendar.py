from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consult", "0004_roles_of_letters")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="calendar",
            field=models.TextField(blank=True, help_text="An invitation that goes with it, as iCalendar."),
        ),
    ]
