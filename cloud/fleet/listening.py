"""A port on which a process of the cloud is asked."""

import errno
import socket

from django.core.management.base import CommandError


def bound(host: str, port: int, variable: str) -> socket.socket:
    """A socket that listens; what it accepts sends at once.

    Raises CommandError, which tells how to choose another: `variable`, and `_HOST` or `_PORT`.
    """
    try:
        listening = socket.create_server((host, port), backlog=2048)
        # What it accepts inherits this. asyncio sets it only where the protocol is named, as it is not here,
        # and an answer's body would wait 40 ms behind its header for the caller's acknowledgement.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, OverflowError) as error:
        raise CommandError(_why(error, host, port, variable)) from None
    return listening


def _why(error: OSError | OverflowError, host: str, port: int, variable: str) -> str:
    other = f"choose another port with {variable}_PORT"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken by another program. Stop that program, or {other}."
    return f"Port {port} of {host} cannot be opened: {error}. Set {variable}_HOST, or {other}."
