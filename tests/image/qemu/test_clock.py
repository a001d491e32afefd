"""Guests are told the right time, as RFC 4330 has it."""

import socket
import struct
import time

from hypothesis import given
from hypothesis import strategies as st

from tests.image.qemu.clock import PACKET, SINCE_1900, Clock, answer

ERA_ENDS = 2**32 - SINCE_1900
"""In 2036 the count of seconds begins again; a client knows that, this reader of packets does not."""
ASKED = struct.pack(">BBbb11I", 0x23, 0, 6, 0, *range(11))


def test_who_asks_gets_the_time_and_his_own_stamp_back() -> None:
    with Clock(port=0) as clock, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(b"too short", ("127.0.0.1", clock.port))
        client.sendto(ASKED, ("127.0.0.1", clock.port))
        told = client.recv(512)
    assert len(told) == PACKET
    assert told[24:32] == ASKED[40:48]
    assert abs(_seconds(told[40:48]) - time.time()) < 10


def test_a_port_that_is_taken_is_said_and_nothing_breaks() -> None:
    with Clock(port=0) as one, Clock(port=one.port) as other:
        assert one.tells
        assert not other.tells


@given(st.floats(0, ERA_ENDS - 1))
def test_a_moment_before_2036_survives_the_packet(moment: float) -> None:
    assert abs(_seconds(answer(ASKED, moment)[32:40]) - moment) < 1e-6


def _seconds(stamp: bytes) -> float:
    whole, fraction = struct.unpack(">II", stamp)
    return float(whole - SINCE_1900 + fraction / 2**32)
