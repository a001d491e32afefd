"""The world outside of the guest: a whole cloud, and the right time; QEMU leads 10.0.2.2 to this machine."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.demo.plan import KIOSK, Plan
from tests.demo.programs import running
from tests.demo.shoppers import Card as MembersCard
from tests.demo.shoppers import read_cards
from tests.demo.steps import cloud, prepare
from tests.image.qemu.clock import Clock
from tests.mqtt.ports import free_port

HOST = "10.0.2.2"
"""This machine, as a guest behind QEMU's user network sees it."""
PROGRAMS = ("broker", "authority", "gate", "collector", "worker", "web")
DAYS = 3
"""Of history: nothing here looks at it."""


@dataclass(frozen=True)
class Outside:
    """A club of three stores, gate and broker certified for 10.0.2.2. `tells`: whether it tells the time."""

    plan: Plan
    tells: bool

    def enrolment(self, kiosk: str = KIOSK) -> str:
        """What a new device of this name has to have in its kiosk.toml; the token is good once."""
        told = self.plan.run / f"{kiosk}.toml"
        told.unlink(missing_ok=True)
        cloud(self.plan, "enrol", kiosk, "--toml", str(told))
        return told.read_text("utf-8")

    def card(self) -> MembersCard:
        """A member's, of 125 kHz."""
        found = [card for card in read_cards(self.plan.run / "cards.json") if card.reader == "em4100"]
        return next(card for card in found if card.member)

    def audit(self, epoch: str) -> dict[str, int]:
        """What the cloud stored and posted of a journal."""
        found: dict[str, int] = json.loads(cloud(self.plan, "audit", "--kiosk", KIOSK, "--epoch", epoch))
        return found

    def stored(self, kiosk: str = KIOSK) -> list[tuple[str, int, str]]:
        """Epoch, sequence and type of everything that came from a kiosk, in the order in which it did."""
        query = """SELECT s.epoch, e.sequence, e.type FROM collector_storedevent e
            JOIN collector_stream s ON s.id = e.stream_id WHERE s.kiosk = ? ORDER BY e.id"""
        return self._ask(query, kiosk)

    def certificates(self, kiosk: str = KIOSK) -> list[str]:
        """The serials of a kiosk's certificates that count."""
        query = """SELECT serial FROM fleet_certificate WHERE kiosk_id = ?
            AND superseded_at IS NULL AND revoked_at IS NULL"""
        return [str(serial) for serial, *_ in self._ask(query, kiosk)]

    def _ask(self, query: str, *words: str) -> list[Any]:
        database = sqlite3.connect(self.plan.cloud / "cloud.db", timeout=20)
        try:
            return database.execute(query, words).fetchall()
        finally:
            database.close()


@contextmanager
def outside() -> Iterator[Outside]:
    """Everything running, and stopped at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-out-")))
        plan = Plan(run=folder / "r", broker_port=free_port(), web_port=free_port(), days=DAYS, host=HOST)
        plan.check()
        prepare(plan)
        stack.enter_context(running(plan, PROGRAMS, folder / "log"))
        clock = stack.enter_context(Clock())
        yield Outside(plan, clock.tells)
