"""Retention: acknowledged rows go after their days or under pressure; personal parts are wiped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.journal import Journal
from kiosk.keeper import CHUNK, DAY, ONE_IN, Keeper, Limits
from kiosk.marks import Marks
from mqtt.envelope import type_name
from mqtt.events import (
    TYPES,
    CardRefused,
    JournalPressed,
    MemberJoined,
    ReaderWentUp,
    RedemptionAbandoned,
    RedemptionAsked,
)
from mqtt.shapes import decode
from mqtt.vocabulary import CardKey, MemberId, Points, VisitId
from tests.kiosk.conftest import ToldClock
from tests.kiosk.world import World

NAME = "نگار پرتوی"


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def levels(world: World) -> list[str]:
    rows = [row for stream in world.journal.streams() for row in stream.after(0, 10_000)]
    facts = [decode(row.data, TYPES[row.type]) for row in rows]
    return [fact.level for fact in facts if isinstance(fact, JournalPressed)]


def bounds(world: World) -> tuple[int, int]:
    (stream,) = world.journal.streams()
    return stream.below + 1, stream.highest()


def test_acknowledged_rows_go_after_fourteen_days_and_the_chain_goes_on(world: World) -> None:
    world.record(10)
    world.settle()
    world.record(5)
    world.wait(14 * DAY - 700)
    world.keep()
    assert bounds(world) == (1, 15), "not before their time"
    world.wait(2 * 700)
    world.keep()
    assert bounds(world) == (11, 15), "the five are old, but nobody else has them"
    world.settle()
    world.record(3)
    world.settle()
    assert len(world.in_cloud()) == 18


def test_a_cloud_that_lacks_rows_which_are_gone_declares_them_a_hole_and_goes_on(world: World) -> None:
    empty = world.copy_collector()
    world.record(10)
    world.settle()
    world.press()
    assert bounds(world)[0] > 10
    world.restore_collector(empty)
    world.record(2)
    world.settle()
    assert world.collector.holes == [(world.journal.epoch, 1, 10)]
    assert world.truth <= world.in_cloud().keys()


def test_under_pressure_only_acknowledged_rows_go_and_it_is_recorded_once(world: World) -> None:
    world.record(CHUNK + 100)
    world.settle()
    world.record(7)
    world.free = 500
    world.keep()
    world.keep()
    assert CHUNK < bounds(world)[0] <= CHUNK + 101
    world.free = 2**40
    world.keep()
    world.keep()
    assert levels(world) == ["shrinking", "over"]
    world.settle()
    assert len(world.in_cloud()) == CHUNK + 107


@pytest.mark.parametrize("moved", [False, True])
def test_what_was_asked_for_stays_until_it_is_decided(world: World, moved: bool) -> None:  # noqa: FBT001
    asked = RedemptionAsked(VisitId("a" * 16), MemberId("m-1"), Points(50))
    undone = RedemptionAbandoned(asked.visit, asked.member, asked.points, "restarted")
    if moved:
        world.record(3)
        before = world.copy_journal()
        world.record(4)
        world.settle()
        world.restore_journal(before, with_sync=False)
    world.journal.append([(asked, world.clock.stamp())])
    world.settle()
    world.record(3)
    world.settle()
    world.press()
    world.crash_screen()
    assert world.journal.unsettled.abandoned() == (undone,), "or its points would be set aside for ever"
    world.journal.append([(undone, world.clock.stamp())])
    world.settle()
    world.press()
    world.crash_screen()
    assert not world.journal.unsettled.abandoned()
    left = [row.type for stream in world.journal.streams() for row in stream.after(0, 10)]
    assert type_name(asked) not in left


def test_events_about_the_machine_are_thinned_when_nothing_else_is_left_to_give_up(tmp_path: Path) -> None:
    keeper = _pressed(tmp_path, free=500)
    assert sum(keeper.takes(ReaderWentUp("em4100")) for _ in range(10 * ONE_IN)) == 10
    assert all(keeper.takes(CardRefused("unreadable")) for _ in range(100))
    assert keeper.accepts


def test_a_full_disk_accepts_no_answers_and_a_freed_one_does(tmp_path: Path) -> None:
    left = [5]
    clock = ToldClock()
    journal, marks = Journal(tmp_path / "j"), Marks(tmp_path / "r")
    keeper = Keeper(journal, marks, clock, Limits(free_low=1000, free_least=10), lambda: left[0])
    keeper.turn()
    accepted = [keeper.accepts]
    left[0] = 10**9
    clock.forward(10)
    keeper.turn()
    assert [*accepted, keeper.accepts] == [False, True]
    journal.close()
    marks.close()


def _pressed(folder: Path, free: int) -> Keeper:
    keeper = Keeper(
        Journal(folder / "j"),
        Marks(folder / "r"),
        ToldClock(),
        Limits(free_low=1000, free_least=10),
        lambda: free,
    )
    keeper.turn()
    return keeper


def joined(world: World, count: int) -> None:
    cards = (CardKey("1:" + "a" * 32),)
    event = MemberJoined(VisitId("b" * 16), "em4100", cards, "fa", personal=True)
    world.journal.append(
        [(event, world.clock.stamp())] * count,
        {place: {"name": NAME, "phone": f"0912{place:07d}"} for place in range(count)},
    )


def traces(world: World) -> list[str]:
    return [file.name for file in world.folder.glob("*.db*") if NAME.encode() in file.read_bytes()]


def test_a_personal_part_is_sent_after_its_event_and_then_wiped_from_every_file(world: World) -> None:
    joined(world, 40)
    assert traces(world), "or this test sees nothing"
    world.settle()
    world.talk(20)
    assert len(world.collector.persons) == 40
    assert {part.fields["name"] for part in world.collector.persons.values()} == {NAME}
    assert traces(world) == []
    assert NAME.encode() not in b"".join(row.data for row in world.collector.envelopes())


def test_a_personal_part_stays_until_the_cloud_has_named_it(world: World) -> None:
    joined(world, 1)
    world.sync.turn()
    world.keep()
    assert traces(world)


def test_a_personal_part_goes_with_its_event_into_a_new_epoch(world: World) -> None:
    world.record(5)
    world.settle()
    copy = world.copy_journal()
    world.record(5)
    world.settle()
    world.restore_journal(copy, with_sync=True)
    joined(world, 2)
    world.settle()
    world.talk(10)
    epoch = world.journal.epoch
    assert set(world.collector.persons) == {f"{epoch}-2", f"{epoch}-3"}
    assert traces(world) == []
