"""How a process learns that it is to end."""

import random
import signal
import subprocess
import sys
import threading
import time

from kiosk.ending import Ending
from tests.mqtt.broker import ROOT

ROUNDS, WITHIN = 300, 20.0


def test_a_signal_at_whatever_moment_of_a_wait_ends_it() -> None:
    run = [sys.executable, "-m", __name__]
    assert subprocess.run(run, cwd=ROOT, timeout=WITHIN, check=False).returncode == 0


def test_all_who_wait_go_on() -> None:
    ending = Ending()
    waiting = [threading.Thread(target=ending.wait, args=(WITHIN,)) for _ in range(3)]
    for thread in waiting:
        thread.start()
    ending.set()
    for thread in waiting:
        thread.join(WITHIN)
    assert not any(thread.is_alive() for thread in waiting)


def test_who_waits_and_is_told_nothing_goes_on_in_time() -> None:
    ending, began = Ending(), time.monotonic()
    assert not ending.wait(0.05)
    assert time.monotonic() - began >= 0.05
    assert not ending.is_set()


def _interrupted(after: float) -> None:
    ending = Ending()
    signal.signal(signal.SIGALRM, lambda *_: ending.set())
    signal.setitimer(signal.ITIMER_REAL, after)
    while not ending.wait(0.0):
        pass


if __name__ == "__main__":
    for _ in range(ROUNDS):
        _interrupted(random.uniform(1e-5, 1e-3))
