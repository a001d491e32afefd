"""Whoever deletes a member leaves word of it for the kiosks, in the same transaction."""

from django.db.models.signals import post_delete

from cloud.club.models import Member
from cloud.collector.models import Outbox


def watch() -> None:
    """Begin; called once, when the app is ready."""
    post_delete.connect(_deleted, sender=Member, dispatch_uid="member-deleted")


def _deleted(sender: type[Member], instance: Member, **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.create(member_id=instance.pk)
