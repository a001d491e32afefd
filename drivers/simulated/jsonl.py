"""One JSON object a line, in both directions, over a client's socket."""

import json
import socket
from collections.abc import Callable, Iterable
from typing import Any

from drivers.reader import DriverError
from drivers.simulated.listener import Serve

Wish = dict[str, Any]
Answer = dict[str, object]

LONGEST_LINE = 65_536
"""Bytes of a line; a client that sends more is cut off."""


class Refusal(DriverError):
    """A line that cannot be done; the text says what could."""


def parse(line: bytes) -> Wish:
    """The object in a line. Raises Refusal."""
    try:
        wish = json.loads(line)
    except (ValueError, RecursionError):
        raise Refusal("a line is one JSON object") from None
    if not isinstance(wish, dict):
        raise Refusal("a line is one JSON object")
    return wish


def answering(do: Callable[[bytes], Iterable[Answer]]) -> Serve:
    """What a Listener needs to serve clients whose lines `do` answers."""

    def serve(client: socket.socket) -> None:
        with client.makefile("rb") as lines:
            while line := lines.readline(LONGEST_LINE):
                if not line.endswith(b"\n"):
                    return
                for answer in do(line):
                    client.sendall(json.dumps(answer).encode() + b"\n")

    return serve
