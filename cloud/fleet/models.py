"""Where the kiosks are: groups of stores, stores and kiosks; and which database this is."""

from django.db import models


class Installation(models.Model):
    """One row: which life of the cloud's database this is."""

    generation = models.CharField(max_length=16)


class Group(models.Model):
    """Stores that share members: one store, a city, or the whole club."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)


class Store(models.Model):
    """A shop. Its days and hours are those of its time zone (IANA name)."""

    id = models.CharField(primary_key=True, max_length=40)
    group = models.ForeignKey(Group, models.PROTECT)
    name_fa = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=40, default="Asia/Tehran")


class Kiosk(models.Model):
    """A kiosk that may write to the club; any other's messages are parked."""

    id = models.CharField(primary_key=True, max_length=40)
    store = models.ForeignKey(Store, models.PROTECT)
