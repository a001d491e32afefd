"""What must be true after a power cut: nothing confirmed is lost, nothing is broken, and life goes on."""

import queue
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.catalogue import AtomicStorage
from kiosk.errors import CatalogueError, JournalError
from kiosk.journal import Journal, JournalReader, Row
from kiosk.recorder import Recorder
from mqtt import envelope
from tests.powercuts import story
from tests.powercuts.cuts import Crash
from tests.powercuts.machine import environment

FILES = ("journal.db", "journal.db-wal", "journal.db-shm", "catalogue.json", "catalogue.new")
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


def judge(crash: Crash, orders: Sequence[story.Order], folder: Path) -> Verdict:
    """Boot the disk as far as a kiosk would; `folder` is empty."""
    must = [fact for order in orders[: crash.kept] for fact in _facts(order)]
    rows: list[Row] = []
    path = folder / FILES[0]
    steps: tuple[Callable[[], None], ...] = (
        lambda: _mend(crash, folder),
        lambda: _hold_catalogue(crash, folder),
        lambda: _hold_file(folder),
        lambda: rows.extend(_rows(path)),
        lambda: _hold_story(rows, orders),
        lambda: _go_on(path, rows, orders[0]),
    )
    wrong = tuple(word for step in steps if (word := _complaint(step)))
    there = {(row.sequence, row.type, row.data) for row in rows}
    lost = sum((place, *fact) not in there for place, fact in enumerate(must, 1))
    return Verdict(len(must), lost, wrong)


def _complaint(step: Callable[[], None]) -> str:
    try:
        step()
    except Broken as broken:
        return str(broken)
    except (CatalogueError, JournalError, sqlite3.Error) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _facts(order: story.Order) -> list[tuple[str, bytes]]:
    return [(envelope.type_name(event), envelope.encode_data(event)) for event, _ in order.events]


def _mend(crash: Crash, folder: Path) -> None:
    """Let ext4 replay its journal, be whole after that, and give up its files."""
    image = folder / "disk.img"
    image.write_bytes(crash.image)
    for command, well in (("e2fsck -p", (0, 1)), ("e2fsck -f -n", (0,))):
        done = _run(*command.split(), image.name, folder=folder)
        if done.returncode not in well:
            raise Broken(f"the filesystem: {command}: {done.stdout.strip()[-300:]}")
    (folder / "dump").write_text("".join(f"dump /{name} {name}\n" for name in FILES))
    _run("debugfs", "-f", "dump", image.name, folder=folder)


def _hold_catalogue(crash: Crash, folder: Path) -> None:
    """The one that was in place last, or the one after it; whole."""
    last = crash.catalogue
    allowed = [story.catalogue(last) if last else None, story.catalogue(last + 1)]
    if AtomicStorage(folder / "catalogue.json").read() not in allowed:
        raise Broken(f"the catalogue is neither number {last} nor the next")


def _hold_file(folder: Path) -> None:
    """SQLite's own word, on a copy, so that the product is the first to open the file that it gets."""
    apart = folder / "apart"
    apart.mkdir()
    for name in FILES[:2]:
        if (folder / name).exists():
            shutil.copy(folder / name, apart / name)
    with closing(sqlite3.connect(apart / FILES[0])) as db:
        word = db.execute("PRAGMA integrity_check").fetchone()[0]
    if word != "ok":
        raise Broken(f"SQLite: {word}")


def _rows(path: Path) -> list[Row]:
    """What the product finds when it starts."""
    with closing(Journal(path)), closing(JournalReader(path)) as reader:
        return reader.after(0, reader.bounds()[1])


def _hold_story(rows: Sequence[Row], orders: Sequence[story.Order]) -> None:
    """Rows tell the story from its beginning up to the end of an order, and nothing else."""
    left = [(row.type, row.data) for row in rows]
    for order in orders:
        if not left:
            return
        facts = _facts(order)
        if left[: len(facts)] != facts:
            raise Broken(f"{len(rows)} rows are not what was recorded, or end within an order")
        del left[: len(facts)]


def _go_on(path: Path, rows: Sequence[Row], order: story.Order) -> None:
    """Append as the kiosk does, and read on as sync does."""
    with closing(Journal(path)) as journal, closing(JournalReader(path)) as reader:
        _append(journal, order)
        after = reader.after(rows[-1].sequence if rows else 0, 100)
    if [(row.type, row.data) for row in after] != _facts(order):
        raise Broken("sync does not see what was appended after the cut")
    if not _chained([*rows, *after]):
        raise Broken("the chain is broken")


def _append(journal: Journal, order: story.Order) -> None:
    kept: queue.SimpleQueue[bool] = queue.SimpleQueue()
    recorder = Recorder(journal, lambda: None)
    recorder.record(order.events, kept.put)
    try:
        if not kept.get(timeout=DEADLINE):
            raise Broken("the journal takes nothing after the cut")
    finally:
        recorder.close()


def _chained(rows: Sequence[Row]) -> bool:
    chain = envelope.START
    for place, row in enumerate(rows, 1):
        chain = envelope.next_chain(chain, f"{row.epoch}-{row.sequence}", row.type, row.data)
        if (row.sequence, row.chain) != (place, chain):
            return False
    return True


def _run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment(folder)
    )
