"""A real Mosquitto is told to read its files again while it starts, while it runs and when it is over."""

import os
import pwd
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cloud.fleet.brokering.reloading import reload
from tests.cloud.processes import wait_for
from tests.mqtt.broker import Broker


class Starting:
    """A broker that stands still in its start: what it logs to has no reader yet."""

    def __init__(self, folder: Path) -> None:
        self.pid_file, log = folder / "pid", folder / "log"
        os.mkfifo(log)
        user = pwd.getpwuid(os.getuid()).pw_name
        self.broker = Broker(folder, pid_file=self.pid_file, log_dest=f"file {log}", user=user)
        self._log, self._reader, self._said = log, -1, b""
        self.broker.launch()

    def go_on(self) -> None:
        self._reader = os.open(self._log, os.O_RDONLY | os.O_NONBLOCK)

    def has_said(self, words: bytes) -> bool:
        try:
            self._said += os.read(self._reader, 4096)
        except BlockingIOError:
            return False
        return words in self._said

    def close(self) -> None:
        self.broker.kill()
        if self._reader >= 0:
            os.close(self._reader)

    def has_written_its_number(self) -> bool:
        return self.pid_file.exists() and self.pid_file.read_text("ascii") != ""


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Starting]:
    with closing(Starting(tmp_path)) as made:
        wait_for(made.has_written_its_number, "the broker writes its process id")
        yield made


def test_a_broker_that_starts_is_let_start_and_told_once_it_can_hear(starting: Starting) -> None:
    with pytest.raises(ValueError, match="does not catch it: it starts"):
        reload(starting.pid_file)
    starting.go_on()
    wait_for(lambda: starting.has_said(b" running"), "the broker runs")
    reload(starting.pid_file)
    wait_for(lambda: starting.has_said(b"Reloading config"), "the broker reads its files again")
    assert starting.broker.is_alive()


def test_a_process_that_has_the_number_of_a_broker_that_died_is_told_nothing(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(str(os.getpid()))
    with pytest.raises(ValueError, match=f"process {os.getpid()} of .* is "):
        reload(tmp_path / "pid")


def test_where_no_broker_was_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        reload(tmp_path / "pid")
