"""Whoever answers a ticket leaves word for the kiosks; what was said to a person is erased with them."""

from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from cloud.club.models import Person
from cloud.collector.models import Outbox
from cloud.voice.models import Message


def watch() -> None:
    """Begin; called once, when the app is ready."""
    post_save.connect(_said, sender=Message, dispatch_uid="message-said")
    post_delete.connect(_erased, sender=Person, dispatch_uid="messages-erased")


def _said(sender: type[Model], instance: Message, **_: object) -> None:  # noqa: ARG001 - a signal's own words
    Outbox.objects.create(member_id=instance.ticket.member)


def _erased(sender: type[Model], instance: Person, **_: object) -> None:  # noqa: ARG001 - likewise
    # what the shop wrote to somebody can name them
    Message.objects.filter(ticket__member=instance.pk).update(text="", closes=True)
