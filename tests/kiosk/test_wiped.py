"""What the screen's process frees is overwritten, Python's small pieces too."""

import os
import subprocess
import sys

import pytest

from tests.demo.plan import ROOT

FREES = """
import ctypes, os, sys
from kiosk.wiped import wipe_what_is_freed
if sys.argv[1] == "wiped":
    wipe_what_is_freed()
    wipe_what_is_freed()
secret = "".join(["a name ", "and what is owed to it" * int(sys.argv[2])])
at, size = id(secret), sys.getsizeof(secret)
del secret
print(os.getpid(), b"and what is owed" in ctypes.string_at(at, size))
"""


def found_after_it_was_freed(how: str, repeats: int) -> bool:
    process = subprocess.Popen(
        [sys.executable, "-c", FREES, how, str(repeats)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONMALLOC"},
    )
    told, _ = process.communicate(timeout=60)
    number, found = told.split()
    assert int(number) == process.pid, "it is the same process that starts anew"
    return found == "True"


@pytest.mark.parametrize("repeats", [1, 15, 40])
def test_a_text_that_was_freed_is_overwritten(repeats: int) -> None:
    assert not found_after_it_was_freed("wiped", repeats)


def test_otherwise_python_keeps_it_as_it_was() -> None:
    assert found_after_it_was_freed("kept", 15)
