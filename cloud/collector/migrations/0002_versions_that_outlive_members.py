"""Versions and the outbox outlive a member, so that a deletion reaches the kiosks: copied here."""

import django.db.models.deletion
from django.db import migrations, models

COPY = (
    "INSERT INTO collector_versiontocome (member_id, group_id, version, gone)"
    " SELECT member_id, group_id, version, {false} FROM collector_memberversion"
)


def copy(apps, editor):
    false = "FALSE" if editor.connection.vendor == "postgresql" else "0"
    editor.execute(COPY.format(false=false))


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0001_initial"),
        ("collector", "0001_initial"),
        ("fleet", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outbox",
            name="member",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="club.member",
            ),
        ),
        migrations.CreateModel(
            name="VersionToCome",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
                ("gone", models.BooleanField(default=False)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="fleet.group"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="club.member",
                    ),
                ),
            ],
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
