"""The keys of those who may call, and what was answered to requests that must not be done twice."""

from django.db import models

from cloud.fleet.models import Store


class ApiKey(models.Model):
    """A key of one integration. `digest` tells the right secret from others, and cannot be used in its place.

    `scopes` are words with spaces between them; `rate` is requests a second that it may make for long.
    """

    id = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    scopes = models.CharField(max_length=400)
    stores = models.ManyToManyField(Store)
    rate = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Answered(models.Model):
    """What a request was answered, by its key and its `Idempotency-Key`; kept for a day.

    `request` is a keyed hash of method, path and body: a body may hold a card's number, which is short
    enough to be found by trying all of them against a hash without a key.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(ApiKey, models.CASCADE, db_index=False)
    name = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        """One name of one key means one request."""

        constraints = (models.UniqueConstraint(fields=("key", "name"), name="answered_once"),)
