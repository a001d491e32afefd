"""`make soak VISITS=n SEED=s`: a kiosk used without end; one JSON line says whether it stayed as it was."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.soak.figures import Sample, Verdict, judged
from tests.soak.inside import LEAKS
from tests.soak.shopper import Hangs
from tests.soak.watched import Watched, watched

VISITS = 10_000
SAMPLES = 40
SEARCHED = 4
"""At every so many samples, and at the end, all memory is searched, which takes two seconds."""
BAD_WORDS = ("Traceback", "rror", "not written", "given up")
"""What stands in a log in which something went wrong."""


def run(
    visits: int, seed: int, leak: str, say: Callable[[str], None], looks: int = SAMPLES
) -> dict[str, object]:
    """Let shoppers come, and look at the kiosk so many times. Raises Hangs."""
    with (
        tempfile.TemporaryDirectory(prefix="bg-") as folder,
        watched(Path(folder) / "r", seed, leak) as kiosk,
    ):
        began = time.monotonic()
        samples, left = _samples(kiosk, visits, max(1, visits // looks), say)
        seconds = time.monotonic() - began
        errors = [*kiosk.warnings(), *_bad_lines(kiosk.plan.run / "log")]
    return _line(judged(samples), visits, seconds, errors) | {
        "left_in_memory": left,
        "seed": seed,
        "looked_at": dict(kiosk.shopper.seen),
    }


def _samples(kiosk: Watched, visits: int, every: int, say: Callable[[str], None]) -> tuple[list[Sample], int]:
    """What the kiosk used after `every` visits, and how much of anybody was left in its memory."""
    samples: list[Sample] = []
    left = 0
    kiosk.shopper.look_round()
    while kiosk.shopper.visits < visits:
        kiosk.shopper.visit()
        if kiosk.shopper.visits >= (len(samples) + 1) * every:
            samples.append(kiosk.sample(kiosk.shopper.visits))
            say(_progress(samples[-1]))
            left += _left(kiosk, say) if len(samples) % SEARCHED == 0 else 0
    return samples, left + (_left(kiosk, say) if len(samples) % SEARCHED else 0)


def _left(kiosk: Watched, say: Callable[[str], None]) -> int:
    traces = kiosk.left()
    for trace in traces[:5]:
        say(f"left in memory: {trace}")
    return len(traces)


def _progress(now: Sample) -> str:
    return (
        f"{now.visits} visits: {now.rss:.1f} MB, {now.alive} objects, {now.fds} files, {now.threads} threads"
    )


def _bad_lines(log: Path) -> list[str]:
    lines = log.read_text("utf-8", "replace").splitlines()
    return [line for line in lines if any(word in line for word in BAD_WORDS)]


def _line(verdict: Verdict, visits: int, seconds: float, errors: list[str]) -> dict[str, object]:
    figures = asdict(verdict)
    figures["cpu_ms_per_visit"] = round(1000 * figures.pop("cpu_per_visit"), 1)
    return {"visits": visits, **figures, "seconds": round(seconds, 1), "errors": errors}


def passed(line: dict[str, object]) -> bool:
    """Whether nothing grew, nothing was complained of, and nobody's name is left."""
    return not (line["grew"] or line["errors"] or line["left_in_memory"])


def main() -> int:
    """Exit code: 0 as it was, 1 not, 2 asked for what is not there."""
    visits, seed = (int(os.environ.get(name) or other) for name, other in (("VISITS", VISITS), ("SEED", 1)))
    leak = os.environ.get("LEAK") or "none"
    if leak not in LEAKS:
        print(f"soak: LEAK is one of {', '.join(LEAKS)}", file=sys.stderr)
        return 2
    try:
        line = run(visits, seed, leak, _say)
    except Hangs as hangs:
        print(f"soak: {hangs}", file=sys.stderr)
        return 1
    print(json.dumps(line), flush=True)
    return 0 if passed(line) else 1


def _say(what: str) -> None:
    print(f"soak: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
