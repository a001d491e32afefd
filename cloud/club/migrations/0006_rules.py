"""Earning rules as versions that nothing can change, and what is used of their limits."""

from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("club", "0004_ledger")]

    operations = [
        migrations.CreateModel(
            name="RuleSet",
            fields=[
                ("version", models.BigIntegerField(primary_key=True, serialize=False)),
                ("document", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=150)),
                ("active_from", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LimitUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120)),
                ("source_key", models.CharField(max_length=120)),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "source_key"), name="limit_used_once")
                ],
            },
        ),
    ]
