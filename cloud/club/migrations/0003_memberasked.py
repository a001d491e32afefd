"""When members were last asked each question."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("club", "0002_personpart")]

    operations = [
        migrations.CreateModel(
            name="MemberAsked",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("event", models.BigIntegerField()),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="club.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "question"), name="asked_once_a_question")
                ],
            },
        ),
    ]
