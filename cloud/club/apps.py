"""How Django knows this app."""

from django.apps import AppConfig


class ClubConfig(AppConfig):
    """The app `club`."""

    name = "cloud.club"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the database guard the ledger."""
        from cloud.club import guards  # noqa: PLC0415 - apps are there only now

        guards.watch()
