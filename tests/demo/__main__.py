"""`make demo`: a club, its cloud and one kiosk on this machine, until Ctrl-C or for `$DEMO_FOR` seconds."""

import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cloud.club.demo.staff import STAFF, Employee
from tests.demo.plan import EVERY_KIND, ROOT, DemoError, Plan
from tests.demo.programs import PROGRAMS, running
from tests.demo.report import Report, shopping
from tests.demo.steps import prepare, wait_until_up

DRAIN = 60.0
"""Seconds at most until what is journalled is posted."""


def main() -> int:
    """Set up, start everything, wait, stop everything, report."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _alone():
            return _demo(Plan(surveys=EVERY_KIND), _seconds(os.environ.get("DEMO_FOR", "")))
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ndemo: stopped", flush=True)
        return 0


def _demo(plan: Plan, seconds: float | None) -> int:
    plan.check()
    prepare(plan)
    people = "tray" if has_screen() and seconds is None else "shoppers"
    with running(plan, (*PROGRAMS, people)) as programs:
        wait_until_up(plan, programs)
        _welcome(plan, people)
        if seconds is None:
            programs.wait()
            raise DemoError("the programs stopped by themselves; the lines above say why")
        shopping(plan, seconds, os.environ.get("DEMO_KILL", ""))
        report = Report(plan)
        report.wait_until_posted(DRAIN)
    print(json.dumps(report.figures()), flush=True)
    return 0


def has_screen() -> bool:
    """Whether windows can be shown."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _seconds(text: str) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 86_400:
        raise DemoError(f"DEMO_FOR is a number of seconds, such as 40, not {text!r}")
    return seconds


def _welcome(plan: Plan, people: str) -> None:
    who = {
        "tray": "Lay a card of the tray window on the kiosk's reader.",
        "shoppers": "There is no screen here: simulated shoppers tap and answer on an offscreen kiosk.",
    }[people]
    others = "".join(f"                {_who(each)}\n" for each in STAFF)
    print(
        f"\n  Head office:  {plan.address}\n  User:         hq (owner), or, with the same password,\n{others}"
        f"  Password:     {plan.password}\n"
        f"  Technician:   PIN {plan.pin}, with the technician's card of the tray\n\n"
        f"  {who}\n  Ctrl-C stops everything.\n",
        flush=True,
    )


def _who(employee: Employee) -> str:
    return f"{employee.user} ({' of '.join((employee.role, *employee.stores))})"


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the checkout's demo for this process; DemoError if another has it."""
    with Path(ROOT / ".demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError("a demo of this checkout runs already; stop it first") from None
        yield


if __name__ == "__main__":
    sys.exit(main())
