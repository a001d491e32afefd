"""An authority that dies, as by a power cut, at a point of the first request that it answers."""

import os
import sys
from datetime import UTC, datetime

import django

django.setup()

from cloud.fleet.authority import wiring  # noqa: E402 - Django first
from cloud.fleet.authority.answering import Answers  # noqa: E402
from tests.cloud.dying_collector import DEAD  # noqa: E402


def main(point: str) -> None:
    """Answer until `point`."""

    def at(reached: str) -> None:
        if reached == point:
            os._exit(DEAD)

    answers = Answers(wiring.registry(), wiring.offer(), at)
    while not answers.turn(datetime.now(UTC)):
        pass


if __name__ == "__main__":
    main(sys.argv[1])
