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
    revoked_at = models.DateTimeField(null=True)
    """Since when it is let in nowhere; null for one that is."""


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
    reader_down_since = models.DateTimeField(null=True)
    """Since when at least one of them does not answer; null while all do."""
    last_tap = models.DateTimeField(null=True)
    image = models.CharField(max_length=64, blank=True, db_default="")
    certificate_days = models.FloatField(null=True)
    remade = models.BigIntegerField(default=0, db_default=0)
    """How often the data of its card had to be made anew."""
    remade_at = models.DateTimeField(null=True)
    """When that was first told of the last time; null where there was none."""
    watchdog = models.FloatField(null=True)
    """After how many seconds its hardware restarts it; null where none is armed."""


class HealthSample(models.Model):
    """How a kiosk was: the last that it said within five minutes, which begin at `at`."""

    id = models.BigAutoField(primary_key=True)
    kiosk = models.ForeignKey(Kiosk, models.CASCADE, db_index=False)
    at = models.DateTimeField()
    online = models.BooleanField()
    queue = models.BigIntegerField(default=0)
    queue_age = models.FloatField(default=0)
    disk_free = models.BigIntegerField(default=0)
    temperature = models.FloatField(null=True)
    clock = models.BooleanField(default=False)
    readers_down = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """One row for a kiosk and five minutes."""

        constraints = (models.UniqueConstraint(fields=("kiosk", "at"), name="health_sample"),)


class Authority(models.Model):
    """A certificate of the club's own authority; its key is sealed in a file of its own, never here.

    Kiosks trust every one but the `retired`; the `current` one signs. `serial` is X.509's, in hex.
    """

    serial = models.CharField(primary_key=True, max_length=40)
    pem = models.TextField()
    state = models.CharField(max_length=8)  # next, current, former, retired
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class EnrolmentToken(models.Model):
    """Lets one device become one kiosk, once. `hash` is SHA-256 of the token's text, which nobody keeps.

    `key_hash` is SHA-256 of the public key (DER, SubjectPublicKeyInfo) for which it was taken.
    """

    hash = models.CharField(primary_key=True, max_length=64)
    kiosk = models.ForeignKey(Kiosk, models.PROTECT)
    store = models.ForeignKey(Store, models.PROTECT)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    key_hash = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)


class Certificate(models.Model):
    """A certificate that the authority signed, of a kiosk or of a process of the club's own.

    `superseded_at` is when the same holder got the next one; `revoked_at` when it was taken away.
    """

    serial = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=64, db_index=True)
    kiosk = models.ForeignKey(Kiosk, models.PROTECT, null=True)
    issuer = models.ForeignKey(Authority, models.PROTECT)
    key_hash = models.CharField(max_length=64)
    pem = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class SigningRequest(models.Model):
    """What the gate was asked, until the authority, a process of its own, has answered.

    Both are sealed: `body` holds a token and is emptied with the answer, `answer` is what the gate gives back
    and holds club keys.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8)  # enrol, renew
    body = models.TextField(blank=True)
    address = models.CharField(max_length=45)
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)  # of HTTP; 0 while it waits
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, db_index=True)


class Refusal(models.Model):
    """Somebody was not let in: so often within an hour, for one reason, at one place, under one name.

    `place` is `enrolment` or `broker`; `name` is what was claimed, as far as it can be shown.
    """

    id = models.BigAutoField(primary_key=True)
    place = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    name = models.CharField(max_length=64, blank=True)
    hour = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    count = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        """Counted, so that nobody fills the table."""

        constraints = (
            models.UniqueConstraint(fields=("place", "reason", "name", "hour"), name="refusal_cell"),
        )
        indexes = (
            models.Index(fields=("last_at",), name="refusal_lately"),
            models.Index(fields=("name", "last_at"), name="refusal_of_name"),
        )


class FleetAlarm(models.Model):
    """Something of the fleet that a person has to see to, from when it was found until it is over.

    `kind` is an `alarms.Kind`. `kiosk` is null for tries to get in under names that are no kiosk's. `at` is
    the moment that it is about: when the kiosk was last heard, since when a reader is down, when the
    certificate ends, when the last try was, when a card's data was made anew. `count` is how many tries there
    were, or how often data was made anew.
    """

    id = models.BigAutoField(primary_key=True)
    kiosk = models.ForeignKey(Kiosk, models.CASCADE, null=True)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    count = models.BigIntegerField(default=0)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One of a kind is open for a kiosk; those are counted on every page."""

        constraints = (
            models.UniqueConstraint(
                fields=("kiosk", "kind"), condition=models.Q(ended_at=None), name="fleet_alarm_open"
            ),
        )
        indexes = (
            models.Index(fields=("kind",), condition=models.Q(ended_at=None), name="fleet_alarms_open"),
            models.Index(fields=("ended_at",), name="fleet_alarms_ended"),
        )
