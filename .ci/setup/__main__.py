"""Make a fresh machine ready for a target, `python3 .ci/setup test`; at once when it is already."""

from __future__ import annotations

import errno
import fcntl
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import apt
import beside
import interpreter
import packages
from interpreter import Interpreter
from needs import MOSQUITTO, OF, Need, missing
from places import CACHE, LOCK, LOG, ROOT, VENV
from say import Trouble, say, step
from shell import DISK_FULL, Failed, explained


def main(words: Sequence[str]) -> int:
    """Exit code: 0 ready, 1 not, with a line that says what to do, 2 not understood, 130 interrupted."""
    if len(words) != 1 or words[0] not in OF:
        print(f"usage: python3 .ci/setup {'|'.join(OF)}", file=sys.stderr)
        return 2
    try:
        with _alone():
            set_up(OF[words[0]])
    except Trouble as trouble:
        return _stopped(str(trouble))
    except OSError as error:
        return _stopped(DISK_FULL if error.errno == errno.ENOSPC else str(error))
    except KeyboardInterrupt:
        return 130
    return 0


def _stopped(why: str) -> int:
    print(f"set-up: {why}", file=sys.stderr)
    return 1


def set_up(needs: tuple[Need, ...]) -> None:
    """Bring what is missing: of the system first, because there a person may have to help."""
    python = interpreter.find()
    wanted = missing(needs)
    if not packages.usable(python) and not python.makes_venvs:
        wanted.append(_venv_module(python))
    if wanted:
        _bring(wanted)
    if not packages.current(python):
        _venv(python)


def _bring(wanted: list[Need]) -> None:
    root = apt.root()
    if root is not None:
        _install(wanted, root)
    elif beside.possible() and MOSQUITTO in wanted:
        _unpack()
    left = [need for need in wanted if not need.there()]
    if left:
        raise Trouble(_by_hand(left) if root is None else _in_vain(left))


def _install(wanted: list[Need], root: Sequence[str]) -> None:
    names = [need.package for need in wanted]
    try:
        with step(f"installing {' '.join(names)}"):
            apt.install(names, root)
    except Failed as failed:
        raise explained(failed, "installing Debian packages") from None


def _unpack() -> None:
    try:
        with step("unpacking Mosquitto beside the venv, as root is not here to install it"):
            beside.mosquitto()
    except Failed as failed:
        raise explained(failed, "unpacking Mosquitto") from None


def _by_hand(left: list[Need]) -> str:
    names = [need.package for need in left]
    what = ", ".join(need.what for need in left)
    if not beside.possible():
        return (
            f"missing: {what}. Install what your system calls Debian's {' '.join(names)}, and run this again."
        )
    return (
        f"missing: {what}. Only root can install it. Run this line, then the same command again:\n\n"
        f"    {apt.line(names)}\n"
    )


def _in_vain(left: list[Need]) -> str:
    what = ", ".join(need.what for need in left)
    return f"apt-get says that it installed everything, but still not found: {what}. {LOG} has its words."


def _venv_module(python: Interpreter) -> Need:
    """Without it Debian's wheel of pip serves, if that can be fetched."""
    return Need("ensurepip", f"python{python.version}-venv", lambda: python.makes_venvs or beside.possible())


def _venv(python: Interpreter) -> None:
    try:
        if not packages.usable(python):
            with step(f"making {VENV.name} with Python {python.version}"):
                packages.make(python)
        with step(f"installing {packages.count()} Python packages into {VENV.name} (a minute or two)"):
            packages.fill(python)
    except Failed as failed:
        raise explained(failed, "installing Python packages") from None


@contextmanager
def _alone() -> Iterator[None]:
    """Let one set-up work at a time; another waits for it, and then mostly finds everything done."""
    CACHE.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another set-up is at work in {ROOT}; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
