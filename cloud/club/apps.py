"""How Django knows this app."""

from contextlib import suppress

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class ClubConfig(AppConfig):
    """The app `club`."""

    name = "cloud.club"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database guard the ledger, and have rules as soon as it has tables, also once emptied."""
        from cloud.club import guards  # noqa: PLC0415 - apps are there only now

        guards.watch()
        post_migrate.connect(_seed_rules, sender=self)


def _seed_rules(apps: Apps = apps, **_: object) -> None:
    from cloud.club.rule_sets import seed_default  # noqa: PLC0415 - models are there only now

    with suppress(LookupError):  # of a database that is migrated to an earlier state
        apps.get_model("club", "RuleSet")
        seed_default()
