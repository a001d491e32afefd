"""Log lines with the priority in front that journald reads there (sd-daemon(3), SyslogLevelPrefix=)."""

import logging
import sys

ALERT = 60
"""Above logging.CRITICAL: whoever looks at this kiosk has to see it first."""
_PRIORITIES = ((ALERT, 1), (logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


class Prefixed(logging.Formatter):
    """Each line of a message under the priority of the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """One text, its lines each with `<N>` in front."""
        number = next((number for level, number in _PRIORITIES if record.levelno >= level), 7)
        return "\n".join(f"<{number}>{line}" for line in super().format(record).splitlines())


def to_journal() -> None:
    """Let this process log to standard error so."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Prefixed("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
