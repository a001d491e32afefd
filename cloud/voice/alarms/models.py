"""What is watched and by whom, what was raised, and what is still to be delivered."""

from typing import Final

from django.conf import settings
from django.db import models

from cloud.fleet.models import Store, Touchpoint, Unit

OPEN: Final = "open"
ACKNOWLEDGED: Final = "acknowledged"
CLOSED: Final = "closed"


class Hook(models.Model):
    """An address that is told by signed webhook. Its `secret` is sealed (see `sealing`)."""

    id = models.BigAutoField(primary_key=True)
    url = models.CharField(max_length=500)
    secret = models.BinaryField()
    enabled = models.BooleanField(default=True)


class Watch(models.Model):
    """An index of the chain, of a store, of a unit or of a touchpoint, and who is accountable for it.

    `below` and `above`: figures that the whole interval must not be beyond, or null. `limits`: whether
    signals of the control chart count. `since` is the first store-local day that is judged.
    """

    id = models.BigAutoField(primary_key=True)
    index = models.CharField(max_length=12)
    store = models.ForeignKey(Store, models.PROTECT, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True)
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, null=True)
    below = models.FloatField(null=True)
    above = models.FloatField(null=True)
    limits = models.BooleanField(default=True)
    accountable = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    email = models.BooleanField(default=False)
    hook = models.ForeignKey(Hook, models.PROTECT, null=True)
    enabled = models.BooleanField(default=True)
    since = models.DateField()


class Signal(models.Model):
    """That a day or week of a watch was beyond its limits: raised once, whatever comes later.

    `days` is over how many days it is, 1 or 7; `day` is the last of them.
    `kind` is a `judging.Kind`. `limit` is what was crossed: the threshold, the control limit, or the
    centre of a run. `value`, `low`, `high` and `n` follow answers that come late; `first_value` and `first_n`
    are what it was raised for, and `stands` says whether it would be raised for what there is now.
    """

    id = models.BigAutoField(primary_key=True)
    watch = models.ForeignKey(Watch, models.PROTECT, db_index=False)
    day = models.DateField()
    days = models.PositiveSmallIntegerField(default=1, db_default=1)
    wording = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    limit = models.FloatField()
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    n = models.BigIntegerField()
    first_value = models.FloatField()
    first_n = models.BigIntegerField()
    stands = models.BooleanField(default=True)
    raised_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default=OPEN)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        """A watch has one signal a day; those that are not closed are counted on every page."""

        constraints = (models.UniqueConstraint(fields=("watch", "day"), name="signal_of_day"),)
        indexes = (models.Index(fields=("state", "-id"), name="signal_of_state"),)


class Notice(models.Model):
    """One message to one person, or to one address, about all that was raised for them: an outbox.

    `name` is the same at every try, so that a receiver can tell what it has had. `body` is what is sent,
    fixed at the first try; `next_try` is null when nothing is to be tried any more. A `test` has no signals.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    hook = models.ForeignKey(Hook, models.CASCADE, null=True, db_index=False)
    signals = models.ManyToManyField(Signal)
    test = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    body = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, db_index=True)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
