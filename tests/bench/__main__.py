"""`make bench`: every figure beside its target, as a table and as `.bench/bench.json`."""

import json
import platform
import sys
import time
from dataclasses import asdict

from tests.bench import (
    card,
    collector,
    crowd,
    drain,
    fill,
    kiosk,
    ledger,
    nodered,
    pages,
    poster,
    readers,
    secured,
    storage,
    till,
    viewers,
    weight,
    wire,
)
from tests.bench.row import Row, table
from tests.demo.plan import ROOT

PARTS = {
    "readers": readers.rows,
    "kiosk": kiosk.rows,
    "card": card.rows,
    "wire": wire.rows,
    "collector": collector.rows,
    "secured": secured.rows,
    "crowd": crowd.rows,
    "storage": storage.rows,
    "drain": drain.rows,
    "fill": fill.rows,
    "poster": poster.rows,
    "ledger": ledger.rows,
    "till": till.rows,
    "weight": weight.rows,
    "pages": pages.rows,
    "viewers": viewers.rows,
    "nodered": nodered.rows,
}


def main() -> int:
    """Measure all parts, or those named."""
    unknown = set(sys.argv[1:]) - PARTS.keys()
    if unknown:
        print(f"bench: no part {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in sys.argv[1:] or PARTS:
        rows += PARTS[name](_say)
    print(f"\n{platform.machine()}, Python {platform.python_version()}, software GL\n")
    print(table(rows))
    folder = ROOT / ".bench"
    folder.mkdir(exist_ok=True)
    document = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "rows": [asdict(row) for row in rows]}
    (folder / "bench.json").write_text(json.dumps(document, indent=1), "utf-8")
    return 0


def _say(what: str) -> None:
    print(f"bench: {what} ...", flush=True)


if __name__ == "__main__":
    sys.exit(main())
