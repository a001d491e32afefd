"""One kiosk's journal, keeper and upstream, the model of a collector, and a network that can lose things."""

import copy
import json
import shutil
import sqlite3
import tempfile
from collections import Counter, deque
from contextlib import closing
from pathlib import Path

from kiosk.journal import Journal
from kiosk.keeper import Keeper, Limits
from kiosk.marks import Marks
from kiosk.members import Replica
from kiosk.upstream import Upstream
from mqtt.down import Ack
from mqtt.events import CardRefused
from mqtt.vocabulary import KioskId, StoreId
from tests.kiosk.conftest import ToldClock
from tests.kiosk.model import POISON, Collector

PLENTY = 2**40
ROUNDS = 3_000


class World:
    """Everything that can happen to a kiosk, one verb for each. `truth` is kept outside of it."""

    def __init__(self) -> None:
        fast = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=fast if fast.is_dir() else None))
        self.clock, self.collector = ToldClock(), Collector()
        self.up: deque[tuple[str, bytes]] = deque()
        self.down: deque[Ack] = deque()
        self.free = PLENTY
        self.truth: set[str] = set()
        self.confirmed: set[str] = set()
        self.held: set[str] = set()
        self._copies = 0
        self._open_screen()
        self._open_sync()

    # --- what the kiosk does

    def record(self, count: int, *, poison: bool = False) -> None:
        first = len(self.confirmed)
        kind = POISON.decode() if poison else "row"
        names = [f"{kind}-{first + number}" for number in range(count)]
        self.journal.append([(CardRefused(name), self.clock.stamp()) for name in names])
        self.confirmed |= set(names)
        self.truth |= set() if poison else set(names)

    def publish(self, topic: str, payload: bytes) -> bool:
        self.up.append((topic, payload))
        return True

    def send(self) -> None:
        self.sync.turn()

    def keep(self) -> None:
        self.clock.forward(2.0)
        self.keeper.turn()

    def press(self) -> None:
        """A disk that runs short: what the cloud once held may go, though it was put back since."""
        self.check()
        self.free = 100
        self.keep()
        self.free = PLENTY
        self.keep()
        gone = self.truth - self.in_cloud().keys() - self.in_journal().keys()
        assert gone <= self.held, "given up before anybody else had it"
        self.truth -= gone

    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)

    # --- what the network does

    def deliver(self, count: int) -> None:
        for _ in range(min(count, len(self.up))):
            self.down.append(self.collector.take(*self.up.popleft()))
        self.held |= self.in_cloud().keys()

    def answer(self, count: int) -> None:
        for _ in range(min(count, len(self.down))):
            self.sync.take(self.down.popleft())

    def lose_sent(self) -> None:
        self.up.clear()

    def lose_acks(self) -> None:
        self.down.clear()

    def reconnect(self) -> None:
        self.down.clear()
        self.sync.start()

    def talk(self, turns: int = 1) -> None:
        """Both sides say what they have to say, with nothing in the way."""
        for _ in range(turns):
            self.clock.forward(5.0)
            self.keep()
            self.send()
            self.deliver(10_000)
            self.answer(10_000)

    # --- faults

    def crash_screen(self) -> None:
        self.journal.close()
        self._open_screen()

    def crash_sync(self) -> None:
        self._close_sync()
        self._open_sync()

    def copy_journal(self) -> Path:
        return self._copy("journal.db")

    def restore_journal(self, saved: Path, *, with_sync: bool) -> None:
        self.check()
        self.journal.close()
        if with_sync:
            self._close_sync()
        self._restore("journal.db", saved)
        # a hello still under way from before could declare rows missing that the older copy has again
        self.up.clear()
        self._open_screen()
        if with_sync:
            self._open_sync()
        self._judge()

    def copy_replica(self) -> Path:
        return self._copy("replica.db")

    def restore_replica(self, saved: Path) -> None:
        self._close_sync()
        self.marks.close()
        self._restore("replica.db", saved)
        self.crash_screen()
        self._open_sync()

    def copy_collector(self) -> Collector:
        return copy.deepcopy(self.collector)

    def restore_collector(self, saved: Collector) -> None:
        self.check()
        self.collector = copy.deepcopy(saved)
        self._judge()

    # --- judging

    def in_journal(self) -> Counter[str]:
        with closing(sqlite3.connect(self.folder / "journal.db")) as db:
            found = db.execute("SELECT data FROM row WHERE type = 'club.card.refused.v1'").fetchall()
        return Counter(json.loads(data)["reason"] for (data,) in found)

    def in_cloud(self) -> Counter[str]:
        rows = [row for row in self.collector.envelopes() if row.type == "club.card.refused.v1"]
        return Counter(json.loads(row.data)["reason"] for row in rows)

    def check(self) -> None:
        """Nothing is lost so far, nothing doubled."""
        cloud, journal = self.in_cloud(), self.in_journal()
        assert not [name for name, times in (cloud | journal).items() if times > 1], "doubled"
        assert self.truth <= cloud.keys() | journal.keys(), "lost"

    def settle(self) -> None:
        """Let the kiosk and the collector get level, with nothing in the way."""
        self.reconnect()
        for _ in range(ROUNDS):
            self.talk()
            if self._is_level() and not self.up and not self.down:
                return
        raise AssertionError("never level")

    def close(self) -> None:
        self._close_sync()
        self.journal.close()
        self.marks.close()
        shutil.rmtree(self.folder)

    def _is_level(self) -> bool:
        return all(
            (acked := self.replica.acked(stream.epoch)).upto == stream.highest()
            and acked.chain == stream.chain_at(acked.upto)
            and self.collector.streams[stream.epoch].upto >= acked.upto
            for stream in self.journal.streams()
            if stream.highest()
        )

    def _judge(self) -> None:
        """What a fault has left is what must be there in the end."""
        left = self.in_cloud().keys() | self.in_journal().keys()
        self.truth = {name for name in left if not name.startswith(POISON.decode())}

    def _open_screen(self) -> None:
        self.journal = Journal(self.folder / "journal.db")
        self.marks = Marks(self.folder / "replica.db")
        self.keeper = Keeper(
            self.journal, self.marks, self.clock, Limits(free_low=1000, free_least=10), lambda: self.free
        )

    def _open_sync(self) -> None:
        self.replica = Replica(self.folder / "replica.db")
        self.sync = Upstream(
            kiosk=KioskId("tajrish-1"),
            store=StoreId("tajrish"),
            link=self,
            journal=self.folder / "journal.db",
            replica=self.replica,
            clock=self.clock,
            now=lambda: self.clock.monotonic,
        )

    def _close_sync(self) -> None:
        self.sync.close()
        self.replica.close()

    def _copy(self, name: str) -> Path:
        self._copies += 1
        saved = self.folder / f"copy-{self._copies}"
        saved.mkdir()
        for file in self.folder.glob(f"{name}*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, saved)
        return saved

    def _restore(self, name: str, saved: Path) -> None:
        for file in self.folder.glob(f"{name}*"):
            file.unlink()
        for file in saved.iterdir():
            shutil.copy(file, self.folder)
