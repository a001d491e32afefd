"""The last lines that a process logged, kept in memory to be written down when they are asked for."""

import logging
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

LINES = 200
FILES = 10
"""Files that are kept; the oldest go."""


class LogLines(logging.Handler):
    """A handler for the root logger."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._lines.append(self.format(record))

    def save(self, folder: Path) -> str:
        """Write the lines into a file of a folder; its name. Raises OSError."""
        folder.mkdir(exist_ok=True)
        name = f"sync-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.log"
        (folder / name).write_text("\n".join([*self._lines, ""]), "utf-8")
        for old in sorted(folder.glob("sync-*.log"))[:-FILES]:
            old.unlink()
        return name
