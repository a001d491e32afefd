"""Ports that tests give to servers."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.mqtt.broker import ROOT
from tests.mqtt.ports import PORTS, free_port

MANY = 40
_DRAWS = f"from tests.mqtt.ports import free_port; print(*[free_port() for _ in range({MANY})])"


def test_a_port_is_not_given_again_by_whichever_process() -> None:
    run = [sys.executable, "-c", _DRAWS]
    drawing = [subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    drawn = [port for process in drawing for port in process.communicate()[0].split()]
    assert len(set(drawn)) == len(drawn) == 3 * MANY


def test_a_port_is_none_that_an_outgoing_connection_is_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as given:
        assert free_port() < PORTS.stop <= given.getsockname()[1]


def test_a_port_on_which_somebody_listens_is_passed_over(tmp_path: Path) -> None:
    last, taken = tmp_path / "last", free_port()
    last.write_text(str(taken - 1))
    with socket.create_server(("127.0.0.1", taken)):
        assert free_port(last) != taken


def test_after_the_last_port_comes_the_first_again(tmp_path: Path) -> None:
    last = tmp_path / "last"
    last.write_text(str(PORTS[-1]))
    assert free_port(last) < PORTS[MANY]
