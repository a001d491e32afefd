"""With which identity the cloud's processes come to the broker."""

from pathlib import Path
from typing import Final

from mqtt.client import Tls

AUTHORITIES: Final = "authorities.pem"
CERTIFICATE: Final = "certificate.pem"
KEY: Final = "key.pem"


def identity(folder: str) -> Tls | None:
    """That of a folder; None where none is named, for a broker without TLS."""
    return Tls(*(Path(folder) / name for name in (AUTHORITIES, CERTIFICATE, KEY))) if folder else None
