"""New material for a broker that runs: in effect at once, and nobody who is connected notices."""

import os
import pwd
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from cloud.fleet.brokering.rules import acl
from mqtt.client import Link
from mqtt.vocabulary import GroupId, KioskId
from tests.mqtt import raw
from tests.mqtt.pki import DAY, Authority, now
from tests.mqtt.raw import GRANTED
from tests.mqtt.secure import SecureBroker, broker_user

UP = "club/v1/14/vanak-1/up/events"
EVENTS, RELOADS = 2000, 20
VANAK = (KioskId("vanak-1"), GroupId("tehran"))


@pytest.fixture
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker([VANAK], authority=Authority("the first"))) as made:
        made.start()
        yield made


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as things:
        yield things


def _answer(broker: SecureBroker, authority: Authority, name: str = "vanak-1") -> bytes | str:
    tls = broker.files_of(authority.issue(name))
    return raw.answer(raw.context(tls, tls.authorities), broker.port)


def test_a_reload_under_a_stream_of_events_loses_no_event_and_no_connection(
    broker: SecureBroker, stack: ExitStack
) -> None:
    kiosk = stack.enter_context(closing(Link(broker.url, "k", [], tls=broker.identity("vanak-1"))))
    cloud = stack.enter_context(closing(Link(broker.cloud_url, "c", [UP], tls=broker.cloud)))
    got: list[bytes] = []

    def listen(wait: float = 0.0) -> None:
        for message in cloud.step(wait):
            cloud.done(message)
            got.append(message.payload)
        kiosk.step(0.0)

    while not (kiosk.connected and cloud.connected):
        listen(0.01)
    for number in range(EVENTS):
        assert kiosk.publish(UP, b"%d" % number)
        listen()
        if number % (EVENTS // RELOADS) == 0:
            _renew_everything(broker, number)
    while len(got) < EVENTS:
        listen(1.0)
    assert got == [b"%d" % number for number in range(EVENTS)]
    assert (kiosk.session, cloud.session) == (1, 1)


def _renew_everything(broker: SecureBroker, number: int) -> None:
    server = broker.authority.server()
    others = [(KioskId(f"other-{number}"), GroupId("tehran"))]
    broker.change(
        acl=acl([VANAK, *others], [], []),
        revoked=broker.authority.revoking(broker.authority.issue("somebody")),
        certificate=server.certificate,
        key=server.key,
    )


def test_a_certificate_that_is_listed_gets_no_connection_more(broker: SecureBroker) -> None:
    lost = broker.authority.issue("vanak-1")
    tls = broker.files_of(lost)
    context = raw.context(tls, tls.authorities)
    assert raw.answer(context, broker.port) == GRANTED
    broker.change(revoked=broker.authority.revoking(lost))
    assert raw.answer(context, broker.port) != GRANTED
    assert _answer(broker, broker.authority) == GRANTED


def test_two_lists_of_one_second_are_both_taken(broker: SecureBroker) -> None:
    one, two = broker.authority.issue("vanak-1"), broker.authority.issue("vanak-1")
    made = now() - DAY
    for gone in ([one], [one, two]):
        broker.change(revoked=broker.authority.revoking(*gone, made=made))
        for issued in gone:
            tls = broker.files_of(issued)
            assert raw.answer(raw.context(tls, tls.authorities), broker.port) != GRANTED


def test_the_next_authority_is_trusted_beside_the_first_and_the_first_can_retire(
    broker: SecureBroker,
) -> None:
    first, following = broker.authority, Authority("the next")
    assert _answer(broker, following) != GRANTED
    both = {"authorities": first.pem + following.pem, "revoked": first.revoking() + following.revoking()}
    broker.change(**both)
    assert (_answer(broker, first), _answer(broker, following)) == (GRANTED, GRANTED)
    server = following.server()
    broker.change(
        authorities=following.pem,
        revoked=following.revoking(),
        certificate=server.certificate,
        key=server.key,
    )
    assert _answer(broker, following) == GRANTED
    assert _answer(broker, first) != GRANTED


def test_the_broker_reads_its_files_anew_as_the_user_that_it_dropped_to(broker: SecureBroker) -> None:
    status = Path(f"/proc/{broker.pid}/status").read_text()
    user = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
    assert int(user) == pwd.getpwnam(broker_user()).pw_uid
    assert os.getuid() != 0 or int(user) != 0
    broker.change(acl=acl([VANAK, (KioskId("new-1"), GroupId("tehran"))], [], []))
    assert "Error" not in broker.log.read_text()
    assert "Unable" not in broker.log.read_text()
