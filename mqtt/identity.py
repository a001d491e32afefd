"""Who speaks on the broker, by the common name of a certificate: kiosks, the cloud, head office's tools.

The broker takes the common name for the user's name (Mosquitto, `use_identity_as_username`). Names of what is
no kiosk have a dot in them, which a kiosk's id never has, so neither can pass for the other.
"""

import re
from typing import Final, Literal

from mqtt.vocabulary import ID, BadId

Role = Literal["kiosk", "cloud", "reader", "broker", "gate"]
"""What a certificate is for: `broker` and `gate` are servers, the broker and the enrolment endpoint."""

CLOUD: Final = "cloud.club"
"""Collector, worker and web: they read what kiosks write, and write what kiosks read."""
_READER: Final = re.compile(rf"reader\.{ID}")
_KIOSK: Final = re.compile(ID)


def role(name: str) -> Role:
    """What somebody of this common name is. Raises BadId for a name that nobody may have."""
    if name == CLOUD:
        return "cloud"
    if _READER.fullmatch(name):
        return "reader"
    if _KIOSK.fullmatch(name):
        return "kiosk"
    raise BadId(f"{name[:64]!r} is no name of a kiosk, of the cloud or of a reader")
