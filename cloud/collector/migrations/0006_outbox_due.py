"""Members whose row can wait a little, for what else the visit brings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collector", "0005_leases_and_months")]

    operations = [
        migrations.AddField(model_name="outbox", name="due", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("due__isnull", False)), fields=["member"], name="outbox_waiting"
            ),
        ),
    ]
