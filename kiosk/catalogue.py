"""What head office says: brand, surveys, timings. TinyDB over a file that is only ever replaced whole."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tinydb import TinyDB
from tinydb.storages import Storage

from kiosk import durable
from kiosk.errors import CatalogueError
from kiosk.views import Brand
from kiosk.wordings import CES, CLI, CSAT, NEEDS, NPS
from mqtt.catalogue import (
    Asking,
    Joining,
    Leaving,
    Redeeming,
    Survey,
    Talking,
    Timings,
    Words,
    read_document,
)
from mqtt.down import SignedCatalogue, decode
from mqtt.vocabulary import BadMessage

__all__ = [
    "CES",
    "CLI",
    "CSAT",
    "DEFAULT",
    "NEEDS",
    "NPS",
    "Asking",
    "Catalogue",
    "Intake",
    "Joining",
    "Leaving",
    "Redeeming",
    "Survey",
    "Talking",
    "Timings",
    "Words",
    "load",
    "load_or_default",
    "save",
    "version",
]

log = logging.getLogger(__name__)


class Catalogue(msgspec.Struct, frozen=True):
    """The whole of it, as the kiosk uses it."""

    brand: Brand
    surveys: tuple[Survey, ...]
    timings: Timings = Timings()
    asking: Asking = Asking()
    talking: Talking = Talking()
    redeeming: Redeeming = Redeeming()
    joining: Joining = Joining()
    leaving: Leaving = Leaving()


DEFAULT = Catalogue(Brand("باشگاه مشتریان", "Customer Club", "#0B5F59"), (CES, CSAT, NPS, *CLI, NEEDS))


class AtomicStorage(Storage):
    """A TinyDB storage whose file is renamed into place when it is durable: old or new, never half."""

    def __init__(self, path: Path) -> None:
        """`path` need not exist."""
        self._path = path

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The document; None before the first write. Raises CatalogueError if it is no JSON object."""
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise CatalogueError(f"{self._path}: {error}") from None
        if not isinstance(found, dict):
            raise CatalogueError(f"{self._path}: not a JSON object")
        return found

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace the file."""
        durable.replace(self._path, json.dumps(data, ensure_ascii=False).encode(), 0o644)


def save(path: Path, catalogue: Catalogue, version: int = 0) -> None:
    """Put a catalogue in place, whole, with its version."""
    document = msgspec.to_builtins(catalogue) | {"placed": {"version": version}}
    storage = AtomicStorage(path)
    tables = {
        name: list(value) if isinstance(value, list | tuple) else [value] for name, value in document.items()
    }
    storage.write({name: {str(n): row for n, row in enumerate(rows, 1)} for name, rows in tables.items()})


def load(path: Path) -> Catalogue:
    """The catalogue in place; the default where there is none. Raises CatalogueError if it cannot be used."""
    db = TinyDB(path, storage=AtomicStorage)
    try:
        tables = {name: [dict(row) for row in db.table(name)] for name in db.tables()}
    except (AttributeError, TypeError, ValueError) as error:
        raise CatalogueError(f"{path}: not a catalogue ({error})") from None
    if not tables:
        return DEFAULT
    try:
        return msgspec.convert(
            {
                name: rows if name == "surveys" else rows[0]
                for name, rows in tables.items()
                if rows or name == "surveys"
            },
            Catalogue,
        )
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path}: {error}") from None


def version(path: Path) -> int:
    """The version in place; 0 where none can be used, so that any other is taken."""
    try:
        load(path)
        return int(next(iter(TinyDB(path, storage=AtomicStorage).table("placed")), {"version": 0})["version"])
    except (CatalogueError, LookupError, TypeError, ValueError):
        return 0


class Intake:
    """Takes what the cloud publishes: signed by head office, newer than what is in place, and whole."""

    def __init__(self, path: Path, key: str, changed: Callable[[], object]) -> None:
        """`key` is head office's public key, 64 hex digits, or empty: then nothing is taken."""
        self._path, self._changed = path, changed
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) if key else None
        self._warned = False
        self.refused = 0
        self.version = version(path)

    def take(self, payload: bytes) -> None:
        """Put a new version in place and call `changed`. Raises BadMessage, and the one in place stays."""
        if self._key is None:
            self._warn()
            return
        try:
            found = self._checked(decode(payload, SignedCatalogue), self._key)
        except BadMessage as error:
            self.refused += 1
            raise BadMessage(f"{error}; version {self.version} stays ({self.refused} refused)") from None
        if found is not None:
            self._place(*found)

    def _checked(self, signed: SignedCatalogue, key: Ed25519PublicKey) -> tuple[int, Catalogue] | None:
        try:
            key.verify(bytes.fromhex(signed.signature), signed.signed())
        except InvalidSignature:
            raise BadMessage("a catalogue that head office did not sign") from None
        if signed.version == self.version:
            return None
        if signed.version < self.version:
            raise BadMessage(f"a catalogue of the older version {signed.version}")
        document = read_document(signed.document)
        return signed.version, msgspec.convert(msgspec.to_builtins(document), Catalogue)

    def _place(self, number: int, found: Catalogue) -> None:
        save(self._path, found, number)
        self.version = number
        log.info("catalogue: version %d is in place", number)
        self._changed()

    def _warn(self) -> None:
        if not self._warned:
            log.warning("catalogue: kiosk.toml has no catalogue_key, so none is taken from the cloud")
            self._warned = True


def load_or_default(path: Path) -> Catalogue:
    """The catalogue in place, or the default with a warning in the log: a kiosk must come up."""
    try:
        return load(path)
    except CatalogueError as error:
        log.warning("catalogue: %s; going on with the built-in one", error)
        return DEFAULT
