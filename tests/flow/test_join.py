"""Somebody joins with an empty card and a telephone number, and leaves again, at a real kiosk, for real."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from kiosk.journal import JournalReader
from kiosk.talking import GLANCE
from mqtt.events import MemberLeft
from tests.demo.shoppers import Card
from tests.demo.steps import cloud
from tests.flow.conftest import Club, until

TYPED, NUMBER = "09121234567", b"9121234567"


def test_who_joined_is_greeted_and_who_left_is_found_nowhere(club: Club) -> None:
    card = next(card for card in club.cards("rc522") if not card.member)
    join(club, card)
    until(lambda: club.row(card), "the new member at the kiosk")
    until(lambda: phones(club) == [f"+98{NUMBER.decode()}"], "who it is")
    assert holding(club.plan.run), "the number is looked for where it can be found"
    club.settled()
    club.tap(card)
    receipt = leave(club)
    until(lambda: club.row(card) is None, "the kiosk forgets")
    club.settled()
    assert "erased: 1 persons" in cloud(club.plan, "member", "receipt", receipt)
    assert phones(club) == []
    until(lambda: not holding(club.plan.run), "nothing is left of the number")
    club.tap(card, "Sorry")


def join(club: Club, card: Card) -> None:
    club.tap(card, "Sorry")
    club.touch("join", "Join")
    club.touch("number", "Join")
    for digit in TYPED:
        club.touch(f"digit-{digit}", "Join")
    club.touch("enter", "Join")
    club.touch("done", "Attract")


def leave(club: Club) -> str:
    club.touch("more", "Welcome")
    club.touch("leave", "Leave")
    asked = time.monotonic()
    until(lambda: time.monotonic() - asked > GLANCE, "what it means is read")
    club.touch("confirm", "Leave")
    club.touch("done", "Attract")
    with closing(JournalReader(club.plan.kiosk / "journal.db")) as journal:
        ((left, _),) = journal.facts(MemberLeft)
    return left.receipt


def phones(club: Club) -> list[str]:
    """The telephone numbers that the cloud keeps; the demo's members have none."""
    with closing(sqlite3.connect(club.plan.cloud / "cloud.db")) as database:
        rows = database.execute("SELECT phone FROM club_person WHERE phone IS NOT NULL").fetchall()
    return [phone for (phone,) in rows]


def holding(folder: Path) -> list[Path]:
    """The files in which the number stands."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if NUMBER in file.read_bytes()]
