"""A process that is told to end while it is still being put together ends as well."""

import subprocess
import sys

from tests.demo.plan import ROOT

CHILD = """
import os, signal
from kiosk.wiring.common import stopping
stop = stopping()
{early}
stopping(lambda: print("closed"), stop)
{late}
print(stop.is_set())
"""
TERM = "os.kill(os.getpid(), signal.SIGTERM)"


def said(early: str, late: str) -> list[str]:
    child = [sys.executable, "-c", CHILD.format(early=early, late=late)]
    return subprocess.run(child, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def test_a_word_that_comes_before_there_is_a_window_closes_it_as_soon_as_there_is_one() -> None:
    assert said(early=TERM, late="") == ["closed", "True"]


def test_a_word_that_comes_later_closes_the_window_once() -> None:
    assert said(early="", late=TERM) == ["closed", "True"]


def test_nothing_is_closed_without_a_word() -> None:
    assert said(early="", late="") == ["False"]
