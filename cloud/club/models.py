"""Members without a name, the persons behind them, their cards, and the entries of the points ledger."""

from django.db import models

from cloud.fleet.models import Group, Store


class Member(models.Model):
    """Who holds points, by a pseudonymous id (`m-` and 10 base-32 digits)."""

    id = models.CharField(primary_key=True, max_length=40)
    group = models.ForeignKey(Group, models.PROTECT)
    language = models.CharField(max_length=2, default="fa")
    joined_on = models.DateField()


class Person(models.Model):
    """Who a member is: all that is erased when the member leaves."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True)
    given_name = models.CharField(max_length=60)
    family_name = models.CharField(max_length=60)


class MemberAsked(models.Model):
    """When a member was last asked a question, and which stored event says so.

    It is about a person, so it goes with the person, and is kept of nobody else.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Person, models.CASCADE, db_index=False)
    question = models.CharField(max_length=40)
    at = models.DateTimeField()
    event = models.BigIntegerField()

    class Meta:
        """Only the last time matters."""

        constraints = (models.UniqueConstraint(fields=("member", "question"), name="asked_once_a_question"),)


class PersonPart(models.Model):
    """What an event's people said of themselves, sent apart from it: the only place where it is kept.

    `event` is `<kiosk>/<epoch>-<sequence>`; `fields` a JSON object of texts.
    """

    event = models.CharField(primary_key=True, max_length=80)
    kiosk = models.CharField(max_length=40)
    fields = models.TextField()
    received_at = models.DateTimeField()


class Card(models.Model):
    """A card by its CardKey; the raw number is never stored."""

    key = models.CharField(primary_key=True, max_length=41)
    member = models.ForeignKey(Member, models.PROTECT)


class Entry(models.Model):
    """One line of the ledger: append-only, signed points. Its id is the server's order (`server_seq`).

    `source_key` says what caused it and is unique, so that nothing is booked twice. `limit_key`, where a
    rule has a limit, names the one place under that limit that this entry takes.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20)
    points = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    source_key = models.CharField(max_length=120, unique=True)
    limit_key = models.CharField(max_length=120, unique=True, null=True)

    class Meta:
        """A balance is a sum over a member's entries, a history the newest of them."""

        indexes = (models.Index(fields=("member", "-id")),)


class RuleSet(models.Model):
    """A version of the earning rules: `document` is its JSON. Append-only, enforced by the database.

    Of a moment the newest version decides whose `active_from` had come by then.
    """

    version = models.BigIntegerField(primary_key=True)
    document = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    active_from = models.DateTimeField()


class LimitUse(models.Model):
    """What a credit took of a limit, where its entry's `limit_key` alone does not say it."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120)
    source_key = models.CharField(max_length=120)
    amount = models.BigIntegerField()

    class Meta:
        """A credit takes of a limit once; a limit's uses are added up."""

        constraints = (models.UniqueConstraint(fields=("key", "source_key"), name="limit_used_once"),)
