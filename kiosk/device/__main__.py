"""`python -m kiosk.device data` and `... setup`: what systemd starts as root on the SD image."""

import argparse
import sys

from kiosk.device.priorities import to_journal


def main() -> int:
    """Do one of the two; 0 whatever was found: a kiosk starts, and its screen says what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.device", description=__doc__)
    parser.add_argument("what", choices=("data", "setup"))
    arguments = parser.parse_args()
    to_journal()
    if arguments.what == "data":
        from kiosk.device import data_partition  # noqa: PLC0415 - each loads its own half

        data_partition.main()
    else:
        from kiosk.device import setup  # noqa: PLC0415

        setup.main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
