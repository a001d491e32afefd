"""Words by which persons are found, and those of the persons there are."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cloud.club.names import name_words

AT_ONCE = 2000


def index_all(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every person their words."""
    name_word = apps.get_model("club", "NameWord")
    persons = apps.get_model("club", "Person").objects.values_list("member_id", "given_name", "family_name")
    words: list[models.Model] = []
    for member, *names in persons.iterator(AT_ONCE):
        words += (name_word(person_id=member, word=word) for word in sorted(name_words(*names)))
        if len(words) >= AT_ONCE:
            name_word.objects.bulk_create(words)
            words.clear()
    name_word.objects.bulk_create(words)


class Migration(migrations.Migration):
    dependencies = [("club", "0010_receipt_kiosk")]

    operations = [
        migrations.CreateModel(
            name="NameWord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("word", models.CharField(max_length=60)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="club.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "person"],
                        name="club_word",
                        opclasses=("varchar_pattern_ops", "varchar_pattern_ops"),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "word"), name="club_word_of_person")
                ],
            },
        ),
        migrations.RunPython(index_all, migrations.RunPython.noop),
    ]
