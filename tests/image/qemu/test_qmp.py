"""QEMU's door, tried with a machine of nothing."""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.image.qemu.hardware import PROGRAM
from tests.image.qemu.qmp import Qmp, QmpError


@pytest.fixture
def qmp(tmp_path: Path) -> Iterator[Qmp]:
    path = tmp_path / "qmp"
    words = [PROGRAM, "-M", "none", "-display", "none", "-qmp", f"unix:{path},server=on,wait=off"]
    with subprocess.Popen(words) as qemu, Qmp(path) as qmp:
        yield qmp
        qemu.kill()


def test_an_answer_is_what_was_asked_for(qmp: Qmp) -> None:
    assert qmp("query-status")["status"] == "running"


def test_what_qemu_refuses_is_said_in_its_words(qmp: Qmp) -> None:
    with pytest.raises(QmpError, match=r"human-monitor-command|Parameter"):
        qmp("human-monitor-command")


def test_an_event_that_came_before_an_answer_is_there_once(qmp: Qmp) -> None:
    qmp("stop")
    qmp("cont")
    assert qmp.wait_for("STOP", 10.0) is not None
    assert qmp.wait_for("RESUME", 10.0) is not None
    assert qmp.wait_for("STOP", 0.1) is None


def test_a_qemu_that_is_gone_is_an_error_and_no_wait(qmp: Qmp) -> None:
    qmp("quit")
    assert qmp.wait_for("nothing", 60.0) is None
    with pytest.raises(QmpError, match="gone"):
        qmp("query-status")


def test_keys_and_fingers_are_words_that_qemu_knows(qmp: Qmp) -> None:
    with pytest.raises(QmpError, match="no-such-key"):
        qmp.chord("ctrl", "no-such-key")
    for act in (partial(qmp.point, 0.0, 1.0), partial(qmp.press, down=True), partial(qmp.key, "ret")):
        with pytest.raises(QmpError, match="handler not found"):  # understood, but nothing is plugged in
            act()
