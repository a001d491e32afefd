"""A real Mosquitto as production has it: mutual TLS, access rules, certificate lists, reloaded by SIGHUP."""

import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from cloud.fleet.brokering import conf, files
from cloud.fleet.brokering.rules import acl
from mqtt.client import Tls
from mqtt.identity import CLOUD
from mqtt.vocabulary import GroupId, KioskId
from tests.mqtt import raw
from tests.mqtt.broker import STARTS_WITHIN, Broker
from tests.mqtt.pki import Authority, Issued
from tests.mqtt.ports import free_port

RELOADS_WITHIN = 10.0


def broker_user() -> str:
    """To whom a broker that this process starts can drop: itself, or, for root, the broker's own user."""
    if os.getuid():
        return pwd.getpwuid(os.getuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "mosquitto" if "mosquitto" in names else "nobody"


class SecureBroker(Broker):
    """One with files of its own, in a folder that only it and its group may read; all goes with `close`."""

    def __init__(
        self,
        kiosks: Iterable[tuple[str, str]] = (),
        readers: Iterable[str] = (),
        authority: Authority | None = None,
        *,
        revoked: Iterable[str] = (),
    ) -> None:
        """`kiosks` are ids with their groups. The `revoked` may do nothing; their certificates are good."""
        self.authority = authority or Authority()
        self._base = Path(tempfile.mkdtemp(prefix="bg-broker-"))
        self._files, self._state = self._base / "files", self._base / "state"
        self._made = 0
        self._known: dict[str, Tls] = {}
        self._kiosks = [(KioskId(kiosk), GroupId(group)) for kiosk, group in kiosks]
        rules = acl(self._kiosks, map(KioskId, revoked), readers)
        server = self.authority.server()
        self.material = files.Material(
            rules, self.authority.pem, self.authority.revoking(), server.certificate, server.key
        )
        self._give_to(user := broker_user())
        listening = conf.Listening(
            self._files,
            self._state,
            free_port(),
            "127.0.0.1",
            free_port(),
            user=user,
            log=f"file {self.log}",
        )
        super().__init__(self._base, text=conf.render(listening), port=listening.port)
        self.url = f"mqtts://localhost:{listening.port}"
        self.cloud_port = listening.cloud_port
        self.cloud_url = f"mqtts://localhost:{listening.cloud_port}"
        files.write(self._files, self.material)

    @property
    def log(self) -> Path:
        """What it says."""
        return self._state / "log"

    @property
    def folder(self) -> Path:
        """Where its files lie, for somebody else to write them."""
        return self._files

    @property
    def pid_file(self) -> Path:
        """Where it writes its process id."""
        return self._state / "mosquitto.pid"

    @cached_property
    def cloud(self) -> Tls:
        """The cloud's identity."""
        return self.identity(CLOUD)

    def identity(self, name: str) -> Tls:
        """Files of a new and valid certificate for this name."""
        return self.files_of(self.authority.issue(name))

    def identity_once(self, name: str) -> Tls:
        """The same certificate for the same name."""
        if name not in self._known:
            self._known[name] = self.identity(name)
        return self._known[name]

    def files_of(self, issued: Issued) -> Tls:
        """A client's files, which trust this broker's authorities."""
        self._made += 1
        return issued.files(self._base / f"client-{self._made}", self.material.authorities)

    def files_again(self, issued: Issued) -> Tls:
        """The same, in the place of the last such ones: for somebody who reads them at once."""
        return issued.files(self._base / "client", self.material.authorities)

    def change(self, **texts: str) -> None:
        """Write other material (`files.Material`'s fields) and have it reloaded; back once that is done."""
        self.put(**texts)
        self.reload()

    def put(self, **texts: str) -> None:
        """Write other material, which the broker does not know of yet."""
        self.material = replace(self.material, **texts)
        assert files.write(self._files, self.material)

    def resident(self) -> int:
        """Bytes of memory that the broker's process holds (proc(5), VmRSS)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def reload(self) -> None:
        """SIGHUP; back once it is over: until then the broker answers nobody, and forgets another signal."""
        before, end = self._reloads(), time.monotonic() + RELOADS_WITHIN
        self._signal(signal.SIGHUP)
        while self._reloads() == before:
            assert time.monotonic() < end, f"not reloaded: {self.log.read_text()}"
            time.sleep(0.01)
        raw.answer(raw.context(None, self.cloud.authorities), self.cloud_port)

    def close(self) -> None:
        """End it and remove its files."""
        self.kill()
        shutil.rmtree(self._base, ignore_errors=True)

    def _reloads(self) -> int:
        return self.log.read_text("utf-8", "replace").count("Reloading config")

    def _give_to(self, user: str) -> None:
        entry = pwd.getpwnam(user)
        self._base.chmod(0o711)
        for folder in (self._files, self._state):
            folder.mkdir()
        os.chown(self._files, -1, entry.pw_gid)
        self._files.chmod(0o750)
        os.chown(self._state, entry.pw_uid, entry.pw_gid)

    def _await(self, word: bytes) -> None:
        end = time.monotonic() + STARTS_WITHIN
        while not self.log.exists() or word not in self.log.read_bytes():
            assert self.is_alive(), f"mosquitto did not start: {self._said()}"
            assert time.monotonic() < end, f"mosquitto does not start: {self._said()}"
            time.sleep(0.01)

    def _said(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else "nothing"
