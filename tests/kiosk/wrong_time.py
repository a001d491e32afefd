"""Programs whose clock is wrong, by libfaketime: this machine's own clock is never touched."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PLACES = "usr/lib/*/faketime/libfaketime.so.1"


def library() -> Path:
    """Debian's libfaketime."""
    return next(Path("/").glob(_PLACES))


@dataclass
class WrongTime:
    """A clock that runs from whatever it is set to; all programs that were started with it share it.

    Only the wall is wrong: what a monotonic clock and the files' times say stays true.
    """

    file: Path

    def set(self, to: datetime | None) -> None:
        """From now on it is `to`; None: the true time."""
        offset = 0.0 if to is None else to.timestamp() - datetime.now(UTC).timestamp()
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{offset:+.0f}")
        fresh.replace(self.file)

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        """A Python program in this time."""
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            env={
                **os.environ,
                "LD_PRELOAD": str(library()),
                "FAKETIME_TIMESTAMP_FILE": str(self.file),
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
