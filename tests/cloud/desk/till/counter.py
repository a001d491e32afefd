"""A till for tests: its club, its clerk, and the ways in which a page asks it."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.test import Client

from cloud.club import postings
from cloud.club.account import Cause, Terms
from cloud.desk.till.customers import Customer
from cloud.fleet import catalogue
from cloud.fleet.models import Kiosk, Store, Till
from kiosk.catalogue import DEFAULT
from mqtt.catalogue import Redeeming
from mqtt.vocabulary import MemberId, Points
from tests.cloud.api.tills import rule
from tests.cloud.desk.staffed import employ
from tests.cloud.kiosks import MEMBER

TILL, OTHER, AWAY = "vanak-till-1", "vanak-till-2", "zand-till-1"
RATE = 1_000
"""Rial for a point."""


def furnish(folder: Path) -> None:
    """Tills in two cities, and a catalogue by which points buy something."""
    for name, store in ((TILL, "vanak"), (OTHER, "vanak"), (AWAY, "zand")):
        kiosk = Kiosk.objects.get(id=f"{store}-1") if name != OTHER else None
        Till.objects.create(id=name, store=Store.objects.get(id=store), name=name, kiosk=kiosk)
    document = msgspec.structs.replace(DEFAULT, redeeming=Redeeming(rial_per_point=RATE))
    rule()
    catalogue.publish(msgspec.json.encode(document).decode(), folder, datetime.now(UTC))


def give(points: int, member: str = MEMBER) -> None:
    """Let a member have points to spend."""
    now = datetime.now(UTC)
    cause = Cause(f"present/{uuid.uuid4()}", now, now)
    postings.goodwill(MemberId(member), Points(points), cause, Terms(now - timedelta(days=1)))


@dataclass
class Counter:
    """A clerk at a till."""

    clerk: int
    client: Client = field(default_factory=Client)

    @classmethod
    def opened(cls, name: str = "sara", till: str = TILL, *stores: str) -> "Counter":
        """A clerk who has signed in and said at which till they are."""
        user = employ(name, "clerk", *(stores or ("vanak",)))
        made = cls(user.pk)
        made.client.force_login(user)
        assert made.client.post("/till/choose", {"till": till}).status_code == 302
        return made

    def customer(self, member: str = MEMBER, *, ago: timedelta = timedelta(), till: str = TILL) -> Customer:
        """A member who came some time ago."""
        return Customer(till, MemberId(member), "phone", self.clerk, datetime.now(UTC) - ago)

    def typed(self, customer: Customer | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as a form
        """A sale as the page sends it."""
        served = customer or self.customer()
        sale: dict[str, object] = {
            "token": served.token,
            "member": served.member,
            "document": str(uuid.uuid4()),
        }
        return {**sale, "typed_at": int(datetime.now(UTC).timestamp() * 1000), "amount": "2,500,000", **more}

    def sell(self, sale: dict[str, object]) -> tuple[int, dict[str, Any]]:
        """Confirm a sale; the status and what is said."""
        answer = self.client.post("/till/sale", sale)
        return answer.status_code, json.loads(answer.content)

    def quote(self, sale: dict[str, object]) -> dict[str, Any]:
        """What a sale would be."""
        found: dict[str, Any] = json.loads(self.client.post("/till/quote", sale).content)
        return found

    def find(self, **fields: str) -> str:
        """The page's part about a customer."""
        return self.client.post("/till/customer", fields).content.decode()
