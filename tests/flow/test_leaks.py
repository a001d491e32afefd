"""The search for a payment card's digits finds each way in which they can be kept, and cries no wolf."""

import base64
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import Stamp
from kiosk.journal import Journal
from mqtt.events import CardRefused
from tests.flow.leaks import Trace

NUMBER = "6037991234560619"
TRACE = Trace(NUMBER)
STAMP = Stamp(1_795_000_000.0, 5, "boot", synced=True)


def journal(folder: Path, reason: str) -> None:
    with closing(Journal(folder / "journal.db")) as opened:
        opened.append([(CardRefused(reason), STAMP)])


def database(folder: Path, value: object) -> None:
    with closing(sqlite3.connect(folder / "cloud.db")) as opened, opened:
        opened.execute("CREATE TABLE parked (raw)")
        opened.execute("INSERT INTO parked VALUES (?)", (value,))


PLANTED: dict[str, Callable[[Path], object]] = {
    "a log": lambda folder: (folder / "log").write_text(f"magstripe: read ;{NUMBER}=0505?"),
    "a repr of bytes": lambda folder: (folder / "log").write_text(repr(f"%B{NUMBER}^A/B^".encode())),
    "a repr of its characters": lambda folder: (folder / "log").write_text(repr(list(NUMBER))),
    "a repr of their codes": lambda folder: (folder / "log").write_text(repr(list(NUMBER.encode()))),
    "JSON": lambda folder: (folder / "log").write_text(json.dumps({"card": NUMBER})),
    "groups of four": lambda folder: (folder / "log").write_text("6037 9912 3456 0619"),
    "hex in capitals": lambda folder: (folder / "log").write_text(NUMBER.encode().hex().upper()),
    "hex": lambda folder: (folder / "log").write_text(f"a7{NUMBER.encode().hex()}"),
    "base64": lambda folder: (folder / "log").write_bytes(base64.b64encode(NUMBER.encode())),
    "base64 a byte on": lambda folder: (folder / "log").write_bytes(base64.b64encode(f";{NUMBER}=".encode())),
    "base64 two bytes on": lambda folder: (folder / "log").write_bytes(
        base64.b64encode(f"%B{NUMBER}^".encode())
    ),
    "the issuer alone": lambda folder: (folder / "log").write_text("refused 603799**********"),
    "the last four alone": lambda folder: (folder / "log").write_text("refused ****0619."),
    "a piece of it": lambda folder: (folder / "log").write_text("x79912345x"),
    "a file's name": lambda folder: (folder / f"card-{NUMBER}").touch(),
    "the journal, not yet checkpointed": lambda folder: journal(folder, NUMBER),
    "the journal, in hex": lambda folder: journal(folder, NUMBER.encode().hex()),
    "a database's text": lambda folder: database(folder, f";{NUMBER}?"),
    "a database's blob": lambda folder: database(folder, NUMBER.encode("utf-16-le")),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_leak_is_found(tmp_path: Path, plant: Callable[[Path], object]) -> None:
    assert list(TRACE.files(tmp_path)) == []
    plant(tmp_path)
    assert list(TRACE.files(tmp_path)) != []


def test_what_only_looks_a_little_like_it_is_no_leak(tmp_path: Path) -> None:
    journal(tmp_path, "payment-card")
    (tmp_path / "log").write_text("2026-06-19 10619 a0619b 1603799 id c0ffee0619aa 20261234")
    assert list(TRACE.files(tmp_path)) == []
