"""What people may do: join, lose a card, be merged, leave; and what the club asked and was allowed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0004_ledger"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClubSetting",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("document", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("erased", models.JSONField()),
                ("kept", models.JSONField()),
            ],
        ),
        migrations.AddField(
            model_name="card",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="card",
            name="issued_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="card",
            name="replaced_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="club.card"),
        ),
        migrations.AddField(
            model_name="card",
            name="status",
            field=models.CharField(db_default="active", max_length=8),
        ),
        migrations.AddField(
            model_name="member",
            name="kind",
            field=models.CharField(db_default="consumer", max_length=8),
        ),
        migrations.AddField(
            model_name="member",
            name="left_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="member",
            name="merged_into",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="club.member"),
        ),
        migrations.AddField(
            model_name="person",
            name="birthday",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="email",
            field=models.CharField(db_default="", max_length=254),
        ),
        migrations.AddField(
            model_name="person",
            name="phone",
            field=models.CharField(max_length=16, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=40)),
                ("wording", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="club.member")),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("points", models.BigIntegerField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "gone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="club.member"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="club.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CardMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
                ("card", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="club.card")),
                ("member", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="club.member")),
                (
                    "merge",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="club.merge"
                    ),
                ),
            ],
        ),
    ]
