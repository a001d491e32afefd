"""Who works with the pages and in which role, what they did, and tries to sign in."""

from django.conf import settings
from django.db import models

from cloud.fleet.models import Store


class SignInTry(models.Model):
    """A try that was not (yet) right. `key` is a keyed hash of who was tried and from where."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        """Tries are counted by key, the newest."""

        indexes = (models.Index(fields=("key", "at")),)


class Staff(models.Model):
    """What a user is to the club: one of `access.ROLES`, and the stores of a role that has some only.

    `totp_secret` is sealed (see `people.sealing`); `totp_step` is the newest time step whose code was taken,
    so that none is taken twice. `first_until`: the password was given by somebody else, must be changed at
    the first sign-in, and opens nothing after that moment. A session of another `era` than this has ended.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    role = models.CharField(max_length=16)
    stores = models.ManyToManyField(Store)
    language = models.CharField(max_length=2, blank=True)
    totp_secret = models.BinaryField(null=True)
    totp_step = models.BigIntegerField(default=0)
    first_until = models.DateTimeField(null=True)
    era = models.PositiveIntegerField(default=0)


class RecoveryCode(models.Model):
    """Signs somebody in once who has lost what makes the codes; only a keyed hash of it is kept."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, models.CASCADE)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class AuditLine(models.Model):
    """Who saw or changed what: append-only, enforced by the database.

    `who` is the user's name, which outlives the user; `subject` names what it was done to, such as
    `member:m-abcdefgh23`. Nothing in it is personal to a member.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    role = models.CharField(max_length=16)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120, blank=True)
    store = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        """Read by what it was done to, who did it, what it was and where; the newest first."""

        indexes = (
            models.Index(fields=("subject", "-id"), name="desk_audit_subject"),
            models.Index(fields=("who", "-id"), name="desk_audit_who"),
            models.Index(fields=("action", "-id"), name="desk_audit_action"),
            models.Index(fields=("store", "-id"), name="desk_audit_store"),
        )
