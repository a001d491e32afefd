"""A database that answers what it is told to, for the tests of what judges a run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cloud.club.invariants import INVARIANTS
from mqtt.envelope import encode_data, type_name
from mqtt.events import CardTapped, Event
from mqtt.vocabulary import Epoch, KioskId, MemberId
from tests.faults.books import VISIT_POINTS
from tests.faults.club import GOODWILL, MEMBERS, member
from tests.faults.database import Rows
from tests.faults.truth import Kept, Ordered, Truth, token

KIOSK, EPOCH, NOON, HOUR = KioskId("vanak-1"), Epoch("e" * 16), 1_795_336_200.0, "2026-11-22T12"


@dataclass
class Told:
    """Begins with an untouched club; `restarted` journals went backwards, `rolled` are sums by table."""

    kind: str = "told"
    events: Rows = field(default_factory=list)
    entries: Rows = field(default_factory=list)
    spent: Rows = field(default_factory=list)
    left: Counter[MemberId] = field(
        default_factory=lambda: Counter({member(number): int(GOODWILL) for number in range(MEMBERS)})
    )
    coupons: Rows = field(default_factory=list)
    debts: Rows = field(default_factory=list)
    aside: Rows = field(default_factory=list)
    broken: dict[str, Rows] = field(default_factory=dict)
    taps: Rows = field(default_factory=list)
    answers: Rows = field(default_factory=list)
    days: Rows = field(default_factory=list)
    shown: Rows = field(default_factory=list)
    rolled: dict[str, Rows] = field(default_factory=dict)
    parked: Rows = field(default_factory=list)
    restarted: list[tuple[KioskId, Epoch]] = field(default_factory=list)

    def store(self, *events: Event) -> None:
        """Have events, posted."""
        for event in events:
            what = (type_name(event), encode_data(event).decode(), "synced", "2026-11-22T10:30", "", 1)
            self.events.append((KIOSK, EPOCH, len(self.events) + 1, *what))

    def book(self, *taps: CardTapped) -> None:
        """Have these taps in the books, and no others."""
        self.taps = [("vanak", HOUR, len(taps))]
        self.entries = [(tap.member, "visit", 10, f"visit/{tap.member}/2026-11-22") for tap in taps]
        for number in range(MEMBERS):
            self.left[member(number)] = int(GOODWILL)
        self.left.update({tap.member: VISIT_POINTS for tap in taps if tap.member})

    def ask(self, *queries: str) -> list[Rows]:
        """What was told; of what was not, there is nothing."""
        return [self._answer(query) for query in queries]

    def environment(self) -> dict[str, str]:
        """Nobody is told of it."""
        return {}

    def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self, query: str) -> Rows:
        for invariant, question in INVARIANTS.items():
            if query == question:
                return self.broken.get(invariant, [])
        answers: list[tuple[str, Rows]] = [
            ("collector_storedevent", self.events),
            ("kind = 'redeem'", self.spent),
            ("UNION ALL", list(self.left.items())),
            ("club_coupon", self.coupons),
            ("club_debt", self.debts),
            ("club_hold", self.aside),
            ("club_entry", self.entries),
            ("voice_tapcount", self.taps),
            ("voice_answercount", self.answers),
            ("voice_daycount", self.days),
            ("voice_showncount", self.shown),
            ("collector_parked", self.parked),
            *self.rolled.items(),
        ]
        return next((rows for name, rows in answers if name in query), [])


def name(event: Event) -> str:
    """As the truth knows it."""
    return token(type_name(event), encode_data(event))


def said(events: Iterable[Event]) -> list[Ordered | Kept]:
    """What a kiosk says of events that it records, at noon, and keeps."""
    each = [
        Ordered(KIOSK, name(one), type_name(one), encode_data(one).decode(), NOON, synced=True, real=NOON)
        for one in events
    ]
    return [line for ordered in each for line in (ordered, Kept((ordered.token,)))]


def heard(truth: Truth, *events: Event) -> None:
    """Let the truth know of events that a kiosk recorded and kept."""
    for line in said(events):
        truth.take(line)
