"""How Django knows this app."""

from django.apps import AppConfig


class ClubConfig(AppConfig):
    """The app `club`."""

    name = "cloud.club"
    default_auto_field = "django.db.models.BigAutoField"
