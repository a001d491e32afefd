"""What Mosquitto 2.0's log says of those at the door: lines as a real one wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.brokering.heard import Came, Log, Refused

ARRIVED = "1795895549: New connection from 10.0.0.7:49918 on port 8883."
VERIFY = "1795895550: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed"
PROTOCOL = "1795895550: Client <unknown> disconnected: Protocol error."
FAILED = "1795895551: Client connection from 10.0.0.7 failed: error:{}."


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [ARRIVED, "1: New client connected from 10.0.0.7:49918 as vanak-1 (p2, c1, k15, u'vanak-1')."],
            [Came("vanak-1", "10.0.0.7")],
        ),
        (
            [ARRIVED, "1: New client connected from 10.0.0.7:49918 as # (p2, c1, k15, u'#')."],
            [Refused("bad-name", "#", "10.0.0.7")],
        ),
        ([ARRIVED, VERIFY, PROTOCOL], [Refused("certificate", "", "10.0.0.7")]),
        (
            [FAILED.format("0A0000C7:SSL routines::peer did not return a certificate")],
            [Refused("no-certificate", "", "10.0.0.7")],
        ),
        (
            [FAILED.format("0A000102:SSL routines::unsupported protocol")],
            [Refused("old-tls", "", "10.0.0.7")],
        ),
        (
            [FAILED.format("0A00010B:SSL routines::wrong version number")],
            [Refused("no-tls", "", "10.0.0.7")],
        ),
        (
            [FAILED.format("0A00009C:SSL routines::http request")],
            [Refused("no-tls", "", "10.0.0.7")],
        ),
        (
            [FAILED.format("0A000001:SSL routines::something new")],
            [Refused("tls", "", "10.0.0.7")],
        ),
        (
            [ARRIVED, "1: Client y disconnected, not authorised."],
            [Refused("no-name", "y", "10.0.0.7")],
        ),
        (
            [
                "1: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading",
                "1: Client vanak-1 closed its connection.",
            ],
            [],
        ),
        (
            [
                ARRIVED,
                "1: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading",
                "1: Client <unknown> closed its connection.",
            ],
            [Refused("gave-up", "", "10.0.0.7")],
        ),
        (["1: Reloading config.", "junk", ""], []),
    ],
)
def test_the_lines_of_one_connection_say_what_became_of_it(
    lines: list[str], said: list[Refused | Came]
) -> None:
    log = Log()
    assert [one for line in lines if (one := log.line(line))] == said


def test_with_several_at_the_door_an_address_is_told_only_where_it_is_certain() -> None:
    log = Log()
    for line in (ARRIVED, ARRIVED.replace("10.0.0.7", "10.0.0.8"), VERIFY):
        assert log.line(line) is None
    assert log.line(PROTOCOL) == Refused("certificate", "", "")


def test_a_client_id_cannot_pass_for_another_name() -> None:
    forged = "1: New client connected from 10.0.0.7:1 as x (p2, c1, k15, u'a-1'). (p2, c1, k15, u'vanak-1')."
    assert Log().line(forged) == Came("vanak-1", "10.0.0.7")


@given(st.lists(st.one_of(st.text(), st.sampled_from((ARRIVED, VERIFY, PROTOCOL)))))
def test_no_line_stops_the_reading(lines: list[str]) -> None:
    log = Log()
    for line in lines:
        log.line(line)
