"""A kiosk where points are spent: real files, a real session, and a power switch between any two writes.

The disk writes when it is told to, as does the network; `look` judges everything after each step.
"""

import queue
import shutil
import tempfile
from collections import Counter as Count
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from drivers.panel_patterns import PatternName
from drivers.reader import Card, CardPresented
from kiosk import views
from kiosk.allowances import Allowances
from kiosk.asks import Asks
from kiosk.catalogue import DEFAULT, Redeeming
from kiosk.clock import Stamp
from kiosk.errors import JournalError
from kiosk.feed import Feed
from kiosk.journal import Journal, JournalReader
from kiosk.members import Members, Replica
from kiosk.session import Session
from mqtt.down import Ask, Lent, MemberRow, MembersBatch, Reply, decode, encode
from mqtt.events import (
    TYPES,
    AllowanceReturned,
    Event,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionGrantedOffline,
)
from mqtt.vocabulary import AllowanceId, ClubKey, KioskId, MemberId, Points, VisitId, card_key
from tests.kiosk.conftest import NOON, ToldClock

KEY = ClubKey("1", b"an old club key of ours")
NUMBERS = (b"\1" * 5, b"\2" * 5)
MEMBERS = tuple(
    MemberRow(MemberId(f"m-000{n}"), (card_key(KEY, "em4100", number),), "نگار", "fa", 120, NOON, held=60)
    for n, number in enumerate(NUMBERS, 1)
)
BUYS = replace(DEFAULT, surveys=(), redeeming=Redeeming(rial_per_point=1000))
Done = Callable[[bool], None]


@dataclass
class SlowDisk:
    """A recorder whose every order is written when a test says so; like the real one in all else."""

    journal: Journal
    orders: list[tuple[tuple[tuple[Event, Stamp], ...], Done | None, tuple[AllowanceId, ...]]] = field(
        default_factory=list
    )
    waiting: list[tuple[Event, Stamp]] = field(default_factory=list)

    def record(
        self,
        events: tuple[tuple[Event, Stamp], ...],
        done: Done | None = None,
        fields: Mapping[str, str] | None = None,  # noqa: ARG002 - nobody joins here
        *,
        uses: tuple[AllowanceId, ...] = (),
    ) -> None:
        self.orders.append((events, done, uses))

    def accepts(self) -> bool:
        return not self.waiting

    def write(self, *, takes: bool = True) -> None:
        lines, done, uses = self.orders.pop(0)
        kept = takes and self._append([*self.waiting, *lines], uses)
        if kept:
            self.waiting = []
        elif done is None:
            self.waiting += lines
        if done is not None:
            done(kept)

    def _append(self, lines: list[tuple[Event, Stamp]], uses: tuple[AllowanceId, ...]) -> bool:
        with suppress(JournalError):
            self.journal.append(lines, uses=uses)
            return True
        return False


class Counter:
    """One verb for each thing that can happen."""

    def __init__(self) -> None:
        fast = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=fast if fast.is_dir() else None))
        self.clock, self.open_asks = ToldClock(), list[Ask]()
        self.names, self.generation = count(1), "g0"
        self.lent, self.granted = list[AllowanceId](), set[VisitId]()
        self.worthless = set[AllowanceId]()
        self.seen, self.deaf = Count[str](), False
        self._open_sync()
        self.feed.take(self._batch())
        self._open_screen()

    # --- who stands there

    def tap(self, who: int, *, online: bool = True) -> None:
        self.replica.set_heard_at(self.clock.wall if online else 0.0)
        self.session.reader(CardPresented("em4100", Card("em4100", NUMBERS[who])))

    def touch(self, touch: views.Touch) -> None:
        self.session.touch(touch)

    def spend(self, choice: int) -> None:
        for touch in (views.Touch("redeem"), views.Touch("choose", choice)):
            self.session.touch(touch)
        self.wait(0.5)
        self.session.touch(views.Touch("confirm"))

    def come(self, who: int, lends: int, available: int) -> None:
        """Somebody comes when nobody is there, and the cloud answers at once."""
        self.wait(60.0)
        self.write_all()
        self.tap(who)
        self.reply(lends=lends, available=available)

    def ask_durably(self, choice: int) -> None:
        self.spend(choice)
        self.write_all()

    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)
        self.session.tick()

    # --- the disk and the power

    def disk(self, *, takes: bool = True) -> None:
        if self.recorder.orders:
            self.recorder.write(takes=takes)
            self.hear()

    def write_all(self) -> None:
        while self.recorder.orders:
            self.disk()
            self.look()

    def hear(self) -> None:
        while not self.posted.empty():
            self.posted.get()()

    def cut_power(self) -> None:
        for each in (self.members, self.past, self.journal, self.replica):
            each.close()
        self.open_asks.clear()
        self._open_sync()
        self._open_screen()

    # --- the cloud

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        assert topic.endswith("ask")
        assert qos == 0
        self.open_asks.append(decode(payload, Ask))
        return True

    def ask(self, ask: Ask) -> bool:
        if ask.spend:
            asked = [fact for fact in self.facts() if isinstance(fact, RedemptionAsked)]
            assert ask.spend.visit in {fact.visit for fact in asked}, "asked before it was durable"
        if not self.deaf:
            self.asks.said(encode(ask))
        return not self.deaf

    def reply(self, *, grants: bool = True, lends: int = 0, available: int = 120) -> None:
        """To the oldest ask."""
        if not self.open_asks:
            return
        ask = self.open_asks.pop(0)
        (row,) = (each for each in MEMBERS if set(each.cards) & set(ask.cards))
        lent = self._lend(row, lends) if ask.lend and lends else None
        granted = grants if ask.spend else None
        if ask.spend and granted:
            self.granted.add(ask.spend.visit)
        row = replace(row, available=available, as_of=self.clock.stamp().time)
        self.asks.take(encode(Reply(ask.id, row, None, lent, granted, self.generation)))
        self.session.replied()

    def recall(self, *which: int) -> None:
        known = [*self.lent, AllowanceId(self.past.wallet + "f" * 16)]
        recalled = tuple(dict.fromkeys(known[place % len(known)] for place in which))
        self.feed.take(self._batch(recalled))

    def begin_another_life(self) -> None:
        self.generation = f"g{next(self.names)}"
        ordered = {name for _, _, uses in self.recorder.orders for name in uses}
        self.worthless |= set(self.lent) - ordered - self._used().keys()
        self.feed.take(self._batch())

    # --- judging

    def facts(self) -> list[Event]:
        rows = self.past.after(0, 100_000)
        return [decode(row.data, TYPES[row.type]) for row in rows]

    def look(self) -> None:
        """What is on the screen is durable; nothing is used twice, whatever happened."""
        facts = self.facts()
        self.seen.update(type(fact).__name__ for fact in facts)
        used = self._used()
        assert max(used.values(), default=0) <= 1, "an allowance is used once"
        granted = {fact.allowance for fact in facts if isinstance(fact, RedemptionGrantedOffline)}
        assert not granted & self.worthless, "lent in another life of the cloud"
        self._settled(facts, last=True)
        coupons = [fact for fact in facts if isinstance(fact, RedemptionGrantedOffline | RedemptionConfirmed)]
        assert len({fact.visit for fact in coupons}) == len(coupons), "one redemption a visit"
        view = self.session.view
        if isinstance(view, views.Redeemed):
            self.seen["Redeemed"] += 1
            assert view.code.replace("-", "") in {fact.coupon for fact in coupons}, "shown and not durable"

    def settle(self) -> None:
        """The power goes and comes; then nobody is there, and the disk takes everything."""
        self.cut_power()
        self.write_all()
        self._settled(self.facts(), last=False)

    def close(self) -> None:
        for each in (self.members, self.past, self.journal, self.replica):
            each.close()
        shutil.rmtree(self.folder)

    def play(self, name: PatternName) -> None:
        """No lamp, no buzzer."""

    def _settled(self, facts: list[Event], *, last: bool) -> None:
        """Each asking has one end, but for the last, perhaps."""
        asked: RedemptionAsked | None = None
        for fact in facts:
            match fact:
                case RedemptionAsked():
                    assert asked is None, "asked while something is not decided"
                    asked = fact
                case RedemptionConfirmed(visit=visit):
                    assert asked is not None
                    assert (asked.visit, asked.points) == (visit, fact.points)
                    assert visit in self.granted, "confirmed without the cloud's word"
                    asked = None
                case RedemptionAbandoned(visit=visit):
                    # one that was never durably asked for may be abandoned too, but no other one's
                    assert asked is None or asked.visit == visit
                    asked = None
        assert last or asked is None, "not decided"

    def _used(self) -> Count[AllowanceId]:
        used = Count[AllowanceId]()
        for fact in self.facts():
            match fact:
                case RedemptionGrantedOffline(allowance=name) | AllowanceReturned(allowance=name):
                    used[name] += 1
                case RedemptionAsked(allowance=str(name)):
                    used[name] += 1
        return used

    def _lend(self, row: MemberRow, points: int) -> Lent:
        lent = Lent(AllowanceId(f"{self.past.wallet}{next(self.names):016x}"), row.member, Points(points))
        self.lent.append(lent.allowance)
        return lent

    def _batch(self, recalled: tuple[AllowanceId, ...] | None = None) -> bytes:
        to = next(self.names)
        return encode(MembersBatch(self.generation, 0, to, to, MEMBERS, (), recalled))

    def _open_sync(self) -> None:
        self.replica = Replica(self.folder / "replica.db")
        self.feed = Feed(self.replica, lambda _: None, recalled=lambda: self.session.recalled())  # noqa: PLW0108
        self.asks = Asks(KioskId("tajrish-1"), self, self.replica, lambda: None)

    def _open_screen(self) -> None:
        self.journal = Journal(self.folder / "journal.db")
        self.past = JournalReader(self.folder / "journal.db")
        self.recorder = SlowDisk(self.journal)
        self.members = Members(self.folder / "replica.db")
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        for fact in self.journal.unsettled.abandoned():
            self.recorder.record(((fact, self.clock.stamp()),))
        self.session = Session(
            keys=(KEY,),
            catalogue=BUYS,
            language="fa",
            members=self.members,
            recorder=self.recorder,
            panel=self,
            clock=self.clock,
            changed=lambda _: None,
            post=self.posted.put,
            ask=self.ask,
            allowances=Allowances(self.members, self.past),
        )
        self.session.recalled()
