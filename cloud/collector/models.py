"""Streams and their events as the kiosks sent them, what could not be read, and what goes back down."""

from django.db import models

from cloud.club.models import Member
from cloud.fleet.models import Group


class Stream(models.Model):
    """One kiosk's journal: everything up to `upto` is stored, everything up to `posted` is booked."""

    id = models.BigAutoField(primary_key=True)
    kiosk = models.CharField(max_length=40)
    epoch = models.CharField(max_length=16)
    upto = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=16)
    posted = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        """A stream is (kiosk, epoch)."""

        constraints = (models.UniqueConstraint(fields=("kiosk", "epoch"), name="stream_name"),)


class StoredEvent(models.Model):
    """A row of a stream. `data` is the JSON exactly as sent: the chain is over its bytes.

    On PostgreSQL a table partitioned by month (see `writer`), to which no foreign key can point.
    """

    id = models.BigAutoField(primary_key=True)
    # who inserts has locked the stream's row: to look for it once more for each event would cost a third
    stream = models.ForeignKey(Stream, models.PROTECT, db_index=False, db_constraint=False)
    sequence = models.BigIntegerField()
    chain = models.CharField(max_length=16)
    store = models.CharField(max_length=40)
    type = models.CharField(max_length=100)
    occurred_at = models.DateTimeField()
    clock = models.CharField(max_length=9)
    received_at = models.DateTimeField()
    data = models.TextField()

    class Meta:
        """No place in a stream is taken twice."""

        constraints = (models.UniqueConstraint(fields=("stream", "sequence"), name="event_place"),)


class Parked(models.Model):
    """What could not be read (`event` is null) or not be booked (`event` is set), with the reason.

    A row that could not be read has its place: `stream`, `sequence` and `chain`. A message has none, and its
    `times` is above 1 where a kiosk sent so much of it that the rest was only counted.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=200)
    kiosk = models.CharField(max_length=40, blank=True)
    stream = models.ForeignKey(Stream, models.PROTECT, null=True)
    sequence = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=16, blank=True)
    event = models.OneToOneField(StoredEvent, models.PROTECT, null=True, db_constraint=False)
    reason = models.CharField(max_length=300)
    raw = models.BinaryField()
    times = models.BigIntegerField(default=1)
    received_at = models.DateTimeField()

    class Meta:
        """How much of a kiosk was parked lately bounds what is kept of it."""

        indexes = (models.Index(fields=("kiosk", "received_at")),)


class Hole(models.Model):
    """Rows `first` to `last` of a stream that neither the collector nor the kiosk has; shown to HQ."""

    id = models.BigAutoField(primary_key=True)
    stream = models.ForeignKey(Stream, models.PROTECT, db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        """A mark passes over a row once."""

        constraints = (models.UniqueConstraint(fields=("stream", "first"), name="hole_place"),)


class Closing(models.Model):
    """What the dropped events of a month (of arrival, UTC) had brought about: from here a rebuild starts.

    | kind | key (JSON) | count | points |
    |---|---|---|---|
    | tap | [store, bucket] | taps | 0 |
    | answer | [store, question, wording, bucket, value] | answers that are neither undone nor flagged | 0 |
    | shown | [store, kiosk, question, wording, segment, day] | impressions | 0 |
    | entry | [member, limit key, source key] | 1 | those of the entry |
    """

    id = models.BigAutoField(primary_key=True)
    month = models.CharField(max_length=7)
    kind = models.CharField(max_length=6)
    key = models.CharField(max_length=300)
    count = models.BigIntegerField()
    points = models.BigIntegerField(default=0)

    class Meta:
        """One row a figure."""

        constraints = (models.UniqueConstraint(fields=("month", "kind", "key"), name="closing_figure"),)


class Outbox(models.Model):
    """A member whose row at the kiosks is out of date; written in the transaction that made it so.

    It outlives the member: one who is deleted must be forgotten by the kiosks too. With `due`, it can wait
    until then for what else changes.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.DO_NOTHING, db_constraint=False, db_index=False)
    due = models.DateTimeField(null=True)

    class Meta:
        """A member who waits and goes earlier is looked for."""

        indexes = (
            models.Index(fields=("member",), condition=models.Q(due__isnull=False), name="outbox_waiting"),
        )


class GroupHead(models.Model):
    """The newest member version that a group's kiosks can have."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True)
    version = models.BigIntegerField(default=0)


class MemberVersion(models.Model):
    """At which version of a group a member's row there last changed; `gone`: it is to be forgotten there.

    It outlives the member, like the outbox.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.DO_NOTHING, db_constraint=False, db_index=False)
    group = models.ForeignKey(Group, models.PROTECT, db_index=False)
    version = models.BigIntegerField()
    gone = models.BooleanField(default=False)

    class Meta:
        """Pages are read in order of version."""

        constraints = (
            models.UniqueConstraint(fields=("member", "group"), name="member_in_group"),
            models.UniqueConstraint(fields=("group", "version"), name="version_in_group"),
        )


class Lease(models.Model):
    """What only one process should do, a shard or a role, or that one is there; over once `until` is past."""

    name = models.CharField(primary_key=True, max_length=120)
    owner = models.CharField(max_length=60, blank=True)
    heartbeat = models.DateTimeField()
    until = models.DateTimeField()
