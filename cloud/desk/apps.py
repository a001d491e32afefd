"""How Django knows this app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The app `desk`."""

    name = "cloud.desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have every session know when it began."""
        from cloud.desk.people import stamps  # noqa: PLC0415 - models are there only now

        stamps.watch()
