"""A whole kiosk on the glass: the app, and behind it a session with its journal and its members on a disk."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from drivers.panel_patterns import PatternName
from drivers.reader import Card, CardPresented, ReaderEvent
from kiosk.allowances import Allowances
from kiosk.catalogue import CES, DEFAULT, Catalogue, Survey
from kiosk.journal import Journal, JournalReader
from kiosk.keeper import Keeper, Limits
from kiosk.marks import Marks
from kiosk.members import Members, Replica
from kiosk.recorder import Recorder
from kiosk.session import Session
from kiosk.streams import Row
from kiosk.views import Attract, Ticket, Touch, Undo, View
from mqtt.down import Answer, Ask, Lent, MemberRow, MembersBatch, Movement, Reply
from mqtt.vocabulary import AllowanceId, ClubKey, MemberId, Points, TicketCode, card_key
from tests.kiosk.conftest import NOON, ToldClock
from tests.ui.conftest import Kiosk
from ui.echo import SOON
from ui.start import PANELS, Panel

KEY = ClubKey("1", b"the club's key in tests")
V = TypeVar("V", bound=View)
READ = 3.0
"""Seconds in which a question is read."""
MOMENT = 0.001


def person(number: int, name: str = "نگار", available: int = 120) -> tuple[bytes, MemberRow]:
    """A card's number, and whose it is."""
    card = number.to_bytes(5, "big")
    lines = tuple(Movement(date(2026, 11, day), 10 * day, "visit") for day in (20, 9))
    key = card_key(KEY, "em4100", card)
    return card, MemberRow(MemberId(f"m-{number:04d}"), (key,), name, "fa", available, NOON, lines)


NEGAR, MINA = person(1), person(2, "مینا", 45)
STRANGER = bytes(5)


class Shop:
    """What `python -m kiosk screen` wires, but for readers' threads; time goes on when it is told to.

    `make` makes the journal, `free` tells the bytes that are left on its disk. `answers` are the shop's: with
    any, even none, there is a cloud.
    """

    def __init__(
        self,
        folder: Path,
        *,
        panel: Panel = PANELS["7"],
        catalogue: Catalogue = DEFAULT,
        surveys: tuple[Survey, ...] = (CES,),
        members: tuple[MemberRow, ...] = (NEGAR[1], MINA[1]),
        make: Callable[[Path], Journal] = Journal,
        free: Callable[[], int] = lambda: 2**40,
        hold: float = 5.0,
        answers: dict[TicketCode, Answer] | None = None,
    ) -> None:
        self.clock, self.path = ToldClock(), folder / "journal.db"
        self.clock.monotonic = time.monotonic()
        self.replica = Replica(folder / "replica.db")
        self.replica.apply(MembersBatch("g", 0, 1, 1, members))
        self.replica.set_heard_at(self.clock.wall)
        self.members, self.journal = Members(folder / "replica.db"), make(self.path)
        self.past = JournalReader(self.path)
        keeper = Keeper(self.journal, Marks(folder / "replica.db"), self.clock, Limits(), free)
        self.recorder = Recorder(self.journal, lambda: None, keeper)
        self.kiosk = Kiosk(panel, str(folder / "touches.sock"), heard=self._touched, hold=hold)
        tireless = tuple(replace(survey, cooldown_days=0.0) for survey in surveys)
        self.session = Session(
            keys=(KEY,),
            catalogue=replace(catalogue, surveys=tireless),
            language="fa",
            members=self.members,
            recorder=self.recorder,
            panel=self,
            clock=self.clock,
            changed=self._changed,
            post=self.kiosk.app.post,
            ask=None if answers is None else self._asked,
            allowances=Allowances(self.members, self.past),
        )
        self._answers, self._row = answers or {}, {card: row for row in members for card in row.cards}
        self.kiosk.app.show(self.session.view)

    def _asked(self, ask: Ask) -> bool:
        """The cloud replies at once."""
        answer = self._answers.get(ask.ticket) if ask.ticket else None
        self.replica.put_reply(Reply(ask.id, self._row.get(ask.cards[0]), answer))
        self.kiosk.app.post(self.session.replied)
        return True

    def lend(self, row: MemberRow, points: int) -> None:
        """So many of a member's points this kiosk may grant without asking."""
        name = AllowanceId(f"{self.past.wallet}{1:016x}")
        self.replica.lend(Lent(name, row.member, Points(points)), "g")

    def play(self, name: PatternName) -> None:
        """No lamp, no buzzer."""

    def read(self, event: ReaderEvent) -> None:
        """What a reader says."""
        self.session.reader(event)
        self.kiosk.camera.frames(2)

    def lay(self, card: bytes = NEGAR[0]) -> None:
        """Somebody's card on the reader."""
        self.read(CardPresented("em4100", Card("em4100", card)))

    def wait(self, seconds: float) -> None:
        """Let time go by; the session is told of each moment at which it wants to be."""
        end = self.clock.monotonic + seconds
        while (left := end - self.clock.monotonic) > 0:
            self.clock.forward(min(left, max(0.0, self.session.ends_at - self.clock.monotonic) + MOMENT))
            self.session.tick()
            self.kiosk.camera.frames()

    def look(self, seconds: float) -> None:
        """Let time go by for the glass too: after that a finger at the same place is no second tap."""
        self.wait(seconds)
        begun = time.monotonic()
        self.kiosk.until(lambda: time.monotonic() - begun > SOON)

    def seen(self, view: type[V]) -> V:
        """The view, which must be of this kind."""
        assert isinstance(self.session.view, view)
        return self.session.view

    def until(self, view: type[View]) -> None:
        """Pump frames until this is on the glass."""
        self.kiosk.until(lambda: type(self.session.view) is view)
        self.kiosk.camera.frames(2)

    def reach(self, view: str) -> None:
        """From the idle screen to a view, by the shortest way."""
        if view == "Sorry":
            self.lay(STRANGER)
        elif view != "Attract":
            self.lay()
        if view == "History":
            self.kiosk.tap("history")
        elif view in {"Talk", "Ticket"}:
            self.kiosk.tap("talk")
        if view == "Ticket":
            self.kiosk.tap("answer-1")
            self.kiosk.tap("answer-2")
            self.until(Ticket)
        if view in {"Ask", "Undo", "Thanks"}:
            self.kiosk.tap("continue")
        if view in {"Undo", "Thanks"}:
            self.answer(4)
        if view == "Thanks":
            self.wait(DEFAULT.timings.undo)
        self.kiosk.camera.frames(2)
        assert type(self.session.view).__name__ == view

    def answer(self, value: int) -> None:
        """Read the question, then answer it."""
        self.wait(READ)
        self.kiosk.tap(f"answer-{value}")
        self.until(Undo)

    def rows(self) -> list[Row]:
        """All that is durable, once what was ordered is."""
        written = threading.Event()
        self.recorder.record((), lambda _kept: written.set())
        assert written.wait(10)
        reader = JournalReader(self.path)
        rows = reader.after(0, 10_000)
        reader.close()
        return rows

    def count(self) -> Counter[str]:
        """How many of each kind of event are durable, by the words between `club.` and `.v1`."""
        return Counter(row.type.removeprefix("club.").removesuffix(".v1") for row in self.rows())

    def close(self) -> None:
        for each in (self.recorder, self.replica, self.members, self.past, self.journal):
            each.close()

    def _touched(self, touch: Touch) -> None:
        self.session.touch(touch)

    def _changed(self, view: View) -> None:
        self.kiosk.app.show(view)
        if isinstance(view, Attract):
            self.kiosk.app.post(self.members.forget)


def open_shop(folder: Path, **options: object) -> Iterator[Shop]:
    """A shop with its first frame drawn; closed when the test is over."""
    shop = Shop(folder, **options)  # type: ignore[arg-type]
    with shop.kiosk.open(), closing(shop):
        shop.kiosk.camera.frames(2)
        yield shop
