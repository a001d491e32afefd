"""The session, wired to a real journal and replica: from a reader's word to the view and the event."""

import queue
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from drivers.panel_events import ButtonPressed, CaseClosed, CaseOpened, PersonCame, PersonLeft
from drivers.panel_patterns import PatternName
from drivers.reader import Card, CardPresented, CardRefused, CardRemoved, ReaderDown, ReaderUp
from kiosk import views
from kiosk.catalogue import DEFAULT, Talking
from kiosk.comings import Comings
from kiosk.journal import Journal, JournalReader
from kiosk.members import Members, Replica
from kiosk.recorder import Recorder
from kiosk.session import Session
from kiosk.show import STALE
from kiosk.streams import Row
from kiosk.views import Touch
from mqtt.down import Answer, Ask, MemberRow, MembersBatch, Reply
from mqtt.vocabulary import ClubKey, MemberId, TicketCode, card_key
from tests.kiosk.conftest import NOON, ToldClock

OLD, NEW = ClubKey("1", b"an old club key of ours"), ClubKey("2", b"a new club key of ours")
NUMBER = bytes.fromhex("0a1b2c3d4e")
NEGAR = MemberRow(MemberId("m-1"), (card_key(OLD, "em4100", NUMBER),), "نگار", "fa", 120, NOON)


class Lights:
    """A panel that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def play(self, name: PatternName) -> None:
        self.told.append(name)


class Stage:
    """A session, what it showed, and the main thread's queue."""

    def __init__(self, folder: Path, clock: ToldClock, comings: Comings | None = None) -> None:
        self.path, self.clock, self.lights = folder / "journal.db", clock, Lights()
        self.replica = Replica(folder / "replica.db")
        self.replica.apply(MembersBatch("g", 0, 1, 1, (NEGAR,)))
        self.replica.set_heard_at(clock.wall)
        self.members = Members(folder / "replica.db")
        self.journal = Journal(self.path)
        self.recorder = Recorder(self.journal, lambda: None)
        self.posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.shown: list[views.View] = []
        self.asks: list[Ask] = []
        self.can_ask = False
        self.session = Session(
            keys=(NEW, OLD),
            catalogue=DEFAULT,
            language="fa",
            members=self.members,
            recorder=self.recorder,
            panel=self.lights,
            clock=clock,
            changed=self.show,
            post=self.posted.put,
            ask=self.ask,
            comings=comings,
        )

    def show(self, view: views.View) -> None:
        self.shown.append(view)

    def ask(self, ask: Ask) -> bool:
        self.asks.append(ask)
        return self.can_ask

    def lay(self, number: bytes = NUMBER) -> None:
        self.session.reader(CardPresented("em4100", Card("em4100", number)))

    def wait_for_the_disk(self) -> None:
        self.posted.get(timeout=20)()

    def flush(self) -> None:
        """Let the disk say all that it has to say."""
        said: list[bool] = []
        self.recorder.record((), lambda kept: self.posted.put(lambda: said.append(kept)))
        while not said:
            self.wait_for_the_disk()

    def break_the_disk(self, *, takes: bool = False) -> None:
        """Once everything so far is on it."""
        self.flush()
        self.journal._db.execute(f"PRAGMA query_only = {not takes}")  # noqa: SLF001 - it takes nothing any more

    def forward(self, seconds: float) -> None:
        self.clock.forward(seconds)
        self.session.tick()

    def rows(self) -> list[Row]:
        self.recorder.close()
        reader = JournalReader(self.path)
        rows = reader.after(0, 100)
        reader.close()
        return rows

    def close(self) -> None:
        for each in (self.recorder, self.replica, self.members, self.journal):
            each.close()


@pytest.fixture
def stage(tmp_path: Path, clock: ToldClock) -> Iterator[Stage]:
    stage = Stage(tmp_path, clock)
    yield stage
    stage.close()


def test_a_card_shows_the_balance_at_once_and_lights_green(stage: Stage) -> None:
    stage.lay()
    (view,) = stage.shown
    assert isinstance(view, views.Welcome)
    assert (view.name, view.available, view.offline) == ("نگار", 120, False)
    assert stage.lights.told == ["welcome"]


def test_a_tap_carries_the_card_under_every_live_key_and_never_its_number(stage: Stage) -> None:
    stage.lay()
    (row,) = stage.rows()
    assert row.data.count(b'"1:') == row.data.count(b'"2:') == 1
    assert NUMBER.hex().encode() not in row.data
    assert b'"member":"m-1"' in row.data


def test_from_tap_to_thanks_each_view_is_shown_once(stage: Stage) -> None:
    stage.lay()
    stage.session.touch(Touch("continue"))
    stage.session.touch(Touch("answer", 6))
    stage.wait_for_the_disk()
    stage.forward(3)
    stage.forward(3)
    assert [type(view) for view in stage.shown] == [
        views.Welcome,
        views.Ask,
        views.Ask,
        views.Undo,
        views.Thanks,
        views.Attract,
    ]
    saving = stage.shown[2]
    assert isinstance(saving, views.Ask)
    assert saving.saving == 6


def test_undo_is_shown_only_when_the_answer_is_in_the_file(stage: Stage) -> None:
    stage.lay()
    stage.session.touch(Touch("continue"))
    stage.forward(2)
    with closing(sqlite3.connect(stage.path, isolation_level=None)) as disk:
        disk.execute("BEGIN IMMEDIATE")  # the disk is busy: nothing can be written
        stage.session.touch(Touch("answer", 6))
        assert stage.posted.empty()
        assert not [view for view in stage.shown if isinstance(view, views.Undo)]
        disk.execute("ROLLBACK")
    confirm = stage.posted.get(timeout=20)
    reader = JournalReader(stage.path)
    assert [row.type for row in reader.after(0, 10)][-1] == "club.question.answered.v1"
    reader.close()
    confirm()
    assert isinstance(stage.shown[-1], views.Undo)


def test_figures_are_marked_once_the_cloud_has_not_been_heard_for_long(stage: Stage) -> None:
    stage.forward(STALE + 1)
    stage.lay()
    view = stage.shown[-1]
    assert isinstance(view, views.Welcome)
    assert view.offline
    assert view.as_of.timestamp() == NOON.timestamp()


def test_figures_are_marked_while_the_clock_stands_at_1970(stage: Stage) -> None:
    stage.clock.wall = 0.0
    stage.lay()
    view = stage.shown[-1]
    assert isinstance(view, views.Welcome)
    assert view.offline
    assert view.as_of.timestamp() == NOON.timestamp()


def test_a_stranger_and_an_unreadable_card_are_refused_in_red(stage: Stage) -> None:
    stage.lay(b"\0" * 5)
    stage.forward(6)
    stage.session.reader(CardRefused("em4100", "unreadable"))
    reasons = [view.reason for view in stage.shown if isinstance(view, views.Sorry)]
    assert reasons == ["unknown", "unreadable"]
    assert stage.lights.told == ["welcome", "refused", "refused"], "read; nobody could be asked; not read"


def test_taking_the_card_away_changes_nothing(stage: Stage) -> None:
    stage.lay()
    stage.session.reader(CardRemoved("em4100", Card("em4100", NUMBER)))
    assert len(stage.shown) == 1


def test_attract_says_when_no_reader_answers(stage: Stage) -> None:
    stage.session.reader(ReaderUp("em4100"))
    stage.session.reader(ReaderUp("rc522"))
    stage.session.reader(ReaderDown("em4100", "gone"))
    assert stage.session.view == views.Attract("fa", DEFAULT.brand, readers=True)
    stage.session.reader(ReaderDown("rc522", "gone"))
    assert stage.session.view == views.Attract("fa", DEFAULT.brand, readers=False)
    assert [row.type for row in stage.rows()] == ["club.reader.went-up.v1"] * 2 + [
        "club.reader.went-down.v1"
    ] * 2


def test_the_screen_says_when_it_will_change_by_itself(stage: Stage) -> None:
    assert stage.session.ends_at == float("inf")
    stage.lay()
    assert stage.session.ends_at == stage.clock.monotonic + DEFAULT.timings.welcome


def test_a_stranger_is_asked_for_and_greeted_when_the_reply_is_there(stage: Stage) -> None:
    stage.can_ask = True
    stage.lay(b"\1" * 5)
    assert stage.shown == [], "the idle screen stays until there is something to say"
    (ask,) = stage.asks
    assert ask.cards == (card_key(NEW, "em4100", b"\1" * 5), card_key(OLD, "em4100", b"\1" * 5))
    stage.session.replied()
    assert stage.shown == []
    stage.replica.put_reply(Reply(ask.id, NEGAR))
    stage.session.replied()
    (view,) = stage.shown
    assert isinstance(view, views.Welcome)
    assert stage.lights.told == ["welcome"]


def test_what_the_shop_answered_is_asked_for_at_the_tap_and_shown_after_the_balance(stage: Stage) -> None:
    ticket = TicketCode("04HMASW9N5")
    answer = Answer(ticket, 1, "praise", "staff", NOON.date(), "Thank you!")
    waits = replace(NEGAR, replies=(ticket,))
    stage.replica.apply(MembersBatch("g", 1, 2, 2, (waits,)))
    stage.can_ask = True
    stage.lay()
    (ask,) = stage.asks
    assert ask.ticket == ticket
    stage.replica.put_reply(Reply(ask.id, waits, answer))
    stage.session.replied()
    assert len(stage.shown) == 1, "what the network adds moves nothing"
    stage.session.touch(Touch("continue"))
    assert isinstance(stage.session.view, views.Reply)
    assert stage.session.view.text == "Thank you!"


def test_a_ticket_tells_within_how_many_days_head_office_answers(stage: Stage) -> None:
    stage.session.renew(replace(DEFAULT, talking=Talking(answer_days=7)))
    stage.lay()
    for touch in (Touch("talk"), Touch("choose", 1), Touch("choose", 1)):
        stage.session.touch(touch)
    stage.posted.get(timeout=20)()
    assert isinstance(stage.session.view, views.Ticket)
    assert stage.session.view.days == 7


def test_offline_nobody_is_asked(stage: Stage) -> None:
    stage.can_ask = True
    stage.forward(STALE + 1)
    stage.lay(b"\1" * 5)
    assert stage.asks == []
    assert isinstance(stage.session.view, views.Sorry)


def test_a_new_catalogue_and_a_restart_wait_for_the_end_of_the_visit(stage: Stage) -> None:
    done: list[str] = []
    ours = replace(DEFAULT, brand=views.Brand("شهر کتاب", "Book City", "#123456"))
    stage.lay()
    stage.session.between_visits(lambda: stage.session.renew(ours))
    stage.session.between_visits(lambda: done.append("left"))
    stage.session.touch(Touch("continue"))
    assert done == []
    stage.session.touch(Touch("skip"))
    stage.session.touch(Touch("done"))
    assert stage.session.view == views.Attract("fa", ours.brand)
    assert done == ["left"]
    stage.session.between_visits(lambda: done.append("at once"))
    assert done == ["left", "at once"]


def test_what_happens_at_the_panel_is_recorded_and_no_visit_minds_it(stage: Stage) -> None:
    stage.lay()
    shown = list(stage.shown)
    for event in (ButtonPressed(2, 5), CaseOpened(), CaseClosed(), PersonCame(), PersonLeft()):
        stage.session.panel(event)
    assert stage.shown == shown
    assert stage.lights.told[1:] == ["thanks", "alarm"]
    kinds = [row.type for row in stage.rows()]
    assert kinds[-3:] == ["club.button.pressed.v1", "club.case.opened.v1", "club.case.closed.v1"]
