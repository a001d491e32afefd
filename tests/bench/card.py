"""What a kiosk writes to its card: IDLE=240 seconds and VISITS=120 are measured, and scaled."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests import uml
from tests.bench.row import Row
from tests.wear.measured import NEEDED, Written, measured

DAY, VISITS = 86_400.0, 1000.0
MB = 1e6
ENDURANCE_MB = 15e6
"""Of a card of 16 GB: in proportion to the 120 TB of an industrial one of 128 GB (Micron i300)."""
YEARS, AMPLIFIED = 10, 10
"""How long a card shall last, and what it writes inside for each byte that it is given: small writes in large
blocks; an assumption, since no vendor says it."""
A_DAY = ENDURANCE_MB / (365 * YEARS * AMPLIFIED)
"""MB that may be written in a day for that."""


def rows(say: Callable[[str], None]) -> list[Row]:
    """None where there is no User Mode Linux."""
    if gone := uml.missing(*NEEDED):
        say(f"nothing is measured of the card: not found: {', '.join(gone)}; make setup-powercuts brings it")
        return []
    seconds, visits = float(os.environ.get("IDLE", "240")), int(os.environ.get("VISITS", "120"))
    say(f"the card, {seconds:.0f} s idle and {visits} visits")
    with tempfile.TemporaryDirectory(prefix="wear-", dir="/var/tmp") as scratch:
        idle, shopping = measured(Path(scratch), seconds, visits)
    return [
        *_rows("card: written in an idle day", idle, DAY, round(seconds)),
        *_rows("card: written for 1,000 visits", shopping, VISITS, visits),
    ]


def _rows(what: str, written: Written, to: float, n: int) -> list[Row]:
    """The sum beside the limit, and what it is made of."""
    causes = written.scaled(to)
    whole = Row(what, causes.total() / MB, "MB", f"<= {A_DAY:.0f} a day in all", n)
    return [whole, *(Row(f"  {cause}", size / MB, "MB", "", n) for cause, size in causes.most_common())]
