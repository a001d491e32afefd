"""What head office says: brand, surveys, timings. TinyDB over a file that is only ever replaced whole."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage

from kiosk.errors import CatalogueError
from kiosk.views import Brand
from mqtt.catalogue import Survey, Timings, Words
from mqtt.events import Scale

__all__ = ["CES", "DEFAULT", "Catalogue", "Survey", "Timings", "Words", "load", "load_or_default", "save"]

log = logging.getLogger(__name__)


class Catalogue(msgspec.Struct, frozen=True):
    """The whole of it, as the kiosk uses it."""

    brand: Brand
    surveys: tuple[Survey, ...]
    timings: Timings = Timings()


CES = Survey(
    question="ces",
    wording=1,
    text=Words(
        "فروشگاه ما انجام کارم را برایم آسان کرد.",
        "This shop made it easy for me to get done what I came for.",
    ),
    first=Words("کاملاً مخالفم", "Strongly disagree"),
    last=Words("کاملاً موافقم", "Strongly agree"),
    scale=Scale(worst=1, best=7),
)
DEFAULT = Catalogue(Brand("باشگاه مشتریان", "Customer Club", "#0B5F59"), (CES,))


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
        beside = self._path.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        _sync_folder(self._path.parent)


def save(path: Path, catalogue: Catalogue) -> None:
    """Put a catalogue in place, whole."""
    document = msgspec.to_builtins(catalogue)
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
            {name: rows if name == "surveys" else rows[0] for name, rows in tables.items() if rows}, Catalogue
        )
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path}: {error}") from None


def load_or_default(path: Path) -> Catalogue:
    """The catalogue in place, or the default with a warning in the log: a kiosk must come up."""
    try:
        return load(path)
    except CatalogueError as error:
        log.warning("catalogue: %s; going on with the built-in one", error)
        return DEFAULT


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
