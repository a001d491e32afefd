"""The authority and the gate as they run for real, on a database of their own, and devices that ask."""

import hashlib
import json
import ssl
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from itertools import count
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.cloud.authority.asking import request
from tests.cloud.processes import ROOT, Cloud, wait_for
from tests.mqtt.ports import free_port

SECRET = "a passphrase of some length"
CLUB_KEY = f"1:{'5a' * 16}"
BROKER = "mqtts://broker.example:8883"
Said = dict[str, Any]
_addresses = count(2)


def stamp(moment: datetime) -> str:
    """As both databases read it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" + "+00:00"


class House(Cloud):
    """Starts the two processes, and asks the gate over TLS as a kiosk does."""

    def __init__(self, folder: Path, database: str | None = None, **environment: str) -> None:
        super().__init__(folder / "cloud", environment.get("BASHGAH_BROKER", "mqtt://127.0.0.1:1"), database)
        self.folder, self.data = folder, folder / "cloud"
        self.port = free_port()
        self._more = environment
        self._kiosks = count(1)
        (folder / "cloud").mkdir()
        self.prepare()

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "BASHGAH_AUTHORITY_SECRET": SECRET,
            "BASHGAH_CLUB_KEY": CLUB_KEY,
            "BASHGAH_BROKER_PUBLIC": BROKER,
            "BASHGAH_GATE_PORT": str(self.port),
            "BASHGAH_GATE_PUBLIC": f"https://localhost:{self.port}",
            **self._more,
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of the cloud's commands to its end."""
        program = [sys.executable, "-m", "cloud", *words]
        return subprocess.run(
            program, check=False, env=self.environment, cwd=ROOT, capture_output=True, text=True
        )

    def done(self, *words: str) -> str:
        """What a command prints that does what it is to do."""
        ended = self.command(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    def refused(self, *words: str) -> str:
        """Why a command does not do it."""
        ended = self.command(*words)
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        return ended.stderr

    def authority(self) -> subprocess.Popen[str]:
        """The authority's process, once it has written the broker's files anew."""
        self.broker_file("acl").unlink(missing_ok=True)
        self._authority = self.start("-m", "cloud", "authority", "run")
        wait_for(self.broker_file("acl").exists, "the authority writes the broker's files")
        return self._authority

    def gate(self) -> subprocess.Popen[str]:
        """The gate's process, once it answers."""
        process = self.start("-m", "cloud", "gate")
        wait_for(self._answers, "the gate answers")
        return process

    def open(self) -> "House":
        """Make the authority, and start both."""
        self.fingerprint = self.done("authority", "init")
        self.authority()
        self.gate()
        return self

    def ended(self) -> str:
        """End all; what they have logged."""
        for process in self._running:
            process.terminate()
        return "".join(process.communicate()[1] for process in self._running)

    def end_authority(self) -> None:
        """Kill it, as by a power cut."""
        self._authority.kill()
        self._authority.wait()

    def broker_file(self, name: str) -> Path:
        return Path(self._more.get("BASHGAH_BROKER_FILES", self.data / "broker")) / name

    def fetched(self) -> str:
        """The authority's certificate as the gate gives it to anybody."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with closing(HTTPSConnection("localhost", self.port, context=context, timeout=20)) as asked:
            asked.request("GET", "/authority.pem")
            return asked.getresponse().read().decode()

    def trusting(self) -> ssl.SSLContext:
        """What a device trusts that was told the authority's fingerprint, and nobody else."""
        pem = self.fetched()
        der = ssl.PEM_cert_to_DER_cert(pem)
        assert hashlib.sha256(der).hexdigest() == self.fingerprint
        return ssl.create_default_context(cadata=pem)

    def post(self, path: str, body: bytes, source: str = "") -> tuple[int, Said]:
        """Ask the gate, from another address of this machine each time; the status and what is said."""
        source = source or f"127.0.{next(_addresses)}.1"
        asked = HTTPSConnection(
            "127.0.0.1", self.port, context=self.trusting(), timeout=20, source_address=(source, 0)
        )
        with closing(asked):
            asked.request("POST", path, body, {"Content-Type": "application/json"})
            answer = asked.getresponse()
            said: Said = json.loads(answer.read() or b"{}")
            return answer.status, said

    def kiosk(self, store: str = "vanak") -> str:
        """A new kiosk of a store."""
        name = f"new-{next(self._kiosks)}"
        self.run(f"INSERT INTO fleet_kiosk (id, store_id) VALUES ('{name}', '{store}')")
        return name

    def token(self, kiosk: str, store: str = "vanak", hours: float = 72, withdrawn: str = "NULL") -> str:
        """A token of that kiosk's; it is not unguessable."""
        text = f"aaaaa-bbbbb-ccccc-ddddd-{hashlib.sha256(kiosk.encode()).hexdigest()[:5]}"
        text = text.translate(str.maketrans("0189", "xyzt"))
        digest, now = hashlib.sha256(text.encode()).hexdigest(), datetime.now(UTC)
        self.run(
            "INSERT INTO fleet_enrolmenttoken (hash, kiosk_id, store_id, made_by, made_at, expires_at,"
            f" key_hash, withdrawn_at) VALUES ('{digest}', '{kiosk}', '{store}', 'test', '{stamp(now)}',"
            f" '{stamp(now + timedelta(hours=hours))}', '', {withdrawn})"
        )
        return text

    def enrolled(self, store: str = "vanak") -> "Device":
        """A device that became a new kiosk."""
        device = Device(self, self.kiosk(store), store)
        status, said = device.enrol(self.token(device.kiosk, store))
        assert status == 200, said
        return device

    def live(self, kiosk: str) -> list[tuple[str, str]]:
        """The certificates of a kiosk that count: serial and hash of the key."""
        return self.ask(
            "SELECT serial, key_hash FROM fleet_certificate"
            f" WHERE name = '{kiosk}' AND superseded_at IS NULL AND revoked_at IS NULL"
        )

    def refusals(self, reason: str) -> int:
        """How many were counted for a reason."""
        rows = self.ask(f"SELECT count FROM fleet_refusal WHERE reason = '{reason}'")
        return sum(row[0] for row in rows)

    def _answers(self) -> bool:
        try:
            return bool(self.fetched())
        except (OSError, HTTPException):
            return False


class Device:
    """A kiosk's side: it keeps its key and what it was given last."""

    def __init__(self, house: House, kiosk: str, store: str = "vanak") -> None:
        self.house, self.kiosk, self.store = house, kiosk, store
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.given: Said = {}

    @cached_property
    def request(self) -> str:
        """Made once: a signature is another one each time."""
        return request(self.key, self.kiosk)

    @property
    def private(self) -> str:
        """The key as it lies on its disk."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def serial(self) -> str:
        certificate = x509.load_pem_x509_certificate(self.given["certificate"].encode())
        assert certificate.public_key() == self.key.public_key()
        return f"{certificate.serial_number:x}"

    def enrol(self, token: str, request: str = "", store: str = "") -> tuple[int, Said]:
        body = {"store": store or self.store, "token": token, "request": request or self.request}
        return self._asked("/enrolment", body)

    def renew(self, certificate: str = "", request: str = "") -> tuple[int, Said]:
        body = {"certificate": certificate or self.given["certificate"], "request": request or self.request}
        return self._asked("/renewal", body)

    def _asked(self, path: str, body: dict[str, str]) -> tuple[int, Said]:
        status, said = self.house.post(path, json.dumps(body).encode())
        if status == 200:
            self.given = said
        return status, said
