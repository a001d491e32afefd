"""The stores of the generated club: how busy they are, and what their shoppers think of them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mqtt.vocabulary import GroupId, KioskId, StoreId

GROUP = GroupId("tehran")
GROUP_NAME = "تهران"
ZONE = ZoneInfo("Asia/Tehran")

Weights = tuple[int, int, int, int, int, int, int]
"""How often each CES value from 1 to 7 is given."""

PLEASED: Weights = (1, 1, 2, 5, 14, 32, 45)
CONTENT: Weights = (2, 2, 4, 9, 21, 34, 28)
MIXED: Weights = (3, 4, 7, 14, 27, 28, 17)
UPSET: Weights = (9, 10, 14, 18, 22, 17, 10)


@dataclass(frozen=True)
class Shop:
    """A store; `mood` until `dip` days before the end, `lately` from then on."""

    store: StoreId
    name_fa: str
    name_en: str
    kiosks: tuple[KioskId, ...]
    visits: float
    """A day, on a middling day."""
    mood: Weights
    lately: Weights
    dip: int = 0


SHOPS = (
    Shop(
        StoreId("tajrish"),
        "فروشگاه تجریش",
        "Tajrish",
        (KioskId("tajrish-1"), KioskId("tajrish-2")),
        24.0,
        PLEASED,
        PLEASED,
    ),
    Shop(StoreId("vanak"), "فروشگاه ونک", "Vanak", (KioskId("vanak-1"),), 16.5, MIXED, MIXED),
    Shop(
        StoreId("ekbatan"),
        "فروشگاه اکباتان",
        "Ekbatan",
        (KioskId("ekbatan-1"),),
        12.5,
        CONTENT,
        UPSET,
        dip=18,
    ),
)
