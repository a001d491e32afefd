"""Tries to sign in, so that guessing is slow in every process of the web alike."""

from django.db import models


class SignInTry(models.Model):
    """A try that was not (yet) right. `key` is a keyed hash of who was tried and from where."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Tries are counted by key, the newest."""

        indexes = (models.Index(fields=("key", "at")),)
