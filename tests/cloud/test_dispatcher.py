"""The dispatcher: every kiosk of a group gets every change of its members, and nothing of another group's."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cloud.club.models import Card, Member, Person
from cloud.collector import storage, versions
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.models import MemberVersion, Outbox
from cloud.collector.pages import find, page
from cloud.collector.poster import Poster
from mqtt import topics
from mqtt.client import Message
from mqtt.down import MAX_PAGE, Hello, MemberRow, MembersBatch, decode, encode
from mqtt.envelope import MAX_BYTES
from mqtt.vocabulary import CardKey, Epoch, GroupId, KioskId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, tap

TEHRAN = topics.group_members(GroupId("tehran"))


class Wire:
    """Keeps what is published, and is a replica for a kiosk that asks until it is level."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.away = False

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        assert (qos, retain) == (1, False), "what is not for members has tests of its own"
        if not self.away:
            self.sent.append((topic, payload))
        return not self.away

    def take(self) -> list[tuple[str, MembersBatch]]:
        """What was published since the last time."""
        sent, self.sent = self.sent, []
        return [(topic, decode(payload, MembersBatch)) for topic, payload in sent]


@pytest.fixture
def wire(club: None) -> Wire:  # noqa: ARG001 - what it needs
    return Wire()


@pytest.fixture
def dispatcher(wire: Wire) -> Dispatcher:
    return Dispatcher(wire, GENERATION)


@pytest.fixture
def crowd(club: None) -> int:  # noqa: ARG001 - what it needs
    """So many members that one page does not hold them."""
    number = MAX_PAGE + 77
    members = [Member(id=f"m-{n:010d}", group_id="tehran", joined_on="2026-01-01") for n in range(number)]
    Member.objects.bulk_create(members)
    Person.objects.bulk_create(Person(member=one, given_name="ن" * 60, family_name="") for one in members)
    Card.objects.bulk_create(Card(key=f"2:{n:032x}", member=one) for n, one in enumerate(members))
    Outbox.objects.bulk_create(Outbox(member=one) for one in members)
    while versions.assign(NOON):
        pass
    return number


def hello(kiosk: str, version: int, generation: str = GENERATION) -> Message:
    asked = Hello(Epoch("e" * 16), "n", 1, 0, Kiosk().chain, generation, version, "0.1.0")
    return Message(topics.up(KioskId(kiosk), "hello"), encode(asked), 1, 1, 1)


def change(*members: str) -> None:
    Outbox.objects.bulk_create(Outbox(member_id=member) for member in members)


def level(dispatcher: Dispatcher, wire: Wire, kiosk: str) -> dict[str, MemberRow]:
    """What an empty kiosk holds when it has asked until it is level."""
    rows: dict[str, MemberRow] = {}
    version, generation, head = 0, "", 1
    while version < head:
        dispatcher.answer(hello(kiosk, version, generation))
        [(topic, page)] = wire.take()
        assert topic == topics.down(KioskId(kiosk), "members")
        assert page.after == version
        rows |= {row.member: row for row in page.rows}
        version, generation, head = page.to, page.generation, page.head
    dispatcher.answer(hello(kiosk, version, generation))
    assert wire.take() == []
    return rows


def test_a_change_is_published_to_the_group_under_the_next_version(
    dispatcher: Dispatcher, wire: Wire
) -> None:
    change(MEMBER)
    assert dispatcher.turn()
    [(topic, batch)] = wire.take()
    assert (topic, batch.after, batch.to, batch.head) == (TEHRAN, 0, 1, 1)
    assert [row.member for row in batch.rows] == [MEMBER]
    assert not dispatcher.turn()


def test_a_member_who_changed_twice_goes_once(dispatcher: Dispatcher, wire: Wire) -> None:
    change(MEMBER, MEMBER)
    dispatcher.turn()
    [(_, batch)] = wire.take()
    assert (len(batch.rows), batch.to, Outbox.objects.count()) == (1, 1, 0)


def test_versions_go_on_where_they_were(dispatcher: Dispatcher, wire: Wire) -> None:
    make_member("m-bbbbbbbbbb")
    for member in (MEMBER, "m-bbbbbbbbbb", MEMBER):
        change(member)
        dispatcher.turn()
    assert [(batch.after, batch.to) for _, batch in wire.take()] == [(0, 1), (1, 2), (2, 3)]
    assert dict(MemberVersion.objects.values_list("member_id", "version")) == {MEMBER: 3, "m-bbbbbbbbbb": 2}


def test_groups_have_versions_of_their_own(dispatcher: Dispatcher, wire: Wire) -> None:
    make_member("m-bbbbbbbbbb", group="shiraz")
    change(MEMBER, "m-bbbbbbbbbb")
    dispatcher.turn()
    told = {topic: [row.member for row in batch.rows] for topic, batch in wire.take()}
    assert told == {TEHRAN: [MEMBER], topics.group_members(GroupId("shiraz")): ["m-bbbbbbbbbb"]}


def test_a_row_tells_what_a_kiosk_may_know(
    dispatcher: Dispatcher, wire: Wire, store: Callable[..., list[storage.Reply]]
) -> None:
    Card.objects.create(key=f"2:{5:032x}", member_id=MEMBER)
    store(Kiosk().record(tap(1)).send())
    Poster().turn()
    dispatcher.turn()
    [(_, batch)] = wire.take()
    [row] = batch.rows
    assert row.cards == (CARD, CardKey(f"2:{5:032x}"))
    assert (row.name, row.language, row.available, row.blocked) == ("مریم", "fa", 10, False)
    assert [(line.on.isoformat(), line.points, line.reason) for line in row.movements] == [
        ("2026-03-21", 10, "visit")
    ]


def test_an_erased_person_has_no_name(dispatcher: Dispatcher, wire: Wire) -> None:
    Person.objects.all().delete()
    change(MEMBER)
    dispatcher.turn()
    assert [row.name for row in wire.take()[0][1].rows] == [""]


def test_pages_level_an_empty_kiosk(dispatcher: Dispatcher, wire: Wire, crowd: int) -> None:
    assert len(level(dispatcher, wire, "vanak-1")) == crowd


def test_no_page_is_larger_than_a_message(dispatcher: Dispatcher, wire: Wire, crowd: int) -> None:
    version = 0
    while version < crowd:
        dispatcher.answer(hello("vanak-1", version))
        [(_, payload)] = wire.sent
        assert len(payload) <= MAX_BYTES
        [(_, page)] = wire.take()
        assert 0 < len(page.rows) <= MAX_PAGE
        version = page.to


def test_a_change_of_many_is_published_in_pages_without_a_gap(
    dispatcher: Dispatcher, wire: Wire, crowd: int
) -> None:
    change(*(f"m-{n:010d}" for n in range(versions.BATCH)))
    dispatcher.turn()
    pages = [batch for _, batch in wire.take()]
    assert [page.after for page in pages[1:]] == [page.to for page in pages[:-1]]
    assert (pages[0].after, pages[-1].to) == (crowd, crowd + versions.BATCH)
    assert sum(len(page.rows) for page in pages) == versions.BATCH


def test_a_kiosk_of_another_group_sees_none_of_them(dispatcher: Dispatcher, wire: Wire, crowd: int) -> None:
    assert crowd
    assert level(dispatcher, wire, "zand-1") == {}


def test_a_kiosk_that_lags_gets_only_what_it_lacks(dispatcher: Dispatcher, wire: Wire, crowd: int) -> None:
    dispatcher.answer(hello("vanak-1", crowd - 2))
    [(_, page)] = wire.take()
    assert (len(page.rows), page.after, page.to, page.head) == (2, crowd - 2, crowd, crowd)


def test_a_kiosk_that_is_level_gets_nothing(dispatcher: Dispatcher, wire: Wire, crowd: int) -> None:
    dispatcher.answer(hello("vanak-1", crowd))
    assert wire.take() == []


@pytest.mark.parametrize(("version", "generation"), [(577, "8" * 16), (9999, GENERATION)])
def test_a_kiosk_of_another_life_of_the_database_starts_from_nothing(
    dispatcher: Dispatcher, wire: Wire, crowd: int, version: int, generation: str
) -> None:
    assert crowd == 577
    dispatcher.answer(hello("vanak-1", version, generation))
    [(_, page)] = wire.take()
    assert (page.after, page.generation) == (0, GENERATION)


def test_an_empty_group_still_tells_its_generation(dispatcher: Dispatcher, wire: Wire) -> None:
    dispatcher.answer(hello("zand-1", 0, ""))
    [(_, page)] = wire.take()
    assert (page.generation, page.to, page.head, page.rows) == (GENERATION, 0, 0, ())


@pytest.mark.parametrize(
    "message",
    [
        Message("club/v1/00/nobody-1/up/hello", b"{}", 1, 1, 1),
        Message(topics.up(KioskId("vanak-1"), "hello"), b"\xff", 1, 1, 1),
        hello("nobody-1", 0),
    ],
)
def test_a_hello_that_means_nothing_is_not_answered(
    dispatcher: Dispatcher, wire: Wire, message: Message
) -> None:
    dispatcher.answer(message)
    assert wire.take() == []


def test_what_was_published_while_the_broker_was_away_is_announced_when_it_is_back(
    dispatcher: Dispatcher, wire: Wire
) -> None:
    wire.away = True
    change(MEMBER)
    dispatcher.turn()
    wire.away = False
    dispatcher.announce(now=True)
    heads = {topic: (batch.to, batch.head, batch.rows) for topic, batch in wire.take()}
    assert heads[TEHRAN] == (1, 1, ())
    assert list(level(dispatcher, wire, "vanak-1")) == [MEMBER]


def test_a_deleted_member_is_forgotten_by_the_kiosks_of_the_group(dispatcher: Dispatcher, wire: Wire) -> None:
    change(MEMBER)
    dispatcher.turn()
    wire.take()
    Card.objects.filter(member_id=MEMBER).delete()
    Member.objects.filter(id=MEMBER).delete()
    dispatcher.turn()
    [(topic, batch)] = wire.take()
    assert (topic, batch.rows, batch.gone, batch.to) == (TEHRAN, (), (MEMBER,), 2)
    dispatcher.answer(hello("vanak-1", 1))
    assert [page.gone for _, page in wire.take()] == [(MEMBER,)], "a kiosk that lagged hears of it too"


def test_a_member_who_moves_is_forgotten_there_and_known_here(dispatcher: Dispatcher, wire: Wire) -> None:
    change(MEMBER)
    dispatcher.turn()
    wire.take()
    for group in ("shiraz", "tehran"):
        Member.objects.filter(id=MEMBER).update(group_id=group)
        change(MEMBER)
        dispatcher.turn()
    told = [(topic, len(batch.rows), batch.gone) for topic, batch in wire.take()]
    shiraz = topics.group_members(GroupId("shiraz"))
    assert sorted(told[:2]) == sorted([(shiraz, 1, ()), (TEHRAN, 0, (MEMBER,))])
    assert sorted(told[2:]) == sorted([(TEHRAN, 1, ()), (shiraz, 0, (MEMBER,))])
    assert list(level(dispatcher, wire, "vanak-1")) == [MEMBER]
    assert level(dispatcher, wire, "zand-1") == {}


def test_one_who_was_deleted_before_the_kiosks_were_told_is_not_sent(
    dispatcher: Dispatcher, wire: Wire
) -> None:
    change(MEMBER)
    versions.assign(NOON)
    Card.objects.filter(member_id=MEMBER).delete()
    Member.objects.filter(id=MEMBER).delete()
    dispatcher.answer(hello("vanak-1", 0))
    assert [(page.rows, page.gone) for _, page in wire.take()] == [((), (MEMBER,))]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite how it would look things up")
def test_no_page_goes_through_the_whole_group(crowd: int) -> None:
    assert crowd
    with CaptureQueriesContext(connection) as asked:
        page(GroupId("tehran"), 0, GENERATION)
        find(GroupId("tehran"), [CARD])
    with connection.cursor() as cursor:
        for query in [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            assert "club_member_group_id" not in str(cursor.fetchall()), query
