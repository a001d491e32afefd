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
    merged_into = models.ForeignKey("self", models.PROTECT, null=True)


class Person(models.Model):
    """Who a member is: all that is erased when the member leaves."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True)
    given_name = models.CharField(max_length=60)
    family_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=16, unique=True, null=True)  # E.164
    birthday = models.DateField(null=True)
    email = models.CharField(max_length=254, db_default="")


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
    an older club key; `replaced_by` is then its newer name. From `ended_at` on it earns nothing.
    """

    key = models.CharField(primary_key=True, max_length=41)
    member = models.ForeignKey(Member, models.PROTECT)
    status = models.CharField(max_length=8, db_default=ACTIVE)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True)
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


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
    """What was erased when somebody left, and what was kept: counts, and nothing that names who it was."""

    code = models.CharField(primary_key=True, max_length=12)
    at = models.DateTimeField()
    erased = models.JSONField()
    kept = models.JSONField()


class ClubSetting(models.Model):
    """What a club decided for itself, as a JSON document under a name."""

    name = models.CharField(primary_key=True, max_length=40)
    document = models.TextField()


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
