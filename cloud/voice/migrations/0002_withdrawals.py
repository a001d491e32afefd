"""Answers that do not count: which event says so, and why."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fleet", "0002_catalogue_commands_health"), ("voice", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="answer", name="flagged", field=models.BooleanField(default=False)
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event", models.BigIntegerField()),
                ("visit", models.CharField(max_length=16)),
                ("question", models.CharField(max_length=40)),
                ("attempt", models.PositiveSmallIntegerField()),
                ("flagged", models.BooleanField()),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="fleet.store"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["visit"], name="withdrawal_visit")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "question", "attempt"), name="withdrawal_of_event"
                    )
                ],
            },
        ),
    ]
