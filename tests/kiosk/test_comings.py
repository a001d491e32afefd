"""Who joined and who left at this kiosk, from the card to the journal and back after a restart."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk import views
from kiosk.catalogue import DEFAULT, Leaving
from kiosk.comings import KEPT, Comings
from kiosk.journal import JournalReader
from kiosk.streams import Row
from kiosk.views import Touch
from kiosk.visit import Newcomer
from mqtt import events
from mqtt.down import MemberRow, MembersBatch, Person, Reply
from mqtt.vocabulary import CardKey, MemberId, ReceiptCode, VisitId, card_key
from tests.kiosk.conftest import ToldClock
from tests.kiosk.test_joining import JOINING, NUMBER, TYPED, digits
from tests.kiosk.test_session import NEGAR, NEW, OLD, Stage

CATALOGUE = replace(DEFAULT, joining=JOINING, leaving=Leaving(offered=True))
EMPTY, SECOND = b"empty", b"other"
NEWCOMER = replace(NEGAR, member=MemberId("m-2"), cards=(card_key(OLD, "em4100", EMPTY),))
SPARE = card_key(NEW, "em4100", SECOND)
CARDS = (CardKey("1:" + "a" * 32),)
JOINED = events.MemberJoined(VisitId("1" * 16), "em4100", CARDS, "fa")
GONE = events.MemberLeft(VisitId("2" * 16), NEGAR.member, ReceiptCode("04HMASW9N5"))


class Kiosk(Stage):
    """A stage where one can join and leave."""

    def touch(self, *touches: Touch | str) -> None:
        for touch in touches:
            self.session.touch(Touch(touch) if isinstance(touch, str) else touch)  # type: ignore[arg-type]

    def join(self, *touches: Touch | str) -> None:
        self.lay(EMPTY)
        self.touch("join")
        self.posted.get(timeout=20)()
        self.touch(*touches)
        self.wait_for_the_disk()
        self.forward(60.0)

    def leave(self) -> None:
        self.lay()
        self.touch("more", "leave")
        self.clock.forward(1.0)
        self.touch("confirm")
        self.wait_for_the_disk()
        self.forward(60.0)

    def seen(self, card: bytes) -> views.View:
        self.lay(card)
        view = self.session.view
        while not isinstance(self.session.view, views.Attract):
            self.forward(60.0)
        return view

    def take(self, *rows: MemberRow, gone: tuple[MemberId, ...] = ()) -> None:
        at = self.replica.version
        self.replica.apply(MembersBatch("g", at, at + 1, at + 1, rows, gone))


def opened(folder: Path, clock: ToldClock, comings: Comings | None = None) -> Kiosk:
    kiosk = Kiosk(folder, clock, comings)
    kiosk.session.renew(CATALOGUE)
    kiosk.replica.set_heard_at(0.0)
    return kiosk


def again(kiosk: Kiosk) -> Kiosk:
    """The kiosk after a restart, which knows what its journal holds."""
    kiosk.close()
    with closing(JournalReader(kiosk.path)) as reader:
        return opened(kiosk.path.parent, kiosk.clock, Comings(reader.comings()))


def stays(kiosk: Kiosk) -> Kiosk:
    return kiosk


@pytest.fixture
def kiosk(tmp_path: Path, clock: ToldClock) -> Iterator[Kiosk]:
    kiosk = opened(tmp_path, clock)
    yield kiosk
    kiosk.recorder.close()


def parts(kiosk: Kiosk) -> tuple[list[Row], list[Person]]:
    kiosk.recorder.close()
    with closing(JournalReader(kiosk.path)) as reader:
        (stream,) = reader.streams()
        return stream.after(0, 100), stream.persons(100)


def test_a_number_lies_beside_its_own_event_and_in_none(kiosk: Kiosk) -> None:
    kiosk.join("number", *digits(TYPED), "enter")
    rows, (person,) = parts(kiosk)
    (joined,) = (row for row in rows if row.type == "club.member.joined.v1")
    assert person.id == f"{joined.epoch}-{joined.sequence}"
    assert person.fields == {"phone": NUMBER}
    assert TYPED[1:].encode() not in b"".join(row.data for row in rows)
    assert [row.type for row in rows if "consent" in row.type] == ["club.consent.given.v1"] * 2


def test_with_the_card_alone_nothing_personal_is_kept(kiosk: Kiosk) -> None:
    kiosk.join("confirm")
    rows, persons = parts(kiosk)
    assert persons == []
    assert [row.type for row in rows if "consent" in row.type] == []


@pytest.mark.parametrize("then", [stays, again])
@pytest.mark.parametrize("number", [False, True])
def test_who_has_joined_here_is_no_stranger(
    kiosk: Kiosk, then: Callable[[Kiosk], Kiosk], *, number: bool
) -> None:
    ways: dict[bool, list[Touch]] = {
        True: [Touch("number"), *digits(TYPED), Touch("enter")],
        False: [Touch("confirm")],
    }
    kiosk.join(*ways[number])
    view = then(kiosk).seen(EMPTY)
    assert isinstance(view, views.Join)
    assert (view.step, view.number) == ("done", number)


def test_once_the_cloud_knows_a_member_its_word_counts(kiosk: Kiosk) -> None:
    kiosk.join("confirm")
    kiosk.take(NEWCOMER)
    assert isinstance(kiosk.seen(EMPTY), views.Welcome)
    kiosk.take(gone=(NEWCOMER.member,))
    view = kiosk.seen(EMPTY)
    assert isinstance(view, views.Sorry)
    assert view.join


def test_what_the_disk_did_not_take_has_not_happened(kiosk: Kiosk) -> None:
    kiosk.lay(EMPTY)
    kiosk.touch("join")
    kiosk.posted.get(timeout=20)()
    kiosk.break_the_disk()
    kiosk.touch("confirm")
    kiosk.wait_for_the_disk()
    assert kiosk.session.view.reason == "not-kept"  # type: ignore[union-attr]
    kiosk.forward(60.0)
    kiosk.lay(EMPTY)
    assert kiosk.session.view.reason == "unknown"  # type: ignore[union-attr]


def stranger(view: views.View) -> bool:
    return isinstance(view, views.Sorry) and view.reason == "unknown" and not view.join


@pytest.mark.parametrize("then", [stays, again])
def test_who_has_left_is_greeted_no_more_though_the_replica_still_knows_them(
    kiosk: Kiosk, then: Callable[[Kiosk], Kiosk]
) -> None:
    kiosk.take(replace(NEGAR, cards=(*NEGAR.cards, SPARE)))
    kiosk.leave()
    kiosk = then(kiosk)
    assert [stranger(kiosk.seen(card)) for card in (bytes.fromhex("0a1b2c3d4e"), SECOND)] == [True, True]


@pytest.mark.parametrize("then", [stays, again])
def test_the_card_of_who_has_left_cannot_join_here_after_the_tombstone_either(
    kiosk: Kiosk, then: Callable[[Kiosk], Kiosk]
) -> None:
    kiosk.leave()
    kiosk.take(gone=(NEGAR.member,))
    assert stranger(then(kiosk).seen(bytes.fromhex("0a1b2c3d4e")))


def test_who_has_left_is_greeted_no_more_though_the_cloud_has_not_heard_of_it(kiosk: Kiosk) -> None:
    kiosk.leave()
    kiosk.replica.set_heard_at(kiosk.clock.wall)
    kiosk.can_ask = True
    kiosk.lay(SECOND)
    ask, *_ = kiosk.asks
    kiosk.replica.put_reply(Reply(ask.id, replace(NEGAR, cards=(SPARE,))))
    kiosk.session.replied()
    assert stranger(kiosk.session.view)


def test_nobody_else_is_kept_from_joining(kiosk: Kiosk) -> None:
    kiosk.leave()
    view = kiosk.seen(EMPTY)
    assert isinstance(view, views.Sorry)
    assert view.join


def test_without_the_tap_in_the_journal_the_member_is_still_known_to_have_left(kiosk: Kiosk) -> None:
    kiosk.leave()
    kiosk.recorder.close()
    (stream,) = kiosk.journal.streams()
    kiosk.journal.prune(stream, 1)
    with closing(JournalReader(kiosk.path)) as reader:
        ((fact, cards),) = reader.comings()
    assert isinstance(fact, events.MemberLeft)
    assert cards == ()
    assert Comings([(fact, cards)]).has_left((), NEGAR)


def test_the_oldest_are_forgotten_first() -> None:
    comings = Comings([(JOINED, CARDS), (GONE, ())])
    for number in range(KEPT - 1):
        card = (CardKey(f"1:{number:032x}"),)
        comings.note(replace(JOINED, cards=card), card)
        comings.note(replace(GONE, member=MemberId(f"x-{number}")), ())
    assert comings.newcomer("em4100", CARDS) == Newcomer("em4100", joined=False)
    assert comings.has_left((), NEGAR)
    comings.note(replace(JOINED, cards=(SPARE,)), (SPARE,))
    comings.note(replace(GONE, member=NEWCOMER.member), ())
    assert comings.newcomer("em4100", CARDS) == Newcomer("em4100")
    assert not comings.has_left((), NEGAR)
