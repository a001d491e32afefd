"""Rule sets in force: chosen by an event's time, posted once, and found again by rebuild and audit."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cloud.club import guards
from cloud.club.accounts import balances
from cloud.club.models import Entry, LimitUse, RuleSet
from cloud.club.rule_files import BadRules
from cloud.club.rule_sets import LEAD, RuleSets, in_force, publish
from cloud.collector import storage
from cloud.collector.audit import Audit
from cloud.collector.models import Parked, Stream
from cloud.collector.poster import Poster
from cloud.collector.rebuild import rebuild
from cloud.collector.retention import retire
from mqtt.envelope import Clock
from mqtt.events import Event
from mqtt.vocabulary import CardKey, Epoch, KioskId, MemberId, StoreId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, answer, days, tap
from tests.cloud.tables import POSTED, contents
from tests.cloud.tampering import change
from tests.cloud.test_poster import SHARED, post_all

Store = Callable[..., list[storage.Reply]]
TAJRISH = KioskId("tajrish-1"), StoreId("tajrish")
OTHER, OTHERS_CARD = MemberId("m-bbbbbbbbbb"), CardKey(f"1:{2:032x}")
VISIT: dict[str, Any] = {"id": "visit", "when": "visit", "gives": {"kind": "fixed", "points": 10}}
ONCE = VISIT | {"limits": {"per_day": 1}}
ANSWER: dict[str, Any] = {
    "id": "answer",
    "when": "answer",
    "gives": {"kind": "fixed", "points": 3},
    "limits": {"per_day": 1},
}


def give(*rules: dict[str, Any], since: datetime = NOON - timedelta(days=9)) -> int:
    return publish(json.dumps({"rules": rules}), "tests", since - LEAD, since)


def booked() -> list[tuple[str, int, str | None]]:
    rows = Entry.objects.order_by("id").values_list("source_key", "points", "limit_key")
    return [(source.rpartition("-")[2], worth, limit) for source, worth, limit in rows]


def points() -> dict[str, int]:
    return {str(member): worth for member, worth in balances([MEMBER, OTHER]).items()}


def exact() -> bool:
    audit = Audit()
    return rebuild(lambda _: None, put_right=False).level and (audit.points_off(), audit.doubled()) == (0, 0)


@pytest.mark.django_db
def test_a_migrated_database_has_the_default() -> None:
    assert list(RuleSet.objects.values_list("version", flat=True)) == [1]


@pytest.mark.django_db
def test_a_published_version_cannot_be_changed() -> None:
    give(ONCE)
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleSet.objects.filter(version=2).update(document="{}")


@pytest.mark.django_db
def test_what_is_no_rule_set_is_not_published() -> None:
    with pytest.raises(BadRules):
        publish("{}", "tests", NOON)
    assert RuleSet.objects.count() == 1


@pytest.mark.django_db
def test_rules_cannot_be_in_force_before_they_are_known_everywhere() -> None:
    with pytest.raises(BadRules, match="later moment"):
        publish('{"rules": []}', "tests", NOON, NOON)
    publish('{"rules": []}', "tests", NOON)
    assert RuleSet.objects.get(version=2).active_from == NOON + LEAD


@pytest.mark.django_db
def test_versions_are_read_again_only_where_there_is_a_new_one() -> None:
    sets = RuleSets()
    first = sets.look()
    assert sets.look() is first
    give(ONCE)
    assert sets.look() is not first


@pytest.mark.django_db
def test_the_rules_of_any_moment_are_found_by_one_question() -> None:
    give(ONCE, since=NOON)
    give(ANSWER, since=NOON - timedelta(hours=1))
    moments = [NOON + timedelta(minutes=minutes) for minutes in (-90, -60, -1, 0, 1)]
    assert [in_force(moment) for moment in moments] == [RuleSets().look().at(moment) for moment in moments]
    assert [in_force(moment).version for moment in moments] == [1, 3, 3, 3, 3]


@pytest.mark.django_db
def test_a_new_version_is_in_force_for_the_next_question_and_none_is_read_twice() -> None:
    before = in_force(NOON)
    assert in_force(NOON) is before
    give(ONCE)
    assert in_force(NOON).version == before.version + 1


def test_the_rules_in_force_when_it_happened_decide_not_those_when_it_arrives(store: Store) -> None:
    give(VISIT | {"gives": {"kind": "fixed", "points": 50}}, since=days(1))
    store(Kiosk().record(tap(1)).record(tap(2), at=days(1)).record(tap(3), at=days(-2)).send())
    post_all()
    assert [worth for _, worth, _ in booked()] == [10, 10, 10]
    assert exact()


def test_a_clock_that_is_ahead_does_not_reach_rules_to_come(store: Store) -> None:
    give(VISIT | {"gives": {"kind": "fixed", "points": 50}}, since=NOON + timedelta(hours=1))
    store(Kiosk().record(tap(1), at=days(3)).send())
    post_all()
    assert [worth for _, worth, _ in booked()] == [10]


def test_a_poster_at_work_takes_up_a_new_version(store: Store) -> None:
    poster, kiosk = Poster(), Kiosk().record(tap(1))
    store(kiosk.send())
    poster.turn()
    give(VISIT | {"gives": {"kind": "fixed", "points": 50}})
    store(kiosk.record(tap(2), at=days(-1)).send(2))
    poster.turn()
    assert [worth for _, worth, _ in booked()] == [10, 50]


def test_answers_earn_only_where_a_rule_says_so_and_a_question_once_a_day(store: Store) -> None:
    kiosk = Kiosk().record(answer(1, 5))
    store(kiosk.send())
    post_all()
    assert booked() == []
    give(ONCE, ANSWER, since=NOON - timedelta(days=9))
    store(kiosk.record(answer(2, 4), answer(3, 4)).record(answer(4, 4), at=days(-1)).send(2))
    post_all()
    limit = f"answer/{MEMBER}/2026-03-{{}}/ces"
    assert booked() == [("2/answer/earn", 3, limit.format(21)), ("4/answer/earn", 3, limit.format(20))]


def test_a_limit_of_several_times_a_day_counts_them(store: Store) -> None:
    give(VISIT | {"limits": {"per_day": 2, "per_member": 3}})
    store(Kiosk().record(tap(1), tap(2), tap(3)).record(tap(4), tap(5), at=days(-1)).send())
    post_all()
    day = f"visit/{MEMBER}/2026-03-21"
    assert booked() == [
        ("1/visit/earn", 10, day),
        ("2/visit/earn", 10, f"{day}#2"),
        ("4/visit/earn", 10, f"visit/{MEMBER}/2026-03-20"),
    ]
    assert exact()


def test_a_limit_that_is_raised_within_a_day_has_one_place_more(store: Store) -> None:
    give(VISIT | {"limits": {"per_day": 2}}, since=NOON)
    kiosk = Kiosk().record(tap(1), at=NOON - timedelta(hours=1))
    store(kiosk.send())
    post_all()
    store(kiosk.record(tap(2), tap(3)).send(2))
    post_all()
    assert [source for source, _, _ in booked()] == ["1/visit/earn", "2/visit/earn"]


def test_a_budget_is_shared_by_all_members(store: Store) -> None:
    make_member(OTHER, OTHERS_CARD)
    give(VISIT | {"limits": {"budget": 25}})
    store(Kiosk().record(tap(1), tap(2, OTHERS_CARD), tap(3, OTHERS_CARD)).send())
    post_all()
    assert points() == {MEMBER: 10, OTHER: 10}
    assert exact()


RICH = (
    VISIT | {"limits": {"per_day": 2}, "priority": 5, "excludes_lower": True, "stores": ["vanak"]},
    VISIT | {"id": "low", "limits": {"per_day": 1, "budget": 70}},
    VISIT | {"id": "double", "gives": {"kind": "multiplier", "percent": 100}, "priority": 7},
    ANSWER | {"limits": {"per_visit": 1, "per_member": 2}},
)


def test_posting_again_changes_nothing(store: Store) -> None:
    give(*RICH)
    store(Kiosk().record(tap(1), answer(1, 5), tap(2), answer(3, 5)).send())
    post_all()
    before = contents(Entry, LimitUse)
    assert before["Entry"]
    assert Entry.objects.filter(reason="answer").exists()
    Stream.objects.update(posted=0)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM voice_answer")
    post_all()
    assert (contents(Entry, LimitUse), Parked.objects.count()) == (before, 0)


def test_dropped_months_keep_what_they_used(store: Store) -> None:
    give(VISIT | {"limits": {"budget": 25}})
    kiosk = Kiosk().record(tap(1))
    store(kiosk.send())
    post_all()
    assert retire(datetime(2026, 4, 1, tzinfo=NOON.tzinfo)) == 1
    assert exact()
    store(kiosk.record(tap(2), tap(3)).send(2))
    post_all()
    assert points() == {MEMBER: 20}
    assert exact()


@pytest.mark.parametrize("limits", [{"per_day": 2}, {"per_day": 1, "per_visit": 1}, {"budget": 15}])
def test_which_of_several_visits_were_credited_may_be_others(store: Store, limits: dict[str, int]) -> None:
    make_member(OTHER, OTHERS_CARD)
    give(VISIT | {"limits": limits})
    store(Kiosk().record(tap(1), tap(2)).send())
    Stream.objects.update(posted=2)  # as if it had been behind
    card = OTHERS_CARD if "budget" in limits else CARD
    store(Kiosk(*TAJRISH, epoch=Epoch("f" * 16)).record(tap(3, card)).send())
    post_all()
    Stream.objects.filter(kiosk="vanak-1").update(posted=0)
    post_all()
    entries = rebuild(lambda _: None, put_right=False).entries
    assert entries.equal
    assert entries.reordered > 0


def test_an_entry_that_no_rule_gives_is_told(store: Store) -> None:
    give(VISIT | {"limits": {"per_day": 2}})
    store(Kiosk().record(tap(1), tap(2)).send())
    post_all()
    entry = Entry.objects.latest("id")
    change(entry, points=11)
    report = rebuild(lambda _: None, put_right=False)
    assert ([line.points for line in report.entries.extra], report.exact) == ([11], False)
    assert Audit().points_off() == 1


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(tap, st.integers(1, 6), st.sampled_from([CARD, OTHERS_CARD])),
    st.builds(answer, st.integers(1, 40), st.integers(1, 7)),
)
MOMENTS = st.builds(days, st.integers(0, 2))
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["synced", "unsynced"])


@SHARED
@given(
    happened=st.lists(st.tuples(EVENTS, MOMENTS, CLOCKS), min_size=1, max_size=25),
    batch=st.integers(1, 7),
)
def test_however_a_stream_is_cut_rich_rules_give_the_same_and_a_rebuild_agrees(
    store: Store, happened: list[tuple[Any, datetime, Clock]], batch: int
) -> None:
    kiosk = Kiosk()
    for event, moment, clock in happened:
        kiosk.record(event, at=moment, clock=clock)
    with transaction.atomic():
        make_member(OTHER, OTHERS_CARD)
        give(*RICH)
        store(kiosk.send())
        inner = transaction.savepoint()
        post_all()
        whole = contents(*POSTED, Parked)
        transaction.savepoint_rollback(inner)
        post_all(batch)
        assert contents(*POSTED, Parked) == whole
        assert rebuild(lambda _: None, put_right=False).exact
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_the_default_again() -> None:
    guards.unguard()
    call_command("flush", interactive=False, verbosity=0)
    assert RuleSet.objects.get().version == 1
