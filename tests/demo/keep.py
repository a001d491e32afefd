"""Keeps one program of the demo running: what dies is said and started again, as systemd would do it."""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kiosk.ending import Ending

LOOKS = 0.5
"""Seconds between looks whether it is to stop, or its program ended."""
FIRST_WAIT, LAST_WAIT = 0.3, 10.0
"""Seconds before a restart: doubled for a program that dies within LIVED of its start."""
LIVED = 5.0


def main() -> int:
    """Run `keep [--once] NAME COMMAND...` until told to stop; pids go to `$RUN/pids/NAME`."""
    parser = argparse.ArgumentParser(prog="keep")
    parser.add_argument("--once", action="store_true", help="do not start it again; wait to be stopped")
    parser.add_argument("name")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    return Keeper(arguments.name, arguments.command, once=arguments.once).run()


class Keeper:
    """One program and its restarts."""

    def __init__(self, name: str, command: list[str], *, once: bool) -> None:
        self._name, self._command, self._once = name, command, once
        self._stop = Ending()
        self._pid = Path(os.environ["RUN"]) / "pids" / name
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())

    def run(self) -> int:
        """Start, wait, start again; 0 when it was told to stop."""
        wait = FIRST_WAIT
        while not self._stop.is_set():
            started = time.monotonic()
            code = self._once_through()
            if self._stop.is_set():
                break
            if self._once:
                while not self._stop.wait(LOOKS):
                    pass
                break
            wait = FIRST_WAIT if time.monotonic() - started > LIVED else min(2 * wait, LAST_WAIT)
            self._say(f"ended ({_why(code)}); starting again in {wait:.1f} s")
            self._stop.wait(wait)
        return 0

    def _once_through(self) -> int:
        try:
            child = subprocess.Popen(self._command)
        except OSError as error:
            self._say(f"cannot be started: {error}")
            return 127
        self._pid.parent.mkdir(parents=True, exist_ok=True)
        self._pid.write_text(str(child.pid), "ascii")
        while (code := _wait(child)) is None:
            if self._stop.is_set():
                child.terminate()
        return code

    def _say(self, what: str) -> None:
        print(f"{self._name} {what}", flush=True)


def _wait(child: "subprocess.Popen[bytes]") -> int | None:
    try:
        return child.wait(LOOKS)
    except subprocess.TimeoutExpired:
        return None


def _why(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


if __name__ == "__main__":
    sys.exit(main())
