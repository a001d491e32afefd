"""Log lines for a machine: one JSON object a line, with the time in UTC."""

import json
import logging
from datetime import UTC, datetime


class JsonLine(logging.Formatter):
    """Writes `at` (RFC 3339), `level`, `logger`, `process` and `text`; `error` where an exception is told."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "text": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
