"""A process of the run: started, killed, watched, and started again when it ends by itself."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

GOODBYE = 10.0
"""Seconds to end when asked to."""


@dataclass
class Program:
    """One process; `command` is what follows `python -m`, `expected` the exit codes that are no crash."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    root: Path
    expected: frozenset[int] = frozenset()
    speaks: bool = False
    crashes: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self, *more: str, command: tuple[str, ...] = ()) -> "subprocess.Popen[bytes]":
        """Start it with more words, or another command in its place."""
        assert self.process is None, f"{self.name} runs"
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *(command or self.command), *more],
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if self.speaks else log,
                stderr=log,
                # a Ctrl-C is for the run, which ends them itself
                process_group=0,
            )
        return self.process

    def kill(self) -> None:
        """End it with -9; none of its doing."""
        if self.process is not None:
            self.process.kill()
            self._gone()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(GOODBYE)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self._gone()

    def close(self) -> None:
        """Let it come to its end by closing its input."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            try:
                self.process.wait(GOODBYE)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self._gone()

    def ended(self) -> bool:
        """Whether it has ended by itself; counts it if that was a crash."""
        if self.process is None or self.process.poll() is None:
            return False
        self.crashes += self.process.returncode not in self.expected
        self._gone()
        return True

    def _gone(self) -> None:
        assert self.process is not None
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
