"""The world of the faults without faults: all of an old release, of which the cloud becomes this one."""

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.faults.kiosk import Kiosk
from tests.faults.programs import Program
from tests.faults.world import LOOK, ROOT, World
from tests.mqtt.ports import free_port


@dataclass
class Upgraded(World):
    """Kiosks that stay as they are, and a cloud that does not; the kiosks' clocks are right."""

    def __post_init__(self) -> None:
        """Make everything of the release in `root`."""
        super().__post_init__()
        self.port = free_port()
        environment = self.environment() | {"BASHGAH_WEB_PORT": str(self.port)}
        self.web = Program("web", ("cloud", "web"), environment, self.folder, self.root)

    def start(self) -> None:
        """Start everything, and the pages."""
        super().start()
        self.web.start()

    def generate(self, kiosk: Kiosk) -> None:
        """Start a kiosk's generator."""
        kiosk.start(self.rng.getrandbits(60), shrink=self.shrinking)

    def upgrade(self, to: Path = ROOT) -> None:
        """What docs/install.md does: stop, back up, migrate with the new release, start that."""
        for program in self.served():
            program.stop()
        self.cloud_does("backup", str(self.folder / "before.tar"))
        self.root = to
        self.cloud_does("migrate", "--verbosity", "0")
        for program in self.served():
            program.root = to
            program.start()

    def served(self) -> list[Program]:
        """The cloud's programs."""
        return [*self.cloud, self.worker, self.web]

    def stored(self) -> int:
        """How many events the cloud has."""
        [[(count,)]] = self.database.ask("SELECT count(*) FROM collector_storedevent")
        return int(count)

    def until_stored(self, count: int, within: float) -> None:
        """Let time pass until the cloud has so many events. Raises TimeoutError."""
        end = time.monotonic() + within
        while self.stored() < count:
            if time.monotonic() > end:
                raise TimeoutError(f"not {count} events within {within} s")
            self.wait(LOOK / 5)

    def kiosk_processes(self) -> list[int]:
        """The process ids of all that runs on the kiosks."""
        found = (
            program.process for kiosk in self.kiosks.values() for program in (kiosk.sync, kiosk.generator)
        )
        return [process.pid for process in found if process is not None]

    def page(self, within: float) -> int:
        """The status of the page on which one signs in, once it answers. Raises URLError."""
        end = time.monotonic() + within
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/login", timeout=20) as answer:
                    return int(answer.status)
            except urllib.error.URLError:
                if time.monotonic() > end:
                    raise
            self.wait(LOOK)

    def close(self) -> None:
        """End everything."""
        self.web.kill()
        super().close()
