"""A poster that dies, as by a power cut, at a point of the first batch that it posts."""

import os
import sys

import django

django.setup()

from cloud.collector.poster import Poster  # noqa: E402 - Django first
from tests.cloud.dying_collector import DEAD  # noqa: E402


def main(point: str) -> None:
    """Post until `point`; to the end, if there is none of that name."""

    def at(reached: str) -> None:
        if reached == point:
            os._exit(DEAD)

    poster = Poster(batch=7, at=at)
    while poster.turn():
        pass


if __name__ == "__main__":
    main(sys.argv[1])
