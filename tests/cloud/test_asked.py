"""When members were last asked: kept once, told to every kiosk of the group, gone with the person."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.club.asked import MOST
from cloud.club.models import Card, Member, MemberAsked, Person
from cloud.collector import storage, versions
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.models import Outbox, StoredEvent
from cloud.collector.posting import LATER
from cloud.collector.rebuild import Report, rebuild
from cloud.collector.rebuild_tables import run
from cloud.collector.retention import retire
from kiosk.catalogue import CES, CSAT, Asking, Survey
from kiosk.members import Members, Replica
from kiosk.survey import Now, Past, choose
from mqtt.down import Ask, MemberRow, MembersBatch, Reply, encode
from mqtt.envelope import MAX_BYTES, Clock
from mqtt.topics import down, group_members
from mqtt.vocabulary import Epoch, GroupId, KioskId, MemberId, StoreId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, answer, days, shown, tap
from tests.cloud.test_poster import post_all
from tests.cloud.wires import Wire, hello, said

Collect = Callable[..., None]
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VANAK, TAJRISH = KioskId("vanak-1"), KioskId("tajrish-1")
ARRIVED = days(30)
"""When the cloud hears of everything, unless a test says otherwise."""
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def collect(club: None) -> Collect:  # noqa: ARG001 - what it needs
    """Store what a kiosk recorded, as having arrived at a moment, and post it."""

    def collected(kiosk: Kiosk, at: datetime = ARRIVED, first: int = 1) -> None:
        storage.store([kiosk.send(first)], at, GENERATION)
        post_all()

    return collected


def another() -> Kiosk:
    return Kiosk(TAJRISH, StoreId("tajrish"), Epoch("f" * 16))


def asked() -> dict[tuple[str, str], datetime]:
    return {(one.member_id, one.question): one.at for one in MemberAsked.objects.all()}


def rebuilt(*, put_right: bool = False) -> Report:
    return rebuild(lambda _: None, put_right=put_right)


def agreed() -> bool:
    """Whether a rebuild finds in the tables what the events say."""
    report = rebuilt()
    return report.exact and not any(found.missing or found.extra for found in report.projections)


def test_the_newest_time_of_each_question_is_kept(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1), shown(1, "csat"), at=days(1)).record(shown(2), at=days(9))
    collect(kiosk)
    assert asked() == {(MEMBER, "ces"): days(9), (MEMBER, "csat"): days(1)}


def test_an_older_impression_that_comes_later_changes_nothing(collect: Collect) -> None:
    collect(another().record(shown(1), at=days(9)))
    Outbox.objects.all().delete()
    collect(Kiosk().record(shown(2), at=days(1)))
    assert asked() == {(MEMBER, "ces"): days(9)}
    assert not Outbox.objects.exists()


def test_nothing_is_kept_of_one_who_is_nobody_here(collect: Collect) -> None:
    collect(Kiosk().record(shown(1, member=MemberId("m-zzzzzzzzzz")), answer(1, 5)))
    assert (asked(), Outbox.objects.count()) == ({}, 0)


@pytest.mark.parametrize(("at", "clock"), [(days(-900), "unsynced"), (days(900), "synced")])
def test_a_clock_that_cannot_be_right_gives_way_to_the_time_of_arrival(
    collect: Collect, at: datetime, clock: Clock
) -> None:
    collect(Kiosk().record(shown(1), at=at, clock=clock))
    assert asked() == {(MEMBER, "ces"): ARRIVED}


# --- to the kiosks


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(wire: Wire) -> Dispatcher:
    return Dispatcher(wire, GENERATION)


def told(wire: Wire) -> MembersBatch:
    """The one batch that was published to the group."""
    [batch] = wire.take(group_members(GroupId("tehran")), MembersBatch)
    return batch


def would_ask(row: MemberRow | None, at: datetime, *surveys: Survey) -> str | None:
    """What a kiosk asks this member that has no memory of its own."""
    assert row is not None
    choice = choose(surveys or (CES,), Asking(), row, Past(), Now(at, sure=True), 0.0)
    return choice.first.question if choice.first else None


def test_one_whom_a_store_asked_is_not_asked_by_another_before_the_time(
    collect: Collect, dispatcher: Dispatcher, wire: Wire, tmp_path: Path
) -> None:
    replica, members = Replica(tmp_path / "replica.db"), Members(tmp_path / "replica.db")
    collect(another().record(tap(1), at=days(-40)))
    dispatcher.turn()
    assert replica.apply(told(wire))
    assert would_ask(members.find([CARD]), days(2)) == "ces"
    collect(Kiosk().record(tap(2), shown(2), at=days(1)))
    dispatcher.turn()
    assert replica.apply(told(wire))
    assert would_ask(members.find([CARD]), days(2), CES, CSAT) == "csat"
    free = days(1) + timedelta(days=CES.cooldown_days)
    assert would_ask(members.find([CARD]), free - timedelta(seconds=1)) is None
    assert would_ask(members.find([CARD]), free) == "ces"
    members.close()
    replica.close()


def test_a_first_fill_and_a_reply_tell_it_too(collect: Collect, dispatcher: Dispatcher, wire: Wire) -> None:
    collect(Kiosk().record(shown(1), at=days(1)))
    dispatcher.turn()
    dispatcher.answer(hello(TAJRISH))
    [page] = wire.take(down(TAJRISH, "members"), MembersBatch)
    dispatcher.answer(said(TAJRISH, "ask", encode(Ask("a1", (CARD,), 1.5))))
    [reply] = wire.take(down(TAJRISH, "reply"), Reply)
    for row in (*page.rows, reply.row):
        assert would_ask(row, days(2)) is None


def test_what_a_kiosk_makes_up_does_not_make_a_row_large(
    collect: Collect, dispatcher: Dispatcher, wire: Wire
) -> None:
    kiosk = Kiosk()
    for number in range(MOST + 30):
        kiosk.record(shown(1, "ش" * 30 + f"-{number}"), at=NOON + timedelta(hours=number))
    collect(kiosk)
    dispatcher.turn()
    [row] = told(wire).rows
    assert [one.at for one in row.asked] == [NOON + timedelta(hours=MOST + 29 - n) for n in range(MOST)]
    assert len(encode(row)) < MAX_BYTES // 10


def test_a_row_that_only_tells_of_a_question_waits_for_what_else_the_visit_brings(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1), at=ARRIVED)
    collect(kiosk)
    collect(kiosk.record(shown(1, "csat"), at=ARRIVED), ARRIVED + timedelta(seconds=5), 2)
    assert versions.assign(ARRIVED + LATER - timedelta(seconds=1)) == []
    [change] = versions.assign(ARRIVED + LATER)
    assert (change.to, Outbox.objects.count()) == (1, 0)


def test_points_go_at_once_and_take_the_question_along(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1), at=ARRIVED)
    collect(kiosk)
    collect(kiosk.record(tap(1), at=ARRIVED), ARRIVED, 2)
    [change] = versions.assign(ARRIVED)
    assert (change.to, Outbox.objects.count()) == (1, 0)


def test_a_visit_that_comes_as_a_whole_is_one_row(collect: Collect) -> None:
    collect(Kiosk().record(tap(1), shown(1), shown(1, "csat")))
    assert list(Outbox.objects.values_list("member_id", "due")) == [(MEMBER, None)]


# --- what is personal goes with the person


@pytest.mark.parametrize("gone", [Person, Member])
def test_who_leaves_takes_it_along_and_the_kiosks_hear_of_it(
    collect: Collect, gone: type[Person] | type[Member]
) -> None:
    collect(Kiosk().record(shown(1)))
    Outbox.objects.all().delete()
    Card.objects.all().delete()
    gone.objects.filter(pk=MEMBER).delete()
    assert (asked(), set(Outbox.objects.values_list("member_id", flat=True))) == ({}, {MEMBER})
    assert agreed(), "no rebuild brings it back"


def test_who_has_left_is_not_kept_again(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1))
    collect(kiosk)
    Person.objects.all().delete()
    collect(kiosk.record(shown(2), at=days(3)), first=2)
    assert asked() == {}


# --- rebuild and retention


def test_a_rebuild_puts_right_what_is_wrong_and_tells_the_kiosks(collect: Collect) -> None:
    lacking, wrong, beyond = MEMBER, MemberId("m-bbbbbbbbbb"), MemberId("m-cccccccccc")
    make_member(wrong)
    make_member(beyond)
    collect(Kiosk().record(tap(1), shown(1), shown(2, member=wrong), shown(3, "nps"), at=days(1)))
    before = asked()
    Outbox.objects.create(member_id=beyond)
    versions.assign(MAY)
    MemberAsked.objects.filter(question="nps").delete()
    MemberAsked.objects.filter(member=wrong).update(at=days(5))
    made_up = StoredEvent.objects.earliest("id").id
    MemberAsked.objects.create(member_id=beyond, question="ces", at=NOON, event=made_up)
    assert rebuilt(put_right=True).members == 3
    assert asked() == before
    assert set(Outbox.objects.values_list("member_id", flat=True)) == {lacking, wrong, beyond}
    assert agreed()


def meanwhile(*statements: str) -> Callable[[str], None]:
    """What another process does to the tables while a rebuild posts into its own."""
    live = "main" if connection.vendor == "sqlite" else "public"

    def done(what: str) -> None:
        if what.startswith("posted"):
            for statement in statements:
                run(statement.format(live))

    return done


def test_who_leaves_while_everything_is_posted_again_is_not_brought_back(collect: Collect) -> None:
    collect(Kiosk().record(shown(1)))
    report = rebuild(
        meanwhile("DELETE FROM {}.club_memberasked", "DELETE FROM {}.club_person"), put_right=True
    )
    assert (report.exact, asked()) == (True, {})


def test_what_is_posted_and_dropped_while_everything_is_posted_again_stays(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), shown(1, "csat"), at=days(1)))
    dropped = "INSERT INTO {}.club_memberasked (member_id, question, at, event) VALUES"
    newer = "UPDATE {}.club_memberasked SET at = '2026-04-01 00:00:00', event = 999998 WHERE question = 'ces'"
    rebuild(meanwhile(f"{dropped} ('{MEMBER}', 'nps', '2026-04-01 00:00:00', 999999)", newer), put_right=True)
    april = datetime(2026, 4, 1, tzinfo=UTC)
    assert asked() == {(MEMBER, "ces"): april, (MEMBER, "csat"): days(1), (MEMBER, "nps"): april}


def test_a_month_that_is_dropped_takes_nothing_along(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1), at=days(1)).record(shown(2, "csat"), at=days(2))
    collect(kiosk)
    retire(MAY)
    assert not StoredEvent.objects.exists()
    assert asked() == {(MEMBER, "ces"): days(1), (MEMBER, "csat"): days(2)}
    assert agreed()
    collect(kiosk.record(shown(3), at=days(60)).record(shown(4, "csat"), at=days(-3)), days(61), 3)
    assert asked() == {(MEMBER, "ces"): days(60), (MEMBER, "csat"): days(2)}
    assert agreed()


SHOWN = st.tuples(
    st.sampled_from([(MEMBER, "ces"), (MEMBER, "nps"), (MemberId("m-zzzzzzzzzz"), "ces")]),
    st.integers(0, 4).map(days),
    st.sampled_from(["synced", "unsynced"]),
)


@SHARED
@given(happened=st.lists(SHOWN, max_size=10), data=st.data(), batch=st.integers(1, 4))
def test_in_whatever_order_it_comes_the_newest_stays(
    club: None,  # noqa: ARG001 - what it needs
    happened: list[tuple[tuple[MemberId, str], datetime, Clock]],
    data: st.DataObject,
    batch: int,
) -> None:
    newest: dict[tuple[str, str], datetime] = {}
    for (member, question), at, clock in happened:
        moment = at if clock == "synced" else ARRIVED
        if member == MEMBER:
            newest[member, question] = max(moment, newest.get((member, question), moment))
    again: Sequence[tuple[tuple[MemberId, str], datetime, Clock]] = data.draw(st.permutations(happened * 2))
    with transaction.atomic():
        kiosks = Kiosk(), another()
        for number, ((member, question), at, clock) in enumerate(again):
            kiosks[number % 2].record(shown(number, question, member), at=at, clock=clock)
        for kiosk in kiosks:
            storage.store([kiosk.send()] if kiosk.rows else [], ARRIVED, GENERATION)
        post_all(batch)
        assert asked() == newest
        assert agreed()
        transaction.set_rollback(True)
