"""A kiosk of the run: its generator, its sync, its folder, and an older copy of its journal."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Literal

from mqtt.vocabulary import KioskId, StoreId
from tests.faults.club import group
from tests.faults.destroyed import copy_journal
from tests.faults.programs import Program
from tests.faults.truth import Truth

QUIET: Literal["quiet"] = "quiet"
KEY = "0123456789abcdef" * 2
Clock = Literal["right", "unset", "lost"]

_CONFIG = """\
kiosk = "{kiosk}"
store = "{store}"
group = "{group}"
data = "{data}"
broker = "mqtt://127.0.0.1:{port}"
clock = "trusted"

[club_key]
id = "1"
secret = "{key}"
"""


@dataclass
class Kiosk:
    """Two processes over one folder; what the generator confirms goes to the truth."""

    name: KioskId
    data: Path
    generator: Program
    sync: Program
    truth: Truth
    copied: bool = False
    _ear: Thread | None = field(default=None, repr=False)

    @property
    def copies(self) -> Path:
        """Where the older copy of the journal lies."""
        return self.data.with_name(f"{self.name}.copy")

    def keep_copy(self) -> None:
        """Copy the journal; its generator is dead."""
        copy_journal(self.data, self.copies)
        self.copied = True

    def put_back(self) -> None:
        """Replace the journal by its copy; both processes are dead."""
        copy_journal(self.copies, self.data)
        self.copied = False

    def start(self, seed: int, *, shrink: bool, clock: Clock = "right") -> None:
        """Start the generator, and listen to it."""
        words = ("--seed", str(seed), "--clock", clock)
        process = self.generator.start(*words, *(("--shrink",) if shrink else ()))
        assert process.stdout is not None
        self._ear = self.truth.listen(process.stdout)

    def tell(self, word: Clock | Literal["quiet"]) -> None:
        """Step the clock of a generator that runs, or let nobody visit it any more."""
        process = self.generator.process
        if process is not None and process.poll() is None:
            assert process.stdin is not None
            process.stdin.write(f"{word}\n".encode())
            process.stdin.flush()

    def kill(self) -> None:
        """End the generator with -9, and hear what it still had said."""
        self.generator.kill()
        self.hear_out()

    def stop(self) -> None:
        """Let the generator finish what it does."""
        self.generator.close()
        self.hear_out()

    def hear_out(self) -> None:
        """Hear all that a generator said which has ended."""
        if self._ear is not None:
            self._ear.join()
            self._ear = None


def configuration(kiosk: KioskId, store: StoreId, data: Path, port: int) -> str:
    """A kiosk.toml for a kiosk that reaches the broker through `port`."""
    return _CONFIG.format(kiosk=kiosk, store=store, group=group(store), data=data, port=port, key=KEY)
