"""What a person reads while an image is made: a line for each step, with its seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Steps:
    """Those that were done, with their seconds, in order."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what begins, and when it is done how long it took."""
        print(f"image: {what} ...", end="", flush=True)  # noqa: T201 - it talks to a person
        begun, end = time.monotonic(), "stopped"
        try:
            yield
            took = time.monotonic() - begun
            self.seconds[what] = round(self.seconds.get(what, 0) + took, 1)
            end = f"{took:.0f} s"
        finally:
            print(f" {end}", flush=True)  # noqa: T201

    def total(self) -> float:
        """All of it, in seconds."""
        return round(sum(self.seconds.values()), 1)


def say(text: str) -> None:
    """A line for the person."""
    print(f"image: {text}", flush=True)  # noqa: T201
