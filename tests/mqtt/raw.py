"""MQTT spoken by hand over TLS: what the product's own client would never send."""

import socket
import ssl
import warnings
from pathlib import Path

from mqtt.client import Tls

PATIENCE = 5.0
GRANTED, NO_NAME = b"\x20\x02\x00\x00", b"\x20\x02\x00\x04"
"""CONNACKs of MQTT 3.1.1: accepted, and bad user name or password."""


def context(
    tls: Tls | None, trusted: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLContext:
    """A client's, with a certificate or without one, of TLS up to `newest`, however old."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(trusted)
    if tls is not None:
        made.load_cert_chain(tls.certificate, tls.key)
    if newest < ssl.TLSVersion.TLSv1_2:
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = made.maximum_version = newest
    return made


def connect_packet(client_id: str, keep_alive: int = 15) -> bytes:
    """CONNECT of MQTT 3.1.1 with a clean session."""
    body = b"\0\x04MQTT\x04\x02" + keep_alive.to_bytes(2, "big")
    body += len(client_id).to_bytes(2, "big") + client_id.encode()
    return bytes((0x10, len(body))) + body


def answer(
    made: ssl.SSLContext, port: int, client_id: str = "stranger", session: ssl.SSLSession | None = None
) -> bytes | str:
    """What a broker answers to a CONNECT: its CONNACK, or why TLS failed; both ends let go of it."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
            made.wrap_socket(plain, server_hostname="localhost", session=session) as secure,
        ):
            secure.sendall(connect_packet(client_id))
            return secure.recv(4)
    except OSError as error:
        return getattr(error, "reason", None) or type(error).__name__


def session(made: ssl.SSLContext, port: int) -> ssl.SSLSession:
    """What a broker that has let somebody in gives him for coming back faster (RFC 8446, section 2.2)."""
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        made.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(connect_packet("stranger"))
        assert secure.recv(4) == GRANTED
        found = secure.session
    assert found is not None
    return found


def plain_answer(port: int) -> bytes:
    """What a broker answers to a CONNECT without TLS: nothing at all where it wants TLS."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as plain:
            plain.sendall(connect_packet("stranger"))
            return plain.recv(4)
    except ConnectionError:
        return b""
