"""Everything that runs: kiosks behind a proxy, the broker, the cloud's processes and its database."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from mqtt.vocabulary import Epoch, KioskId, StoreId
from tests.faults.broker import Broker
from tests.faults.club import KIOSKS
from tests.faults.database import Database
from tests.faults.destroyed import collected
from tests.faults.disk import Disk
from tests.faults.dying import DEAD
from tests.faults.kiosk import QUIET, Clock, Kiosk, configuration
from tests.faults.programs import Program
from tests.faults.proxy import Proxy
from tests.faults.truth import Truth

ROOT = Path(__file__).resolve().parents[2]
REFILLED_WITHIN = 150.0
LOOK = 0.5
"""Seconds between two looks into the database for what is to come."""
GLANCE = 0.05
"""Seconds between two looks at what has ended by itself."""
CLOUD = "cloud"
"""The door through which the cloud's processes go to the broker."""
SMALL = KioskId("tajrish-1")
"""The kiosk whose files lie on a disk of their own, which can be filled."""


@dataclass
class World:
    """One run's processes; `shrinking` while the kiosks drop what is acknowledged."""

    folder: Path
    database: Database
    rng: random.Random
    collectors: int = 1
    shrinking: bool = False
    copied: bool = False
    quiet: bool = False
    without: frozenset[str] = frozenset()
    root: Path = ROOT
    """Of which release all programs are."""
    to_come_back: set[str] = field(default_factory=set)
    """What the cloud had before it was put back, and has not been seen to have again."""
    restarted: list[tuple[KioskId, Epoch]] = field(default_factory=list)
    """Journals that went backwards so that the kiosk must have noticed, by the epoch that they had."""
    put_back_ever: set[str] = field(default_factory=set)
    """Kiosks of which an older journal was put back, and :data:`CLOUD` if its database was."""

    def __post_init__(self) -> None:
        """Make the folders, the tables and the configurations; nothing runs yet."""
        self._stack = ExitStack()
        self._stack.callback(self.database.close)
        self.truth = Truth(self.folder / "truth.jsonl")
        self.broker = Broker(self.folder)
        self._stack.callback(self.broker.kill)
        self.proxy = Proxy(self.broker.port, (*KIOSKS, CLOUD))
        self._stack.callback(self.proxy.close)
        self.disk = Disk(self._data(SMALL))
        self._stack.callback(self.disk.close)
        self.kiosks = {name: self._kiosk(name, store) for name, store in KIOSKS.items()}
        self.cloud = [self._cloud(f"collector-{number}", "collector") for number in range(self.collectors)]
        self.worker = self._cloud("worker", "worker")

    def start(self) -> None:
        """Make the club and start everything."""
        environment = self.environment()
        subprocess.run(
            [sys.executable, "-m", "tests.faults.club"], check=True, cwd=self.root, env=environment
        )
        self.broker.start()
        for program in (*self.cloud, self.worker):
            program.start()
        for kiosk in self.kiosks.values():
            self.generate(kiosk)
            kiosk.sync.start()

    def generate(self, kiosk: Kiosk) -> None:
        """Start a kiosk's generator; now and then its clock is not set."""
        clock: tuple[Clock, ...] = ("right", "right", "right", "right", "unset", "lost")
        kiosk.start(self.rng.getrandbits(60), shrink=self.shrinking, clock=self.rng.choice(clock))
        if self.quiet:
            kiosk.tell(QUIET)

    def shrink(self, *, on: bool) -> None:
        """Let the kiosks drop what is acknowledged, or keep it; copies of the cloud are void then.

        They begin to drop only when a cloud that was put back has again what they were told it had.
        """
        if on:
            self._refill()
        self.shrinking, self.copied, self.quiet = on, False, False
        for kiosk in self.kiosks.values():
            kiosk.stop()
            self.generate(kiosk)

    def _refill(self) -> None:
        end = time.monotonic() + REFILLED_WITHIN
        while self.to_come_back & self.truth.owed() and time.monotonic() < end:
            self.to_come_back -= collected(self.database)
            self.wait(LOOK)
        self.to_come_back.clear()

    def copy(self) -> None:
        """Keep a backup of the cloud, in use as it is."""
        self.cloud_does("backup", str(self._copy))
        self.copied = True

    def put_back(self) -> None:
        """Let the backup be the database; nothing of the cloud runs."""
        self.cloud_does("restore", "--yes", str(self._copy))
        self.copied = False
        self.put_back_ever.add(CLOUD)

    def wait(self, seconds: float) -> None:
        """Let time pass; what ends by itself is started again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend()
            time.sleep(GLANCE)

    def tend(self) -> None:
        """Start again what has ended by itself."""
        for program in (*self.cloud, self.worker, *(kiosk.sync for kiosk in self.kiosks.values())):
            if program.ended():
                program.start()
        for kiosk in self.kiosks.values():
            if kiosk.generator.ended():
                kiosk.hear_out()
                self.generate(kiosk)

    def quieten(self) -> None:
        """No more faults and no more visits; everything else goes on."""
        for name in self.proxy.doors:
            self.proxy.set(name, "pass")
        self.disk.free()
        self.quiet = True
        for kiosk in self.kiosks.values():
            kiosk.tell(QUIET)

    def close(self) -> None:
        """End everything."""
        for program in self.programs():
            program.kill()
        for kiosk in self.kiosks.values():
            kiosk.hear_out()
        self._stack.close()

    def programs(self) -> Iterator[Program]:
        """All processes of the product, and the generators."""
        yield from (*self.cloud, self.worker)
        for kiosk in self.kiosks.values():
            yield from (kiosk.generator, kiosk.sync)

    def environment(self) -> dict[str, str]:
        """What the cloud's processes are told."""
        return {
            **os.environ,
            **self.database.environment(),
            "DJANGO_SETTINGS_MODULE": "cloud.settings",
            "BASHGAH_SECRET_KEY": "only for tests",
            "BASHGAH_BROKER": f"mqtt://127.0.0.1:{self.proxy.doors[CLOUD].port}",
        }

    @property
    def _copy(self) -> Path:
        return self.folder / "cloud.backup"

    def cloud_does(self, *words: str) -> None:
        """Run one of the cloud's commands to its end."""
        with (self.folder / "backup.log").open("ab") as log:
            command = [sys.executable, "-m", "cloud", *words]
            subprocess.run(command, check=True, cwd=self.root, env=self.environment(), stdout=log, stderr=log)

    def _cloud(self, name: str, command: str) -> Program:
        expected = frozenset({DEAD})
        return Program(name, ("cloud", command), self.environment(), self.folder, self.root, expected)

    def _kiosk(self, name: KioskId, store: StoreId) -> Kiosk:
        data, file = self._data(name), self.folder / f"{name}.toml"
        data.mkdir(exist_ok=True)
        file.write_text(configuration(name, store, data, self.proxy.doors[name].port), "utf-8")
        words = ("tests.faults.generator", "--data", str(data), "--kiosk", name)
        generator = Program(f"{name}-generator", words, dict(os.environ), self.folder, self.root, speaks=True)
        command = ("kiosk", "sync", "--config", str(file))
        sync = Program(f"{name}-sync", command, dict(os.environ), self.folder, self.root)
        return Kiosk(name, data, generator, sync, self.truth)

    def _data(self, name: KioskId) -> Path:
        return self.folder / name
