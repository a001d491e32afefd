"""The collector as a process with a real broker: killed anywhere, it loses and doubles nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt.down import Hello, MembersBatch, decode, encode
from mqtt.envelope import START
from mqtt.topics import BOOT, down, group_members, up
from mqtt.vocabulary import GroupId, KioskId, StoreId
from tests.cloud.dying_collector import DEAD
from tests.cloud.kiosks import MEMBER, Kiosk, tap
from tests.cloud.processes import DEADLINE, Cloud, Talk, logged, wait_for
from tests.mqtt.broker import Broker

ROWS = 12
POINTS = ("before commit", "after commit", "after puback", "after ack")


@pytest.fixture
def cloud(tmp_path: Path, broker: Broker) -> Iterator[Cloud]:
    made = Cloud(tmp_path, broker.url)
    made.prepare()
    yield made
    made.stop()


@pytest.fixture
def talk(broker: Broker) -> Iterator[Talk]:
    made = Talk(broker.url, Kiosk().idle(ROWS))
    yield made
    made.link.close()


def hello(talk: Talk) -> None:
    kiosk = talk.kiosk
    asked = Hello(kiosk.epoch, "a nonce", 1, len(kiosk.rows), kiosk.chain, "", 0, "0.1.0")
    talk.link.publish(up(kiosk.kiosk, "hello"), encode(asked))


def say_all(talk: Talk) -> bool:
    """Send again from the last acknowledged row on; whether all is acknowledged."""
    upto = talk.upto()
    if upto < ROWS:
        talk.say(upto + 1)
    return upto == ROWS


@pytest.mark.parametrize("point", POINTS)
def test_a_collector_that_dies_around_its_commit_loses_and_doubles_nothing(
    cloud: Cloud, talk: Talk, point: str
) -> None:
    dying = cloud.dying_collector(point)
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    talk.say(1, 5)
    assert dying.wait(20) == DEAD
    talk.catch_up()
    # what was acknowledged is held, whenever it died
    assert talk.upto() <= len(cloud.stored())
    assert len(cloud.stored()) == (0 if point == "before commit" else 5)
    cloud.collector()
    wait_for(lambda: say_all(talk), "all is acknowledged")
    assert cloud.stored() == list(range(1, ROWS + 1))


def test_nothing_is_acknowledged_before_the_commit(cloud: Cloud, talk: Talk) -> None:
    dying = cloud.dying_collector("before commit")
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    talk.say()
    assert dying.wait(20) == DEAD
    talk.catch_up()
    assert (talk.acks, cloud.stored()) == ([], [])


def test_the_acknowledgement_follows_the_commit_and_names_the_chain(cloud: Cloud, talk: Talk) -> None:
    cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    talk.say(1, 7)
    wait_for(lambda: talk.upto() == 7, "seven rows are acknowledged")
    assert cloud.stored() == list(range(1, 8))
    assert talk.acks[-1].chain == talk.kiosk.rows[6].chain


def test_a_hello_is_answered_under_its_nonce(cloud: Cloud, talk: Talk) -> None:
    cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    hello(talk)
    wait_for(lambda: talk.upto() or talk.acks, "an answer")
    [ack] = talk.acks
    assert (ack.nonce, ack.upto) == ("a nonce", 0)
    assert [(ack.generation,)] == cloud.ask("SELECT generation FROM fleet_installation")


def test_a_killed_broker_is_missed_and_found_again(cloud: Cloud, broker: Broker, talk: Talk) -> None:
    collector = cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    talk.say(1, 5)
    wait_for(lambda: talk.upto() == 5, "five rows are acknowledged")
    broker.kill()
    wait_for(lambda: "connected" in logged(collector), "it says that it had the broker")
    wait_for(lambda: "no broker at" in logged(collector), "it says that it misses it")
    broker.start()
    wait_for(lambda: say_all(talk), "all is acknowledged")
    assert cloud.stored() == list(range(1, ROWS + 1))


def test_a_collector_without_a_broker_waits_and_stops_when_asked(cloud: Cloud, broker: Broker) -> None:
    broker.kill()
    collector = cloud.collector()
    wait_for(lambda: "no broker at" in logged(collector), "it says what it waits for")
    collector.terminate()
    assert collector.wait(DEADLINE) == 0


def test_a_collector_that_waits_for_messages_stops_at_once_when_asked(cloud: Cloud, talk: Talk) -> None:
    collector, worker = cloud.collector(), cloud.worker()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    wait_for(lambda: talk.heard_topic(group_members(GroupId("tehran"))), "the worker is there")
    collector.terminate()
    worker.terminate()
    assert (collector.wait(DEADLINE), worker.wait(DEADLINE)) == (0, 0)


def test_garbage_on_any_topic_stops_nobody(cloud: Cloud, talk: Talk) -> None:
    collector = cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    for topic in (talk.kiosk.topic, up(talk.kiosk.kiosk, "hello"), "club/v1/63/who-knows/up/events"):
        for payload in (b"", b"\x00\xff", b"[[[[", b"[" * 60_000, b"x" * 300_000):
            talk.link.publish(topic, payload)
    wait_for(lambda: say_all(talk), "all is acknowledged")
    assert collector.poll() is None
    assert cloud.ask("SELECT count(*) FROM collector_parked") == [(15,)]


def test_a_database_that_fails_for_a_while_delays_and_loses_nothing(cloud: Cloud, talk: Talk) -> None:
    collector = cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    cloud.run("ALTER TABLE collector_storedevent RENAME TO away")
    talk.say(1, 5)
    wait_for(lambda: "not stored, trying again" in logged(collector), "it says so")
    cloud.run("ALTER TABLE away RENAME TO collector_storedevent")
    wait_for(lambda: talk.upto() == 5, "five rows are acknowledged")
    assert cloud.stored() == [1, 2, 3, 4, 5]


def test_a_message_that_the_database_refuses_does_not_stop_the_others(
    cloud: Cloud, broker: Broker, talk: Talk
) -> None:
    cloud.run(
        "INSERT INTO collector_stream (id, kiosk, epoch, upto, chain, posted, seen_at)"
        f" VALUES (1, 'vanak-1', '{talk.kiosk.epoch}', 0, '{START}', 0, CURRENT_TIMESTAMP)"
    )
    # a place beyond the mark is taken, which the collector alone would never do
    cloud.run(
        "INSERT INTO collector_storedevent (stream_id, sequence, chain, store, type, clock, data,"
        " occurred_at, received_at) VALUES (1, 3, '', 'vanak', '', 'synced', '{}', CURRENT_TIMESTAMP,"
        " CURRENT_TIMESTAMP)"
    )
    cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    other = Talk(broker.url, Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).idle(2))
    talk.say()
    other.say()
    wait_for(lambda: other.upto() == 2, "the other kiosk's rows are acknowledged")
    other.link.close()
    assert (talk.upto(), cloud.ask("SELECT count(*) FROM collector_parked")) == (0, [(1,)])


def test_a_tap_comes_back_to_the_kiosks_as_a_new_balance(cloud: Cloud, talk: Talk) -> None:
    cloud.collector()
    cloud.worker()
    members = group_members(GroupId("tehran"))
    wait_for(lambda: talk.heard_topic(BOOT) and talk.heard_topic(members), "both are there")
    talk.heard.clear()
    talk.kiosk.record(tap(1))
    talk.say()
    wait_for(lambda: talk.heard_topic(members), "the member's row")
    [batch] = [decode(payload, MembersBatch) for topic, payload in talk.heard if topic == members]
    assert [(row.member, row.available) for row in batch.rows] == [(MEMBER, 10)]
    talk.heard.clear()
    hello(talk)
    page = down(talk.kiosk.kiosk, "members")
    wait_for(lambda: talk.heard_topic(page), "a page for the empty kiosk")
