"""Where the kiosks are and how they are, what they are told, and which database this is."""

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


class Unit(models.Model):
    """A part of the organisation that is accountable for what customers meet: sales, support, marketing."""

    id = models.CharField(primary_key=True, max_length=40)
    name_fa = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)


class Touchpoint(models.Model):
    """Where customers meet the club: the till, the entrance, the service desk; of one unit."""

    id = models.CharField(primary_key=True, max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT)
    name_fa = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)


class Kiosk(models.Model):
    """A kiosk that may write to the club; any other's messages are parked."""

    id = models.CharField(primary_key=True, max_length=40)
    store = models.ForeignKey(Store, models.PROTECT)
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, null=True)


class Till(models.Model):
    """A place where a clerk sells, and the kiosk beside it whose members come up there by themselves.

    `documents` counts what was booked there, for invoices that come without a number.
    """

    id = models.CharField(primary_key=True, max_length=40)
    store = models.ForeignKey(Store, models.PROTECT)
    name = models.CharField(max_length=80)
    kiosk = models.ForeignKey(Kiosk, models.PROTECT, null=True)
    documents = models.BigIntegerField(db_default=0)


class TillDocument(models.Model):
    """A sale or a return of a till's page, by the number that the clerk's browser gave it: taken once.

    `said` is what was typed, as sorted JSON, by which a second copy is told from another document; `receipt`
    what was made of it. Neither names a person.
    """

    number = models.CharField(primary_key=True, max_length=36)
    kind = models.CharField(max_length=8)
    till = models.ForeignKey(Till, models.PROTECT)
    clerk = models.CharField(max_length=150)
    member = models.CharField(max_length=40)
    invoice = models.CharField(max_length=40)
    said = models.TextField()
    receipt = models.JSONField()
    at = models.DateTimeField()


class CatalogueVersion(models.Model):
    """One version of the catalogue's document, as it was signed; `sent_at` is null until it was published."""

    version = models.BigIntegerField(primary_key=True)
    document = models.TextField()
    signature = models.CharField(max_length=128)
    published_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, db_index=True)


class Command(models.Model):
    """Something that a kiosk is to do once. `result` is empty until the kiosk's own event tells it."""

    id = models.CharField(primary_key=True, max_length=64)
    kiosk = models.ForeignKey(Kiosk, models.PROTECT)
    kind = models.CharField(max_length=40)
    deadline = models.DateTimeField()
    given_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, db_index=True)
    result = models.CharField(max_length=10, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)


class KioskHealth(models.Model):
    """What a kiosk last said of itself; `heard_at` is null where only the broker's memory told it."""

    kiosk = models.OneToOneField(Kiosk, models.CASCADE, primary_key=True)
    heard_at = models.DateTimeField(null=True)
    online = models.BooleanField()
    app = models.CharField(max_length=64, blank=True)
    uptime = models.FloatField(default=0)
    queue = models.BigIntegerField(default=0)
    queue_age = models.FloatField(default=0)
    clock = models.BooleanField(default=False)
    disk_free = models.BigIntegerField(default=0)
    temperature = models.FloatField(null=True)
    readers = models.JSONField(default=dict)
    last_tap = models.DateTimeField(null=True)
