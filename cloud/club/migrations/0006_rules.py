"""Earning rules as versions that nothing can change, and what is used of their limits."""

from django.db import migrations, models

TRIGGERS = {
    # to flush a test's tables SQLite deletes row by row, so there only a change can be refused
    "sqlite": (
        "CREATE TRIGGER club_ruleset_stays BEFORE UPDATE ON club_ruleset"
        " BEGIN SELECT RAISE(ABORT, 'rule sets are append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION club_ruleset_stays() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'rule sets are append-only' USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER club_ruleset_stays BEFORE UPDATE OR DELETE ON club_ruleset"
        " FOR EACH ROW EXECUTE FUNCTION club_ruleset_stays()",
    ),
}
GONE = {
    "sqlite": ("DROP TRIGGER club_ruleset_stays",),
    "postgresql": (
        "DROP TRIGGER club_ruleset_stays ON club_ruleset",
        "DROP FUNCTION club_ruleset_stays()",
    ),
}


def guard(_apps, editor):
    for statement in TRIGGERS[editor.connection.vendor]:
        editor.execute(statement)


def unguard(_apps, editor):
    for statement in GONE[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("club", "0003_memberasked")]

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
        migrations.RunPython(guard, unguard),
    ]
