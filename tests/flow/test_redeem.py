"""Points are spent at a kiosk without a network, and nowhere else as well: every process real.

The store's other kiosk is the one that is cut off; `club` is the one that stays online.
"""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import identity
from kiosk.journal import JournalReader
from mqtt import topics
from mqtt.client import Link
from mqtt.down import Ask, Lent, MemberRow, Reply, Spend, decode, encode
from mqtt.events import AllowanceReturned
from mqtt.vocabulary import CardKey, KioskId, MemberId, Points, VisitId
from tests.demo.plan import KIOSK, OFFERING
from tests.demo.shoppers import Card
from tests.demo.steps import cloud
from tests.faults.proxy import Proxy
from tests.flow.conftest import Club, Stand, until
from tests.flow.second import OTHER, another, go

BEHIND = "tests.flow.behind"
MEANT = 0.5
"""Seconds after which a touch that spends is no double tap."""
AMOUNTS = OFFERING.redeeming.amounts


def rich(club: Club, number: int) -> Card:
    """The card of a member who has something to spend, another for each test."""
    rows = [(card, club.row(card)) for reader in ("em4100", "rc522") for card in club.cards(reader)]
    return [card for card, row in rows if row and row.available >= 4 * AMOUNTS[0]][number]


def borrow(stand: Stand, card: Card) -> Lent:
    """Tap, wait until the kiosk may grant points of this member by itself, and go."""
    assert card.member
    member = MemberId(card.member)
    stand.tap(card)
    until(lambda: stand.members.lent(member), "an allowance")
    go(stand)
    lent = stand.members.lent(member)
    assert lent
    return lent


def cut_off(stand: Stand, proxy: Proxy) -> None:
    proxy.set(OTHER, "cut")
    until(lambda: not stand.members.heard_at(), "the kiosk notices")


def spend(stand: Stand, card: Card, reach: int) -> int:
    """The most that a member can at a kiosk who has so many points there, up to the coupon; how many."""
    amounts = [amount for amount in AMOUNTS if amount <= reach]
    stand.tap(card)
    stand.touch("redeem", "Redeem")
    stand.touch(f"offer-{min(6, len(amounts))}", "Redeem")
    asked = time.monotonic()
    until(lambda: time.monotonic() - asked > MEANT, "it is meant")
    stand.touch("confirm", "Redeemed")
    stand.touch("done", "Attract")
    return amounts[-1]


def ask_for(club: Club, card: Card, points: int) -> Reply | None:
    """Ask the cloud for points as a kiosk would that thinks there are as many."""
    ask = Ask("one-more", _keys(club, card), 5.0, spend=Spend(VisitId("5" * 16), Points(points)))
    own = identity.load(club.plan.kiosk)
    assert own is not None
    link = Link(club.plan.broker_url, "one-more", [topics.down(KioskId(KIOSK), "reply")], tls=own.tls)
    found: list[Reply] = []

    def answered() -> bool:
        if not found:
            link.publish(topics.up(KioskId(KIOSK), "ask"), encode(ask), 0)
        for message in link.step(0.2):
            link.done(message)
            reply = decode(message.payload, Reply)
            found.extend([reply] if reply.id == ask.id else [])
        return bool(found)

    until(answered, "an answer")
    link.close()
    return found[0]


def _keys(club: Club, card: Card) -> tuple[CardKey, ...]:
    row = club.row(card)
    assert row
    return row.cards


def redeemed(club: Club, member: str | None) -> list[tuple[str, str, int]]:
    """What left a member's account without a till: kind, kiosk and points, in order."""
    with closing(sqlite3.connect(club.plan.cloud / "cloud.db")) as database:
        return database.execute(
            "SELECT kind, device, points FROM club_entry WHERE member_id = ? AND device IS NOT NULL"
            " ORDER BY id",
            (member,),
        ).fetchall()


def on_hold(club: Club, card: Card) -> list[str]:
    """The open holds of a member at the other kiosk."""
    assert card.member
    return cloud(club.plan, "hold", "list", "--member", card.member, "--kiosk", OTHER).splitlines()


def told(club: Club, card: Card, held: int) -> MemberRow:
    """The member's row at the kiosk that is online, once it tells so many points on hold."""
    until(lambda: (row := club.row(card)) and row.held == held, f"{held} points on hold")
    row = club.row(card)
    assert row
    return row


@pytest.mark.parametrize(
    ("program", "number"), [("kiosk", 0), (BEHIND, 1)], ids=["clock right", "a day behind"]
)
def test_what_is_spent_offline_is_spent_once_and_nowhere_else(club: Club, program: str, number: int) -> None:
    card = rich(club, number)
    with another(club, program) as (stand, proxy):
        lent = borrow(stand, card)
        there = told(club, card, lent.points).available
        cut_off(stand, proxy)
        alone = spend(stand, card, lent.points)
        online = spend(club, card, there)
        reply = ask_for(club, card, there - online + lent.points)
        assert reply
        assert reply.granted is False, "what the other kiosk holds is nobody's to spend"
        assert len(on_hold(club, card)) == 1
        proxy.set(OTHER, "pass")
        until(lambda: not on_hold(club, card), "the other kiosk's word")
        until(lambda: ("redeem", OTHER, -alone) in redeemed(club, card.member), "it is booked")
    assert sorted(redeemed(club, card.member)) == sorted(
        [("redeem", KIOSK, -online), ("redeem", OTHER, -alone)]
    )
    assert "the ledger is right" in cloud(club.plan, "nightly")
    found = club.settled()
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, 0)


def test_what_a_destroyed_kiosk_held_stays_on_hold_until_somebody_writes_it_off(club: Club) -> None:
    card = rich(club, 2)
    with another(club) as (stand, proxy):
        lent = borrow(stand, card)
        there = told(club, card, lent.points)
        cut_off(stand, proxy)
        spend(stand, card, lent.points)
        burnt = stand.plan.run
    shutil.rmtree(burnt)
    assert not Path(burnt).exists()
    with another(club) as (stand, _):
        stand.tap(card)
        reply = ask_for(club, card, there.available + lent.points)
        assert reply
        assert reply.granted is False
        until(lambda: lent.allowance in stand.members.recalled(), "it is called back")
        go(stand)
        with closing(JournalReader(stand.plan.kiosk / "journal.db")) as journal:
            assert not list(journal.facts(AllowanceReturned)), "this disk knows nothing of it"
        (held,) = on_hold(club, card)
        assert f"{lent.points} points" in held
        cloud(club.plan, "hold", "write-off", held.split()[0], "--reason", "burnt", "--yes")
        assert told(club, card, 0).available >= there.available
    assert redeemed(club, card.member) == [("adjust", OTHER, -lent.points)]
    assert "the ledger is right" in cloud(club.plan, "nightly")
