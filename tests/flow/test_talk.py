"""A member complains at the kiosk, the shop answers, the member reads it at the next tap: all of it real."""

import time

from kiosk.talking import GLANCE
from mqtt.tracking import parse
from tests.demo.steps import cloud
from tests.flow.conftest import WITHIN, Club, until

WORDS = "با همکارمان صحبت کردیم."


def test_what_is_told_is_answered_read_and_opened_again(club: Club) -> None:
    card = club.cards("em4100")[0]
    before = club.settled()
    club.tap(card)
    club.touch("talk", "Talk")
    club.touch("answer-1", "Talk")
    club.touch("answer-1", "Ticket")
    club.touch("done", "Attract")
    until(lambda: told(club, card.member), "the ticket in the cloud")
    (code,) = told(club, card.member)
    assert "new" in cloud(club.plan, "ticket", "show", code)
    cloud(club.plan, "ticket", "answer", code, WORDS)
    until(lambda: waiting(club) == (parse(code),), "word of the answer at the kiosk")
    club.tap(card)
    drawn = club.screen.drawn
    assert club.screen.wait_for("Reply", timeout=WITHIN, after=drawn), "it comes by itself after the balance"
    shown = club.screen.drawn
    until(lambda: time.monotonic() - shown > GLANCE, "the answer is read")
    until(lambda: club.screen.touch("no"), "a key no")
    until(lambda: "better: no" in cloud(club.plan, "ticket", "show", code), "what was said to it")
    assert "  new  " in cloud(club.plan, "ticket", "show", code)
    until(lambda: waiting(club) == (), "nothing waits any more")
    found = club.settled()
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, before["parked"])


def told(club: Club, member: str | None) -> list[str]:
    """The codes of a member's tickets."""
    lines = cloud(club.plan, "ticket", "list").splitlines()
    return [line.split()[0] for line in lines if member and member in line]


def waiting(club: Club) -> tuple[str, ...]:
    row = club.row(club.cards("em4100")[0])
    return row.replies if row else ("unknown",)
