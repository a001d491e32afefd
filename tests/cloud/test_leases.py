"""Leases: one owner at a time, over when they are not renewed, and given back at once by who stops."""

from collections.abc import Collection, Iterator
from datetime import timedelta

import pytest
from django.db.backends.signals import connection_created
from django.db.models import F

from cloud.collector.leases import LASTS, Leases, Role, new_owner
from cloud.collector.models import Lease
from cloud.collector.shards import NAMES, SOON, UPS, Shards

pytestmark = pytest.mark.django_db


@pytest.fixture
def one() -> Iterator[Leases]:
    yield from _leases("one")


@pytest.fixture
def two() -> Iterator[Leases]:
    yield from _leases("two")


def _leases(owner: str) -> Iterator[Leases]:
    yield Leases("collector", owner)
    connection_created.disconnect(dispatch_uid=owner)


def later(by: timedelta) -> None:
    """Let so much time pass for all leases there are."""
    Lease.objects.update(until=F("until") - by)


class Link:
    """What is subscribed."""

    def __init__(self) -> None:
        self.topics: set[str] = set()

    def subscribe(self, topics: Collection[str]) -> None:
        self.topics |= set(topics)

    def unsubscribe(self, topics: Collection[str]) -> None:
        self.topics -= set(topics)


def read(link: Link) -> set[str]:
    """The shards of which everything is read."""
    found = {topic.split("/")[2] for topic in link.topics}
    assert len(link.topics) == len(UPS) * len(found)
    return found


def look(shards: Shards) -> None:
    shards._next = 0.0  # noqa: SLF001 - time is not waited for
    shards.turn()


def test_what_one_holds_no_other_can_take(one: Leases, two: Leases) -> None:
    assert one.take({"a", "b"}, 9) == {"a", "b"}
    assert two.take({"a", "b"}, 9) == set()
    assert (one.renew(), two.renew()) == ({"a", "b"}, set())


def test_no_more_is_taken_than_is_asked_for(one: Leases) -> None:
    assert one.take({"a", "b", "c"}, 2) == {"a", "b"}
    assert one.take({"a", "b", "c"}, -1) == set()


def test_what_is_given_back_is_free_at_once(one: Leases, two: Leases) -> None:
    one.take({"a", "b"}, 9)
    one.give_back({"a"})
    assert two.take({"a", "b"}, 9) == {"a"}


def test_who_leaves_gives_everything_back_and_is_no_longer_there(one: Leases, two: Leases) -> None:
    one.renew()
    two.renew()
    one.take({"a"}, 1)
    assert two.present() == ["one", "two"]
    one.leave()
    assert (two.present(), two.take({"a"}, 1)) == (["two"], {"a"})


def test_a_lease_that_is_not_renewed_is_over(one: Leases, two: Leases) -> None:
    one.take({"a"}, 1)
    one.renew()
    later(LASTS)
    assert (two.present(), two.take({"a"}, 1), one.renew()) == ([], {"a"}, set())


def test_a_clock_that_stepped_back_leaves_nothing_to_the_dead(one: Leases, two: Leases) -> None:
    one.take({"a"}, 1)
    later(-timedelta(hours=5))
    assert two.take({"a"}, 1) == {"a"}


def test_one_collector_takes_all_shards_in_its_first_look(one: Leases) -> None:
    link = Link()
    Shards(link, one).turn()
    assert len(read(link)) == len(NAMES)


def test_collectors_come_to_equal_shares_and_read_each_shard_once(one: Leases, two: Leases) -> None:
    [three] = [Leases("collector", new_owner())]
    links = [Link(), Link(), Link()]
    all_shards = [Shards(link, owner) for link, owner in zip(links, (one, two, three), strict=True)]
    for shards in [*all_shards, *all_shards]:
        look(shards)
    sizes = [len(read(link)) for link in links]
    assert (sorted(sizes), len(set.union(*map(read, links)))) == ([21, 21, 22], 64)
    connection_created.disconnect(dispatch_uid=three.owner)


def test_the_shards_of_who_stops_go_to_the_others_at_their_next_look(one: Leases, two: Leases) -> None:
    link = Link()
    staying, leaving = Shards(link, one), Shards(Link(), two)
    for shards in (staying, leaving, staying, leaving):
        look(shards)
    assert len(read(link)) == 32
    leaving.leave()
    look(staying)
    assert len(read(link)) == 64


def test_a_straggler_leaves_the_shards_that_were_taken_from_it(one: Leases, two: Leases) -> None:
    late = Link()
    straggler = Shards(late, one)
    straggler.turn()
    later(LASTS)
    look(Shards(Link(), two))
    look(straggler)
    assert read(late) == set()
    assert straggler.turn() <= SOON


def test_a_role_is_one_processs_until_it_leaves(one: Leases, two: Leases) -> None:
    first, second = Role(one, "worker"), Role(two, "worker")
    assert (first.mine(), second.mine()) == (True, False)
    one.leave()
    assert Role(two, "worker").mine()


def test_two_processes_never_have_the_same_name() -> None:
    assert len({new_owner() for _ in range(100)}) == 100
