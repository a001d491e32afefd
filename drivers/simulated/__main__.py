"""`python -m drivers.simulated --run DIR`: the simulated readers, until SIGTERM or Ctrl-C."""

import argparse
import signal
from contextlib import closing
from pathlib import Path

from drivers.simulated.served import Served


def main() -> None:
    """Serve the devices in a folder until told to stop; exits with a message if they cannot be served."""
    parser = argparse.ArgumentParser(prog="python -m drivers.simulated", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, metavar="DIR", help="where tty and sockets appear")
    folder: Path = parser.parse_args().run
    # blocked before any thread is started, so that every thread inherits it and only sigwait takes them
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    try:
        served = Served(folder)
    except OSError as error:
        parser.exit(1, f"simulated devices: cannot serve in {folder}: {error}\n")
    with closing(served):
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
