"""What Mosquitto says in its log of those whom it did not let in, and of those whom it should not have.

It tells in two or three lines, which do not name each other: "New connection from ADDRESS", then either "New
client connected from ADDRESS as CLIENT (... u'NAME')" or the error of TLS and the end of a client that is
still unknown. Of TLS it never tells the name in the certificate. Denied topics it tells at the level `debug`
only, which it never puts on a topic: those cannot be counted. The formats are those of Mosquitto 2.0
(src/net.c, src/handle_connect.c, src/loop.c); a line of another form counts as nothing.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from mqtt.identity import role
from mqtt.vocabulary import BadId

_STAMP: Final = re.compile(r"\d+: ")
_ARRIVED: Final = re.compile(r"New connection from (?P<address>\S+):\d+ on port \d+\.")
_CLIENT: Final = re.compile(r"New client connected from (?P<address>\S+):\d+ as .* \(.*u'(?P<name>.*)'\)\.")
_AT_ONCE: Final = re.compile(
    r"Client connection from (?P<address>\S+) failed: error:\w+:.*:(?P<error>[^:]+)\."
)
_TLS: Final = re.compile(r"OpenSSL Error\[0\]: error:\w+:.*:(?P<error>[^:]+)")
_LEFT: Final = re.compile(r"Client <unknown> (?:disconnected|closed|has exceeded).*")
_NAMELESS: Final = re.compile(r"Client (?P<name>.*) disconnected, not authorised\.")
_REASONS: Final = {
    "certificate verify failed": "certificate",
    "peer did not return a certificate": "no-certificate",
    "unsupported protocol": "old-tls",
    "wrong version number": "no-tls",
    "http request": "no-tls",
    "unexpected eof while reading": "gave-up",
}
OPEN: Final = 1000
"""Connections that are remembered as not yet known; of more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who was not let in: why, as whom where that is known, from where where that is certain."""

    reason: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody whose certificate the broker took. Whether the club knows this name is not its business."""

    name: str
    address: str


class Log:
    """Reads line after line of one broker."""

    def __init__(self) -> None:
        """Begin with nobody at the door."""
        self._open: deque[str] = deque(maxlen=OPEN)
        self._error = ""

    def line(self, text: str) -> Refused | Came | None:
        """What one line says, with those before it; None where it says nothing of this kind."""
        text = _STAMP.sub("", text, count=1)
        if tls := _TLS.fullmatch(text):
            self._error = tls["error"]
            return None
        error, self._error = self._error, ""
        return self._told(text, error)

    def _told(self, text: str, error: str) -> Refused | Came | None:
        if at := _ARRIVED.fullmatch(text):
            self._open.append(at["address"])
        elif came := _CLIENT.fullmatch(text):
            self._forget(came["address"])
            return _judged(came["name"], came["address"])
        elif at := _AT_ONCE.fullmatch(text):
            return Refused(_REASONS.get(at["error"], "tls"), "", at["address"])
        elif nameless := _NAMELESS.fullmatch(text):
            return Refused("no-name", nameless["name"], self._gone())
        elif _LEFT.fullmatch(text):
            return Refused(_REASONS.get(error, "tls" if error else "gave-up"), "", self._gone())
        return None

    def _gone(self) -> str:
        """The address of one that is gone, if all that are open have the same; else it is not certain."""
        address = self._open.popleft() if self._open else ""
        return address if all(other == address for other in self._open) else ""

    def _forget(self, address: str) -> None:
        if address in self._open:
            self._open.remove(address)


def _judged(name: str, address: str) -> Refused | Came:
    """A name that nobody of the club has gets in, where an authority signed it, and may do nothing."""
    try:
        role(name)
    except BadId:
        return Refused("bad-name", name, address)
    return Came(name, address)
