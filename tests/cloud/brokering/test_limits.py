"""What a client may cost a real broker: the limits of the template."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.mqtt import raw
from tests.mqtt.raw import Talker
from tests.mqtt.secure import SecureBroker

UP = "club/v1/14/vanak-1/up/events"
MOST = 262_144
"""Bytes of a packet."""


@pytest.fixture(scope="module")
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker([("vanak-1", "tehran")])) as made:
        made.start()
        yield made


def test_the_largest_packet_arrives_and_a_larger_one_ends_the_connection(broker: SecureBroker) -> None:
    kiosk, cloud = Talker(broker.identity("vanak-1"), broker.port), Talker(broker.cloud, broker.cloud_port)
    cloud.subscribe(UP)
    # topic and its length, packet's number, and the head with its length in three bytes
    whole = MOST - len(UP) - 2 - 2 - 4
    kiosk.publish(UP, b"e" * whole)
    assert [len(payload) for _, payload in cloud.heard()] == [whole]
    with pytest.raises(OSError, match=r"closed|EOF|reset|pipe"):
        kiosk.publish(UP, b"e" * (MOST + 1))
    assert cloud.heard() == []
    kiosk.drop()
    cloud.drop()


def test_a_client_without_an_id_is_refused(broker: SecureBroker) -> None:
    tls = broker.identity("vanak-1")
    assert raw.answer(raw.context(tls, tls.authorities), broker.port, "") == b"\x20\x02\x00\x02"


def test_nobody_has_two_connections(broker: SecureBroker) -> None:
    tls = broker.identity("vanak-1")
    talkers = [Talker(tls, broker.port, f"one-of-many-{number}") for number in range(5)]
    with pytest.raises(OSError, match=r"closed|EOF|reset"):
        talkers[0].heard()
    assert talkers[-1].heard() == []
    for talker in talkers:
        talker.drop()
