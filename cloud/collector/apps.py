"""How Django knows this app."""

from django.apps import AppConfig


class CollectorConfig(AppConfig):
    """The app `collector`."""

    name = "cloud.collector"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See to it that kiosks hear of what changed about a member."""
        from cloud.collector import word  # noqa: PLC0415 - models are there only now

        word.watch()
