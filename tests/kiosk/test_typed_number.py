"""A telephone number that was typed is in no memory of the process that took it, once it is on the disk."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.demo.plan import ROOT
from tests.soak.memory import traces

DICE = random.SystemRandom()


@dataclass
class Child:
    """The process, and the number that is typed to it."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    number: str = field(default_factory=lambda: f"912{DICE.randrange(10**6, 10**7)}")

    def say(self, words: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        for word in words:
            self.process.stdin.write(word.encode())
            self.process.stdin.flush()
            assert self.process.stdout.read(1) == b"."

    def found(self) -> list[str]:
        """Where the number lies; without its first digits, since it is written with and without a prefix."""
        return [f"{found.mapping} {found.around!r}" for found in traces(self.process.pid, [self.number[1:]])]

    def is_on_the_disk(self) -> bool:
        return any(self.number.encode() in file.read_bytes() for file in self.folder.iterdir())


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    words = [sys.executable, "-m", "tests.kiosk.typing_child", str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        assert process.stdout.read(1) == b"."
        yield Child(process, tmp_path)
        process.kill()


def test_while_it_is_typed_it_is_found(child: Child) -> None:
    child.say(f"j0{child.number}")
    assert child.found()


def test_once_it_is_on_the_disk_it_is_nowhere_else(child: Child) -> None:
    child.say(f"j0{child.number}e")
    assert child.is_on_the_disk()
    assert child.found() == []
    child.say("q")
    assert child.found() == []


def test_once_the_cloud_has_it_it_is_nowhere_at_all(child: Child) -> None:
    child.say(f"j0{child.number}eqw")
    assert child.found() == []
    assert not child.is_on_the_disk()


@pytest.mark.parametrize("end", ["q", "beq"])
def test_a_number_that_is_not_kept_is_nowhere(child: Child, end: str) -> None:
    child.say(f"j0{child.number}{end}")
    assert not child.is_on_the_disk()
    assert child.found() == []


def test_a_number_that_is_wrong_is_nowhere(child: Child) -> None:
    child.say(f"j00{child.number}q")
    assert child.found() == []
