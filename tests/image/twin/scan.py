"""Which TCP ports of a machine answer: every one is tried, many at a time."""

import errno
import os
import select
import socket
import time
from collections.abc import Iterator

PORTS = range(1, 65536)
AT_ONCE = 500
WITHIN = 3.0
"""Seconds until a port that says nothing counts as closed."""


def refuses(address: str, port: int = 9) -> bool:
    """Whether somebody is there who says no."""
    with socket.socket() as link:
        link.settimeout(0.5)
        try:
            link.connect((address, port))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def open_ports(address: str, ports: range = PORTS) -> list[int]:
    """All of these on which somebody takes a connection. Raises OSError where it cannot be tried."""
    found: list[int] = []
    for first in range(ports.start, ports.stop, AT_ONCE):
        found += _open(address, range(first, min(first + AT_ONCE, ports.stop)))
    return sorted(found)


def _open(address: str, ports: range) -> Iterator[int]:
    waiting = {}
    poll = select.poll()
    for port in ports:
        link = socket.socket()
        link.setblocking(False)  # noqa: FBT003 - the standard library's signature
        code = link.connect_ex((address, port))
        if code == errno.EINPROGRESS:
            waiting[link.fileno()] = (port, link)
            poll.register(link, select.POLLOUT)
            continue
        link.close()
        if code == 0:
            yield port
        elif code != errno.ECONNREFUSED:
            raise OSError(code, os.strerror(code), f"{address}:{port}")
    end = time.monotonic() + WITHIN
    while waiting and time.monotonic() < end:
        for fileno, _ in poll.poll(100):
            port, link = waiting.pop(fileno)
            poll.unregister(fileno)
            if not link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                yield port
            link.close()
    for _, link in waiting.values():
        link.close()
