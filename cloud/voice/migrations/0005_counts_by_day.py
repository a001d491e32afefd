"""The counts by day of answers that are there: each by its kiosk, and by what its member is today.

How often a question stood on a screen before this cannot be known from answers, so `ShownCount` begins empty.
As long as the events are there, `python -m cloud rebuild` counts them.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from cloud.voice.recounting import recount

# one statement, so that the database goes through the answers once and holds none of them
_SIDES = {
    "sqlite": "substr(source_key, 1, instr(source_key, '/') - 1)",
    "postgresql": "split_part(source_key, '/', 1)",
}


def count(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each answer where and by whom it was given, and count all."""
    kiosk = _SIDES[editor.connection.vendor]
    with editor.connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE voice_answer SET kiosk = {kiosk}, segment = COALESCE("  # noqa: S608 - names of this code
            "(SELECT m.kind FROM club_member m WHERE m.id = voice_answer.member), '')"
        )
        recount(cursor)


def forget(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Leave the tables empty, so that they can be filled anew."""
    with editor.connection.cursor() as cursor:
        for table in ("voice_daycount", "voice_loyalty"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - likewise


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0010_receipt_kiosk"),
        ("voice", "0004_every_side"),
    ]

    operations = [migrations.RunPython(count, forget)]
