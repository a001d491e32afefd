"""A gate for the kiosk's tests: honest, small, and with a switch for everything that can be wrong with one.

A token is bound to the first key that uses it, as the club's own gate binds it.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cloud.fleet.authority.certificates import (
    Issuer,
    Whom,
    certify,
    fingerprint,
    key_hash,
    new_authority,
    new_key,
    pem,
)
from mqtt import enrolment
from mqtt.enrolment import Enrol, Enrolled, Key, Refused, Renew, Wait
from tests.mqtt.pki import Issued

TOKEN = "abcde-fghij-klmno-pqrst-uv234"
STORE, KIOSK = "tajrish", "tajrish-1"
CLUB_KEY = "00112233445566778899aabbccddeeff"
Answer = Enrolled | Wait | Refused
STATUS: dict[type[object], int] = {Enrolled: 200, Wait: 202, Refused: 403}


def server_of(issuer: Issuer, host: str = "127.0.0.1", now: datetime | None = None) -> Issued:
    """A gate's certificate and key."""
    key = new_key()
    whom = Whom("gate", "gate.club", key.public_key(), (host,))
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Issued(pem(certify(issuer, whom, now or datetime.now(UTC))), text)


@dataclass
class Club:
    """The authority and what it remembers; `answers` come first, before its own."""

    issuer: Issuer = field(default_factory=lambda: new_authority(datetime.now(UTC)))
    tokens: dict[str, str | None] = field(default_factory=lambda: {TOKEN: None})
    """By token, the key that used it."""
    live: dict[str, str] = field(default_factory=dict)
    """By key, its certificate."""
    answers: list[Answer] = field(default_factory=list)
    asked: list[Enrol | Renew] = field(default_factory=list)
    broker: str = "mqtts://127.0.0.1:8883"
    group: str = "tehran"
    enrolled: Callable[[Enrolled], Enrolled] = lambda answer: answer

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.issuer.certificate)

    def enrol(self, body: bytes) -> Answer:
        question = enrolment.decode(body, Enrol)
        self.asked.append(question)
        if self.answers:
            return self.answers.pop(0)
        key = _key(question)
        name = key_hash(key)
        if question.token not in self.tokens:
            return Refused("token-unknown", "issue another")
        if self.tokens[question.token] not in {None, name}:
            return Refused("token-used", "issue another")
        self.tokens[question.token] = name
        if name not in self.live:
            self.live[name] = self.certificate(key)
        return self._answer(self.live[name])

    def renew(self, body: bytes) -> Answer:
        question = enrolment.decode(body, Renew)
        self.asked.append(question)
        if self.answers:
            return self.answers.pop(0)
        return self._answer(self.certificate(_key(question)))

    def certificate(self, key: ec.EllipticCurvePublicKey) -> str:
        """One for the kiosk and this key."""
        return pem(certify(self.issuer, Whom("kiosk", KIOSK, key), datetime.now(UTC)))

    def _answer(self, certificate: str) -> Enrolled:
        return self.enrolled(
            Enrolled(
                kiosk=KIOSK,
                store=STORE,
                group=self.group,
                broker=self.broker,
                certificate=certificate,
                authorities=pem(self.issuer.certificate),
                catalogue_key="0" * 64,
                club_keys=(Key("1", CLUB_KEY),),
            )
        )


def _key(question: Enrol | Renew) -> ec.EllipticCurvePublicKey:
    request = x509.load_pem_x509_csr(question.request.encode())
    assert request.is_signature_valid
    return cast("ec.EllipticCurvePublicKey", request.public_key())


def handler(club: Club) -> type[BaseHTTPRequestHandler]:
    """What answers for a club."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say(200 if self.path == enrolment.AUTHORITY else 404, pem(club.issuer.certificate).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = {enrolment.ENROL: club.enrol, enrolment.RENEW: club.renew}[self.path](body)
            self.say(STATUS[type(answer)], msgspec.json.encode(answer))

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    return Handler


class Server(ThreadingHTTPServer):
    """Whose clients may go away in the middle: a kiosk that is told too much does."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """That is no news."""


@contextmanager
def serving(handles: type[BaseHTTPRequestHandler], server: Issued | None, folder: Path) -> Iterator[str]:
    """An HTTPS server on a free port, plain HTTP without a certificate; gives its address."""
    with Server(("127.0.0.1", 0), handles) as listening:
        if server is not None:
            file = folder / "server.pem"
            file.write_text(server.certificate + server.key)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
            listening.socket = context.wrap_socket(
                listening.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
            thread.join()


def write_toml(folder: Path, cloud: str, authority: str, token: str = TOKEN) -> Path:
    """A kiosk.toml to be enrolled with, with comments and a section."""
    path = folder / "kiosk.toml"
    path.write_text(
        f'# of this shop\r\nstore = "{STORE}"\r\ncloud = "{cloud}"\r\nauthority = "{authority}"\r\n'
        f'token = "{token}"  # from head office\r\ndata = "{folder / "data"}"\r\n'
        "\r\n[screen]\r\ninches = 10\r\n",
        "utf-8",
        newline="",
    )
    (folder / "data").mkdir(exist_ok=True)
    return path
