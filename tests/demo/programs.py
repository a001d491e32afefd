"""The programs of the Procfile, started by honcho and stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.demo.plan import ROOT, DemoError, Plan

PROGRAMS = ("broker", "authority", "gate", "collector", "worker", "web", "devices", "sync", "screen")
"""Everything but the people."""
GOODBYE = 20.0
"""Seconds for the programs to stop by themselves."""


def kill(plan: Plan, name: str) -> None:
    """End a program with -9; its keeper starts it again. DemoError if there is none of that name."""
    try:
        os.kill(int((plan.run / "pids" / name).read_text("ascii")), signal.SIGKILL)
    except (OSError, ValueError):
        raise DemoError(f"there is no program {name!r} to kill; there are {', '.join(PROGRAMS)}") from None


@contextmanager
def running(
    plan: Plan, names: tuple[str, ...], log: Path | None = None, **words: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Everything in the Procfile by these names, started by honcho; all stopped at the end.

    What they say goes to `log`, if there is one. `words` are added to their environment.
    """
    procfile = str(Path(__file__).with_name("Procfile"))
    with ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else None
        programs = subprocess.Popen(
            [sys.executable, "-m", "honcho", "-f", procfile, "-d", str(ROOT), "start", *names],
            env=plan.environment() | words,
            start_new_session=True,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
        )
        try:
            yield programs
        finally:
            programs.send_signal(signal.SIGTERM)
            _ended(programs)


def _ended(programs: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + GOODBYE
    while programs.poll() is None and time.monotonic() < end:
        try:
            programs.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        except KeyboardInterrupt:
            print("demo: stopping", flush=True)
    if programs.poll() is None:
        os.killpg(programs.pid, signal.SIGKILL)
        programs.wait()
