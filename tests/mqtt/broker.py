"""A real Mosquitto on a free port of this machine, to be killed and started again."""

import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.mqtt.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PLACES = os.pathsep.join(
    (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", str(ROOT / ".tools/bin"))
)
STARTS_WITHIN = 20.0


class Broker:
    """Mosquitto with anonymous access on 127.0.0.1; everything it knows dies with it."""

    def __init__(self, folder: Path, *, text: str = "", port: int = 0, **settings: object) -> None:
        """Write its configuration: `settings` of mosquitto.conf, or a whole `text` that listens on `port`."""
        self.port = port or free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._file = folder / f"mosquitto-{self.port}.conf"
        self._file.write_text(text or self._plain(settings))
        self._process: subprocess.Popen[bytes] | None = None

    def _plain(self, settings: dict[str, object]) -> str:
        # nobody reads its log once it runs: a line for each connection would fill the pipe and stop it
        quiet = {"connection_messages": "false"}
        lines = {"allow_anonymous": "true", "set_tcp_nodelay": "true", **quiet, **settings}
        body = "".join(f"{key} {value}\n" for key, value in lines.items())
        return f"listener {self.port} 127.0.0.1\n{body}"

    def start(self) -> None:
        """Start it, and wait until it says that it runs; one that does not is ended."""
        self.launch()
        try:
            self._await(b" running")
        except BaseException:
            self.kill()
            raise

    def launch(self) -> None:
        """Start it, and do not wait for it."""
        program = shutil.which("mosquitto", path=PLACES)
        assert program, "mosquitto is neither in PATH nor in /usr/sbin nor in .tools/bin"
        self._process = subprocess.Popen([program, "-c", self._file], stderr=subprocess.PIPE, bufsize=0)

    def freeze(self) -> None:
        """Stop it from running, with its connections open."""
        self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """End it with -9; doing so twice is no error."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _await(self, word: bytes) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        said, end = b"", time.monotonic() + STARTS_WITHIN
        while word not in said:
            ready, _, _ = select.select([self._process.stderr], [], [], max(0.0, end - time.monotonic()))
            more = os.read(self._process.stderr.fileno(), 4096) if ready else b""
            assert more, f"mosquitto did not start: {said.decode()}"
            said += more
