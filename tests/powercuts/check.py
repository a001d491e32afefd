"""What must be true after a power cut: nothing confirmed is lost, nothing is broken, and life goes on."""

import queue
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from kiosk.catalogue import AtomicStorage
from kiosk.errors import CatalogueError, JournalError
from kiosk.journal import Journal, JournalReader
from kiosk.recorder import Recorder
from mqtt import envelope
from tests.powercuts import chores, marks, network, story
from tests.powercuts.cuts import Crash
from tests.powercuts.screen import JOURNAL
from tests.uml import environment

DATABASES = (JOURNAL, network.JOURNAL, network.REPLICA, network.COMMANDS)
FILES = (
    *(f"{name}{end}" for name in DATABASES for end in ("", "-wal", "-shm")),
    story.CATALOGUE,
    "catalogue.json.new",
)
Fact = tuple[str, bytes]
"""An event's type and its data."""
DEADLINE = 30.0
"""Seconds for one append."""


class Broken(Exception):
    """Something does not hold; the text says what."""


@dataclass(frozen=True)
class Verdict:
    """Of one cut: events confirmed before it, how many of them are gone, and what else is wrong."""

    confirmed: int
    lost: int
    wrong: tuple[str, ...]


def judge(crash: Crash, orders: Sequence[story.Order], folder: Path, at: str = "") -> Verdict:
    """Boot the disk as far as a kiosk would; `folder` is empty, `at` where on the disk its files are."""
    must = [fact for order in orders[: crash.kept] for fact in _facts(order)][crash.number(marks.GONE) :]
    found: list[Fact] = []
    path = folder / JOURNAL
    steps: tuple[Callable[[], None], ...] = (
        lambda: _mend(crash, folder, at),
        lambda: _hold_catalogue(crash, folder),
        lambda: _hold_files(folder),
        lambda: found.extend(_open(path, crash)),
        lambda: _hold_story(found, orders),
        lambda: _go_on(path, orders[0]),
        lambda: _obey(crash, folder),
    )
    wrong = tuple(word for step in steps if (word := _complaint(step)))
    return Verdict(len(must), len(set(must) - set(found)), wrong)


def _complaint(step: Callable[[], None]) -> str:
    try:
        step()
    except Broken as broken:
        return str(broken)
    except (CatalogueError, JournalError, sqlite3.Error) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _facts(order: story.Order) -> list[Fact]:
    return [(envelope.type_name(event), envelope.encode_data(event)) for event, _ in order.events]


def _mend(crash: Crash, folder: Path, at: str) -> None:
    """Let ext4 replay its journal, be whole after that, and give up its files."""
    image = folder / "disk.img"
    crash.disk.save(image)
    for command, well in (("e2fsck -p", (0, 1)), ("e2fsck -f -n", (0,))):
        done = _run(*command.split(), image.name, folder=folder)
        if done.returncode not in well:
            raise Broken(f"the filesystem: {command}: {done.stdout.strip()[-300:]}")
    (folder / "dump").write_text("".join(f"dump {at}/{name} {name}\n" for name in FILES))
    _run("debugfs", "-f", "dump", image.name, folder=folder)


def _hold_catalogue(crash: Crash, folder: Path) -> None:
    """The one that was in place last, or the one after it; whole."""
    last = crash.number(marks.CATALOGUE)
    allowed = [story.catalogue(last) if last else None, story.catalogue(last + 1)]
    if AtomicStorage(folder / story.CATALOGUE).read() not in allowed:
        raise Broken(f"the catalogue is neither number {last} nor the next")


def _hold_files(folder: Path) -> None:
    """SQLite's own word, on copies, so that the product is the first to open the files that it gets."""
    apart = folder / "apart"
    apart.mkdir()
    for file in folder.glob("*.db*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, apart)
    for name in DATABASES:
        with closing(sqlite3.connect(apart / name)) as db:
            word = db.execute("PRAGMA integrity_check").fetchone()[0]
        if word != "ok":
            raise Broken(f"SQLite: {name}: {word}")


def _open(path: Path, crash: Crash) -> list[Fact]:
    """Start as the kiosk does; the facts of the story that are there."""
    with closing(Journal(path)) as journal:
        epoch = crash.said.get(marks.EPOCH, marks.ANY)
        if epoch not in (marks.ANY, journal.epoch):
            raise Broken(f"the epoch {epoch} was lost")
        _hold_chains(journal)
        return [(row.type, row.data) for row in chores.rows(journal) if row.type not in chores.OWN]


def _hold_story(found: Sequence[Fact], orders: Sequence[story.Order]) -> None:
    """The story stands there from somewhere on up to the end of an order, and nothing else."""
    ends = list(accumulate(len(order.events) for order in orders))
    whole = [fact for order in orders for fact in _facts(order)]
    first = whole.index(found[0]) if found and found[0] in whole else 0
    if list(found) != whole[first : first + len(found)]:
        raise Broken(f"{len(found)} events are not those that were recorded, or in another order")
    if found and first + len(found) not in ends:
        raise Broken("a part of what was recorded at once is there without the rest")


def _hold_chains(journal: Journal) -> None:
    for stream in journal.streams():
        chain = stream.chain_below
        for place, row in enumerate(stream.after(0, -1), stream.below + 1):
            chain = envelope.next_chain(chain, f"{stream.epoch}-{place}", row.type, row.data)
            if (row.sequence, row.chain) != (place, chain):
                raise Broken(f"the chain is broken at {stream.epoch}-{place}")


def _go_on(path: Path, order: story.Order) -> None:
    """Append as the kiosk does, and read on as sync does."""
    with closing(Journal(path)) as journal, closing(JournalReader(path)) as reader:
        last = reader.bounds()[1]
        _append(journal, order)
        if [(row.type, row.data) for row in reader.after(last, 100)] != _facts(order):
            raise Broken("sync does not see what was appended after the cut")
        _hold_chains(journal)


def _obey(crash: Crash, folder: Path) -> None:
    """A command that was begun is not done again, and what became of it is told."""
    again: list[int] = []
    with closing(network.Network(folder, lambda: again.append(1))) as sync:
        for number in range(1, crash.number(marks.BEGUN) + 1):
            sync.command(number)
        told = sync.told()
        _hold_chains(sync.journal)
    if again:
        raise Broken(f"{len(again)} commands were done twice")
    if missing := set(range(1, max(crash.number(marks.BEGUN), crash.number(marks.TOLD)) + 1)) - set(told):
        raise Broken(f"nothing is told of the commands {sorted(missing)}")


def _append(journal: Journal, order: story.Order) -> None:
    kept: queue.SimpleQueue[bool] = queue.SimpleQueue()
    recorder = Recorder(journal, lambda: None)
    recorder.record(order.events, kept.put)
    try:
        if not kept.get(timeout=DEADLINE):
            raise Broken("the journal takes nothing after the cut")
    finally:
        recorder.close()


def _run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment(folder)
    )
