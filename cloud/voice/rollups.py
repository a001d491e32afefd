"""Sums over the counts, kept by whoever writes these and in the same transaction: what long periods read.

Nothing is in them that is not in the counts; `cloud.voice.rolling` makes them anew from there. Their rows are
few and added to all the time: an index that held the sums too costs the poster more than it saves a page.
"""

from django.db import models

from cloud.fleet.models import Store


class StoreCount(models.Model):
    """`DayCount` by stores alone: over a `span`: a day or `unsure`, as there, or a month, `m2026-11`."""

    id = models.BigAutoField(primary_key=True)
    question = models.CharField(max_length=40)
    span = models.CharField(max_length=10)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    wording = models.PositiveIntegerField()
    value = models.SmallIntegerField()
    count = models.BigIntegerField(default=0)
    flagged = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "span", "store", "wording", "value"), name="store_count_cell"
            ),
        )


class StoreShown(models.Model):
    """`ShownCount` by stores alone, over the same spans."""

    id = models.BigAutoField(primary_key=True)
    question = models.CharField(max_length=40)
    span = models.CharField(max_length=10)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    wording = models.PositiveIntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(fields=("question", "span", "store", "wording"), name="store_shown_cell"),
        )


class MonthCount(models.Model):
    """`DayCount` by the month, `YYYY-MM`, from every side; what is unsure is in no month."""

    id = models.BigAutoField(primary_key=True)
    question = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kiosk = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    segment = models.CharField(max_length=12)
    value = models.SmallIntegerField()
    count = models.BigIntegerField(default=0)
    flagged = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "month", "store", "kiosk", "wording", "segment", "value"),
                name="month_count_cell",
            ),
        )


class MonthShown(models.Model):
    """`ShownCount` by the month, from every side."""

    id = models.BigAutoField(primary_key=True)
    question = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    kiosk = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    segment = models.CharField(max_length=12)
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "month", "store", "kiosk", "wording", "segment"), name="month_shown_cell"
            ),
        )


class HourCount(models.Model):
    """`AnswerCount` of a month by the weekday (`date.weekday`) and the hour."""

    id = models.BigAutoField(primary_key=True)
    question = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    month = models.CharField(max_length=7)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    value = models.SmallIntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row a cell."""

        constraints = (
            models.UniqueConstraint(
                fields=("question", "wording", "month", "store", "weekday", "hour", "value"),
                name="hour_count_cell",
            ),
        )


Rolled = StoreCount | StoreShown | MonthCount | MonthShown | HourCount

ROLLED: tuple[type[Rolled], ...] = (StoreCount, MonthCount, StoreShown, MonthShown, HourCount)
"""In the order in which they are written."""
