"""How Django knows this app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The app `desk`."""

    name = "cloud.desk"
    default_auto_field = "django.db.models.BigAutoField"
