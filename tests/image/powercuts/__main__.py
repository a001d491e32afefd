"""`make image-powercuts CUTS=n SEED=s`: power cuts on the SD image's own data partition; one JSON line."""

import shutil
import sys
import time

from tests.demo.plan import ROOT
from tests.device import start
from tests.image.powercuts.first_start import starts
from tests.image.powercuts.recording import Log, record
from tests.image.qemu.hardware import NEEDED
from tests.image.qemu.image import NoImage, found
from tests.image.qemu.stand import stand
from tests.powercuts import proof
from tests.powercuts.proof import VISITS, CannotRun, Line, Say

EVIDENCE = ROOT / ".bench/image-powercuts"
FIRST = 10
"""Of so many cuts one is made during the first start, besides."""


def run(count: int, seed: int, visits: int, say: Say) -> Line:
    """Record once, cut and check. Raises CannotRun."""
    began = time.monotonic()
    log = _recorded(seed, visits, say)
    line = proof.prove(*log.stories(seed, visits), count, seed, say)
    say("cuts during the first start, and the next one after each")
    first = starts(log.first_start(), -(-count // FIRST), seed, say)
    return {
        **line,
        "first_start": dict(first.said),
        "first_start_bad": first.bad,
        "seconds": round(time.monotonic() - began, 1),
    }


def passed(line: Line) -> bool:
    """Whether also every first start came to its end after a cut."""
    return proof.passed(line) and not line["first_start_bad"]


def _recorded(seed: int, visits: int, say: Say) -> Log:
    gone = [*(name for name in NEEDED if not shutil.which(name)), *start.missing()]
    if gone:
        raise CannotRun(f"not found: {', '.join(gone)}")
    try:
        image = found()
    except NoImage as error:
        raise CannotRun(str(error)) from None
    with stand(image, EVIDENCE, say) as place:
        say(f"one start of {image.raw.name}, and {visits} visits on its data partition, twice")
        log = record(place, seed, visits)
    megabytes = sum(len(entry.data) for entry in log.card.entries) / 1e6
    say(f"{len(log.card.entries)} entries in the card's log, {megabytes:.0f} MB written")
    return log


if __name__ == "__main__":
    sys.exit(proof.command("image-powercuts", lambda count, seed, say: run(count, seed, VISITS, say), passed))
