"""Allowances on the disk: lent by the cloud, kept by sync, used up once by the journal, and called back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.allowances import Allowances
from kiosk.asks import Asks
from kiosk.clock import Stamp
from kiosk.errors import JournalError
from kiosk.feed import Feed
from kiosk.journal import Journal, JournalReader
from kiosk.members import Members, Replica
from mqtt.down import Ask, Lent, MembersBatch, Reply, encode
from mqtt.events import (
    AllowanceReturned,
    CardRefused,
    Event,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
)
from mqtt.vocabulary import AllowanceId, CouponCode, KioskId, MemberId, Points, VisitId, WalletId
from tests.kiosk.conftest import member
from tests.kiosk.test_asks import Wire

STAMP = Stamp(1_795_000_000.0, 5, "boot", synced=True)
A, B, C = (AllowanceId(name * 32) for name in "abc")
NEGAR, BEHROUZ = MemberId("m-0001"), MemberId("m-0002")


def lent(name: AllowanceId = A, who: MemberId = NEGAR, points: int = 60) -> Lent:
    return Lent(name, who, Points(points))


def batch(generation: str = "g1", after: int = 0, recalled: tuple[AllowanceId, ...] | None = None) -> bytes:
    to = after + 1
    return encode(MembersBatch(generation, after, to, to, (member(1),), (), recalled))


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """One that has members of the generation g1."""
    with closing(Replica(tmp_path / "replica.db")) as replica:
        Feed(replica, lambda _: None).take(batch())
        yield replica


@pytest.fixture
def members(tmp_path: Path, replica: Replica) -> Iterator[Members]:
    assert replica.version == 1, "sync makes the file"
    with closing(Members(tmp_path / "replica.db")) as members:
        yield members


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        yield journal


@pytest.fixture
def reader(tmp_path: Path, journal: Journal) -> Iterator[JournalReader]:
    assert journal.epoch, "the writer makes the file"
    with closing(JournalReader(tmp_path / "journal.db")) as reader:
        yield reader


# --- sync


def test_what_is_lent_lies_there_for_the_next_tap(replica: Replica, members: Members) -> None:
    replica.lend(lent(), "g1")
    replica.lend(lent(B, BEHROUZ, 5), "g1")
    assert members.lent(NEGAR) == lent()
    assert members.lent(BEHROUZ) == lent(B, BEHROUZ, 5)
    assert members.lent(MemberId("m-0003")) is None


def test_another_allowance_of_a_member_takes_the_place_of_the_one_before(
    replica: Replica, members: Members
) -> None:
    for each in (lent(), lent(points=70), lent(B)):
        replica.lend(each, "g1")
    assert members.lent(NEGAR) == lent(B)


@pytest.mark.parametrize("generation", ["g2", ""])
def test_what_another_life_of_the_cloud_lends_is_not_kept(
    replica: Replica, members: Members, generation: str
) -> None:
    replica.lend(lent(), generation)
    assert members.lent(NEGAR) is None


def test_with_the_first_word_of_another_life_nothing_lent_is_left(replica: Replica, members: Members) -> None:
    replica.lend(lent(), "g1")
    replica.heard_from("g1")
    assert members.lent(NEGAR) == lent()
    replica.heard_from("g2")
    assert members.lent(NEGAR) is None
    assert members.find(member(1).cards) is not None, "the members stay until others come"
    replica.lend(lent(), "g1")
    assert members.lent(NEGAR) is None, "nor is it kept when it comes after that word"


def test_a_batch_is_such_a_word_even_if_it_cannot_be_applied(replica: Replica, members: Members) -> None:
    replica.lend(lent(), "g1")
    Feed(replica, lambda _: None).take(batch("g2", after=7))
    assert members.lent(NEGAR) is None
    assert replica.generation == "g1"


def test_members_of_another_life_come_without_what_was_lent(replica: Replica, members: Members) -> None:
    replica.lend(lent(), "g1")
    replica.apply(MembersBatch("g2", 0, 1, 1, (member(1),)))
    assert members.lent(NEGAR) is None


def test_who_has_everything_sent_anew_has_nothing_lent_meanwhile(replica: Replica, members: Members) -> None:
    replica.lend(lent(), "g1")
    replica.forget()
    assert members.lent(NEGAR) is None
    replica.lend(lent(), "g1")
    assert members.lent(NEGAR) is None
    Feed(replica, lambda _: None).take(batch())
    replica.lend(lent(), "g1")
    assert members.lent(NEGAR) == lent()


def test_a_reply_leaves_what_is_lent_however_late_it_comes(replica: Replica, members: Members) -> None:
    told: list[None] = []
    asks = Asks(KioskId("tajrish-1"), Wire(), replica, lambda: told.append(None))
    asks.said(encode(Ask("1" * 16, member(1).cards, 0.0, lend=WalletId("a" * 16))))
    asks.take(encode(Reply("1" * 16, member(1), lent=lent(), generation="g1")))
    assert members.lent(NEGAR) == lent()
    assert (told, members.reply("1" * 16)) == ([], None)


def test_what_is_called_back_is_all_that_was_said_last(replica: Replica, members: Members) -> None:
    said: list[tuple[AllowanceId, ...]] = []
    feed = Feed(replica, lambda _: None, recalled=lambda: said.append(members.recalled()))
    for recalled in ((A, B), None, (B, C), ()):
        feed.take(batch(recalled=recalled))
    assert said == [(A, B), (B, C)]
    assert members.recalled() == ()


# --- the journal


def returned(name: AllowanceId) -> list[tuple[Event, Stamp]]:
    return [(AllowanceReturned(name), STAMP)]


def test_an_allowance_is_used_up_with_the_event_and_never_again(
    tmp_path: Path, journal: Journal, reader: JournalReader
) -> None:
    journal.append(returned(A), uses=[A])
    with pytest.raises(JournalError):
        journal.append(returned(A), uses=[A])
    journal.close()
    with closing(Journal(tmp_path / "journal.db")) as again, pytest.raises(JournalError):
        again.append([(CardRefused("x"), STAMP), *returned(B)], uses=[B, A])
    assert reader.spent([A, B, C]) == {A}
    assert reader.bounds() == (1, 1), "all or nothing"


def test_a_journal_whose_rows_are_gone_still_knows_what_is_used(
    journal: Journal, reader: JournalReader
) -> None:
    journal.append(returned(A), uses=[A])
    journal.prune(journal.streams()[-1], 1)
    assert reader.spent([A]) == {A}


def test_a_journal_of_the_release_before_learns_what_is_used(tmp_path: Path, journal: Journal) -> None:
    journal.append([(CardRefused("a"), STAMP)])
    journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as old:
        old.executescript("DROP TABLE used; DROP TABLE wallet; PRAGMA user_version = 2")
    with pytest.raises(JournalError, match="being made"):
        JournalReader(tmp_path / "journal.db")
    with closing(Journal(tmp_path / "journal.db")) as new:
        assert new.epoch == journal.epoch
        assert new.append(returned(A), uses=[A]) == 2
    with closing(JournalReader(tmp_path / "journal.db")) as reader:
        assert reader.spent([A]) == {A}
        assert reader.bounds() == (1, 2)


def test_what_is_used_is_not_offered_and_not_returned_again(
    replica: Replica, members: Members, journal: Journal, reader: JournalReader
) -> None:
    first, second, third = (AllowanceId(reader.wallet + name * 16) for name in "abc")
    replica.lend(lent(first), "g1")
    replica.call_back((first, second, third))
    allowances = Allowances(members, reader)
    assert (allowances.of(NEGAR), allowances.of(BEHROUZ)) == (lent(first), None)
    assert allowances.recalled() == (first, second, third)
    journal.append(returned(first), uses=[first])
    assert allowances.of(NEGAR) is None
    assert allowances.recalled() == (second, third)


def test_what_another_disk_of_this_kiosk_was_lent_is_neither_granted_nor_given_back(
    replica: Replica, members: Members, reader: JournalReader
) -> None:
    replica.lend(lent(A), "g1")
    replica.call_back((A,))
    allowances = Allowances(members, reader)
    assert (allowances.of(NEGAR), allowances.recalled()) == (None, ())


def test_a_journal_keeps_the_name_of_its_memory_and_another_has_another(
    journal: Journal, reader: JournalReader, tmp_path: Path
) -> None:
    journal.close()
    Journal(tmp_path / "journal.db").close()
    Journal(tmp_path / "another.db").close()
    with closing(JournalReader(tmp_path / "journal.db")) as again:
        assert again.wallet == reader.wallet
    with closing(JournalReader(tmp_path / "another.db")) as another:
        assert another.wallet != reader.wallet


# --- what was not decided when the kiosk went off


def asked(visit: str) -> RedemptionAsked:
    return RedemptionAsked(VisitId(visit * 16), NEGAR, Points(50))


def abandoned(visit: str, why: str = "restarted") -> RedemptionAbandoned:
    return RedemptionAbandoned(VisitId(visit * 16), NEGAR, Points(50), why)  # type: ignore[arg-type]


CONFIRMED = RedemptionConfirmed(VisitId("2" * 16), NEGAR, Points(50), 50_000, CouponCode("04HMASW9N5"))


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ([], ()),
        ([asked("1")], (abandoned("1"),)),
        ([asked("1"), abandoned("1", "left")], ()),
        ([asked("2"), CONFIRMED, asked("1")], (abandoned("1"),)),
        ([asked("1"), abandoned("1", "no-reply"), asked("2"), CONFIRMED], ()),
    ],
)
def test_what_was_asked_for_and_not_decided_is_abandoned(
    tmp_path: Path, journal: Journal, facts: list[Event], left: tuple[Event, ...]
) -> None:
    journal.append([(fact, STAMP) for fact in (CardRefused("a"), *facts, CardRefused("b"))])
    assert journal.unsettled.abandoned() == left
    with closing(Journal(tmp_path / "journal.db")) as again:
        assert again.unsettled.abandoned() == left
