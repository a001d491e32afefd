"""Everything running, once for each module of this folder: broker, cloud, devices, kiosk, a browser."""

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
from kiosk.survey import READS
from mqtt.down import MemberRow
from mqtt.vocabulary import ClubKey, card_key
from tests.demo.pictures import launch
from tests.demo.plan import KIOSK, STORE, Plan
from tests.demo.programs import PROGRAMS, running
from tests.demo.shoppers import Card, read_cards
from tests.demo.steps import cloud, prepare, seed, wait_until_up
from tests.mqtt.ports import free_port
from tests.once import copy
from ui.remote_client import Screen

WITHIN = 30.0
READ = READS["ces"] + 0.1
"""Seconds that a question needs."""


def until(predicate: Callable[[], object], what: str) -> None:
    end = time.monotonic() + WITHIN
    while not predicate():
        assert time.monotonic() < end, f"not within {WITHIN:.0f} s: {what}"
        time.sleep(0.05)


@dataclass
class Stand:
    """A kiosk, and what a shopper can see of it and do to it."""

    plan: Plan
    screen: Screen
    devices: Devices
    members: Members

    def cards(self, reader: str) -> list[Card]:
        return [card for card in read_cards(self.plan.run / "cards.json") if card.reader == reader]

    def row(self, card: Card) -> MemberRow | None:
        key = ClubKey("1", bytes.fromhex(self.plan.club_key))
        return self.members.find((card_key(key, KINDS[card.reader], bytes.fromhex(card.card)),))

    def tap(self, card: Card, expected: str = "Welcome") -> None:
        before = self.screen.drawn
        self.devices.present(card.reader, bytes.fromhex(card.card))
        assert self.screen.wait_for(expected, timeout=WITHIN, after=before)
        self.devices.take_away(card.reader)

    def touch(self, name: str, expected: str) -> None:
        before = self.screen.drawn
        until(lambda: self.screen.touch(name), f"a key {name}")
        assert self.screen.wait_for(expected, timeout=WITHIN, after=before)


@dataclass
class Club(Stand):
    """Everything running, and what the cloud and head office can see of it, too."""

    page: Page

    def answer(self, card: Card, value: int) -> None:
        self.tap(card)
        self.touch("continue", "Ask")
        seen = self.screen.drawn
        until(
            lambda: time.monotonic() - seen > READ,
            "the question is read: a quicker answer counts in no index",
        )
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


def _plan(run: Path) -> Plan:
    """With what is in a database that is copied."""
    return Plan(
        run=run,
        broker_port=free_port(),
        web_port=free_port(),
        days=30,
        password="of-the-flows",
        secret="only for tests",
        club_key="5b" * 16,
    )


def _seeded(run: Path) -> None:
    plan = _plan(run)
    plan.cloud.mkdir()
    seed(plan)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    plan = _plan(tmp_path_factory.mktemp("f"))
    plan.check()
    prepare(plan, lambda plan: copy("demo-club", _seeded, plan.run))
    with ExitStack() as stack:
        programs = stack.enter_context(running(plan, PROGRAMS, plan.run / "log"))
        wait_until_up(plan, programs)
        browser = launch(stack)
        screen = stack.enter_context(Screen(plan.touches))
        members = Members(plan.kiosk / "replica.db")
        stack.callback(members.close)
        club = Club(plan, screen, Devices(plan.devices), members, browser.new_page())
        until(lambda: club.row(club.cards("rc522")[0]) and club.row(club.cards("em4100")[0]), "the members")
        yield club
