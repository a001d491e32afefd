"""The stores of the generated club: how busy they are, who answers for what, and what shoppers think."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mqtt.vocabulary import GroupId, KioskId, StoreId

GROUP = GroupId("tehran")
GROUP_NAME = "تهران"
ZONE = ZoneInfo("Asia/Tehran")

Weights = tuple[int, int, int, int, int, int, int]
"""How often each CES value from 1 to 7 is given, the mood that all other answers come of too."""

PLEASED: Weights = (1, 1, 2, 5, 14, 32, 45)
CONTENT: Weights = (2, 2, 4, 9, 21, 34, 28)
MIXED: Weights = (3, 4, 7, 14, 27, 28, 17)
STRAINED: Weights = (6, 7, 11, 17, 26, 21, 12)
UPSET: Weights = (9, 10, 14, 18, 22, 17, 10)


@dataclass(frozen=True)
class Shop:
    """A store; `mood` until `dip` days before the end, `lately` from then on."""

    store: StoreId
    name_fa: str
    name_en: str
    kiosks: tuple[KioskId, ...]
    visits: float
    """A day, on a middling day at the end."""
    mood: Weights
    lately: Weights
    dip: int = 0
    growth: float = 1.0
    """By what a year multiplies the visits."""


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
    Shop(
        StoreId("vanak"),
        "فروشگاه ونک",
        "Vanak",
        (KioskId("vanak-1"), KioskId("vanak-2")),
        20.0,
        STRAINED,
        MIXED,
        dip=120,
        growth=1.5,
    ),
    Shop(
        StoreId("ekbatan"),
        "فروشگاه اکباتان",
        "Ekbatan",
        (KioskId("ekbatan-1"), KioskId("ekbatan-2")),
        12.5,
        CONTENT,
        UPSET,
        dip=18,
    ),
)
TROUBLED = "service-desk"
"""Where people come with a trouble."""
