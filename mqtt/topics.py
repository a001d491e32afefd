"""The contract's topics, built and parsed."""

import re
import zlib
from dataclasses import dataclass
from typing import Literal, get_args

from mqtt.vocabulary import BadMessage, GroupId, KioskId

Up = Literal["events", "hello", "ask", "person", "health"]
Down = Literal["ack", "members", "catalogue", "command", "reply"]

ROOT = "club/v1"
SHARDS = 64
CATALOGUE = f"{ROOT}/all/catalogue"
"""What head office says to every kiosk, signed; retained."""
BOOT = f"{ROOT}/all/boot"
"""The cloud says on it that it has started; every kiosk answers with a hello after a random delay."""
GROUP_FILTER = f"{ROOT}/groups/+/members"

_WHAT: dict[str, Up] = {what: what for what in get_args(Up)}
_UP = re.compile(rf"{ROOT}/([0-9]{{2}})/([a-z0-9-]{{3,40}})/up/(events|hello|ask|person|health)")


def shard(kiosk: KioskId) -> str:
    """Two digits, 00 to 63: which part of the kiosks this one belongs to. CRC-32 (IEEE 802.3) of its id."""
    return f"{zlib.crc32(kiosk.encode()) % SHARDS:02d}"


def up(kiosk: KioskId, what: Up) -> str:
    """Where a kiosk writes."""
    return f"{ROOT}/{shard(kiosk)}/{kiosk}/up/{what}"


def up_filter(what: Up, shard: str = "+") -> str:
    """What a collector subscribes to: one shard, or all of them."""
    return f"{ROOT}/{shard}/+/up/{what}"


def down(kiosk: KioskId, what: Down) -> str:
    """Where the cloud writes to one kiosk."""
    return f"{ROOT}/{shard(kiosk)}/{kiosk}/down/{what}"


def group_members(group: GroupId) -> str:
    """Where the cloud tells all kiosks of a store group what changed about its members."""
    return f"{ROOT}/groups/{group}/members"


@dataclass(frozen=True, slots=True)
class UpTopic:
    """Who wrote, and what."""

    kiosk: KioskId
    what: Up


def parse_up(topic: str) -> UpTopic:
    """Read a topic on which kiosks write. BadMessage for any other, or if the shard is not the kiosk's."""
    match = _UP.fullmatch(topic)
    if match is None:
        raise BadMessage("not a topic on which kiosks write")
    kiosk = KioskId(match[2])
    if match[1] != shard(kiosk):
        raise BadMessage(f"shard {match[1]} is not that of kiosk {kiosk}")
    return UpTopic(kiosk, _WHAT[match[3]])
