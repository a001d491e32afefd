"""Anybody joins and leaves in any order, with restarts and a disk that fails: what the journal then holds."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import views
from kiosk.journal import JournalReader
from kiosk.streams import Row
from kiosk.views import Touch
from mqtt.events import NAMES, MemberJoined, MemberLeft
from mqtt.shapes import decode
from tests.kiosk.conftest import ToldClock
from tests.kiosk.test_comings import EMPTY, SECOND, again, opened
from tests.kiosk.test_joining import NUMBER, TYPED, digits
from tests.kiosk.test_session import NEGAR
from tests.kiosk.test_session import NUMBER as KNOWN


class Shop:
    """A kiosk, at which everything is looked at after each thing that happens."""

    def __init__(self, folder: Path) -> None:
        self.kiosk = opened(folder, ToldClock())
        self.gone = False

    def happen(self, what: object) -> None:
        match what:
            case ("lay", bytes(card)):
                self.kiosk.flush()
                self.kiosk.lay(card)
            case ("type", str(typed)):
                self.kiosk.touch(*digits(typed), "enter")
            case ("wait", float(seconds)):
                self.kiosk.forward(seconds)
            case ("disk", bool(takes)):
                self.kiosk.break_the_disk(takes=takes)
            case "word":
                self.kiosk.flush()
            case "restart":
                self.kiosk = again(self.kiosk)
            case Touch():
                self.kiosk.touch(what)
        self.look()

    def settle(self) -> None:
        self.kiosk.break_the_disk(takes=True)
        while not isinstance(self.kiosk.session.view, views.Attract):
            self.kiosk.flush()
            self.kiosk.forward(60.0)
        self.kiosk.flush()
        self.look()

    def look(self) -> None:
        view, state = self.kiosk.session.view, astuple(self.kiosk.session._state)  # noqa: SLF001
        if not (isinstance(view, views.Join) and view.step == "phone"):
            assert TYPED[1:] not in f"{view} {state}", "typed, and still there"
        if isinstance(view, views.Join) and view.step == "done":
            assert self.rows(MemberJoined), "said before it was durable"
        if isinstance(view, views.Leave) and view.step == "done":
            self.gone = True
            assert self.rows(MemberLeft), "said before it was durable"
        assert not (self.gone and isinstance(view, views.Welcome)), "greeted after leaving"

    def rows(self, kind: type[MemberJoined | MemberLeft]) -> list[Row]:
        with closing(JournalReader(self.kiosk.path)) as reader:
            return [row for row in reader.after(0, 1000) if row.type == NAMES[kind]]

    def persons(self) -> dict[str, dict[str, str]]:
        with closing(JournalReader(self.kiosk.path)) as reader:
            return {part.id: part.fields for stream in reader.streams() for part in stream.persons(1000)}


@contextmanager
def shop() -> Iterator[Shop]:
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        shop = Shop(Path(folder))
        yield shop
        shop.kiosk.close()


TOUCHES = ("join", "number", "confirm", "enter", "erase", "back", "done", "more", "leave", "continue")
WHAT = st.one_of(
    st.tuples(st.just("lay"), st.sampled_from((EMPTY, SECOND, KNOWN))),
    st.builds(Touch, st.sampled_from(TOUCHES)),
    st.builds(Touch, st.just("digit"), st.integers(0, 9)),
    st.tuples(st.just("type"), st.sampled_from((TYPED, TYPED[:6]))),
    st.tuples(st.just("wait"), st.sampled_from((0.1, 1.3, 6.0, 60.0))),
    st.tuples(st.just("disk"), st.booleans()),
    st.sampled_from(("word", "word", "restart")),
)
JOINS = (("lay", EMPTY), Touch("join"), Touch("number"), ("type", TYPED), "word")
LEAVES = (("lay", KNOWN), Touch("more"), Touch("leave"), ("wait", 1.3), Touch("confirm"), "word")
CARD_ALONE = (("lay", EMPTY), Touch("join"), Touch("confirm"), "word")
SEVERAL = (JOINS, LEAVES, JOINS[:3], LEAVES[:4], CARD_ALONE)
SOME = st.one_of(WHAT, WHAT, WHAT, st.sampled_from(SEVERAL))


@settings(max_examples=150, deadline=None)
@given(st.lists(SOME, max_size=15))
def test_a_number_is_in_the_journal_with_its_event_or_not_at_all(happens: list[object]) -> None:
    with shop() as each:
        for some in happens:
            for what in some if some in SEVERAL else (some,):
                each.happen(what)
        each.settle()
        joined = [(row, decode(row.data, MemberJoined)) for row in each.rows(MemberJoined)]
        assert each.persons() == {
            f"{row.epoch}-{row.sequence}": {"phone": NUMBER} for row, fact in joined if fact.personal
        }
        visits = [fact.visit for _, fact in joined]
        assert len(set(visits)) == len(visits)
        assert len(each.rows(MemberLeft)) <= 1, "one leaves once"


def test_both_are_within_reach_of_these_inputs() -> None:
    with shop() as each:
        for what in (*JOINS, Touch("done"), *LEAVES, Touch("done"), ("lay", KNOWN)):
            each.happen(what)
        assert len(each.persons()) == len(each.rows(MemberLeft)) == 1
        assert isinstance(each.kiosk.session.view, views.Sorry)
        assert NEGAR.name not in repr(each.kiosk.session.view)
