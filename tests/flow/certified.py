"""A club whose kiosks come over mutual TLS: authority, gate, broker and collector, each as in production."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex

from cryptography import x509

from cloud.fleet.brokering import conf, files
from kiosk.clock import Clock, always_synced
from kiosk.journal import Journal
from mqtt.events import LanguageChosen
from tests.cloud.processes import ROOT, Cloud
from tests.kiosk.enrolling import until
from tests.mqtt.broker import STARTS_WITHIN, Broker
from tests.mqtt.ports import free_port
from tests.mqtt.secure import broker_user

KIOSK = "tajrish-1"
_END = "-----END X509 CRL-----\n"
SECRETS = {
    "BASHGAH_AUTHORITY_SECRET": "a passphrase for tests only",
    "BASHGAH_CLUB_KEY": f"1:{token_hex(16)}",
}
"""The club key is nowhere else: who looks for its bytes finds nothing but it."""


class ClubsBroker(Broker):
    """Mosquitto with the files that the authority's process writes; it logs to a file."""

    def __init__(self, listening: conf.Listening) -> None:
        self.log = listening.state / "log"
        super().__init__(listening.state.parent, text=conf.render(listening), port=listening.port)

    def _await(self, word: bytes) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while not self.log.exists() or word not in self.log.read_bytes():
            assert self.is_alive(), "mosquitto did not start"
            assert time.monotonic() < end, "mosquitto does not start"
            time.sleep(0.01)


class Club(Cloud):
    """The cloud with its authority, and a folder for kiosks; everything goes with `close`."""

    def __init__(self, host: str = "localhost") -> None:
        """Kiosks come to this name or address of this machine."""
        self.base, self._host = Path(tempfile.mkdtemp(prefix="bg-club-")), host
        self._listens = "127.0.0.1" if host == "localhost" else "0.0.0.0"
        self.base.chmod(0o711)  # the broker's own user reads below it
        self.gate_port = free_port()
        state, files, user = self.base / "state", self.base / "broker", broker_user()
        for folder in (state, files):
            folder.mkdir()
            shutil.chown(folder, group=user)
        shutil.chown(state, user)
        files.chmod(0o750)
        self._listening = conf.Listening(
            files, state, free_port(), self._listens, free_port(), user=user, log=f"file {state / 'log'}"
        )
        super().__init__(self.base / "cloud", f"mqtts://localhost:{self._listening.cloud_port}")
        self.broker_process = ClubsBroker(self._listening)

    @property
    def environment(self) -> dict[str, str]:
        return (
            super().environment
            | SECRETS
            | {
                "BASHGAH_BROKER_TLS": str(self.base / "cloud-identity"),
                "BASHGAH_BROKER_FILES": str(self._listening.folder),
                "BASHGAH_BROKER_PID": str(self._listening.state / "mosquitto.pid"),
                "BASHGAH_BROKER_PUBLIC": f"mqtts://{self._host}:{self._listening.port}",
                "BASHGAH_GATE_FILES": str(self.base / "gate"),
                "BASHGAH_GATE_HOST": self._listens,
                "BASHGAH_GATE_PORT": str(self.gate_port),
                "BASHGAH_GATE_PUBLIC": f"https://{self._host}:{self.gate_port}",
            }
        )

    @property
    def broker_port(self) -> int:
        """Where kiosks come."""
        return self._listening.port

    def open(self) -> None:
        """Make the club and its authority, and start everything."""
        self.prepare()
        self.say("authority", "init")
        self.start("-m", "cloud", "authority", "run")
        until((self._listening.folder / "acl").exists, "the broker's files")
        until((self.base / "gate" / "certificate.pem").exists, "the gate's certificate")
        self.broker_process.start()
        self.start("-m", "cloud", "gate")
        self.collector()
        self.worker()

    def say(self, *words: str) -> str:
        """One of the cloud's commands; what it printed."""
        command = [sys.executable, "-m", "cloud", *words]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert not done.returncode, done.stderr
        return done.stdout

    def live(self) -> list[str]:
        """The serials of the kiosk's certificates that count."""
        query = f"""SELECT serial FROM fleet_certificate WHERE kiosk_id = '{KIOSK}'
            AND superseded_at IS NULL AND revoked_at IS NULL"""
        return [serial for (serial,) in self.ask(query)]

    def connections(self) -> int:
        """How often the kiosk connected."""
        return self.broker_process.log.read_text("utf-8").count(f" as {KIOSK} (")

    def lists(self, number: str) -> bool:
        """Whether the broker's files name a certificate, by its serial, as one that is taken no more."""
        text = (self._listening.folder / files.REVOKED).read_text("ascii")
        ends = text.replace(_END, f"{_END}\0").split("\0")[:-1]
        found = [x509.load_pem_x509_crl(one.encode()) for one in ends]
        return any(one.get_revoked_certificate_by_serial_number(int(number, 16)) for one in found)

    def device(self, name: str) -> Path:
        """A new device with a kiosk.toml that a token was just issued for; gives the file."""
        folder = self.base / name
        (folder / "data").mkdir(parents=True)
        path = folder / "kiosk.toml"
        self.say("enrol", KIOSK, "--toml", str(path))
        screen = f'[screen]\nwindow = true\ntouches = "{folder / "touches.sock"}"\n'
        own = f'data = "{folder / "data"}"\nclock = "trusted"\n'
        path.write_text(path.read_text("utf-8") + own + screen, "utf-8")
        return path

    def close(self) -> None:
        """End everything and remove it."""
        self.stop()
        self.broker_process.kill()
        shutil.rmtree(self.base, ignore_errors=True)


@contextmanager
def running(host: str = "localhost") -> Iterator[Club]:
    """A club with everything running, to which kiosks come by this name or address."""
    club = Club(host)
    try:
        club.open()
        yield club
    finally:
        club.close()


@contextmanager
def kiosk(process: str, path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """One of a kiosk's processes; what it says is in a file beside its kiosk.toml."""
    with ExitStack() as stack:
        log = stack.enter_context(path.with_name(f"{process}.log").open("ab"))
        running = subprocess.Popen(
            [sys.executable, "-m", "kiosk", process, "--config", str(path)],
            env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def happen(path: Path) -> None:
    """Let something happen at a kiosk: one event in its journal."""
    journal = Journal(path.parent / "data" / "journal.db")
    journal.append([(LanguageChosen(None, "en"), Clock(always_synced).stamp())])
    journal.close()
