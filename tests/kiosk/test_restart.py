"""A journal that is put back to an older copy: what is new goes on under a new epoch, and nothing twice."""

from collections.abc import Iterator

import pytest

from kiosk.search import Search
from mqtt.events import TYPES, HoleDeclared, JournalRestarted
from mqtt.shapes import decode
from tests.kiosk.world import World


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def told(world: World, kind: type) -> list[object]:
    rows = [row for row in world.collector.envelopes() if TYPES[row.type] is kind]
    return [decode(row.data, TYPES[row.type]) for row in rows]


def level(world: World) -> None:
    world.settle()
    world.check()
    assert world.truth <= world.in_cloud().keys()


def test_only_the_rows_after_the_last_common_one_move_to_a_new_epoch(world: World) -> None:
    world.record(60)
    level(world)
    old, copy = world.journal.epoch, world.copy_journal()
    world.record(40)
    level(world)
    world.restore_journal(copy, with_sync=True)
    world.record(10)
    level(world)
    assert told(world, JournalRestarted) == [JournalRestarted(old, 60, "went-backwards")]
    new = world.collector.streams[world.journal.epoch]
    assert world.journal.epoch != old
    assert new.upto == 11
    assert world.collector.streams[old].upto == 100
    assert len(world.in_cloud()) == 110


def test_rows_that_moved_once_are_known_again_when_the_same_copy_comes_back(world: World) -> None:
    world.record(10)
    level(world)
    early = world.copy_journal()
    world.record(10)
    level(world)
    world.restore_journal(early, with_sync=True)
    world.record(5)
    late = world.copy_journal()
    level(world)
    world.restore_journal(late, with_sync=True)
    world.record(3)
    level(world)
    assert len(world.in_cloud()) == 28


def test_a_journal_that_went_backwards_is_refilled_to_a_cloud_that_did_too(world: World) -> None:
    world.record(30)
    level(world)
    copy, backup = world.copy_journal(), world.copy_collector()
    world.record(30)
    level(world)
    world.restore_journal(copy, with_sync=True)
    world.record(5)
    level(world)
    world.restore_collector(backup)
    level(world)
    assert len(world.in_cloud()) == 35


def test_a_deep_fork_is_found_in_a_few_questions(world: World) -> None:
    world.record(100)
    level(world)
    copy = world.copy_journal()
    world.record(4000)
    level(world)
    world.restore_journal(copy, with_sync=False)
    world.record(3000)
    level(world)
    (restarted,) = told(world, JournalRestarted)
    assert isinstance(restarted, JournalRestarted)
    assert restarted.upto == 100


@pytest.mark.parametrize("common", [0, 1, 2, 99, 5000, 999_999, 1_000_000])
def test_a_search_among_a_million_rows_takes_few_rounds_of_few_rows(common: int) -> None:
    search, rounds = Search(0, 1_000_001), 0
    while not search.exact:
        asked = search.places()
        assert len(asked) <= 40
        search.answered(asked, max((place for place in asked if place <= common), default=0))
        rounds += 1
    assert search.low == common
    assert rounds <= 6


def test_a_row_that_is_refused_three_times_is_a_declared_hole_and_blocks_nothing(world: World) -> None:
    world.record(150)
    world.record(1, poison=True)
    world.record(150)
    old = world.journal.epoch
    level(world)
    assert told(world, HoleDeclared) == [HoleDeclared(old, 151, 151, "row-refused")]
    assert told(world, JournalRestarted) == [JournalRestarted(old, 150, "row-refused")]
    assert len(world.in_cloud()) == 300


def test_a_request_made_of_one_opening_of_the_file_does_not_hold_for_another(world: World) -> None:
    world.record(20)
    level(world)
    copy = world.copy_journal()
    world.record(20)
    level(world)
    whole = world.copy_journal()
    world.restore_journal(copy, with_sync=True)
    epoch = world.journal.epoch
    for _ in range(6):
        world.send()
        world.deliver(100)
        world.answer(100)
    assert world.replica.restart(epoch)
    world.restore_journal(whole, with_sync=False)
    level(world)
    assert world.journal.epoch == epoch
    assert len(world.in_cloud()) == 40


def test_the_model_sees_rows_that_were_doubled(world: World) -> None:
    world.record(3)
    level(world)
    stream = world.collector.streams[world.journal.epoch]
    stream.rows[9] = stream.rows[1]
    with pytest.raises(AssertionError, match="doubled"):
        world.check()
