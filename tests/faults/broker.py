"""A real Mosquitto on one port, started again in several moods: as it should be, cramped, with a store."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.mqtt.broker import PLACES
from tests.mqtt.ports import free_port

STARTS_WITHIN = 20.0
MOODS = {
    "usual": "persistence false\nmax_inflight_messages 100\nmax_queued_messages 10000\n",
    "cramped": "persistence false\nmax_inflight_messages 1\nmax_queued_messages 1\n",
    "stored": "persistence true\nautosave_interval 1\nmax_inflight_messages 100\nmax_queued_messages 10000\n",
}
"""`cramped`: it answers success and drops what does not fit."""
_ALWAYS = "allow_anonymous true\nset_tcp_nodelay true\nmax_packet_size 262144\nlog_dest stdout\n"


class Broker:
    """Killed and started by its owner; `folder` holds its configuration, log and store."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, mood: str = "usual") -> None:
        """Start it, and wait until it listens."""
        program = shutil.which("mosquitto", path=PLACES)
        assert program, "mosquitto is neither in PATH nor in /usr/sbin nor in .tools/bin"
        file = self._folder / "mosquitto.conf"
        # a store that belongs to root would be out of reach for the user that Mosquitto becomes
        own = f"user root\npersistence_location {self._folder}/\n"
        file.write_text(f"listener {self.port} 127.0.0.1\n{_ALWAYS}{own}{MOODS[mood]}")
        with (self._folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen([program, "-c", file], stdout=log, stderr=log, process_group=0)
        self._await()

    def kill(self) -> None:
        """End it with -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Delete its store."""
        (self._folder / "mosquitto.db").unlink(missing_ok=True)

    def _await(self) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            assert time.monotonic() < end, "mosquitto does not listen"
            assert self._process is not None
            assert self._process.poll() is None, "mosquitto ended"

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.05).close()
        except OSError:
            return False
        return True
