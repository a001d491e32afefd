"""How Django knows this app."""

from django.apps import AppConfig


class FleetConfig(AppConfig):
    """The app `fleet`."""

    name = "cloud.fleet"
    default_auto_field = "django.db.models.BigAutoField"
