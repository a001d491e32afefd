"""How Django knows this app."""

from django.apps import AppConfig


class CollectorConfig(AppConfig):
    """The app `collector`."""

    name = "cloud.collector"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See to it that a deleted member is forgotten at the kiosks, and that answers reach them."""
        from cloud.collector import answering, leaving  # noqa: PLC0415 - models are there only now

        leaving.watch()
        answering.watch()
