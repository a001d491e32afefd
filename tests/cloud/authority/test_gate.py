"""The gate: who is slow, many, loud or guessing harms nobody else; and what it says in its log."""

import asyncio
import json
import socket
import ssl
import warnings
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.authority.queue import Answer, Kind
from cloud.fleet.gate.app import TOGETHER, Gate, Message
from cloud.fleet.gate.guessing import ADDRESSES, MOST, WINDOW, Guesses, network
from tests.cloud.authority.house import Device, House

ASKED = json.dumps({"store": "vanak", "token": "-".join(["aaaaa"] * 5), "request": ""}).encode()


class Nobody:
    """An authority that never answers; what was refused without it is noted."""

    def __init__(self) -> None:
        self.asked = 0
        self.noted: list[str] = []
        self.full, self.done = asyncio.Event(), asyncio.Event()

    async def ask(self, kind: Kind, body: bytes, address: str) -> Answer | None:  # noqa: ARG002 - as it is asked
        self.asked += 1
        if self.asked == TOGETHER:
            self.full.set()
        await self.done.wait()
        return None

    async def note(self, reason: str, name: str, address: str) -> None:  # noqa: ARG002 - as it is asked
        self.noted.append(reason)


async def post(gate: Gate, parts: Iterable[bytes], address: str = "10.0.0.1") -> list[Message]:
    """What a gate sends to somebody who sends a body in parts, and never ends it if it is empty."""
    sent: list[Message] = []
    left = list(parts)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/enrolment", "client": (address, 1)}
    await gate(scope, receive, send)
    return sent


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def tried() -> list[Message]:
        return await post(Gate(Nobody(), bytes, body_within=0.05), [])

    assert asyncio.run(tried()) == []


def test_more_than_so_many_at_a_time_are_told_to_come_again() -> None:
    async def tried() -> tuple[list[int], int]:
        nobody = Nobody()
        gate = Gate(nobody, bytes)
        first = [asyncio.create_task(post(gate, [ASKED])) for _ in range(TOGETHER)]
        await nobody.full.wait()
        more = await post(gate, [ASKED])
        nobody.done.set()
        answers = [*await asyncio.gather(*first), more]
        return [sent[0]["status"] for sent in answers], nobody.asked

    assert asyncio.run(tried()) == ([202] * (TOGETHER + 1), TOGETHER)


def test_a_body_in_many_parts_is_read_and_a_large_one_is_not_kept() -> None:
    async def tried() -> tuple[list[Message], list[str]]:
        nobody = Nobody()
        return await post(Gate(nobody, bytes), [b" " * 1000] * 1000), nobody.noted

    sent, noted = asyncio.run(tried())
    assert (sent[0]["status"], noted) == (413, ["request-malformed"])


@given(st.integers(0, 100), st.floats(0, 2 * WINDOW))
def test_who_was_refused_often_waits_until_the_window_is_over(refused: int, later: float) -> None:
    guesses = Guesses()
    for _ in range(refused):
        guesses.refused("10.0.0.1", 1000.0)
    assert (guesses.wait("10.0.0.1", 1000.0 + later) > 0) == (refused >= MOST and later < WINDOW)
    assert guesses.wait("10.0.0.2", 1000.0) == 0


def test_after_the_window_one_may_be_wrong_again() -> None:
    guesses = Guesses()
    for _ in range(MOST):
        guesses.refused("10.0.0.1", 0.0)
    guesses.refused("10.0.0.1", WINDOW)
    assert guesses.wait("10.0.0.1", WINDOW) == 0


def test_the_memory_of_who_was_refused_is_bounded() -> None:
    guesses = Guesses()
    for number in range(ADDRESSES + 10):
        guesses.refused(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 0.0)
    assert len(guesses._refused) == ADDRESSES  # noqa: SLF001 - what is kept


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_addresses_are_told_apart_by_who_has_them(address: str, of: str) -> None:
    assert network(address) == of


def test_old_tls_and_none_at_all_are_refused(house: House) -> None:
    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with (
        socket.create_connection(("127.0.0.1", house.port), 20) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.wrap_socket(plain)
    with socket.create_connection(("127.0.0.1", house.port), 20) as plain:
        plain.sendall(b"GET /authority.pem HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"BEGIN" not in plain.recv(4096)


def test_the_gate_is_who_it_says_under_its_own_names_only(house: House) -> None:
    context = house.trusting()
    for name in ("localhost", "127.0.0.1"):
        with socket.create_connection(("127.0.0.1", house.port), 20) as plain:
            context.wrap_socket(plain, server_hostname=name).close()
    with (
        socket.create_connection(("127.0.0.1", house.port), 20) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="broker.example")


def test_no_token_no_request_and_no_key_is_ever_logged(house: House) -> None:
    kiosk = house.kiosk()
    device, token = Device(house, kiosk), house.token(kiosk)
    assert device.enrol(token)[0] == 200
    assert Device(house, kiosk).enrol(token)[0] == 403
    assert device.enrol(token, "garbage")[0] == 400
    assert house.post("/enrolment", b'{"token": "' + token.encode())[0] == 400
    logged = house.ended()
    assert "token-used" in logged
    assert kiosk in logged
    for secret in (token, "BEGIN", "garbage", "5a5a5a", "Traceback"):
        assert secret not in logged
