"""Members without a name, the persons behind them, their cards, and the entries of the points ledger."""

from typing import Final

from django.db import models

from cloud.fleet.models import Group, Store


class Member(models.Model):
    """Who holds points, by a pseudonymous id (`m-` and 10 base-32 digits).

    `kind` is `consumer` or `business`. One with `left_on` or `merged_into` is no kiosk's member any more.
    """

    id = models.CharField(primary_key=True, max_length=40)
    group = models.ForeignKey(Group, models.PROTECT)
    kind = models.CharField(max_length=8, db_default="consumer")
    language = models.CharField(max_length=2, default="fa")
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)

    class Meta:
        """Who was merged into somebody: they are few, and an index of all is none that SQLite would use."""

        indexes = (
            models.Index(
                fields=("merged_into",),
                name="club_member_merged",
                condition=models.Q(merged_into__isnull=False),
            ),
        )


class Person(models.Model):
    """Who a member is: all that is erased when the member leaves."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True)
    given_name = models.CharField(max_length=60)
    family_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=16, unique=True, null=True)  # E.164
    birthday = models.DateField(null=True)
    email = models.CharField(max_length=254, db_default="")


class NameWord(models.Model):
    """A word by which a person is found, as `names.name_words` makes it of their names; it goes with them."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    word = models.CharField(max_length=60)

    class Meta:
        """A person has a word once; words are looked for by how they begin, character by character."""

        constraints = (models.UniqueConstraint(fields=("person", "word"), name="club_word_of_person"),)
        indexes = (
            models.Index(
                fields=("word", "person"),
                name="club_word",
                opclasses=(
                    "varchar_pattern_ops",
                    "varchar_pattern_ops",
                ),  # PostgreSQL's, whatever its language
            ),
        )


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


ACTIVE: Final = "active"
LOST: Final = "lost"
REPLACED: Final = "replaced"
REKEYED: Final = "rekeyed"
LEFT: Final = "left"
BLOCKED: Final = (LOST, REPLACED)
"""Cards that nobody is to be served with, and that say so."""


class Card(models.Model):
    """A card by its CardKey; the raw number is never stored.

    `lost` and `replaced` cards are blocked, `left` ones are nobody's. A `rekeyed` row is a card's name under
    an older club key; `replaced_by` is then its newer name. From `ended_at` on it earns nothing. `join` is
    that by which it became somebody's for the first time, where that was at a kiosk.
    """

    key = models.CharField(primary_key=True, max_length=41)
    member = models.ForeignKey(Member, models.PROTECT)
    status = models.CharField(max_length=8, db_default=ACTIVE)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True)
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    join = models.ForeignKey("KioskJoin", models.PROTECT, null=True, db_index=False)


WAITS: Final = "waits"
"""What is to become of a personal part, before it is there."""


class KioskJoin(models.Model):
    """That somebody joined in a visit at a kiosk, and what came of it; nothing in it is personal.

    `event` is `<kiosk>/<epoch>-<sequence>`, as of its personal part. Where `member` is null it made none,
    and `ignored` says why. `person` says what became of the personal part; it is empty where there is none.
    The cloud knew of it from `posted_at` on.
    """

    event = models.CharField(primary_key=True, max_length=80)
    kiosk = models.CharField(max_length=40)
    visit = models.CharField(max_length=16)
    member = models.ForeignKey(Member, models.PROTECT, null=True)
    ignored = models.CharField(max_length=12, blank=True)
    person = models.CharField(max_length=12, blank=True)
    joined_at = models.DateTimeField()
    posted_at = models.DateTimeField()

    class Meta:
        """A visit makes one member; what follows in the visit looks for it, and its part when it comes."""

        constraints = (
            models.UniqueConstraint(
                fields=("kiosk", "visit"), name="joined_once", condition=models.Q(member__isnull=False)
            ),
        )
        indexes = (
            models.Index(fields=("kiosk", "visit"), name="club_join_visit"),
            models.Index(fields=("posted_at",), name="club_join_waits", condition=models.Q(person=WAITS)),
        )


class Merge(models.Model):
    """Two members became one: `gone` went into `kept`. It can be undone until it is confirmed."""

    id = models.BigAutoField(primary_key=True)
    gone = models.ForeignKey(Member, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    points = models.BigIntegerField()
    undone_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)


class CardMove(models.Model):
    """Whose a card was, from `since` (null: from the first) until `until`: a tap counts for its own time.

    `merge` is the one that moved it, if one did.
    """

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
    merge = models.ForeignKey(Merge, models.PROTECT, null=True)


class Consent(models.Model):
    """A member said yes to a purpose, in the words of a wording; it stands until `withdrawn_at`.

    Nothing in it is personal, so it stays when the person is erased, as evidence.
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.PROTECT)
    purpose = models.CharField(max_length=40)
    wording = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Receipt(models.Model):
    """What was erased when somebody left, and what was kept: counts, and nothing that names who it was.

    `kiosk` is where they left; empty where an operator did it.
    """

    code = models.CharField(primary_key=True, max_length=12)
    at = models.DateTimeField()
    kiosk = models.CharField(max_length=40, blank=True, default="")
    erased = models.JSONField()
    kept = models.JSONField()


class ClubSetting(models.Model):
    """What a club decided for itself, as a JSON document under a name."""

    name = models.CharField(primary_key=True, max_length=40)
    document = models.TextField()


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
    A kiosk's allowance with `recalled_at` is to be given back. `source_key` is its name on the wire: a
    database that is restored gives ids out again.
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
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        """Only open ones are looked for."""

        constraints = (models.CheckConstraint(condition=models.Q(points__gt=0), name="club_hold_points"),)
        indexes = (
            models.Index(fields=("member",), name="club_hold_open", condition=models.Q(state="open")),
            models.Index(
                fields=("device",),
                name="club_hold_recalled",
                condition=models.Q(state="open", recalled_at__isnull=False),
            ),
        )


class Coupon(models.Model):
    """Money off that a kiosk gave out for points, by the code on it; a till takes it once until `expires_at`.

    The points were spent when it was made. `used_number` is the document of `used_store` that took it.
    """

    code = models.CharField(primary_key=True, max_length=10)
    member = models.ForeignKey(Member, models.PROTECT)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False, related_name="+")
    kiosk = models.CharField(max_length=40)
    points = models.BigIntegerField()
    rial = models.BigIntegerField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_store = models.ForeignKey(Store, models.PROTECT, db_index=False, null=True, related_name="+")
    used_number = models.CharField(max_length=40, null=True)
    invoice = models.CharField(max_length=40, null=True)

    class Meta:
        """A document takes one coupon."""

        constraints = (
            models.UniqueConstraint(fields=("used_store", "used_number"), name="coupon_used_once"),
        )


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


class Purchase(models.Model):
    """An invoice of a member as its store sent it: append-only, enforced by the database.

    `lines` are those of `occasions.Line`; `paid` is what was paid in money, in Rial, null where it was all.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    invoice = models.CharField(max_length=40)
    member = models.ForeignKey(Member, models.PROTECT)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    lines = models.JSONField()
    paid = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)

    class Meta:
        """A store has an invoice once."""

        constraints = (models.UniqueConstraint(fields=("store", "invoice"), name="purchased_once"),)


class Return(models.Model):
    """A document by which lines of an invoice come back; `lines` has the amount in Rial by line.

    `state` is `waiting` until its sale is there, then `applied`, or `refused` where the sale was another
    than it says. Nothing else of it can change.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.PROTECT, db_index=False)
    number = models.CharField(max_length=40)
    invoice = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    lines = models.JSONField()
    state = models.CharField(max_length=8)

    class Meta:
        """A store has a document once, and any number of them for an invoice."""

        constraints = (models.UniqueConstraint(fields=("store", "number"), name="returned_once"),)
        indexes = (models.Index(fields=("store", "invoice"), name="club_return_invoice"),)
