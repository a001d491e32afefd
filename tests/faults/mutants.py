"""`make faults-teeth`: the same run over code that is broken in six named ways must find each of them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mqtt", "drivers", "kiosk", "ui", "cloud", "tests")
FAULTS = 60
"""Within so many faults each break must be found."""
EVERY = 10
PATIENCE = 45.0
SEED = 3


@dataclass(frozen=True)
class Break:
    """In `file`, `old` becomes `new`; `old` stands there once."""

    file: str
    old: str
    new: str


MUTANTS: dict[str, tuple[Break, ...]] = {
    "ack_before_commit": (
        Break(
            "cloud/collector/collector.py",
            '            self._at("before commit")\n',
            '            self._acknowledge(batch, replies)\n            self._at("before commit")\n',
        ),
    ),
    "accept_gaps": (
        Break("cloud/collector/streams.py", '        raise Refusal("gap")\n', "        return rows\n"),
    ),
    "delete_at_puback": (
        Break(
            "mqtt/client.py",
            "        return self._paho.publish(topic, payload, qos, retain).rc == "
            "MQTTErrorCode.MQTT_ERR_SUCCESS\n",
            "        sent = self._paho.publish(topic, payload, qos, retain)\n"
            '        while topic.endswith("up/events") and self.connected and not sent.is_published():\n'
            "            self._turn(0.05, ())\n"
            "        return sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS and (not qos or self.connected)\n",
        ),
        Break(
            "kiosk/upstream.py",
            "            lane.window.was_sent(rows[-1].sequence, now)\n",
            "            lane.window.was_sent(rows[-1].sequence, now)\n"
            "            lane.window.acknowledged(rows[-1].sequence, now)\n"
            "            lane.remember(rows[-1].sequence, rows[-1].chain)\n",
        ),
    ),
    "no_nonce": (
        Break(
            "kiosk/window.py",
            "        self.nonce, self.greeted, self._wait = None, True, FIRST_WAIT\n        if upto",
            "        self.nonce, self.greeted, self._wait = None, True, FIRST_WAIT\n"
            "        upto = max(upto, self.acked)\n        if upto",
        ),
    ),
    "no_chain": (
        Break(
            "cloud/collector/streams.py",
            "    return all(chains.get(row.sequence, row.chain) == row.chain for row in rows)\n",
            "    return True\n",
        ),
        Break("cloud/collector/streams.py", "    if not _follow(mark.chain, fresh):", "    if False:"),
        Break(
            "kiosk/lane.py",
            "        return ack.upto < self.stream.below or own == ack.chain\n",
            "        return bool(own or True)\n",
        ),
    ),
    "used_again": (
        Break(
            "kiosk/journal.py",
            '            self._db.executemany("INSERT INTO used VALUES (?)", [(name,) for name in uses])\n',
            "",
        ),
    ),
}
"""The breaks that every such system is tempted by."""


class Stale(Exception):
    """The code does not hold the text that a mutant changes."""


def main() -> int:
    """Try the mutants that are named, or all; 1 if one is not caught."""
    names = sys.argv[1:] or list(MUTANTS)
    caught = [_try(name) for name in names]
    print(f"{sum(caught)} of {len(names)} mutants caught", flush=True)
    return 0 if all(caught) else 1


def run_broken(name: str, words: Sequence[str]) -> tuple[int, dict[str, object]]:
    """A run over a copy of the code in which `name` is broken: its exit code, and its last line."""
    with tempfile.TemporaryDirectory(prefix="bg-faults-") as folder:
        tree = Path(folder)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
        for each in MUTANTS[name]:
            _apply(tree, each)
        command = [sys.executable, "-m", "tests.faults", *words]
        environment = {name: told for name, told in os.environ.items() if name != "MUTANT"}
        with subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            last = ""
            for last in run.stdout:
                print(last, end="", flush=True)
    return run.returncode, json.loads(last)


def _apply(tree: Path, each: Break) -> None:
    file = tree / each.file
    text = file.read_text("utf-8")
    if text.count(each.old) != 1:
        raise Stale(f"{each.file} does not hold this once:\n{each.old}")
    file.write_text(text.replace(each.old, each.new), "utf-8")


def _try(name: str) -> bool:
    results = ROOT / ".bench" / "faults" / "mutants"
    words = (str(FAULTS), "--seed", str(SEED), "--every", str(EVERY), "--patience", str(PATIENCE))
    code, said = run_broken(name, (*words, "--results", str(results)))
    caught = code == 1 and bool(said["lost"] or said["doubled"] or not said["ledger_exact"])
    where = f"caught at fault {said['faults']}: {said['lost']} lost, {said['doubled']} doubled"
    print(f"{name}: {where if caught else 'NOT CAUGHT'}", flush=True)
    return caught


if __name__ == "__main__":
    sys.exit(main())
