"""The web over a club with a till, as its clerk's browser sees it; taps come as the collector stores them."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, expect

from mqtt.vocabulary import CardKey, ClubKey, card_key
from tests.cloud.desk.house import DEADLINE, ROOT, Database, Web
from tests.cloud.prepared import migrated

SECRET = "5a" * 16
KEY = ClubKey("1", bytes.fromhex(SECRET))
MARYAM, SARA = "7712345", "7712346"
"""The numbers on two members' stripes, of whom the first has 500 points."""
_PREPARE = """
import pathlib, sys
import django
django.setup()
from django.utils import timezone
from cloud.club import guards
from cloud.collector.models import Stream
from mqtt.vocabulary import ClubKey, card_key
from tests.cloud.conftest import make_club, make_member
from tests.cloud.desk.staffed import employ
from tests.cloud.desk.till.counter import furnish, give
from tests.cloud.kiosks import MEMBER
from cloud.club.models import Card, Person
make_club()
key = ClubKey("1", bytes.fromhex(sys.argv[2]))
Card.objects.create(key=card_key(key, "magstripe", b"7712345"), member_id=MEMBER)
make_member("m-bbbbbbbbbb", card_key(key, "magstripe", b"7712346"))
Person.objects.filter(member="m-bbbbbbbbbb").update(given_name="سارا", phone="+989121234567")
furnish(pathlib.Path(sys.argv[1]))
give(500)
employ("clerk", "clerk", "vanak")
Stream.objects.create(kiosk="vanak-1", epoch="0" * 16, chain="0" * 16, seen_at=timezone.now())
"""


@dataclass
class Shop(Database):
    """A club whose clerk is called `clerk`, with the password `right`, beside the kiosk `vanak-1`."""

    visits: int = field(default=0)

    @property
    def environment(self) -> dict[str, str]:
        """The cloud's, with a club key."""
        return super().environment | {"BASHGAH_CLUB_KEY": f"1:{SECRET}"}

    def prepare(self) -> "Shop":
        """Make the club."""
        migrated(self.folder)
        call = [sys.executable, "-c", _PREPARE, str(self.folder), SECRET]
        subprocess.run(call, env=self.environment, cwd=ROOT, check=True)
        return self

    def tap(self, number: str = MARYAM) -> str:
        """Lay a card on the kiosk; the visit."""
        self.visits += 1
        visit = f"{self.visits:016x}"
        data = {"visit": visit, "kind": "magstripe", "cards": [self.key(number)]}
        self.store_events(1, "club.card.tapped.v1", data)
        return visit

    def join(self, number: str, visit: str) -> None:
        """Let somebody have joined in a visit, as the kiosk tells and then the poster books."""
        data = {"visit": visit, "kind": "magstripe", "cards": [self.key(number)], "language": "fa"}
        self.store_events(1, "club.member.joined.v1", data)
        with closing(sqlite3.connect(self.folder / "cloud.db", timeout=DEADLINE)) as database, database:
            database.execute(
                "INSERT INTO club_member (id, group_id, kind, language, joined_on)"
                " VALUES ('m-cccccccccc', 'tehran', 'consumer', 'fa', '2026-01-01')"
            )
            database.execute(
                "INSERT INTO club_card (key, member_id, status) VALUES (?, 'm-cccccccccc', 'active')",
                (self.key(number),),
            )

    def leave(self, visit: str) -> None:
        """End a visit."""
        data = {"visit": visit, "member": None, "how": "done", "took": 3.0}
        self.store_events(1, "club.visit.ended.v1", data)

    def key(self, number: str) -> CardKey:
        """Under which name the club knows a card."""
        return card_key(KEY, "magstripe", number.encode())

    def sold(self) -> list[tuple[str, str]]:
        """Every purchase's member and invoice, in order."""
        with closing(sqlite3.connect(self.folder / "cloud.db", timeout=DEADLINE)) as database:
            return database.execute("SELECT member_id, invoice FROM club_purchase ORDER BY id").fetchall()


def sign_in(page: Page, url: str) -> None:
    """Sign in as the clerk, on the page to do so."""
    page.goto(f"{url}login?next=/till/")
    page.locator("[name=username]").fill("clerk")
    page.locator("[name=password]").fill("right")
    page.locator("form.sign-in button.main").click()


def at_till(browser: Browser, web: Web) -> tuple[BrowserContext, Page]:
    """A clerk's browser at the till, which hears of the kiosk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(DEADLINE * 1000)
    page = context.new_page()
    sign_in(page, web.url)
    page.locator("form.choices button", has_text="vanak-till-1").click()
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    return context, page
