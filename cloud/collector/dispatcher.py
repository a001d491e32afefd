"""The dispatcher: what changed about members goes to the kiosks of their group; who lags gets pages."""

import logging
import time
from typing import Protocol

from cloud.collector import versions
from cloud.collector.pages import page
from cloud.collector.versions import Change
from cloud.fleet.models import Group, Kiosk
from mqtt.client import Message
from mqtt.down import Hello, MembersBatch, decode, encode
from mqtt.topics import down, group_members, parse_up, up_filter
from mqtt.vocabulary import BadMessage, GroupId, KioskId

TOPICS = (up_filter("hello"),)
ANNOUNCE = 30.0
"""Seconds between two words on the newest versions: brokers lose messages, and say nothing of it."""

log = logging.getLogger("cloud.dispatcher")


class Publishes(Protocol):
    """A link, as the dispatcher needs it."""

    def publish(self, topic: str, payload: bytes) -> bool:
        """Hand a message to the network; False if it is away."""


class Dispatcher:
    """Speaks through a link; nothing is lost if it is away, kiosks ask again."""

    def __init__(self, link: Publishes, generation: str) -> None:
        """Wire; whoever reads :data:`TOPICS` gives what arrives to `answer`."""
        self._link, self._generation = link, generation
        self._announced = 0.0

    def turn(self) -> int:
        """Give out the next versions and publish their rows; how many groups changed."""
        changes = versions.assign()
        for change in changes:
            self._publish(change)
        return len(changes)

    def announce(self, *, now: bool = False) -> None:
        """Tell every group its newest version, if it is time; a kiosk that is below it asks."""
        if not now and time.monotonic() < self._announced + ANNOUNCE:
            return
        self._announced = time.monotonic()
        for group in Group.objects.values_list("id", flat=True):
            head = versions.head(GroupId(group))
            batch = MembersBatch(self._generation, head, head, head, ())
            self._link.publish(group_members(GroupId(group)), encode(batch))

    def answer(self, message: Message) -> None:
        """Answer a kiosk's hello with the rows that it lacks, one page; it asks again until it is level."""
        try:
            kiosk, hello = parse_up(message.topic).kiosk, decode(message.payload, Hello)
        except BadMessage:
            return  # the collector parks it
        group = Kiosk.objects.filter(id=kiosk).values_list("store__group_id", flat=True).first()
        if group is not None:
            self._level(kiosk, GroupId(group), hello)

    def _level(self, kiosk: KioskId, group: GroupId, hello: Hello) -> None:
        head, version = versions.head(group), hello.members_version
        stranger = hello.generation != self._generation or version > head
        if stranger or version < head:
            batch = page(group, 0 if stranger else version, self._generation)
            self._link.publish(down(kiosk, "members"), encode(batch))
            log.info("%s: versions %d to %d of %d", kiosk, batch.after, batch.to, batch.head)

    def _publish(self, change: Change) -> None:
        after = change.after
        while after < change.to:
            batch = page(change.group, after, self._generation)
            self._link.publish(group_members(change.group), encode(batch))
            after = batch.to
