"""From bytes on a wire to the page at head office: every joint real, and killed in between."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cloud.club.demo.tray import KINDS
from drivers.simulated.remote import Devices
from kiosk.journal import count
from kiosk.members import Members
from mqtt.down import MemberRow
from mqtt.vocabulary import ClubKey, card_key
from tests.demo.pictures import launch
from tests.demo.plan import KIOSK, STORE, Plan
from tests.demo.programs import PROGRAMS, kill, running
from tests.demo.shoppers import Card, read_cards
from tests.demo.steps import cloud, prepare, wait_until_up
from tests.mqtt.broker import free_port
from ui.remote_client import Screen

WITHIN = 30.0


def until(predicate: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WITHIN
    while not predicate():
        assert time.monotonic() < end, f"not within {WITHIN:.0f} s: {what}"
        time.sleep(0.05)


@dataclass
class Club:
    """Everything running, and what a shopper, the cloud and head office can see of it."""

    plan: Plan
    screen: Screen
    devices: Devices
    members: Members
    page: Page

    def cards(self, reader: str) -> list[Card]:
        return [card for card in read_cards(self.plan.run / "cards.json") if card.reader == reader]

    def row(self, card: Card) -> MemberRow | None:
        key = ClubKey("1", bytes.fromhex(self.plan.club_key))
        return self.members.find((card_key(key, KINDS[card.reader], bytes.fromhex(card.card)),))

    def tap(self, card: Card, expected: str = "Welcome") -> None:
        before = self.screen.drawn
        self.devices.lay(card.reader, bytes.fromhex(card.card))
        assert self.screen.wait_for(expected, timeout=WITHIN, after=before)
        self.devices.lift(card.reader)

    def touch(self, name: str, expected: str) -> None:
        before = self.screen.drawn
        until(lambda: self.screen.touch(name), f"a key {name}")
        assert self.screen.wait_for(expected, timeout=WITHIN, after=before)

    def answer(self, card: Card, value: int) -> None:
        self.tap(card)
        self.touch("continue", "Ask")
        self.touch(f"answer-{value}", "Undo")

    def audit(self) -> dict[str, Any]:
        epoch, journalled = count(self.plan.kiosk / "journal.db")
        found = json.loads(cloud(self.plan, "audit", "--kiosk", KIOSK, "--epoch", epoch))
        return {**found, "journalled": journalled}

    def settled(self) -> dict[str, Any]:
        """The audit once everything journalled is posted."""
        found: dict[str, Any] = {}

        def posted() -> bool:
            found.update(self.audit())
            return bool(found["posted"] == found["journalled"])

        until(posted, "everything journalled is posted")
        return found

    def log_in(self) -> None:
        self.page.goto(self.plan.address)
        self.page.locator("input[name=username]").fill("hq")
        self.page.locator("input[name=password]").fill(self.plan.password)
        self.page.locator("form.sign-in button.main").click()
        expect(self.page.locator("#link")).to_have_attribute("data-state", "live")

    def today(self, what: str) -> int:
        """A figure of the kiosk's store as the page shows it; int() reads Persian digits."""
        cell = self.page.locator(f"tr[data-store={STORE}] td[data-of={what}]")
        return int("".join(filter(str.isdecimal, cell.inner_text())))


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    plan = Plan(run=tmp_path_factory.mktemp("f"), broker_port=free_port(), web_port=free_port())
    plan.check()
    prepare(plan)
    with ExitStack() as stack:
        programs = stack.enter_context(running(plan, PROGRAMS))
        wait_until_up(plan, programs)
        browser = launch(stack)
        screen = stack.enter_context(Screen(plan.touches))
        members = Members(plan.kiosk / "replica.db")
        stack.callback(members.close)
        club = Club(plan, screen, Devices(plan.devices), members, browser.new_page())
        until(lambda: club.row(club.cards("rc522")[0]) and club.row(club.cards("em4100")[0]), "the members")
        yield club


def test_a_tap_and_an_answer_reach_the_page_and_come_back_as_points(club: Club) -> None:
    serial, chip = club.cards("em4100")[0], club.cards("rc522")[0]
    assert Path(club.plan.run / "devices" / "em4100").is_char_device(), "bytes on a pty"
    before = {card: club.row(card) for card in (serial, chip)}
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
        assert was is not None
        until(lambda card=card, was=was: club.row(card) != was, "the new balance at the kiosk")  # type: ignore[misc]
        now = club.row(card)
        assert now is not None
        assert now.available == was.available + 10
    club.tap(serial)
    found = club.settled()
    assert (found["taps"], found["answers"]) == (3, 2)
    assert (found["doubled"], found["points_off"], found["parked"]) == (0, 0, 0)


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
    shown = [row.get_attribute("data-id") for row in club.page.locator("#events > li").all()]
    kill(club.plan, "web")
    expect(club.page.locator("#link")).to_have_attribute("data-state", "reconnecting")
    club.answer(club.cards("rc522")[4], 1)
    expect(club.page.locator("#link")).to_have_attribute("data-state", "live", timeout=WITHIN * 1000)
    until(lambda: club.page.locator("#events > li").first.get_attribute("data-id") != shown[0], "new rows")
    ids = [row.get_attribute("data-id") for row in club.page.locator("#events > li").all()]
    assert len(set(ids)) == len(ids), "no row is shown twice"
