"""`make image-test` and `make image-cuts`: the image itself in QEMU; one JSON line says what was seen.

ONLY=first,visit chooses scenarios, ONLY=all takes every one; IMAGE=folder takes another image than .image.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence

from tests.demo.plan import ROOT
from tests.image.qemu.hardware import NEEDED
from tests.image.qemu.image import NoImage, found
from tests.image.qemu.play import Outcome, Unknown, chosen, play
from tests.image.qemu.scenarios import cuts
from tests.image.qemu.stand import Stand, stand

EVIDENCE = ROOT / ".bench/image-test"
PACKAGES = "qemu-system-arm ipxe-qemu mtools fdisk e2fsprogs openssh-client"


def main(words: Sequence[str]) -> int:
    """Exit code: 0 all passed, 1 something did not, 2 it cannot be tried here."""
    for number in (signal.SIGTERM, signal.SIGINT):  # whoever ends this ends the guest and the cloud too
        signal.signal(number, signal.default_int_handler)
    try:
        scenarios = _wanted(words)
        image = found()
    except (NoImage, Unknown, ValueError) as error:
        print(f"image-test: {error}", file=sys.stderr)
        return 2
    if gone := [tool for tool in NEEDED if not shutil.which(tool)]:
        print(f"image-test: missing: {', '.join(gone)}; apt-get install {PACKAGES}", file=sys.stderr)
        return 2
    shutil.rmtree(EVIDENCE, ignore_errors=True)
    EVIDENCE.mkdir(parents=True)
    with stand(image, EVIDENCE, _say(time.monotonic())) as place:
        outcome = {"image": image.raw.name, **play(place, scenarios)}
    line = json.dumps(outcome, ensure_ascii=False)
    (EVIDENCE / "result.json").write_text(f"{line}\n", "utf-8")
    print(line, flush=True)
    return 0 if all(one["passed"] for one in outcome.values() if isinstance(one, dict)) else 1


def _wanted(words: Sequence[str]) -> list[tuple[str, Callable[[Stand], Outcome]]]:
    if list(words) == ["cuts"]:
        cycles, seed = int(os.environ.get("CYCLES", "20")), int(os.environ.get("SEED", "1"))
        return [("cuts", lambda place: cuts.many(place, cycles, seed))]
    return [(module.NAME, module.run) for module in chosen(os.environ.get("ONLY", ""))]


def _say(began: float) -> Callable[[str], None]:
    return lambda line: print(f"image-test: {time.monotonic() - began:6.0f} s  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
