"""What root found out about the machine at this start: it writes it once, screen and sync read it."""

from pathlib import Path
from typing import Literal

import msgspec

from kiosk import durable
from kiosk.device.places import REPORT

Data = Literal["sound", "made", "repaired", "remade", "too-small", "broken"]
"""Of the data partition. `sound`: in order; `made`: this card's first start; `repaired`: fsck mended it.

`remade`: it could not be mended and was made anew, what was on it is lost; `too-small`: the card is smaller
than the image; `broken`: it takes nothing, and the kiosk cannot work.
"""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """`remade` counts how often this card's data had to be made anew (:mod:`kiosk.device.making` keeps it).

    `data_bytes` is the size of the data partition, `watchdog` the seconds after which the hardware restarts a
    frozen system, None where it is not armed. `detail` is a sentence in English for the log and head office.
    """

    data: Data
    detail: str = ""
    remade: int = 0
    data_bytes: int = 0
    watchdog: float | None = None


def write(report: Report, path: Path = REPORT) -> None:
    """Tell. Raises OSError."""
    durable.replace(path, msgspec.json.encode(report), 0o644)


def read(path: Path = REPORT) -> Report | None:
    """What was told; None off the SD image, and where nothing was told yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.DecodeError):
        return None
