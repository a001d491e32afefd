"""A publisher that costs next to nothing: MQTT 3.1.1 packets made beforehand, sent as fast as they go."""

import socket
import ssl
import struct
from collections.abc import Sequence
from contextlib import ExitStack

from tests.cloud.kiosks import Sent

CONNECT, PUBLISH_QOS1 = 0x10, 0x32
CLEAN = 2
PUBACK_BYTES = 4
AT_ONCE = 100
"""Packets handed to the kernel in one call."""
WINDOW = 2000
"""Packets that may be unacknowledged; the same for whoever receives."""


def publish(port: int, messages: Sequence[Sent], tls: ssl.SSLContext | None = None) -> None:
    """Publish at QoS 1 until the broker has acknowledged all."""
    with ExitStack() as stack:
        wire = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            wire = stack.enter_context(tls.wrap_socket(wire, server_hostname="localhost"))
        wire.sendall(
            _packet(CONNECT, _text("MQTT") + bytes([4, CLEAN]) + struct.pack(">H", 0) + _text("bench"))
        )
        wire.recv(4)
        _send(wire, [_publish(n % 65535 + 1, message) for n, message in enumerate(messages)])


def _send(wire: socket.socket, packets: Sequence[bytes]) -> None:
    sent, acknowledged, rest = 0, 0, 0
    while acknowledged < len(packets):
        if sent < len(packets) and sent - acknowledged < WINDOW:
            wire.sendall(b"".join(packets[sent : sent + AT_ONCE]))
            sent += len(packets[sent : sent + AT_ONCE])
            continue
        got = wire.recv(65536)
        assert got, "the broker closed the connection"
        whole, rest = divmod(rest + len(got), PUBACK_BYTES)
        acknowledged += whole


def _publish(mid: int, message: Sent) -> bytes:
    return _packet(PUBLISH_QOS1, _text(message.topic) + struct.pack(">H", mid) + message.payload)


def _packet(first: int, body: bytes) -> bytes:
    length, size = b"", len(body)
    while True:
        size, digit = size >> 7, size & 127
        length += bytes([digit | (128 if size else 0)])
        if not size:
            return bytes([first]) + length + body


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()
