"""MQTT spoken by hand over TLS: what the product's own client would never send."""

import socket
import ssl
import warnings
from pathlib import Path

from mqtt.client import Tls

PATIENCE = 20.0
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


class Talker:
    """One connection, MQTT 3.1.1 at QoS 0 and 1; every call is over once the broker has done what it says."""

    def __init__(
        self,
        tls: Tls,
        port: int,
        client_id: str = "talker",
        will: tuple[str, bytes] | None = None,
        *,
        keep_alive: int = 15,
        source: str = "127.0.0.1",
    ) -> None:
        """Connect from an address; `granted` says whether the broker took it. `keep_alive` 0 is for ever."""
        plain = socket.create_connection(("127.0.0.1", port), PATIENCE, (source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context(tls, tls.authorities).wrap_socket(plain, server_hostname="localhost")
        self._socket.settimeout(PATIENCE)
        self._heard: list[tuple[str, bytes]] = []
        flags = 0x02 if will is None else 0x2E  # a clean session; with a will that is retained, at QoS 1
        parts = [client_id.encode(), *([] if will is None else [will[0].encode(), will[1]])]
        body = b"\0\x04MQTT\x04" + bytes((flags, 0, keep_alive)) + b"".join(map(_counted, parts))
        self._send(0x10, body)
        self.granted = self._await(0x20)[1:] == b"\0"

    def subscribe(self, topic: str) -> bool:
        """Whether the broker says that it was granted."""
        self._send(0x82, b"\0\x01" + _counted(topic.encode()) + b"\x01")
        return self._await(0x90)[-1] != 0x80

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """At QoS 1; over when the broker has acknowledged it, whatever it did with it."""
        self._send(0x32 | retain, _counted(topic.encode()) + b"\0\x02" + payload)
        self._await(0x40)

    def heard(self) -> list[tuple[str, bytes]]:
        """All that has arrived, topics and payloads: the broker is asked once more, and keeps the order."""
        self._send(0xC0, b"")
        self._await(0xD0)
        heard, self._heard = self._heard, []
        return heard

    def drop(self) -> None:
        """Break the connection without a goodbye."""
        self._socket.close()

    def _send(self, head: int, body: bytes) -> None:
        size, length = len(body), b""
        while size > 127:
            length, size = length + bytes((size % 128 | 128,)), size // 128
        self._socket.sendall(bytes((head,)) + length + bytes((size,)) + body)

    def _await(self, wanted: int) -> bytes:
        while True:
            head, body = self._packet()
            if head & 0xF0 == 0x30:
                self._keep(head, body)
            elif head & 0xF0 == wanted & 0xF0:
                return body

    def _keep(self, head: int, body: bytes) -> None:
        end = 2 + int.from_bytes(body[:2], "big")
        after = end + 2 if head & 0x06 else end
        self._heard.append((body[2:end].decode(), body[after:]))
        if head & 0x06:
            self._send(0x40, body[end:after])

    def _packet(self) -> tuple[int, bytes]:
        head, size, shift = self._take(1)[0], 0, 0
        while (byte := self._take(1)[0]) & 128:
            size, shift = size | (byte & 127) << shift, shift + 7
        return head, self._take(size | byte << shift)

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            more = self._socket.recv(size - len(taken))
            if not more:
                raise ConnectionError("the broker closed the connection")
            taken += more
        return taken


def _counted(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text
