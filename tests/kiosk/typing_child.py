"""A kiosk's session in a process of its own, to which a number is typed digit by digit.

It reads one byte at a time: `j` lays an empty card and goes to the keypad, a digit is typed, `e` enters and
waits for the disk, `b` breaks the disk, `w` wipes what the cloud has, `q` ends the visit. Each is answered by
a dot.
"""

import os
import sys
from pathlib import Path

from kiosk.views import Touch, View
from kiosk.wiped import wipe_what_is_freed
from tests.kiosk.conftest import ToldClock
from tests.kiosk.test_comings import CATALOGUE
from tests.kiosk.test_session import Stage

EMPTY = b"empty"


class Forgetful(Stage):
    """Draws nothing."""

    def show(self, view: View) -> None:
        """Let it go."""


def obey(stage: Stage, word: bytes) -> None:
    """Do what was said."""
    match word:
        case b"j":
            stage.lay(EMPTY)
            stage.session.touch(Touch("join"))
            stage.posted.get()()
            stage.session.touch(Touch("number"))
        case b"e":
            stage.session.touch(Touch("enter"))
            stage.wait_for_the_disk()
        case b"b":
            stage.break_the_disk()
        case b"w":
            stage.flush()
            stage.journal.wipe({f"{stage.journal.epoch}-{place}" for place in range(1, 10)})
        case b"q":
            stage.forward(60.0)
            stage.members.forget()
        case _:
            stage.session.touch(Touch("digit", int(word)))


def main() -> None:
    """Obey until the end."""
    wipe_what_is_freed()
    stage = Forgetful(Path(sys.argv[1]), ToldClock())
    stage.session.renew(CATALOGUE)
    os.write(1, b".")
    while word := os.read(0, 1):
        obey(stage, word)
        os.write(1, b".")


if __name__ == "__main__":
    main()
