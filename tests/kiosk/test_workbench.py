"""The workbench, wired to a real session, journal and files: from a card on the reader to the view."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from drivers.panel_patterns import PatternName
from drivers.reader import Card, CardPresented, CardRefused, ReaderDown, ReaderEvent, ReaderUp
from drivers.simulated.em4100 import Unit
from kiosk import pin, views
from kiosk.catalogue import DEFAULT
from kiosk.config import Technician
from kiosk.journal import Journal, JournalReader
from kiosk.keeper import Limits
from kiosk.lookout import Lookout
from kiosk.members import Members, Replica
from kiosk.pin import Tries
from kiosk.recorder import Recorder
from kiosk.session import Session
from kiosk.technician import FREE
from kiosk.technicians import make_pin, next_card
from kiosk.views import Touch
from kiosk.workbench import Hands, Workbench
from mqtt.vocabulary import ClubKey, card_key
from tests.kiosk.conftest import ToldClock

KEY = ClubKey("1", b"the club's key in tests")
CARD, OTHER = bytes.fromhex("0a0b0c0d0e"), bytes.fromhex("0102030405")
SETUP = Technician((card_key(KEY, "em4100", CARD),), pin.sealed("246810"))


class Shop:
    """A kiosk whose slow work is done when `work` is called."""

    def __init__(self, folder: Path, setup: Technician) -> None:
        self.folder, self.clock = folder, ToldClock()
        self.replica = Replica(folder / "replica.db")
        self.replica.set_heard_at(self.clock.wall)
        self.members = Members(folder / "replica.db")
        self.journal = Journal(folder / "journal.db")
        self.recorder = Recorder(self.journal, lambda: None)
        self.todo: list[Callable[[], None]] = []
        self.played: list[str] = []
        self.restarted = 0
        self.lookout = Lookout(
            journal=folder / "journal.db",
            replica=folder / "replica.db",
            catalogue=folder / "catalogue.json",
            limits=Limits(),
            clock=self.clock,
            takes=self.recorder.accepts,
            panel="wired",
            enrolled=bool(setup.cards),
        )
        self.session = Session(
            keys=(KEY,),
            catalogue=DEFAULT,
            language="fa",
            members=self.members,
            recorder=self.recorder,
            panel=self,
            clock=self.clock,
            changed=lambda _view: None,
            post=lambda call: call(),
            technician=lambda cards: self.bench.card(cards),  # noqa: PLW0108 - made below
        )
        self.bench = self.open(setup)

    def open(self, setup: Technician) -> Workbench:
        return Workbench(
            kiosk="vanak-1",
            store="vanak",
            readers=("em4100",),
            setup=setup,
            language="fa",
            clock=self.clock,
            hands=Hands(
                work=self.todo.append,
                post=lambda call: call(),
                look=self.lookout.look,
                record=self.recorder,
                panel=self,
                tries=Tries(self.folder / "wrong-pins", FREE),
                restart=self.restart,
                changed=lambda: None,
                idle=self.session.between_visits,
            ),
        )

    def play(self, name: PatternName) -> None:
        self.played.append(name)

    def restart(self) -> None:
        self.restarted += 1

    def read(self, event: ReaderEvent) -> None:
        self.bench.reader(event)
        self.session.reader(event)

    def lay(self, number: bytes = CARD) -> None:
        self.read(CardPresented("em4100", Card("em4100", number)))

    def work(self) -> None:
        while self.todo:
            self.todo.pop(0)()

    def type(self, digits: str) -> None:
        for digit in digits:
            self.bench.touch(Touch("digit", int(digit)))
        self.bench.touch(Touch("enter"))
        self.work()

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)
        self.session.tick()
        self.bench.tick()
        self.work()

    def opened(self) -> views.Technician:
        view = self.bench.view
        assert isinstance(view, views.Technician)
        return view

    def types(self) -> list[str]:
        self.recorder.close()
        with closing(JournalReader(self.folder / "journal.db")) as reader:
            return [row.type for row in reader.after(0, 100)]

    def close(self) -> None:
        self.recorder.close()
        for each in (self.lookout, self.replica, self.members, self.journal):
            each.close()


def standing(folder: Path, setup: Technician) -> Iterator[Shop]:
    shop = Shop(folder, setup)
    yield shop
    shop.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from standing(tmp_path, SETUP)


@pytest.fixture
def new_shop(tmp_path: Path) -> Iterator[Shop]:
    yield from standing(tmp_path, Technician())


def test_a_technicians_card_and_pin_open_the_screen_and_begin_no_visit(shop: Shop) -> None:
    shop.lay()
    assert isinstance(shop.bench.view, views.Pin)
    shop.type("246810")
    assert {line.check for line in shop.opened().lines} >= {"reader", "queue", "disk", "clock"}
    assert isinstance(shop.session.view, views.Attract)
    assert shop.types() == ["club.technician.came.v1"]


def test_wrong_pins_are_counted_in_a_file_and_lock_the_screen_also_after_a_restart(shop: Shop) -> None:
    for _ in range(FREE):
        shop.lay()
        shop.type("111111")
    assert (shop.folder / "wrong-pins").read_text() == "5\n"
    shop.bench = shop.open(SETUP)
    shop.lay()
    view = shop.bench.view
    assert isinstance(view, views.Pin)
    assert view.locked == 60
    shop.type("246810")
    assert isinstance(shop.bench.view, views.Pin)
    shop.forward(61)
    shop.lay()
    shop.type("246810")
    assert (shop.folder / "wrong-pins").read_text() == "0\n"
    assert shop.types() == [
        *["club.technician.refused.v1"] * FREE,
        "club.technician.locked.v1",
        "club.technician.came.v1",
    ]


@pytest.mark.parametrize("content", ["", "many\n", "\x00"])
def test_a_count_that_cannot_be_read_is_taken_for_the_worst(tmp_path: Path, content: str) -> None:
    (tmp_path / "wrong-pins").write_text(content)
    assert Tries(tmp_path / "wrong-pins", FREE).read() == FREE


def test_a_technicians_card_within_a_visit_waits_until_it_is_over(shop: Shop) -> None:
    shop.lay(OTHER)
    assert isinstance(shop.session.view, views.Sorry)
    shop.lay()
    assert shop.bench.view is None
    shop.session.touch(Touch("done"))
    assert isinstance(shop.bench.view, views.Pin)


def test_a_members_card_ends_the_keypad_and_is_greeted(shop: Shop) -> None:
    shop.lay()
    shop.lay(OTHER)
    assert shop.bench.view is None
    assert isinstance(shop.session.view, views.Sorry)


def test_while_the_screen_is_open_any_card_only_shows_that_the_reader_reads(shop: Shop) -> None:
    shop.lay()
    shop.type("246810")
    shop.read(ReaderUp("em4100"))
    shop.forward(10)
    shop.lay(OTHER)
    shop.work()
    (line,) = (line for line in shop.opened().lines if line.check == "reader")
    assert line.says == "reader-tapped"
    assert isinstance(shop.session.view, views.Attract)


def test_a_lost_reader_is_told_at_once_and_stays_on_the_ticket(shop: Shop) -> None:
    shop.lay()
    shop.type("246810")
    shop.read(ReaderDown("em4100", "unplugged"))
    shop.read(CardRefused("em4100", "two-cards"))
    shop.work()
    assert shop.opened().lines[0].says == "reader-down"
    assert [line[-9:] for line in shop.opened().ticket.splitlines()[-2:]] == ["two-cards", "unplugged"]


def test_a_look_that_fails_leaves_what_was_found_before(shop: Shop, tmp_path: Path) -> None:
    shop.lay()
    shop.type("246810")
    before = shop.opened().lines
    with closing(sqlite3.connect(tmp_path / "replica.db")) as db:
        db.execute("DROP TABLE mark")
    shop.forward(2)
    assert shop.opened().lines == before
    shop.forward(200)
    assert shop.bench.view is None


def test_before_enrolment_the_screen_says_how_to_set_a_technician_up(new_shop: Shop) -> None:
    new_shop.bench.touch(Touch("held"))
    new_shop.work()
    assert new_shop.opened().read_only
    assert "nobody-set-up" in {line.says for line in new_shop.opened().lines}


def test_nothing_is_looked_at_while_nobody_is_there(shop: Shop) -> None:
    shop.lay()
    shop.type("246810")
    shop.bench.touch(Touch("done"))
    assert shop.bench.ends_at == float("inf")
    assert shop.todo == []
    assert not shop.bench.touch(Touch("continue"))


def test_a_confirmed_restart_restarts(shop: Shop) -> None:
    shop.lay()
    shop.type("246810")
    shop.bench.touch(Touch("page", 4))
    shop.bench.touch(Touch("confirm"))
    assert (shop.restarted, shop.bench.view) == (1, None)


def test_a_pin_is_typed_twice_and_its_line_is_printed() -> None:
    answers, said = iter(["246810", "246810"]), list[str]()
    assert make_pin(lambda _prompt: next(answers), said.append) == 0
    assert pin.opens("246810", said[0].split('"')[1])


@pytest.mark.parametrize("typed", [("246810", "246811"), ("2468", "2468")])
def test_a_pin_that_is_none_or_was_typed_otherwise_is_refused(typed: tuple[str, str]) -> None:
    answers, said = iter(typed), list[str]()
    assert make_pin(lambda _prompt: next(answers), said.append) == 1
    assert "scrypt" not in said[0]


def test_without_a_reader_no_cards_line_can_be_printed() -> None:
    said: list[str] = []
    assert next_card((), KEY, said.append) == 1
    assert said == ["kiosk: kiosk.toml names no readers"]


def test_the_next_card_on_a_reader_is_printed_as_its_card_key_alone(tmp_path: Path) -> None:
    said: list[str] = []
    with closing(Unit(tmp_path / "tty")) as unit:
        unit.lay(CARD)
        assert next_card((f"em4100://{tmp_path / 'tty'}",), KEY, said.append) == 0
    assert said[-1] == f'cards = ["{SETUP.cards[0]}"]'
    assert CARD.hex() not in "".join(said)
