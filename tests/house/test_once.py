"""What the processes of a run make once."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import SHARED, copy, once

ROOT = Path(__file__).parents[2]
MANY = 500
ASKS = f"""
import os
from tests.once import once

def make(folder):
    for number in range({MANY}):
        (folder / f"{{os.getpid()}}-{{number}}").touch()

print(*sorted(each.name for each in once("thing", make).iterdir()))
"""


@pytest.fixture(autouse=True)
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared").mkdir()
    monkeypatch.setenv(SHARED, str(tmp_path / "shared"))


def put(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).touch()


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def test_what_is_there_is_not_made_again() -> None:
    assert names(once("thing", put("first"))) == ["first"]
    assert names(once("thing", put("second"))) == ["first"]
    assert names(once("another thing", put("second"))) == ["second"]


def test_whatever_is_done_to_a_copy_the_next_copy_is_as_the_first(tmp_path: Path) -> None:
    mine, yours = tmp_path / "mine", tmp_path / "yours"
    copy("thing", put("first"), mine)
    (mine / "more").touch()
    copy("thing", put("second"), yours)
    assert names(yours) == ["first"]


def test_what_could_not_be_made_is_tried_by_whoever_asks_next() -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        once("thing", fail)
    assert names(once("thing", put("second"))) == ["second"]


def test_of_many_that_ask_at_once_one_makes_it_and_all_have_the_whole() -> None:
    run = [sys.executable, "-c", ASKS]
    asking = [subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = {process.communicate()[0] for process in asking}
    assert [len(each.split()) for each in told] == [MANY]
