"""How Django knows this app."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    """The app `voice`."""

    name = "cloud.voice"
    default_auto_field = "django.db.models.BigAutoField"
