"""What the shoppers saw against what the kiosk journalled and the cloud holds."""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from cloud.club.demo.tray import KINDS
from kiosk.journal import count
from mqtt.vocabulary import ClubKey, card_key
from tests.demo.plan import KIOSK, DemoError, Plan
from tests.demo.programs import kill
from tests.demo.steps import cloud

SLACK = 90.0
"""Seconds beyond the shopping time in which the last shopper finishes."""


def shopping(plan: Plan, seconds: float, victims: str) -> None:
    """Wait until the shoppers are done; half way kill -9 the named programs, if any. Raises DemoError."""
    began: float | None = None
    end = time.monotonic() + seconds + SLACK
    left = [name for name in victims.split(",") if name]
    while not _note(plan, "done"):
        if began is None:
            began = _note(plan, "attract")
        if began is not None and time.monotonic() - began >= seconds / 2:
            for name in left:
                kill(plan, name)
                print(f"demo: killed {name} (-9)", flush=True)
            left = []
        if time.monotonic() > end:
            raise DemoError("the shoppers did not finish; the lines above say why")
        time.sleep(0.2)


def _note(plan: Plan, word: str) -> float | None:
    return next((note[word] for note in _notes(plan.seen) if word in note), None)


def _notes(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [
        json.loads(line) for line in path.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")
    ]


class Report:
    """The figures of one run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._notes = [note for note in _notes(plan.seen) if "what" in note]
        self._done = Counter(note["what"] for note in self._notes)
        self._audit: dict[str, int] = {}

    def wait_until_posted(self, seconds: float) -> None:
        """Wait until the cloud has posted all that is journalled, `seconds` at most."""
        end = time.monotonic() + seconds
        while True:
            epoch, journalled = count(self._plan.kiosk / "journal.db")
            seen = self._plan.run / "claims.jsonl"
            seen.write_text("".join(json.dumps(claim) + "\n" for claim in self._claims()), "utf-8")
            found = cloud(self._plan, "audit", "--kiosk", KIOSK, "--epoch", epoch, "--seen", str(seen))
            self._audit = json.loads(found) | {"journalled": journalled}
            if self._audit["posted"] >= journalled or time.monotonic() > end:
                return

    def figures(self) -> dict[str, int]:
        """Taps and answers by the shoppers' own count, and what became of them."""
        audit, done = self._audit, self._done
        beyond = max(0, audit["taps"] - done["laid"]) + max(0, audit["answers"] - done["touched"])
        return {
            "taps": done["tap"],
            "answers": done["answer"],
            "journalled": audit["journalled"],
            "collected": audit["collected"],
            "posted": audit["posted"],
            "lost": audit["lost"],
            "doubled": audit["doubled"] + beyond,
            "parked": audit["parked"],
            "points_off": audit["points_off"],
            "strangers": done["stranger"],
            "undone": done["undone"],
            "unseen": done["nothing"],
        }

    def _claims(self) -> list[dict[str, object]]:
        """What was seen, as the cloud can look it up: cards by their CardKeys."""
        key = ClubKey("1", bytes.fromhex(self._plan.club_key))
        return [
            {
                "what": note["what"],
                "card": card_key(key, KINDS[note["reader"]], bytes.fromhex(note["card"])),
                "value": note["value"],
            }
            for note in self._notes
            if note["what"] in {"tap", "answer"}
        ]
