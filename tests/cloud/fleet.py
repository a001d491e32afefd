"""Kiosks in every shard, on one connection: each sends what is not acknowledged until it is."""

import time

from mqtt.client import Link
from mqtt.down import Ack, decode
from mqtt.events import ReaderWentUp
from mqtt.topics import SHARDS, down, shard
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.kiosks import Kiosk
from tests.cloud.processes import DEADLINE, Cloud

AGAIN = 0.3
"""Seconds after which a kiosk sends again."""


class Fleet:
    """A kiosk of one store in each shard."""

    def __init__(self, broker: str, cloud: Cloud) -> None:
        self.kiosks = {shard(kiosk): Kiosk(kiosk, StoreId("vanak")) for kiosk in _one_a_shard()}
        self._upto = dict.fromkeys((kiosk.kiosk for kiosk in self.kiosks.values()), 0)
        self._due = 0.0
        values = ", ".join(f"('{kiosk}', 'vanak')" for kiosk in self._upto)
        cloud.run(f"INSERT INTO fleet_kiosk (id, store_id) VALUES {values}")
        self._acks = {down(kiosk, "ack"): kiosk for kiosk in self._upto}
        self.link = Link(broker, "fleet", list(self._acks))

    def serve(self) -> float:
        """Record something at every kiosk; the seconds until all of it is acknowledged."""
        for kiosk in self.kiosks.values():
            kiosk.record(ReaderWentUp("reader-1"))
        self._due, began = 0.0, time.monotonic()
        while self.behind():
            assert time.monotonic() < began + DEADLINE, f"not served: {sorted(self.behind())}"
            self.step()
        return time.monotonic() - began

    def behind(self) -> list[str]:
        """The shards in which something is not acknowledged."""
        return [name for name, kiosk in self.kiosks.items() if self._upto[kiosk.kiosk] < len(kiosk.rows)]

    def step(self) -> None:
        """Send what is due, take what came."""
        if self.link.connected and time.monotonic() >= self._due:
            self._due = time.monotonic() + AGAIN
            for name in self.behind():
                kiosk = self.kiosks[name]
                sent = kiosk.send(self._upto[kiosk.kiosk] + 1)
                self.link.publish(sent.topic, sent.payload)
        for message in self.link.step(0.05):
            self.link.done(message)
            kiosk_id, ack = self._acks[message.topic], decode(message.payload, Ack)
            self._upto[kiosk_id] = max(self._upto[kiosk_id], ack.upto)

    def journals(self) -> list[tuple[str, int]]:
        """All that was recorded."""
        return sorted((k.kiosk, row.sequence) for k in self.kiosks.values() for row in k.rows)


def _one_a_shard() -> list[KioskId]:
    found: dict[str, KioskId] = {}
    number = 0
    while len(found) < SHARDS:
        kiosk = KioskId(f"shop-{number}")
        found.setdefault(shard(kiosk), kiosk)
        number += 1
    return list(found.values())
