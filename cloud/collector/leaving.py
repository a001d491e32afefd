"""Whoever deletes a member, or the person behind one, leaves word for the kiosks in the same transaction."""

from django.db.models import Model
from django.db.models.signals import post_delete

from cloud.club.models import Member, Person
from cloud.collector.models import Outbox


def watch() -> None:
    """Begin; called once, when the app is ready."""
    post_delete.connect(_deleted, sender=Member, dispatch_uid="member-deleted")
    post_delete.connect(_deleted, sender=Person, dispatch_uid="person-deleted")


def _deleted(sender: type[Model], instance: Member | Person, **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.create(member_id=instance.pk)
