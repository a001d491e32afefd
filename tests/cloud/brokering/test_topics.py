"""Who may say and hear what on a real broker: a table of its own of every role and every topic.

What counts is what arrives. Mosquitto 2.0 grants every subscription, and acknowledges what it then drops.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Final

import pytest

from cloud.fleet.brokering.rules import acl
from mqtt.vocabulary import KioskId
from tests.mqtt.raw import Talker
from tests.mqtt.secure import SecureBroker

VANAK, KARAJ = "club/v1/14/vanak-1", "club/v1/52/karaj-1"
ROLES: Final = {
    "kiosk": "vanak-1",
    "other": "karaj-1",
    "revoked": "tajrish-1",
    "reader": "reader.grafana",
    "cloud": "cloud.club",
    "unknown": "nowhere-1",
    "unknown reader": "reader.unknown",
    "hash": "#",
    "plus": "+",
    "star": "*",
    "slash": "vanak-1/up",
    "upper": "VANAK-1",
    "dollar": "$SYS",
    "cloudy": "cloud.club.",
}
"""By role, the name in the certificate. All are of the club's authority, none is on its list."""
KIOSKS: Final = {"kiosk", "other"}
TABLE: Final[dict[str, tuple[set[str], set[str]]]] = {
    f"{VANAK}/up/events": ({"kiosk"}, {"cloud", "reader"}),
    f"{VANAK}/up/health": ({"kiosk"}, {"cloud", "reader"}),
    f"{VANAK}/up/hello": ({"kiosk"}, {"cloud"}),
    f"{VANAK}/up/ask": ({"kiosk"}, {"cloud"}),
    f"{VANAK}/up/person": ({"kiosk"}, {"cloud"}),
    f"{VANAK}/up/unheard-of": ({"kiosk"}, set()),
    f"{VANAK}/down/ack": ({"cloud"}, {"kiosk"}),
    f"{VANAK}/down/members": ({"cloud"}, {"kiosk"}),
    f"{VANAK}/down/catalogue": ({"cloud"}, {"kiosk"}),
    f"{VANAK}/down/command": ({"cloud"}, {"kiosk"}),
    f"{VANAK}/down/reply": ({"cloud"}, {"kiosk"}),
    f"{KARAJ}/up/events": ({"other"}, {"cloud", "reader"}),
    f"{KARAJ}/up/person": ({"other"}, {"cloud"}),
    f"{KARAJ}/down/command": ({"cloud"}, {"other"}),
    "club/v1/groups/tehran/members": ({"cloud"}, {"kiosk"}),
    "club/v1/groups/karaj/members": ({"cloud"}, {"other"}),
    "club/v1/all/boot": ({"cloud"}, KIOSKS),
    "club/v1/all/catalogue": ({"cloud"}, KIOSKS),
    "club/v1/all/blocked": (set(), KIOSKS),
    "club/v1/99/vanak-1/up/events": (set(), {"cloud", "reader"}),
    "club/v1/99/tajrish-1/up/events": (set(), {"cloud", "reader"}),
    "club/v1/99/tajrish-1/down/command": ({"cloud"}, set()),
    "club/v1/99/nowhere-1/up/events": (set(), {"cloud", "reader"}),
    "club/v1/14/vanak-1": (set(), set()),
    "club/v1/groups/tehran": (set(), set()),
    "club/v2/14/vanak-1/up/events": (set(), set()),
    "vanak-1": (set(), set()),
    "homeassistant/light": (set(), set()),
}
"""By topic: who may write there, and who may read there."""
FILTERS: Final = (
    *TABLE,
    "#",
    "+/#",
    "club/#",
    "club/v1/+/+/up/+",
    "club/v1/+/vanak-1/#",
    "$SYS/#",
    "$CONTROL/#",
)

WITNESS: Final = "user witness\ntopic read #\ntopic write #\n"
"""Somebody whom only this test knows, to see and say everything."""


@pytest.fixture(scope="module")
def broker() -> Iterator[SecureBroker]:
    kiosks = [("vanak-1", "tehran"), ("karaj-1", "karaj")]
    with closing(SecureBroker(kiosks, ["reader.grafana"], revoked=["tajrish-1"])) as made:
        made.start()
        made.change(acl=made.material.acl + WITNESS)
        yield made


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as things:
        yield things


def _talker(broker: SecureBroker, stack: ExitStack, role: str, will: str = "") -> Talker:
    name = ROLES.get(role, role)
    port = broker.cloud_port if role in {"cloud", "witness"} else broker.port
    client_id = f"{name}-{secrets.token_hex(4)}"
    made = Talker(broker.identity_once(name), port, client_id, (will, name.encode()) if will else None)
    stack.callback(made.drop)
    return made


def _witness(broker: SecureBroker, stack: ExitStack) -> Talker:
    made = _talker(broker, stack, "witness")
    assert made.subscribe("#")
    made.heard()
    return made


def _writes(role: str) -> set[str]:
    return {topic for topic, (writers, _) in TABLE.items() if role in writers}


def _reads(role: str) -> set[str]:
    return {topic for topic, (_, readers) in TABLE.items() if role in readers}


@pytest.mark.parametrize("retain", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_what_somebody_says_arrives_only_where_he_may_write(
    broker: SecureBroker, stack: ExitStack, role: str, *, retain: bool
) -> None:
    witness, talker = _witness(broker, stack), _talker(broker, stack, role)
    mark = f"{role} {retain}".encode()
    for topic in TABLE:
        talker.publish(topic, mark, retain=retain)
    assert {topic for topic, payload in witness.heard() if payload == mark} == _writes(role)
    kept = {topic for topic, payload in _remembered(broker, stack) if payload == mark}
    assert kept == (_writes(role) if retain else set())


def _remembered(broker: SecureBroker, stack: ExitStack) -> list[tuple[str, bytes]]:
    late = _talker(broker, stack, "witness")
    late.subscribe("#")
    return late.heard()


@pytest.mark.parametrize("role", ROLES)
def test_what_is_said_reaches_somebody_only_where_he_may_read(
    broker: SecureBroker, stack: ExitStack, role: str
) -> None:
    talker, witness = _talker(broker, stack, role), _talker(broker, stack, "witness")
    for topic in FILTERS:
        talker.subscribe(topic)
    talker.heard()
    for topic in TABLE:
        witness.publish(topic, b"said")
    assert {topic for topic, payload in talker.heard() if payload == b"said"} == _reads(role)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_retained_reaches_somebody_only_where_he_may_read(
    broker: SecureBroker, stack: ExitStack, role: str
) -> None:
    witness = _talker(broker, stack, "witness")
    for topic in TABLE:
        witness.publish(topic, b"kept", retain=True)
    talker = _talker(broker, stack, role)
    for topic in FILTERS:
        talker.subscribe(topic)
    assert {topic for topic, payload in talker.heard() if payload == b"kept"} == _reads(role)
    for topic in TABLE:
        witness.publish(topic, b"", retain=True)


@pytest.mark.parametrize("role", ROLES)
def test_a_shared_subscription_reads_no_more_than_a_plain_one(
    broker: SecureBroker, stack: ExitStack, role: str
) -> None:
    talker, witness = _talker(broker, stack, role), _talker(broker, stack, "witness")
    for topic in TABLE:
        talker.subscribe(f"$share/thieves/{topic}")
    talker.subscribe("$share/thieves/#")
    for topic in TABLE:
        witness.publish(topic, b"shared")
    assert {topic for topic, payload in talker.heard() if payload == b"shared"} <= _reads(role)


@pytest.mark.parametrize("role", ROLES)
def test_a_last_will_arrives_only_where_its_owner_may_write(
    broker: SecureBroker, stack: ExitStack, role: str
) -> None:
    witness = _witness(broker, stack)
    for topic in TABLE:
        _talker(broker, stack, role, will=topic).drop()
    # the broker hears in any order of those who are gone: one more connection, and it has looked at all
    _talker(broker, stack, "witness", will="last").drop()
    heard: set[str] = set()
    while "last" not in heard or not _writes(role) <= heard:
        heard |= {topic for topic, _ in witness.heard()}
    heard |= {topic for topic, _ in witness.heard()}
    assert heard - {"last"} == _writes(role)


@pytest.mark.parametrize("role", ROLES)
def test_the_brokers_own_topics_are_read_by_the_cloud_alone(
    broker: SecureBroker, stack: ExitStack, role: str
) -> None:
    talker = _talker(broker, stack, role)
    for topic in ("$SYS/#", "$SYS/broker/log/+", "$SYS/broker/clients/connected"):
        talker.subscribe(topic)
    talker.heard()
    _talker(broker, stack, "kiosk" if role != "kiosk" else "other")
    heard = {topic for topic, _ in talker.heard()}
    assert heard == ({"$SYS/broker/log/N"} if role == "cloud" else set())


def test_nobody_throws_another_off_by_taking_its_client_id(broker: SecureBroker, stack: ExitStack) -> None:
    kiosk = Talker(broker.identity_once("vanak-1"), broker.port, "vanak-1-sync")
    stack.callback(kiosk.drop)
    for role in set(ROLES) - {"kiosk"}:
        for client_id in ("vanak-1", "vanak-1-sync"):
            thief = Talker(broker.identity_once(ROLES[role]), broker.port, client_id)
            assert thief.granted
            assert kiosk.heard() == []
            thief.drop()


def test_a_kiosk_that_comes_back_takes_its_own_place(broker: SecureBroker, stack: ExitStack) -> None:
    before, after = _talker(broker, stack, "kiosk"), _talker(broker, stack, "kiosk")
    assert after.heard() == []
    with pytest.raises(OSError, match=r"closed|EOF|reset"):
        before.heard()


def test_a_revoked_kiosk_says_and_hears_nothing_more_on_its_open_connection(
    broker: SecureBroker, stack: ExitStack
) -> None:
    kiosk, witness = _talker(broker, stack, "kiosk"), _witness(broker, stack)
    down, up = f"{VANAK}/down/command", f"{VANAK}/up/events"
    kiosk.subscribe(down)
    whole = broker.material
    broker.change(acl=acl([], [KioskId("vanak-1")], []) + WITNESS)
    kiosk.publish(up, b"too late")
    witness.publish(down, b"secret")
    assert (down, b"secret") not in kiosk.heard()
    assert (up, b"too late") not in witness.heard()
    broker.change(acl=whole.acl)
    kiosk.publish(up, b"again")
    assert (up, b"again") in witness.heard()
