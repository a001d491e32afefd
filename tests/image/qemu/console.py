"""The serial console of a guest: every line with the seconds since power came on."""

import re
import threading
import time
from pathlib import Path
from typing import BinaryIO


class Console:
    """Reads in a thread of its own until QEMU is gone; writes the same to a file."""

    def __init__(self, stream: BinaryIO, log: Path) -> None:
        """Begin to read; time runs from here."""
        self._began, self._stream, self._log = time.monotonic(), stream, log
        self._lines: list[tuple[float, str]] = []
        self._news = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def age(self) -> float:
        """Seconds since power came on."""
        return time.monotonic() - self._began

    @property
    def text(self) -> str:
        """All that was said."""
        with self._news:
            return "\n".join(line for _, line in self._lines)

    def wait_for(self, pattern: str, within: float, after: float = 0.0) -> tuple[float, str] | None:
        """When a line with this pattern came, and the line; None if none came before the age `within` (s)."""
        wanted = re.compile(pattern)
        with self._news:
            while True:
                for at, line in self._lines:
                    if at > after and wanted.search(line):
                        return at, line
                if self._ended or self.age > within:
                    return None
                self._news.wait(max(0.0, min(1.0, within - self.age)))

    def count(self, pattern: str) -> int:
        """In how many lines a pattern is."""
        with self._news:
            return sum(bool(re.search(pattern, line)) for _, line in self._lines)

    def join(self) -> None:
        """Read to the end, once QEMU is gone."""
        self._reader.join()

    def _read(self) -> None:
        with self._stream, self._log.open("a", encoding="utf-8") as log:
            for raw in self._stream:
                at, line = self.age, raw.decode(errors="replace").rstrip()
                log.write(f"{at:8.1f} {line}\n")
                log.flush()
                with self._news:
                    self._lines.append((at, line))
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
