"""A kiosk that enrols, and whose power is cut at one of its durable steps: `kiosk.toml [step]`."""

import logging
import os
import signal
import sys
from pathlib import Path

from kiosk import token_line
from kiosk.config import ToEnrol, load
from kiosk.ending import Ending
from kiosk.enrolment import Enrolment


def main(path: Path, cut: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    def read() -> ToEnrol:
        setup = load(path, os.environ)
        assert isinstance(setup, ToEnrol)
        return setup

    def at(step: str) -> None:
        print("at", step, flush=True)
        if step == cut:
            os.kill(os.getpid(), signal.SIGKILL)

    found = Enrolment(read, lambda: token_line.erase(path), at=at).run(Ending())
    assert found is not None


if __name__ == "__main__":
    main(Path(sys.argv[1]), " ".join(sys.argv[2:]))
