"""Whoever changes what a kiosk is told of a member leaves word for the kiosks in the same transaction."""

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from cloud.club.models import Entry, Hold, Lot, Member, Person
from cloud.collector.models import Outbox


def watch() -> None:
    """Begin; called once, when the app is ready. What goes past the models leaves word itself."""
    post_delete.connect(_changed, sender=Member, dispatch_uid="member-deleted")
    post_delete.connect(_changed, sender=Person, dispatch_uid="person-deleted")
    post_save.connect(_booked, sender=Entry, dispatch_uid="entry-booked")
    post_save.connect(_waits, sender=Lot, dispatch_uid="lot-made")
    post_save.connect(_booked, sender=Hold, dispatch_uid="hold-changed")


def _changed(sender: type[Model], instance: Member | Person, **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.create(member_id=instance.pk)


def _booked(sender: type[Model], instance: Entry | Hold, **_: object) -> None:  # noqa: ARG001 - likewise
    Outbox.objects.create(member_id=instance.member_id)


def _waits(sender: type[Model], instance: Lot, **_: object) -> None:  # noqa: ARG001 - likewise
    """What cannot be spent yet changes the member's row once more, when it can."""
    if instance.active_from > instance.entry.received_at:
        Outbox.objects.create(member_id=instance.member_id, due=instance.active_from)
