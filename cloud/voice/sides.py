"""From where an impression or an answer is looked at."""

from typing import NamedTuple

from mqtt.vocabulary import KioskId, StoreId


class Sides(NamedTuple):
    """Every side from which an impression or an answer is counted."""

    question: str
    day: str
    store: StoreId
    kiosk: KioskId
    wording: int
    segment: str
