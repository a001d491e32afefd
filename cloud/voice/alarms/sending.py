"""A webhook on its way: to a public address only, over TLS, within seconds, and no redirects."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

PATIENCE: Final = 10.0
"""Seconds from the first look for the address to the answer's first line."""
_LINE: Final = 4096
_UNICAST: Final = IPv6Network("2000::/3")
"""All of IPv6 that is given out to hosts; what else is there embeds, translates or stays within a site."""
_SAFE: Final = "/%:@!$&'()*+,;=~?-._"


class Undelivered(Exception):
    """It is not there; the text says why."""


class Webhooks:
    """Sends webhooks. `private`: whether plain http and addresses that are not public are admitted too."""

    def __init__(
        self, *, private: bool, patience: float = PATIENCE, tls: ssl.SSLContext | None = None
    ) -> None:
        """Nothing is open."""
        self._private, self._patience = private, patience
        self._tls = tls or ssl.create_default_context()

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Post it. Raises Undelivered unless the answer is a 2xx; what else it says is not read."""
        parts, port = _taken_apart(url)
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)
        host = parts.hostname or ""
        named = {"Host": parts.netloc.rpartition("@")[2], **headers, "Content-Length": str(len(body))}
        fixed = {"Content-Type": "application/json", "User-Agent": "Bashgah", "Connection": "close"}
        lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in (named | fixed).items())]
        sent = "\r\n".join([*lines, "", ""]).encode("ascii", "replace") + body
        left = _timer(self._patience)
        try:
            with self._opened(parts.scheme, host, port, left) as connection:
                connection.settimeout(left())
                connection.sendall(sent)
                _judge(_first_line(connection, left))
        except (OSError, UnicodeError) as error:
            raise Undelivered(str(error) or type(error).__name__) from None

    @contextmanager
    def _opened(
        self, scheme: str, host: str, port: int | None, left: Callable[[], float]
    ) -> Iterator[socket.socket]:
        if scheme != "https" and not (self._private and scheme == "http"):
            raise Undelivered("only https is admitted")
        address = self._address(host, port or {"https": 443, "http": 80}[scheme])
        # to the address that was looked at: a name may mean another one a moment later
        with socket.create_connection(address, timeout=left()) as plain:
            if scheme == "http":
                yield plain
                return
            plain.settimeout(left())
            with self._tls.wrap_socket(plain, server_hostname=host) as wrapped:
                yield wrapped

    def _address(self, host: str, port: int) -> tuple[str, int]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        if not self._private and not all(public(address) for address in addresses):
            raise Undelivered("this name leads to an address that is not public")
        return addresses[0], port


def _taken_apart(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Undelivered(f"this is no address: {error}") from None
    return parts, port


def public(address: str) -> bool:
    """Whether an address is one of the public Internet, and hides none that is not."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        return not inner and found in _UNICAST and _reachable(found)
    return _reachable(found)


def _reachable(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast


def _timer(patience: float) -> Callable[[], float]:
    until = time.monotonic() + patience

    def left() -> float:
        remaining = until - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("no answer in time")
        return remaining

    return left


def _first_line(connection: socket.socket, left: Callable[[], float]) -> bytes:
    received = b""
    while b"\n" not in received and len(received) < _LINE:
        connection.settimeout(left())
        more = connection.recv(_LINE)
        if not more:
            raise Undelivered("the connection was closed without an answer")
        received += more
    return received.partition(b"\n")[0].strip()


def _judge(line: bytes) -> None:
    version, _, rest = line.partition(b" ")
    status = rest[:3]
    if not version.startswith(b"HTTP/1.") or not status.isdigit():
        raise Undelivered("what answers is no web server")
    if not status.startswith(b"2"):
        raise Undelivered(f"the answer was {status.decode()}")
