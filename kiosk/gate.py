"""Talking to the club's gate: one HTTPS request at a time, with an end to everything (RFC 9110, RFC 8446).

Of what the other end says nothing is taken on trust: not its length, not its pace, not where it points to.
"""

import http.client
import io
import socket
import ssl
import time
from typing import Final, cast

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from kiosk.addresses import Gate
from kiosk.errors import KioskError
from kiosk.progress import OwnReason, Reason
from mqtt import enrolment
from mqtt.enrolment import AUTHORITY, ENROL, RENEW, Enrol, Enrolled, Refused, Renew, Wait
from mqtt.vocabulary import BadMessage

CONNECT: Final = 10.0
"""Seconds for each of the host's addresses."""
WITHIN: Final = 30.0
"""Seconds from the connection to the last byte of the answer."""
MOST: Final = 4 * enrolment.LARGEST + 16 * 1024
"""Bytes of an answer, its head included."""
_OK, _ACCEPTED = 200, 202
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_HOST, _OTHER_ADDRESS = 62, 64
"""What OpenSSL finds wrong with a certificate (openssl-verification-options(1), X509_V_ERR_...)."""


class GateError(KioskError, OSError):
    """The gate did not give what was asked for; `reason` for programs, the text for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """`detail` says in English what to do."""
        super().__init__(detail)
        self.reason: Reason = reason


def authority(gate: Gate, fingerprint: str, within: float = WITHIN) -> x509.Certificate:
    """The authority's certificate that has this fingerprint, whoever hands it over. Raises GateError."""
    status, body = _exchange(gate, _unverified(), _request(gate, "GET", AUTHORITY), within)
    if status != _OK:
        raise _bad(f"it answers {status} to {AUTHORITY}")
    try:
        found = x509.load_pem_x509_certificates(body)
    except ValueError:
        raise _bad(f"what it has at {AUTHORITY} is no certificate") from None
    prints = {certificate.fingerprint(hashes.SHA256()).hex(): certificate for certificate in found}
    if fingerprint not in prints:
        raise GateError(
            "wrong-authority",
            f"the authority at {gate.host} has the fingerprint {', '.join(prints)}; compare `authority` in "
            "kiosk.toml with what head office sees",
        )
    return prints[fingerprint]


def pem(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def ask(gate: Gate, trusted: str, question: Enrol | Renew, within: float = WITHIN) -> Enrolled | Wait:
    """Enrol or renew, with a server of the `trusted` authorities (PEM) only. Raises GateError."""
    path = ENROL if isinstance(question, Enrol) else RENEW
    request = _request(gate, "POST", path, msgspec.json.encode(question))
    status, body = _exchange(gate, _verified(trusted), request, within)
    try:
        if status == _OK:
            return enrolment.decode(body, Enrolled)
        if status == _ACCEPTED:
            return enrolment.decode(body, Wait)
        refused = enrolment.decode(body, Refused)
    except BadMessage:
        raise _bad(f"it answers {status} with what no gate says") from None
    raise GateError(refused.reason, printable(refused.detail) or refused.reason)


def printable(text: str, most: int = 300) -> str:
    """A text from outside, fit for a log and a screen: one line, and not too long."""
    return "".join(c if c.isprintable() else " " for c in text[:most]).strip()


def _verified(trusted: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cadata=trusted)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unverified() -> ssl.SSLContext:
    """Whoever it is: only something whose fingerprint is known is fetched in this way."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _request(gate: Gate, method: str, path: str, body: bytes = b"") -> bytes:
    host = f"[{gate.host}]" if ":" in gate.host else gate.host.encode("idna").decode("ascii")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}:{gate.port}", "Connection: close"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _exchange(gate: Gate, context: ssl.SSLContext, request: bytes, within: float) -> tuple[int, bytes]:
    try:
        with socket.create_connection(gate, min(CONNECT, within)) as plain:
            return _parsed(_talk(plain, context, gate, request, within))
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(gate, error) from None
    except TimeoutError:
        raise GateError("no-network", f"no whole answer from {gate.host}:{gate.port} in time") from None
    except ssl.SSLError as error:
        raise _bad(f"it does not speak TLS as a gate does ({error.reason or 'cut off'})") from None
    except http.client.HTTPException as error:
        raise _bad(f"its answer is not HTTP, or not whole ({type(error).__name__})") from None
    except GateError:
        raise
    except OSError as error:
        raise GateError("no-network", f"{gate.host}:{gate.port}: {error.strerror or error}") from None


def _talk(plain: socket.socket, context: ssl.SSLContext, gate: Gate, request: bytes, within: float) -> bytes:
    end, heard = time.monotonic() + within, b""
    plain.settimeout(within)
    with context.wrap_socket(plain, server_hostname=gate.host) as secure:
        secure.settimeout(_left(end))
        secure.sendall(request)
        while len(heard) <= MOST:
            secure.settimeout(_left(end))
            more = secure.recv(16 * 1024)
            if not more:
                return heard
            heard += more
    raise _bad("its answer has no end")


def _left(end: float) -> float:
    """Seconds until then; a socket's own time-out would begin anew with each byte."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _parsed(heard: bytes) -> tuple[int, bytes]:
    response = http.client.HTTPResponse(cast("socket.socket", _Heard(heard)))
    response.begin()
    if 300 <= response.status < 400:  # noqa: PLR2004 - RFC 9110, 15.4
        raise _bad(f"it points elsewhere ({response.status}), where no token is sent")
    return response.status, response.read()


class _Heard:
    """What was heard, as http.client reads it."""

    def __init__(self, heard: bytes) -> None:
        self._heard = heard

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._heard)


def _untrusted(gate: Gate, error: ssl.SSLCertVerificationError) -> GateError:
    code = error.verify_code
    if code in {_OTHER_HOST, _OTHER_ADDRESS}:
        return GateError("wrong-name", f"the server's certificate is not for {gate.host}, as `cloud` says")
    if code in {_NOT_YET_VALID, _EXPIRED}:
        when = "not valid yet" if code == _NOT_YET_VALID else "no longer valid"
        return GateError("clock", f"the server's certificate is {when} by this kiosk's clock")
    return GateError(
        "wrong-authority", f"the server at {gate.host} is not of the authority that kiosk.toml names"
    )


def _bad(what: str) -> GateError:
    reason: OwnReason = "bad-answer"
    return GateError(reason, f"whoever answers at `cloud` is no gate: {what}")
