"""The only importer of paho: one connection to the broker, driven by its owner's own loop.

There is no thread: `step` does the reading, the writing, the keep-alive and the reconnecting, and gives
back what arrived. So nothing is ever called back under a lock of paho's.
"""

import logging
import random
import select
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from mqtt.tls import BadIdentity as BadIdentity  # noqa: PLC0414 - where a Link is, its identity is looked for
from mqtt.tls import Tls as Tls  # noqa: PLC0414
from mqtt.vocabulary import WireError

CONNECT_TIMEOUT = 2.0
"""Seconds that connecting may block for each address of the broker, after its name is looked up."""
KEEP_ALIVE = 15
"""Seconds of silence after which the two ends ping; a half-open connection is found within twice that."""
FIRST_RETRY, LAST_RETRY = 0.2, 15.0
"""Seconds between attempts to connect: doubled each time, with jitter."""
AGAIN = 5.0
"""Seconds from one connection to the next at least, with jitter: two ends with one name would else throw
each other out many times a second."""
READS = 200
"""Packets taken from the socket in one step."""
READ_BYTES = 8 * 1024 * 1024
"""Bytes of messages after which no more packets are taken in a step."""


PORTS = {"mqtt": 1883, "mqtts": 8883}
"""By a URL's scheme; `mqtts` is MQTT over TLS (IANA, secure-mqtt)."""


class BadBroker(WireError, ValueError):
    """A broker's URL is neither `mqtt://host[:port]` nor `mqtts://host[:port]`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `session` is the connection that it came on: only there can it be acknowledged."""

    topic: str
    payload: bytes
    qos: int
    mid: int
    session: int
    retained: bool = False


class Address(NamedTuple):
    """Where a broker listens, and whether it is spoken to over TLS."""

    host: str
    port: int
    secure: bool


def parse_broker(url: str) -> Address:
    """What `mqtt://host[:port]` or `mqtts://host[:port]` says; BadBroker for anything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", PORTS.get(parts.scheme) if parts.port is None else parts.port
        host.encode("idna")
    except ValueError as error:
        raise BadBroker(
            f"a broker is mqtt://host[:port] or mqtts://host[:port], not {url!r}: {error}"
        ) from None
    rest = (parts.username, parts.path, parts.query, parts.fragment)
    if parts.scheme not in PORTS or not host or not port or any(rest):
        raise BadBroker(f"a broker is mqtt://host[:port] or mqtts://host[:port], not {url!r}")
    return Address(host, port, parts.scheme == "mqtts")


class Link:
    """A connection with clean sessions that is made again whenever it is lost (MQTT 3.1.1).

    Messages are acknowledged to the broker only by `done`. After every `step`, `session` tells whether
    the connection is a new one: then subscriptions have been renewed and what was sent may be lost.
    """

    def __init__(  # noqa: PLR0913 - what a connection is made of
        self,
        broker: str,
        client_id: str,
        topics: Sequence[str],
        will: tuple[str, bytes] | None = None,
        keep_alive: int = KEEP_ALIVE,
        *,
        tls: Tls | None = None,
    ) -> None:
        """Prepare; the first `step` connects. `topics` are subscribed at QoS 1 on every connection.

        `will`, a topic and a payload, is retained there once this end is gone, whichever way it goes.
        `keep_alive` is in seconds. `tls` is needed for `mqtts://`, and its files are read anew for every
        connection. Raises BadBroker where one is there without the other.
        """
        self._address, self._tls = parse_broker(broker), tls
        if self._address.secure != (tls is not None):
            raise BadBroker(f"{broker}: mqtts:// and an identity for TLS belong together")
        self._client_id, self._will, self._keep_alive = client_id, will, keep_alive
        self._topics = dict.fromkeys(topics)
        self._arrived: list[Message] = []
        self._arrived_bytes = 0
        self._retry, self._next_try = FIRST_RETRY, 0.0
        self.session = 0
        self.connected = False
        self.trouble = ""
        """Why the last attempt to connect failed, or the last connection did; empty once there is one."""
        self._log = logging.Logger("mqtt.client", logging.ERROR)  # noqa: LOG001 - one for each link, in no tree
        self._log.addHandler(_Troubles(self))
        self._paho = self._client()

    def step(self, timeout: float, wakes: Sequence[int] = ()) -> list[Message]:
        """Do what is to be done, waiting `timeout` seconds at most for the network or a readable `wakes`."""
        if self._paho.socket() is None and not self._reconnect():
            select.select(wakes, [], [], max(0.0, min(timeout, self._next_try - time.monotonic())))
            return self._take()
        # a broker that refuses a certificate may have closed the connection before it is once turned to
        if self._paho.socket() is not None:
            self._turn(timeout, wakes)
        return self._take()

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        """Hand a message to the network; False if there is no connection. Nothing is queued for later."""
        if not self.connected:
            return False
        return self._paho.publish(topic, payload, qos, retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def done(self, message: Message) -> None:
        """Acknowledge a message to the broker (PUBACK), unless its connection is gone."""
        if message.qos and message.session == self.session and self.connected:
            self._paho.ack(message.mid, message.qos)

    def subscribe(self, topics: Sequence[str]) -> None:
        """Read these topics too, at QoS 1, on this connection and on every later one."""
        self._topics |= dict.fromkeys(topics)
        if self.connected:
            self._ask_for(topics)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Read these topics no more. What is on its way may still arrive."""
        gone = [topic for topic in topics if topic in self._topics]
        for topic in gone:
            del self._topics[topic]
        if gone and self.connected:
            self._paho.unsubscribe(gone)

    def flush(self, timeout: float = 1.0) -> None:
        """Send what is still waiting to be sent."""
        end = time.monotonic() + timeout
        while self._paho.want_write() and self._paho.socket() is not None and time.monotonic() < end:
            self._turn(0.05, ())

    def renew(self) -> None:
        """Connect again, with TLS's files as they are now; a goodbye keeps the will from being told."""
        self._leave()
        self._next_try = 0.0

    def hang_up(self, seconds: float) -> None:
        """Break the connection, and make the next not before `seconds` from now."""
        self._drop()
        self._next_try = time.monotonic() + seconds

    def close(self) -> None:
        """Send what is waiting, say goodbye, let go."""
        if self._will is not None:
            self.publish(*self._will, retain=True)  # a broker that hears a goodbye drops the will
        self._leave()

    def _leave(self) -> None:
        self.flush()
        self._paho.disconnect()
        self.flush()
        self._drop()

    def _client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if self._will is not None:
            client.will_set(*self._will, qos=1, retain=True)
        client.connect_timeout = CONNECT_TIMEOUT
        # with a limit paho holds messages back and calls them sent; the sender bounds what is unanswered
        client.max_inflight_messages_set(0)
        client.enable_logger(self._log)
        client.on_socket_open = _no_delay
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _reconnect(self) -> bool:
        now = time.monotonic()
        if now < self._next_try:
            return False
        self._next_try = now + self._retry * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
        self._retry = min(2 * self._retry, LAST_RETRY)
        # a client for each connection: an old one would send again what was unanswered on the last
        self._drop()
        try:
            if self._tls is not None:
                self._paho.tls_set_context(self._tls.context())
            self._paho.connect(self._address.host, self._address.port, keepalive=self._keep_alive)
        except OSError as error:
            self.trouble = str(error)
            return False
        return True

    def _drop(self) -> None:
        sock = self._paho.socket()
        if sock is not None:
            sock.close()
        self._paho = self._client()
        self.connected = False

    def _turn(self, timeout: float, wakes: Sequence[int]) -> None:
        sock = self._paho.socket()
        assert sock is not None
        fd = sock.fileno()
        writing = [fd] if self._paho.want_write() else []
        wait = 0.0 if _pending(sock) else timeout
        readable, writable, _ = select.select([fd, *wakes], writing, [], wait)
        if fd in readable or _pending(sock):
            self._read(fd)
        if writable or self._paho.want_write():
            self._paho.loop_write()
        self._paho.loop_misc()

    def _read(self, fd: int) -> None:
        # paho reads about one packet a call, whatever number it is given
        for _ in range(READS):
            self._paho.loop_read()
            sock = self._paho.socket()
            if sock is None or self._is_laden():
                return
            if not _pending(sock) and not select.select([fd], [], [], 0)[0]:
                return

    def _is_laden(self) -> bool:
        return self._arrived_bytes >= READ_BYTES

    def _take(self) -> list[Message]:
        arrived, self._arrived = self._arrived, []
        self._arrived_bytes = 0
        return arrived

    def _on_connect(self, _c: object, _u: object, _f: object, code: ReasonCode, _p: object) -> None:
        if code.is_failure:
            self.trouble = f"the broker says: {code}"
            return
        self.session += 1
        self.connected, self.trouble = True, ""
        self._retry = FIRST_RETRY
        self._next_try = time.monotonic() + AGAIN * random.uniform(0.5, 1.0)  # noqa: S311 - as above
        self._arrived.clear()
        self._ask_for(tuple(self._topics))

    def _ask_for(self, topics: Sequence[str]) -> None:
        if topics:
            self._paho.subscribe([(topic, 1) for topic in topics])

    def _on_disconnect(self, *_: object) -> None:
        if not self.connected and not self.trouble:
            self.trouble = "the broker closed the connection"
        self.connected = False

    def _on_message(self, _c: object, _u: object, m: paho.MQTTMessage) -> None:
        self._arrived_bytes += len(m.payload)
        self._arrived.append(Message(_topic(m), bytes(m.payload), m.qos, m.mid, self.session, m.retain))


class _Troubles(logging.Handler):
    """What paho says of a connection that fails: it tells its log why, and its caller only that."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def emit(self, record: logging.LogRecord) -> None:
        self._link.trouble = record.getMessage()


def _pending(sock: object) -> bool:
    """Whether TLS has decrypted more than was read: the network's socket does not tell."""
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


def _topic(message: paho.MQTTMessage) -> str:
    """The topic; empty, which no contract knows, where a broker lets through what is not UTF-8."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""


def _no_delay(_client: object, _userdata: object, sock: object) -> None:
    assert isinstance(sock, socket.socket)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
