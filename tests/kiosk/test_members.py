"""The replica: what the cloud sends is applied whole, in order, once."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.marks import Acked
from kiosk.members import Members, Replica
from mqtt import envelope
from mqtt.down import MemberRow, MembersBatch
from mqtt.vocabulary import CardKey, Epoch, MemberId
from tests.kiosk.conftest import member


def batch(
    after: int, to: int, *rows: MemberRow, generation: str = "g1", gone: tuple[MemberId, ...] = ()
) -> MembersBatch:
    return MembersBatch(generation, after, to, to, rows, gone)


def opened(folder: Path) -> int:
    fds = Path("/proc/self/fd").iterdir()
    return sum(str(fd.readlink()).startswith(str(folder)) for fd in fds if fd.is_symlink())


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    replica = Replica(tmp_path / "replica.db")
    yield replica
    replica.close()


@pytest.fixture
def members(tmp_path: Path, replica: Replica) -> Iterator[Members]:
    assert replica.version == 0, "sync makes the file"
    members = Members(tmp_path / "replica.db")
    yield members
    members.close()


def test_a_member_is_found_by_any_of_the_cards(replica: Replica, members: Members) -> None:
    negar = member(1, cards=2)
    assert replica.apply(batch(0, 1, negar))
    assert [members.find((card,)) for card in negar.cards] == [negar, negar]
    assert members.find((CardKey("2:" + "0" * 32), negar.cards[1])) == negar, "under either club key"
    assert members.find((CardKey("1:" + "9" * 32),)) is None


def test_a_newer_row_replaces_the_older_and_its_cards(replica: Replica, members: Members) -> None:
    replica.apply(batch(0, 1, member(1, cards=2)))
    replica.apply(batch(1, 2, member(1, available=130)))
    lost = member(1, cards=2).cards[1]
    assert members.find((lost,)) is None
    found = members.find(member(1).cards)
    assert found is not None
    assert found.available == 130


def test_a_lost_card_is_known_as_blocked_while_the_members_others_are_served(
    replica: Replica, members: Members
) -> None:
    kept, lost = member(1, cards=2).cards
    row = msgspec.structs.replace(member(1), cards=(kept,), lost=(lost,))
    replica.apply(batch(0, 1, row))
    found, other = members.find((lost,)), members.find((kept,))
    assert found is not None
    assert other is not None
    assert (found.blocked, other.blocked) == (True, False)
    replica.apply(batch(1, 2, gone=(row.member,)))
    assert [members.find((card,)) for card in (kept, lost)] == [None, None]


def test_a_card_that_moved_belongs_to_its_new_member(replica: Replica, members: Members) -> None:
    negar, heir = member(1), MemberRow(MemberId("m-9999"), member(1).cards, "رضا", "fa", 5, member(1).as_of)
    replica.apply(batch(0, 1, negar))
    replica.apply(batch(1, 2, heir))
    replica.apply(batch(2, 3, MemberRow(negar.member, (), negar.name, "fa", 0, negar.as_of)))
    assert members.find(heir.cards) == heir


def test_a_batch_after_a_gap_is_refused_and_changes_nothing(replica: Replica, members: Members) -> None:
    replica.apply(batch(0, 5, member(1)))
    assert not replica.apply(batch(6, 7, member(2)))
    assert replica.version == 5
    assert members.find(member(2).cards) is None


def test_a_batch_that_came_before_is_taken_as_known(replica: Replica, members: Members) -> None:
    replica.apply(batch(0, 1, member(1)))
    replica.apply(batch(1, 2, member(1, available=130)))
    assert replica.apply(batch(0, 1, member(1)))
    found = members.find(member(1).cards)
    assert found is not None
    assert found.available == 130


def test_tombstones_remove_a_member(replica: Replica, members: Members) -> None:
    replica.apply(batch(0, 1, member(1)))
    replica.apply(batch(1, 2, gone=(member(1).member,)))
    assert members.find(member(1).cards) is None


def test_another_generation_replaces_everyone_and_only_from_its_beginning(
    replica: Replica, members: Members
) -> None:
    replica.apply(batch(0, 9, member(1)))
    assert not replica.apply(batch(9, 10, member(2), generation="g2"))
    assert members.find(member(1).cards) is not None
    assert replica.apply(batch(0, 3, member(2), generation="g2"))
    assert members.find(member(1).cards) is None
    assert (replica.generation, replica.version) == ("g2", 3)


def test_an_acknowledgement_belongs_to_its_epoch(replica: Replica) -> None:
    old, new = Epoch("0" * 16), Epoch("1" * 16)
    replica.set_acked(Acked(old, 7, envelope.START))
    assert replica.acked(old).upto == 7
    assert replica.acked(new).upto == 0


def test_an_unknown_field_from_a_newer_cloud_does_no_harm(replica: Replica, members: Members) -> None:
    replica.apply(batch(0, 1, member(1)))
    replica._db.execute("""UPDATE member SET row = CAST('{"zodiac": 1, ' || substr(row, 2) AS BLOB)""")  # noqa: SLF001
    assert members.find(member(1).cards) == member(1)


def test_members_are_found_after_everything_read_was_forgotten(
    replica: Replica, members: Members, tmp_path: Path
) -> None:
    replica.apply(batch(0, 1, member(1)))
    counts = []
    for _ in range(5):
        members.forget()
        assert members.find(member(1).cards) == member(1)
        counts.append(opened(tmp_path))
    assert len(set(counts)) == 1, "no file is left open"
