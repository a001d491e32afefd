"""Answers, and the counts from which every index is computed.

A bucket is the store-local hour, `YYYY-MM-DDTHH`, or `unsure` where a kiosk's clock could not be trusted;
hours add up to days and stores to the chain.
"""

from django.db import models

from cloud.fleet.models import Store
from cloud.voice import rollups  # noqa: F401 - likewise
from cloud.voice.alarms import models as alarms  # noqa: F401 - Django finds an app's models here


class Answer(models.Model):
    """One answer as it was given; those that are `undone` or `flagged` stay but are not counted.

    `segment` is the kind of member, `consumer` or `business`, as it was when the answer was posted; empty
    where the member is not known.
    """

    id = models.BigAutoField(primary_key=True)
    visit = models.CharField(max_length=16)
    question = models.CharField(max_length=40)
    attempt = models.PositiveSmallIntegerField()
    wording = models.PositiveIntegerField()
    value = models.SmallIntegerField()
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    member = models.CharField(max_length=40)
    bucket = models.CharField(max_length=13)
    occurred_at = models.DateTimeField()
    source_key = models.CharField(max_length=120, unique=True)
    undone = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)
    kiosk = models.CharField(max_length=40, db_default="")
    segment = models.CharField(max_length=12, db_default="")

    class Meta:
        """An undo names its answer by store, visit, question and attempt; so no two may share that name."""

        constraints = (
            models.UniqueConstraint(fields=("visit", "question", "attempt", "store"), name="answer_name"),
        )
        indexes = (
            models.Index(fields=("member", "-occurred_at"), name="answer_of_member"),
            models.Index(fields=("question", "store", "bucket"), name="answer_behind_figure"),
        )


class Withdrawal(models.Model):
    """A stored event's word that an answer does not count: it was undone, or is `flagged`.

    Kept by the answer's name, since the answer itself may come later.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.BigIntegerField()
    visit = models.CharField(max_length=16)
    question = models.CharField(max_length=40)
    attempt = models.PositiveSmallIntegerField()
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    flagged = models.BooleanField()

    class Meta:
        """An event names an answer once; an answer is looked for by its visit."""

        constraints = (
            models.UniqueConstraint(fields=("event", "question", "attempt"), name="withdrawal_of_event"),
        )
        indexes = (models.Index(fields=("visit",), name="withdrawal_visit"),)


class Ticket(models.Model):
    """What a member told the shop, by its tracking code. Nothing of it is personal, and nothing is changed.

    `line` is the movement that it is about as it travelled (JSON), or empty; `event` the stored event.
    """

    code = models.CharField(primary_key=True, max_length=10)
    event = models.BigIntegerField()
    member = models.CharField(max_length=40, db_index=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10)
    category = models.CharField(max_length=40)
    line = models.TextField(blank=True)
    opened_at = models.DateTimeField()


class Message(models.Model):
    """What the shop says to a ticket, in its own words: the `number`th time, from 1. Kept by nobody else."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, db_constraint=False, db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    closes = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """Two clerks who answer at the same moment are not both first."""

        constraints = (models.UniqueConstraint(fields=("ticket", "number"), name="message_of_ticket"),)


class MessageSeen(models.Model):
    """A stored event's word that a member read a message; `better` is "yes", "no" or nothing.

    A kiosk can tell of it before another kiosk tells of the ticket.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.BigIntegerField(unique=True)
    ticket = models.ForeignKey(Ticket, models.DO_NOTHING, db_constraint=False)
    number = models.PositiveSmallIntegerField()
    better = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()


class AnswerCount(models.Model):
    """How often a value was given in a store and bucket to one wording of a question."""

    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    question = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    bucket = models.CharField(max_length=13)
    value = models.SmallIntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(
                fields=("store", "question", "wording", "bucket", "value"), name="answer_count_cell"
            ),
        )


class DayCount(models.Model):
    """How often a value was given on a store-local day, by every side from which it is looked at.

    `day` is `YYYY-MM-DD`, or `unsure` where the kiosk's clock could not be trusted. `count` are the answers
    that count, `flagged` those that were marked as mashing and do not. Of the question `cli` the value is the
    sum of one visit's three loyalty answers, 3 to 18.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kiosk = models.CharField(max_length=40)
    question = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    segment = models.CharField(max_length=12)
    day = models.CharField(max_length=10)
    value = models.SmallIntegerField()
    count = models.BigIntegerField(default=0)
    flagged = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell, found by question and day."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "day", "store", "kiosk", "wording", "segment", "value"),
                name="day_count_cell",
            ),
        )


class ShownCount(models.Model):
    """How often a question stood on a screen on a store-local day: what answers are a share of."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kiosk = models.CharField(max_length=40)
    question = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    segment = models.CharField(max_length=12)
    day = models.CharField(max_length=10)
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell, found by question and day."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "day", "store", "kiosk", "wording", "segment"),
                name="shown_count_cell",
            ),
        )


class Loyalty(models.Model):
    """A visit whose three loyalty answers all count: their sum, 3 to 18, and where it is counted."""

    id = models.BigAutoField(primary_key=True)
    visit = models.CharField(max_length=16)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kiosk = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    segment = models.CharField(max_length=12)
    day = models.CharField(max_length=10)
    value = models.SmallIntegerField()

    class Meta:
        """A visit has one sum."""

        constraints = (models.UniqueConstraint(fields=("visit", "store"), name="loyalty_of_visit"),)


class TapCount(models.Model):
    """How many club cards were tapped in a store and bucket."""

    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    bucket = models.CharField(max_length=13)
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (models.UniqueConstraint(fields=("store", "bucket"), name="tap_count_cell"),)
