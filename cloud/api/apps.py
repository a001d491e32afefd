"""How Django knows this app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The app `api`."""

    name = "cloud.api"
    default_auto_field = "django.db.models.BigAutoField"
