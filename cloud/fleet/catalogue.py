"""The catalogue at head office: every version that was published, signed; the newest goes to the kiosks."""

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cloud.fleet.models import CatalogueVersion
from cloud.fleet.signing import Signer
from mqtt.catalogue import read_document
from mqtt.down import SignedCatalogue, encode
from mqtt.envelope import MAX_BYTES
from mqtt.vocabulary import BadMessage

LEAST_CONTRAST = 4.5
"""Of the accent colour on white, for text of any size (WCAG 2.2, 1.4.3)."""


class Unfit(ValueError):
    """A document that no kiosk should get; the text says why."""


def publish(text: str, folder: Path, now: datetime) -> int:
    """Check and sign a document, and leave it for the dispatcher; its version. Raises Unfit, BadKey.

    A version is the second in which it was made, if that is higher than every one before: so it is higher
    than what kiosks have even where the database was restored from an older copy.
    """
    check(text)
    newest = CatalogueVersion.objects.order_by("-version").values_list("version", flat=True).first() or 0
    signed = SignedCatalogue(max(newest + 1, int(now.timestamp())), text, "")
    signature = Signer(folder).sign(signed.signed())
    if len(encode(SignedCatalogue(signed.version, text, signature))) > MAX_BYTES:
        raise Unfit(f"it is longer than a message may be, {MAX_BYTES} bytes")
    CatalogueVersion.objects.create(
        version=signed.version, document=text, signature=signature, published_at=now
    )
    return signed.version


def check(text: str) -> None:
    """Raise Unfit unless every kiosk can use a document, and read what is drawn in its colour."""
    try:
        brand = read_document(text).brand
    except (BadMessage, UnicodeEncodeError) as error:
        raise Unfit(f"it is no catalogue: {error}") from None
    found = contrast_on_white(brand.accent)
    if found < LEAST_CONTRAST:
        raise Unfit(f"the accent {brand.accent} on white has a contrast of {found:.2f}, not {LEAST_CONTRAST}")


def newest() -> SignedCatalogue | None:
    """The newest version; None where none was ever published."""
    found = CatalogueVersion.objects.order_by("-version").first()
    return SignedCatalogue(found.version, found.document, found.signature) if found else None


def prices() -> frozenset[int]:
    """Rial for a point, as any published version says; empty where none lets points be spent."""
    documents = CatalogueVersion.objects.values_list("document", flat=True)
    return frozenset(_price(document) for document in documents) - {0}


def price() -> int:
    """Rial for a point, as the newest version says; 0 where points buy nothing."""
    found = newest()
    return _price(found.document) if found else 0


def take_unsent(now: datetime) -> SignedCatalogue | None:
    """The newest version, if it was never published; from now on it counts as published."""
    if not CatalogueVersion.objects.filter(sent_at=None).exists():
        return None
    CatalogueVersion.objects.filter(sent_at=None).update(sent_at=now)
    return newest()


def contrast_on_white(colour: str) -> float:
    """How much white stands out from `#rrggbb`: 1 to 21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(int(part, 16) / 255) for part in re.findall("[0-9a-fA-F]{2}", colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@lru_cache(maxsize=256)
def _price(document: str) -> int:
    try:
        return read_document(document).redeeming.rial_per_point
    except BadMessage:  # of another release
        return 0


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
