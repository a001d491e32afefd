"""The dispatcher: what changed goes to the kiosks that it is for, and what they ask is answered."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from cloud.collector import asks, pages, versions
from cloud.collector.recalling import Recalling
from cloud.collector.versions import Change
from cloud.fleet import catalogue, commands, health
from cloud.fleet.models import Group, Kiosk
from mqtt.client import Message
from mqtt.down import Ask, Command, Health, Hello, MembersBatch, SignedCatalogue, decode, encode
from mqtt.topics import CATALOGUE, Up, down, group_members, parse_up, up_filter
from mqtt.vocabulary import AllowanceId, BadMessage, GroupId, KioskId

TOPICS = (up_filter("hello"), up_filter("ask"), up_filter("health"))
ANNOUNCE = 30.0
"""Seconds between two words on the newest versions: brokers lose messages, and say nothing of it."""

log = logging.getLogger("cloud.dispatcher")


class Publishes(Protocol):
    """A link, as the dispatcher needs it."""

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        """Hand a message to the network; False if it is away."""


class Dispatcher:
    """Speaks through a link; nothing is lost if it is away, kiosks ask again."""

    def __init__(self, link: Publishes, generation: str) -> None:
        """Wire; whoever reads :data:`TOPICS` gives what arrives to `answer`."""
        self._link, self._generation = link, generation
        self._announced = 0.0
        self._recalling = Recalling(self._recall)
        self._answers: dict[Up, Callable[[KioskId, Message], None]] = {
            "hello": self._hello,
            "ask": self._ask,
            "health": self._health,
        }

    def turn(self) -> int:
        """Publish what is new: member rows under their next versions, a catalogue, commands, recalls."""
        changes = versions.assign(datetime.now(UTC))
        for change in changes:
            self._publish(change)
        news = len(changes) + self._publish_catalogue() + self._give_commands()
        return news + self._recalling.turn()

    def announce(self, *, now: bool = False) -> None:
        """Tell every group its newest version, if it is time; a kiosk that is below it asks.

        `now`: the connection is a new one, to a broker that may have forgotten what it retained.
        """
        if now and (newest := catalogue.newest()):
            self._retain(newest)
        if not now and time.monotonic() < self._announced + ANNOUNCE:
            return
        self._announced = time.monotonic()
        for group in Group.objects.values_list("id", flat=True):
            head = versions.head(GroupId(group))
            batch = MembersBatch(self._generation, head, head, head, ())
            self._link.publish(group_members(GroupId(group)), encode(batch))
        self._recalling.again()

    def answer(self, message: Message) -> None:
        """Take what a kiosk said. What means nothing is the collector's to park, or nobody's."""
        try:
            topic = parse_up(message.topic)
            if topic.what in self._answers:
                self._answers[topic.what](topic.kiosk, message)
        except BadMessage as error:
            log.debug("%s: %s", message.topic, error)

    # --- answers

    def _hello(self, kiosk: KioskId, message: Message) -> None:
        """Send what a kiosk lacks; of the rows one page, and it asks again until it is level."""
        hello, group = decode(message.payload, Hello), _group(kiosk)
        if group is None:
            return
        self._level(kiosk, group, hello)
        newest = catalogue.newest()
        if newest and newest.version > hello.catalogue_version:
            self._link.publish(down(kiosk, "catalogue"), encode(newest))
        for command in commands.undone(kiosk):
            self._command(kiosk, command)
        self._recalling.to(kiosk)

    def _ask(self, kiosk: KioskId, message: Message) -> None:
        ask, group = decode(message.payload, Ask), _group(kiosk)
        if group is not None:
            reply = asks.answer(kiosk, group, ask, self._generation)
            self._link.publish(down(kiosk, "reply"), encode(reply), 0)

    def _health(self, kiosk: KioskId, message: Message) -> None:
        heard_at = None if message.retained else datetime.now(UTC)
        health.keep(health.Said(kiosk, decode(message.payload, Health), heard_at))

    def _level(self, kiosk: KioskId, group: GroupId, hello: Hello) -> None:
        head, version = versions.head(group), hello.members_version
        stranger = hello.generation != self._generation or version > head
        if stranger or version < head:
            batch = pages.page(group, 0 if stranger else version, self._generation)
            self._link.publish(down(kiosk, "members"), encode(batch))
            log.info("%s: versions %d to %d of %d", kiosk, batch.after, batch.to, batch.head)

    # --- news

    def _recall(self, kiosk: KioskId, allowances: tuple[AllowanceId, ...]) -> None:
        group = _group(kiosk)
        if group is not None:
            head = versions.head(group)
            batch = MembersBatch(self._generation, head, head, head, (), recalled=allowances)
            self._link.publish(down(kiosk, "members"), encode(batch))

    def _publish(self, change: Change) -> None:
        after = change.after
        while after < change.to:
            batch = pages.page(change.group, after, self._generation)
            self._link.publish(group_members(change.group), encode(batch))
            after = batch.to

    def _publish_catalogue(self) -> int:
        newest = catalogue.take_unsent(datetime.now(UTC))
        if newest is None:
            return 0
        self._retain(newest)
        log.info("catalogue: version %d", newest.version)
        return 1

    def _retain(self, newest: SignedCatalogue) -> None:
        self._link.publish(CATALOGUE, encode(newest), retain=True)

    def _give_commands(self) -> int:
        given = commands.take_unsent(datetime.now(UTC))
        for kiosk, command in given:
            self._command(kiosk, command)
        return len(given)

    def _command(self, kiosk: KioskId, command: Command) -> None:
        self._link.publish(down(kiosk, "command"), encode(command))


def _group(kiosk: KioskId) -> GroupId | None:
    """Whose members a kiosk may know; None for one that is not of the club."""
    found = Kiosk.objects.filter(id=kiosk).values_list("store__group_id", flat=True).first()
    return None if found is None else GroupId(found)
