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
    rule has a limit, names the one place under that limit that this entry takes. `reverses` is the entry
    that it undoes, all or part of it.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20)
    points = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, null=True)
    source_key = models.CharField(max_length=120, unique=True)
    limit_key = models.CharField(max_length=120, unique=True, null=True)
    rule = models.CharField(max_length=40, null=True)
    rule_version = models.IntegerField(null=True)
    invoice = models.CharField(max_length=60, null=True)
    line = models.CharField(max_length=60, null=True)
    device = models.CharField(max_length=40, null=True)
    actor = models.CharField(max_length=60, null=True)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals")

    class Meta:
        """A balance is a sum over a member's entries, a history the newest of them."""

        indexes = (
            models.Index(fields=("member", "-id")),
            models.Index(
                fields=("store", "invoice"),
                name="club_entry_invoice",
                condition=models.Q(invoice__isnull=False),
            ),
        )


class Open(models.Model):
    """What is left of an entry: a cache of its points less the allocations that have it, never below 0."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    remaining = models.BigIntegerField()

    class Meta:
        """Abstract: a lot is what is left of a credit, a debt what is left of a debit."""

        abstract = True


class Lot(Open):
    """Points of one credit that can be spent from `active_from` until before `expires_at`.

    `origin` is the lot that they were spent or moved from, and whose validity they keep.
    """

    active_from = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    origin = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        """Only what is left is looked for."""

        constraints = (models.CheckConstraint(condition=models.Q(remaining__gte=0), name="club_lot_left"),)
        indexes = (
            models.Index(fields=("member",), name="club_lot_member", condition=models.Q(remaining__gt=0)),
            models.Index(fields=("expires_at",), name="club_lot_expiry", condition=models.Q(remaining__gt=0)),
        )


class Debt(Open):
    """Points of a debit for which there was no lot; the next credits pay it."""

    class Meta:
        """Only what is left is looked for."""

        constraints = (models.CheckConstraint(condition=models.Q(remaining__gte=0), name="club_debt_left"),)
        indexes = (
            models.Index(fields=("member",), name="club_debt_member", condition=models.Q(remaining__gt=0)),
        )


class Allocation(models.Model):
    """Points of a debit taken from a lot: append-only, stored when it is decided and never derived again."""

    id = models.BigAutoField(primary_key=True)
    debit = models.ForeignKey(Entry, models.PROTECT, related_name="allocations")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="allocations")
    points = models.BigIntegerField()

    class Meta:
        """Nothing is taken that is nothing."""

        constraints = (
            models.CheckConstraint(condition=models.Q(points__gt=0), name="club_allocation_points"),
        )


class Hold(models.Model):
    """Points set aside: for a redemption that is not confirmed yet, or as a kiosk's allowance for a member.

    Time alone never ends it: it is settled by a redemption, released, or written off as a declared debt.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT, db_index=False)
    points = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    device = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    source_key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=12, default="open")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Only open ones are looked for."""

        constraints = (models.CheckConstraint(condition=models.Q(points__gt=0), name="club_hold_points"),)
        indexes = (models.Index(fields=("member",), name="club_hold_open", condition=models.Q(state="open")),)


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
