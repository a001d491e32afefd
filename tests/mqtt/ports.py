"""Ports for the servers of tests: given once each, and never to an outgoing connection."""

import fcntl
import os
import socket
import tempfile
from itertools import chain
from pathlib import Path

PORTS = range(20_000, 32_768)
"""Below Linux's ephemeral ports (ip(7), `ip_local_port_range`: 32768 to 60999)."""
LAST = Path(tempfile.gettempdir()) / f"bashgah-ports-{os.getuid()}"


def free_port(last: Path = LAST) -> int:
    """A TCP port that nobody listens on, and that nobody else was given since all others were.

    `last` holds the one that was given last; processes that share it share the ports.
    """
    with last.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        given = int(file.read() or PORTS[-1])
        port = next(port for port in chain(range(given + 1, PORTS.stop), PORTS) if _is_free(port))
        file.truncate(0)
        file.write(str(port))
    return port


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
