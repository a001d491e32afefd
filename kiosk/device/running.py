"""Programs of the system, each with an end: a step that hangs must not keep a kiosk from starting."""

import logging
import os
import subprocess
from collections.abc import Sequence
from typing import Final

log = logging.getLogger(__name__)
TIMED_OUT: Final = 124
"""As timeout(1) says it."""
MISSING: Final = 127
"""As a shell says that there is no such program."""
STUCK: Final = 256
"""It did not even end when killed, and may still write: no program can end with this."""
_PATIENCE = 5.0


def run(words: Sequence[str], within: float, typed: str = "") -> tuple[int, str]:
    """The exit code and what was said on both channels; ended after `within` seconds.

    They speak English, for some of what they say is read. A program that waits for a broken disk dies only
    when the disk answers: nobody waits for that.
    """
    try:
        program = subprocess.Popen(  # noqa: S603 - the system's own programs
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except OSError as error:
        return MISSING, str(error)
    try:
        said = program.communicate(typed, within)[0]
    except subprocess.TimeoutExpired:
        program.kill()
        return TIMED_OUT if _bury(program) else STUCK, f"ended after {within:.0f} s"
    log.debug("%s: %s %s", words[0], program.returncode, said)
    return program.returncode, said


def _bury(program: "subprocess.Popen[str]") -> bool:
    try:
        program.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        log.exception("%s does not even end when killed", program.args)
        return False
    return True
