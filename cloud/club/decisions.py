"""What a club decided for itself: documents in its settings, each with a shape and a name."""

from typing import Annotated, TypeVar

import msgspec

from cloud.club import card_schema, velocity
from cloud.club.arrangement import Joining
from cloud.club.errors import Unfit
from cloud.club.models import ClubSetting
from cloud.voice.alarms import quiet
from mqtt.vocabulary import Points


class Allowances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one member's points a kiosk may hold `most`, and no more than `percent` of what can be spent.

    Nothing is lent while `most` is 0: then nobody spends at a kiosk that is cut off.
    """

    most: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50

    def of(self, available: int) -> Points:
        """How many of so many points are lent."""
        return Points(min(self.most, max(0, available) * self.percent // 100))


class Coupons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A till takes a coupon for so many days: no fewer than the kiosks' catalogue says on it."""

    days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 30


class Adjusting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many points somebody of the shop may give or take at once, by role; the others none."""

    store_manager: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 1_000_000
    manager: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 10_000_000
    owner: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 1_000_000_000

    def most(self, role: str) -> Points:
        """How many a role may move."""
        by_role = {"store-manager": self.store_manager, "manager": self.manager, "owner": self.owner}
        return Points(by_role.get(role, 0))


Shape = TypeVar("Shape", bound=msgspec.Struct)
NAMES: dict[type[msgspec.Struct], str] = {
    Adjusting: "adjusting",
    Allowances: "allowances",
    card_schema.CardSchema: card_schema.NAME,
    Coupons: "coupons",
    Joining: "joining",
    quiet.QuietHours: quiet.NAME,
    velocity.Limits: velocity.NAME,
}
"""Of the documents in the club's settings."""


def decided(shape: type[Shape]) -> Shape:
    """What the club decided; the built-in decision where it has not."""
    found = ClubSetting.objects.filter(name=NAMES[shape]).values_list("document", flat=True).first()
    return shape() if found is None else msgspec.json.decode(found, type=shape)


def decide(shape: type[Shape], document: str) -> Shape:
    """Let a document be the club's from now on. Raises Unfit."""
    try:
        made = msgspec.json.decode(document, type=shape)
    except msgspec.DecodeError as error:
        raise Unfit(f"no document about {NAMES[shape]}: {error}") from None
    ClubSetting.objects.update_or_create(name=NAMES[shape], defaults={"document": written(made)})
    return made


def written(document: msgspec.Struct) -> str:
    """A document, as a person can change it."""
    return msgspec.json.format(msgspec.json.encode(document)).decode()
