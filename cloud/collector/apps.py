"""How Django knows this app."""

from django.apps import AppConfig


class CollectorConfig(AppConfig):
    """The app `collector`."""

    name = "cloud.collector"
    default_auto_field = "django.db.models.BigAutoField"
