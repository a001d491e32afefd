"""The journal: an SQLite file of events, durable before the screen confirms them.

One process writes it, the screen's; sync reads it. (Sync has a small one of its own.)
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

from kiosk import unsettled
from kiosk.clock import Stamp
from kiosk.erasing import Traces
from kiosk.errors import JournalError
from kiosk.journal_tables import PAD, is_ready, prepare, transaction
from kiosk.restart import Restart, first_facts, is_done, new_epoch
from kiosk.sharing import shared
from kiosk.streams import Row, Stream, live, streams
from mqtt import envelope
from mqtt.events import NAMES, TYPES, CardTapped, Event, MemberJoined, MemberLeft
from mqtt.shapes import decode
from mqtt.vocabulary import AllowanceId, BadMessage, CardKey, Chain, Epoch, WalletId
from mqtt.vocabulary import Sequence as Place

Fields = Mapping[str, str]
"""The personal part of an event: names and texts."""
E = TypeVar("E", bound=Event)
_INSERT = "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COMINGS = (
    "SELECT type, data, (SELECT tap.data FROM row tap WHERE tap.stream = row.stream AND tap.type = ?"
    " AND tap.sequence < row.sequence ORDER BY tap.sequence DESC LIMIT 1)"
    " FROM row WHERE type IN (?, ?) ORDER BY stream, sequence"
)


class Journal:
    """The writer's side; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with an epoch of its own. Raises JournalError."""
        self._path = path
        with _explained(path):
            self._db = _connected(path)
            self._traces = Traces(self._db, path)
            self.incarnation = prepare(self._db)
            self.epoch = live(self._db).epoch
            self._traces.erase()
            self.unsettled = unsettled.read(self._db)

    def streams(self) -> list[Stream]:
        """Every stream, oldest first."""
        return streams(self._db)

    def append(
        self,
        events: Sequence[tuple[Event, Stamp]],
        persons: Mapping[int, Fields] | None = None,
        uses: Iterable[AllowanceId] = (),
    ) -> Place:
        """Make events durable, all or none; the place of the last. Raises JournalError.

        `persons` holds the personal part of some of them, by their index. They use up the allowances `uses`;
        nothing is written if one of those is used already. When it returns, the rows have been flushed to the
        disk (WAL, synchronous=FULL).
        """
        with _explained(self._path), transaction(self._db):
            self._db.executemany("INSERT INTO used VALUES (?)", [(name,) for name in uses])
            stream = live(self._db)
            first = stream.highest() + 1
            for index, fields in (persons or {}).items():
                self._keep_person(stream.id, first + index, json.dumps(dict(fields), ensure_ascii=False))
            last = self._append(stream, first, events)
        for place, (event, _) in enumerate(events, first):
            self.unsettled.note(event, stream.id, place)
        if persons:
            self._forget()
        return last

    def prune(self, stream: Stream, upto: int) -> None:
        """Give up rows up to `upto`, keeping the chain of the last. Raises JournalError."""
        chain = stream.chain_at(upto)
        assert chain is not None, "only rows that are held can be given up"
        with _explained(self._path), transaction(self._db):
            self._db.execute("DELETE FROM row WHERE stream = ? AND sequence <= ?", (stream.id, upto))
            self._db.execute(
                "UPDATE stream SET below = ?, chain_below = ? WHERE id = ?", (upto, chain, stream.id)
            )
            self._drop_if_empty(replace(stream, below=upto))

    def restart(self, restart: Restart, stamp: Stamp) -> bool:
        """Move the rows that a restart names into a new epoch, at once; False if there is nothing to do.

        Raises JournalError.
        """
        stream = next((each for each in self.streams() if each.epoch == restart.epoch), None)
        if stream is None or restart.incarnation != self.incarnation or is_done(restart, stream):
            return False
        with _explained(self._path):
            with transaction(self._db):
                self._move(stream, restart, stamp)
            self.unsettled = unsettled.read(self._db)
        self.epoch = live(self._db).epoch
        return True

    def has_persons(self) -> bool:
        """Whether personal parts, or what a wiped one left in the -wal file, are still to be wiped."""
        return self._traces.left or self._db.execute("SELECT 1 FROM person").fetchone() is not None

    def wipe(self, ids: Collection[str]) -> None:
        """Overwrite the personal parts of these events in the journal's files."""
        with _explained(self._path):
            for stream in self.streams():
                places = {f"{stream.epoch}-{place}": place for place in self._person_places(stream)}
                self._forget_persons(stream, [places[name] for name in places.keys() & set(ids)])
                if places.keys() & set(ids):
                    self._traces.leave()
            self._traces.erase()

    def used(self) -> int:
        """Bytes of the file that hold something."""
        return self._pragma("page_size") * (self._pragma("page_count") - self._pragma("freelist_count"))

    def spare(self) -> int:
        """Bytes of the file that hold nothing, and so can take rows even on a disk that is full."""
        return self._pragma("page_size") * self._pragma("freelist_count")

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _forget(self) -> None:
        """Keep no personal part in memory: SQLite does, in its pages and its statements, until it is closed.

        The file is opened again before: whoever closes it last would have to checkpoint it.
        """
        with suppress(sqlite3.Error):  # they are on the disk, whatever becomes of this
            before, self._db = self._db, _connected(self._path)
            self._traces.go_on(self._db)
            before.close()

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    def _append(self, stream: Stream, first: int, events: Sequence[tuple[Event, Stamp]]) -> Place:
        chain = stream.chain_at(first - 1)
        assert chain is not None, "rows follow each other"
        for place, (event, stamp) in enumerate(events, first):
            name, data = envelope.type_name(event), envelope.encode_data(event)
            when = (stamp.boot, stamp.monotonic_ns, stamp.wall, stamp.synced)
            chain = self._insert(stream, place, chain, name, data, when)
        return Place(first + len(events) - 1)

    def _insert(  # noqa: PLR0913, PLR0917 - a row is that wide
        self, stream: Stream, place: int, before: Chain, name: str, data: bytes, when: tuple[object, ...]
    ) -> Chain:
        chain = envelope.next_chain(before, f"{stream.epoch}-{place}", name, data)
        self._db.execute(_INSERT, (stream.id, place, name, data, chain, *when))
        return chain

    def _move(self, stream: Stream, restart: Restart, stamp: Stamp) -> None:
        restart = replace(restart, upto=max(restart.upto, stream.below))
        moved = stream.after(restart.last_left, -1)
        self._db.execute(
            "INSERT INTO stream (epoch, closed) VALUES (?, ?)", (new_epoch(restart, moved), stream.closed)
        )
        self._db.execute("UPDATE stream SET closed = 1 WHERE id = ?", (stream.id,))
        target = self.streams()[-1]
        head = self._append(target, 1, first_facts(restart, stamp))
        self._copy(target, head, moved)
        self._db.execute(
            "UPDATE person SET stream = ?, sequence = sequence + ? WHERE stream = ? AND sequence > ?",
            (target.id, head - restart.last_left, stream.id, restart.last_left),
        )
        self._db.execute("DELETE FROM person WHERE stream = ? AND sequence > ?", (stream.id, restart.upto))
        self._db.execute("DELETE FROM row WHERE stream = ? AND sequence > ?", (stream.id, restart.upto))
        self._drop_if_empty(stream)

    def _copy(self, target: Stream, head: int, rows: Sequence[Row]) -> None:
        chain = target.chain_at(head)
        assert chain is not None, "the first facts were just written"
        for place, row in enumerate(rows, head + 1):
            when = (row.boot, row.monotonic_ns, row.wall, row.clock == "synced")
            chain = self._insert(target, place, chain, row.type, row.data, when)

    def _drop_if_empty(self, stream: Stream) -> None:
        """A closed stream without rows has nothing more to tell."""
        self._db.execute(
            "DELETE FROM stream WHERE id = ? AND closed"
            " AND NOT EXISTS (SELECT 1 FROM row WHERE row.stream = stream.id)"
            " AND NOT EXISTS (SELECT 1 FROM person WHERE person.stream = stream.id)",
            (stream.id,),
        )

    def _keep_person(self, stream: int, place: int, fields: str) -> None:
        self._db.execute("INSERT INTO person VALUES (?, ?, zeroblob(?), ?)", (stream, place, PAD, fields))

    def _person_places(self, stream: Stream) -> list[int]:
        found = self._db.execute("SELECT sequence FROM person WHERE stream = ?", (stream.id,))
        return [place for (place,) in found]

    def _forget_persons(self, stream: Stream, places: Sequence[int]) -> None:
        for place in places:
            with transaction(self._db):
                self._db.execute("DELETE FROM person WHERE stream = ? AND sequence = ?", (stream.id, place))
                self._drop_if_empty(stream)


class JournalReader:
    """The reader's side: it sees what is durable and never writes.

    `epoch`, `bounds`, `chain_at` and `after` are of the stream that is written to.
    """

    def __init__(self, path: Path) -> None:
        """Open a journal that exists. Raises JournalError if it does not (yet)."""
        with _explained(path):
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
            self._db.execute("PRAGMA query_only = ON")
            ready = is_ready(self._db)
        if not ready:
            self._db.close()
            raise JournalError(f"{path}: the journal is being made")

    @property
    def epoch(self) -> Epoch:
        """The stream's name."""
        return live(self._db).epoch

    @property
    def incarnation(self) -> str:
        """Changes whenever a writer opens the file."""
        return str(self._db.execute("SELECT incarnation FROM opened").fetchone()[0])

    def streams(self) -> list[Stream]:
        """Every stream, oldest first."""
        return streams(self._db)

    def bounds(self) -> tuple[int, int]:
        """The lowest and highest sequence held; lowest = highest + 1 when there is none."""
        stream = live(self._db)
        return stream.below + 1, stream.highest()

    def chain_at(self, sequence: int) -> Chain | None:
        """The chain of a row; None if the row is not held."""
        return live(self._db).chain_at(sequence)

    def after(self, sequence: int, limit: int) -> list[Row]:
        """The rows that follow a sequence, at most `limit`, in order."""
        return live(self._db).after(sequence, limit)

    def first_synced(self, boot: str) -> Stamp | None:
        """The moment of a row of this boot whose time was sure."""
        found = self._db.execute(
            "SELECT wall, monotonic_ns FROM row WHERE boot = ? AND synced LIMIT 1", (boot,)
        ).fetchone()
        return Stamp(found[0], found[1], boot, synced=True) if found else None

    def facts(self, *kinds: type[E]) -> Iterator[tuple[E, Stamp]]:
        """Every event of these kinds that is held, of whatever stream, oldest first.

        Another release's are left out.
        """
        found = self._db.execute(
            "SELECT type, data, wall, monotonic_ns, boot, synced FROM row"
            " WHERE type IN (SELECT value FROM json_each(?)) ORDER BY stream, sequence",
            (json.dumps([NAMES[kind] for kind in kinds]),),
        )
        for name, data, wall, monotonic_ns, boot, synced in found:
            with suppress(BadMessage):
                stamp = Stamp(wall, monotonic_ns, boot, bool(synced))
                yield cast(E, decode(data, TYPES[name])), stamp

    @property
    def wallet(self) -> WalletId:
        """As what the cloud knows the file's memory of used allowances."""
        return WalletId(self._db.execute("SELECT id FROM wallet").fetchone()[0])

    def spent(self, allowances: Collection[AllowanceId]) -> frozenset[AllowanceId]:
        """Which of these allowances are used."""
        found = self._db.execute(
            "SELECT name FROM used WHERE name IN (SELECT value FROM json_each(?))",
            (json.dumps(list(allowances)),),
        ).fetchall()
        return frozenset(AllowanceId(name) for (name,) in found)

    def comings(self) -> Iterator[tuple[Event, tuple[CardKey, ...]]]:
        """Who joined and who left, oldest first, each with the card that lay there, if that is still held."""
        names = (NAMES[CardTapped], NAMES[MemberJoined], NAMES[MemberLeft])
        for name, data, tapped in self._db.execute(_COMINGS, names):
            with suppress(BadMessage):
                fact = decode(data, TYPES[name])
                tap = decode(tapped, CardTapped) if tapped else None
                yield fact, tap.cards if tap and tap.visit == getattr(fact, "visit", None) else ()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()


def count(path: Path) -> tuple[Epoch, int]:
    """A journal's epoch and how many rows it ever held, for a report."""
    with closing(JournalReader(path)) as reader:
        return reader.epoch, reader.bounds()[1]


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(shared(path), isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA page_size = 4096")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    return db


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(f"{path}: {error}") from error
