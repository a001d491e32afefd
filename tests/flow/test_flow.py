"""From bytes on a wire to the page at head office: every joint real, and killed in between."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cloud.desk.live_list import ids
from tests.demo.programs import kill
from tests.demo.shoppers import Card
from tests.flow.conftest import WITHIN, Club, until


def test_a_tap_and_an_answer_reach_the_page_and_come_back_as_points(club: Club) -> None:
    serial, chip = club.cards("em4100")[0], club.cards("rc522")[0]
    assert Path(club.plan.run / "devices" / "em4100").is_char_device(), "bytes on a pty"
    before = {card: has(club, card) for card in (serial, chip)}
    club.log_in()
    taps, answers = club.today("taps"), club.today("answers")
    newest = club.page.locator("#events > li").first
    shown = newest.get_attribute("data-id")
    club.answer(serial, 6)
    club.answer(chip, 2)
    until(lambda: club.today("taps") == taps + 2, "both taps on the page")
    until(lambda: club.today("answers") == answers + 2, "both answers on the page")
    expect(newest).not_to_have_attribute("data-id", shown or "")
    for card in (serial, chip):
        was = before[card]
        until(lambda card=card, was=was: has(club, card) == was + 10, "the new balance at the kiosk")  # type: ignore[misc]
    club.tap(serial)
    found = club.settled()
    assert (found["taps"], found["answers"]) == (3, 2)
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, 0)


def has(club: Club, card: Card) -> int:
    """What a member has, as the kiosk knows: that some of it is lent to a kiosk changes nothing."""
    row = club.row(card)
    assert row is not None
    return row.available + row.held


def test_a_stranger_is_told_what_to_do(club: Club) -> None:
    stranger = next(card for card in club.cards("rc522") if not card.member)
    club.tap(stranger, "Sorry")
    club.touch("done", "Attract")


def test_bad_bytes_on_the_wire_change_nothing(club: Club) -> None:
    good = club.cards("em4100")[1]
    club.devices.noise(bytes(range(256)))
    club.devices.noise(b"\x02" + b"0A1B2C")
    club.tap(good)


@pytest.mark.parametrize("victim", ["broker", "collector", "worker", "sync", "screen", "web"])
def test_a_killed_program_comes_back_and_nothing_is_lost_or_doubled(club: Club, victim: str) -> None:
    before = club.settled()
    cards = club.cards("em4100")[2:4] + club.cards("rc522")[2:4]
    club.answer(cards[0], 5)
    kill(club.plan, victim)
    if victim == "screen":
        assert club.screen.wait_for("Attract", timeout=WITHIN, after=time.monotonic())
    for card in cards[1:]:
        club.answer(card, 7)
    found = club.settled()
    assert found["answers"] - before["answers"] == 4
    assert found["taps"] - before["taps"] == 4
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, 0)


def test_the_page_resumes_after_its_server_was_killed(club: Club) -> None:
    club.page.goto(club.plan.address)
    expect(club.page.locator("#link")).to_have_attribute("data-state", "live")
    answers = club.page.locator("#events > li[data-kind=answer]")
    before = ids(answers)
    kill(club.plan, "web")
    expect(club.page.locator("#link")).to_have_attribute("data-state", "reconnecting")
    club.answer(club.cards("rc522")[4], 1)
    expect(club.page.locator("#link")).to_have_attribute("data-state", "live", timeout=WITHIN * 1000)
    until(lambda: ids(answers)[:1] != before[:1], "the answer, which is the last of a visit")
    shown = ids(club.page.locator("#events > li"))
    assert len(set(shown)) == len(shown), "no row is shown twice"
