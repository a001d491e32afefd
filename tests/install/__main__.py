"""`make install-test`: docs/install.md typed into a bare Debian, until head office sees a tap over TLS."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.clock import Stamp
from kiosk.journal import Journal
from mqtt.events import CardTapped
from mqtt.vocabulary import CardKey, VisitId
from tests.faults.world import ROOT
from tests.install.document import Step, packages, steps
from tests.install.machine import Machine, missing

HOST = "club.example.com"
DOCUMENT = ROOT / "docs/install.md"
WITHIN = 60.0
ZONE = ZoneInfo("Asia/Tehran")
"""The store's, as the document has it."""
TOML = 'data = "{data}"\nclock = "trusted"\n'
CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
    *("-days", "90", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
)


class Kiosk:
    """A kiosk beside the host: its real sync, and a journal into which taps are written."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        folder.mkdir()
        self._machine, self._data, self._toml = machine, folder / "data", folder / "kiosk.toml"
        self._log = folder / "sync.log"
        self._sync: subprocess.Popen[bytes] | None = None
        self._visits = 0
        self._data.mkdir()

    def start(self, lines: str) -> None:
        """Begin with what the technician was given."""
        self._toml.write_text(TOML.format(data=self._data) + lines)
        self._toml.chmod(0o600)
        command = self._machine.beside("kiosk", "sync", "--config", str(self._toml))
        with self._log.open("wb") as log:
            self._sync = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    @property
    def is_in(self) -> bool:
        """Whether it has its certificate, and its token is erased."""
        return (self._data / "identity/identity.json").exists() and "token" not in self._toml.read_text()

    @property
    def pid(self) -> int | None:
        """Of its sync, while that runs."""
        return self._sync.pid if self._sync is not None and self._sync.poll() is None else None

    def tap(self) -> None:
        """Somebody lays a card on the reader."""
        self._visits += 1
        tapped = CardTapped(VisitId(f"{self._visits:016x}"), "em4100", (CardKey(f"1:{1:032x}"),), None)
        journal = Journal(self._data / "journal.db")
        journal.append([(tapped, Stamp(time.time(), self._visits, "boot", synced=True))])
        journal.close()

    def log(self) -> str:
        """What its sync said."""
        return self._log.read_text()

    def close(self) -> None:
        """Switch it off."""
        if self._sync is not None:
            self._sync.terminate()
            self._sync.wait()


class Play:
    """The document's steps, and what the world outside of the host does between them."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine, self.folder = machine, folder
        folder.mkdir()
        self.kiosk = Kiosk(machine, folder / "kiosk")
        self.office: subprocess.Popen[str] | None = None
        self.taps: list[date] = []
        self._around: dict[str, Callable[[], None]] = {
            "kiosk": self.enrol, "upgrade": self.new_release, "back": self.tap, "remove": self.gone,
        }  # fmt: skip

    def go(self) -> None:
        """Type everything. Raises AssertionError at the first promise that is not kept."""
        self.release("the first")
        for step in steps(DOCUMENT.read_text("utf-8")):
            self._around.get(step.name, lambda: None)()
            output = self.type(step)
            if "staff add" in step.commands:
                self.come_in(output)
            if step.name in {"kiosk", "upgrade", "back"} or "bashgah restore" in step.commands:
                self.tap()
        self.nothing_is_left()

    def type(self, step: Step) -> str:
        """One block, with a check of what it prints."""
        began = time.monotonic()
        done = self.machine.run(step.commands)
        _say(f"{time.monotonic() - began:5.1f} s  {step.commands.strip().splitlines()[-1][:90]}")
        assert done.returncode == 0, f"{step.commands}\n{done.stdout}"
        assert not step.unkept(done.stdout), (
            f"{step.commands}\n{done.stdout}\nnot printed: {step.unkept(done.stdout)}"
        )
        return done.stdout

    def release(self, mark: str) -> None:
        """HEAD as a file in root's home; `mark` makes one release another."""
        home = self.machine.root / "root"
        file = home / "bashgah.tar"
        subprocess.run(["git", "archive", "--prefix=bashgah/", "-o", str(file), "HEAD"], cwd=ROOT, check=True)
        (self.folder / "bashgah/systemd").mkdir(parents=True, exist_ok=True)
        (self.folder / "bashgah/systemd/release").write_text(mark)
        subprocess.run(
            ["tar", "-C", str(self.folder), "-rf", str(file), "bashgah/systemd/release"], check=True
        )
        subprocess.run(["gzip", "-f", str(file)], check=True)

    def new_release(self) -> None:
        """Another one, and an event that the kiosk keeps meanwhile."""
        self.release("the second")

    def come_in(self, output: str) -> None:
        """Head office signs in with the password that was printed."""
        [password] = re.findall(r"\S{12,}", output.splitlines()[-1])[-1:]
        command = self.machine.beside(
            "tests.install.headquarters", f"https://{HOST}", str(self.machine.root / "root/club.pem"), "farah"
        )
        self.office = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.ask(password) == "in"

    def ask(self, line: str) -> str:
        """A line to head office, and its answer."""
        assert self.office is not None
        assert self.office.stdin is not None
        assert self.office.stdout is not None
        self.office.stdin.write(f"{line}\n")
        self.office.stdin.flush()
        return self.office.stdout.readline().strip()

    def enrol(self) -> None:
        """The technician copies the four lines; the kiosk comes in by itself."""
        self.kiosk.start((self.machine.root / "var/lib/bashgah/vanak-1.toml").read_text())
        _until(lambda: self.kiosk.is_in, f"the kiosk is enrolled: {self.kiosk.log()}")
        self.pid = self.kiosk.pid
        _say("the kiosk is enrolled through the gate")

    def tap(self) -> None:
        """A card is laid; head office sees one tap more, from a kiosk that nobody touched."""
        self.kiosk.tap()
        self.taps.append(_today())
        began = time.monotonic()
        _until(self.are_seen, f"head office sees {self.taps} taps: {self.kiosk.log()}")
        _say(f"tap {len(self.taps)} is seen at head office over HTTPS after {time.monotonic() - began:.1f} s")
        assert self.kiosk.pid == self.pid, "the kiosk was touched"

    def are_seen(self) -> bool:
        """Whether head office sees all taps of the store's present day."""
        if _today() not in self.taps:  # a day has begun in which nobody has tapped
            self.kiosk.tap()
            self.taps.append(_today())
        return self.ask("taps") == str(self.taps.count(_today()))

    def gone(self) -> None:
        """Before it is removed, what must hold while it runs."""
        assert self.machine.run("systemctl --failed --no-legend").stdout.strip() == ""
        for path in ("/metrics", "/static/../etc/passwd"):
            done = self.machine.run(
                f"curl -sko /dev/null -w '%{{http_code}}' --path-as-is https://{HOST}{path}"
            )
            assert done.stdout in {"404", "400"}, (path, done.stdout)
        for user in ("web", "gate", "collector", "worker"):
            script = f"setpriv --reuid=bashgah-{user} --regid=bashgah-{user} --init-groups"
            for path in ("/var/lib/bashgah-authority", "/etc/bashgah/authority.env"):
                assert self.machine.run(f"{script} cat {path}/* {path}").returncode, f"{user} reads {path}"

    def nothing_is_left(self) -> None:
        """After it was removed."""
        done = self.machine.run("ls -d /opt/bashgah /etc/bashgah /var/lib/bashgah* 2>/dev/null || true")
        assert done.stdout.strip() == ""

    def close(self) -> None:
        """End what was started."""
        self.kiosk.close()
        if self.office is not None:
            self.office.kill()
            self.office.wait()


def main() -> int:
    """Exit code: 0 it works as written, 1 it does not, 2 it cannot be tried here."""
    if why := missing():
        print(f"install-test: {why}", file=sys.stderr)
        return 2
    text = DOCUMENT.read_text("utf-8")
    _say("making the bare root, or taking the one from before")
    machine = Machine(packages(text), [HOST, "club"])
    play = Play(machine, machine.root.with_name(f"{machine.root.name}.beside"))
    return _played(play, machine)


def _played(play: Play, machine: Machine) -> int:
    keep = bool(os.environ.get("KEEP"))
    try:
        home = machine.root / "root"
        subprocess.run(
            [*CERTIFICATE, "-keyout", home / "club.key", "-out", home / "club.pem"],
            check=True,
            capture_output=True,
        )
        machine.boot()
        # the operator's certificate is of an authority that everybody trusts
        machine.run("cp club.pem /usr/local/share/ca-certificates/club.crt && update-ca-certificates")
        play.go()
    except AssertionError as error:
        print(f"install-test: {error}", file=sys.stderr)
        return 1
    finally:
        play.close()
        machine.close(keep=keep)
        if not keep:
            shutil.rmtree(play.folder, ignore_errors=True)
    _say("everything is as docs/install.md says")
    return 0


def _today() -> date:
    return datetime.now(ZONE).date()


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN
    while not true():
        assert time.monotonic() < end, f"not within {WITHIN:.0f} s: {what}"
        time.sleep(0.2)


def _say(line: str) -> None:
    print(f"install-test: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
