"""`python -m image image`: the SD card's image; `root --arch amd64`: its system; `lock`: which packages."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from image import build, debs, machine, pins
from image.errors import Trouble
from image.places import CACHE, LOCK, LOG
from image.recipe import ARCHES
from image.run import PATH
from image.steps import say


def main(words: list[str]) -> int:
    """Exit code: 0 made, 1 not, with a line that says what to do, 130 interrupted."""
    asked = _parser().parse_args(words)
    try:
        if asked.what == "lock":
            return _lock()
        machine.check(asked.arch, f"{os.environ.get('PATH', os.defpath)}:{PATH}", os.geteuid())
        machine.alone(words)
        with _by_itself():
            _make(asked)
    except Trouble as trouble:
        print(f"image: {trouble}", file=sys.stderr)  # noqa: T201 - it talks to a person
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _lock() -> int:
    CACHE.mkdir(parents=True, exist_ok=True)
    for arch in ARCHES:
        pinned = debs.newest(arch)
        pins.lock(arch).write_text(pins.text(pinned))
        say(f"{len(pinned.packages)} packages in {pins.lock(arch)}")
    return 0


def _make(asked: argparse.Namespace) -> None:
    if asked.what == "image":
        build.image(asked.pins)
    else:
        say(str(build.tree(asked.arch, asked.pins)))


@contextmanager
def _by_itself() -> Iterator[None]:
    """One build works at a time; another waits for it, and then finds most of it done."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m image", description=__doc__)
    parser.add_argument("what", choices=("image", "root", "lock"))
    parser.add_argument("--arch", choices=ARCHES, default="arm64")
    parser.add_argument("--pins", choices=get_args(debs.Choice), default="locked")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
