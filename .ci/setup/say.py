"""What a person reads while the house sets itself up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """The set-up cannot go on; the text says why, and what to do."""


def say(text: str) -> None:
    """Print a line at once."""
    print(f"set-up: {text}", flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what begins and, when it is done, how long it took."""
    print(f"set-up: {what} ", end="", flush=True)
    begun = time.monotonic()
    end = "stopped"
    try:
        yield
        end = f"{time.monotonic() - begun:.0f} s"
    finally:
        print(f" {end}", flush=True)


def still_at_it() -> None:
    """Show that a long step is alive."""
    print(".", end="", flush=True)
