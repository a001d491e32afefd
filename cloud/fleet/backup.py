"""A backup of the cloud: one tar (mode 0600) of the database and its keys, checked after writing."""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

DATABASE, MANIFEST = "database", "manifest.json"
QUEUE = "fleet_signingrequest"
"""What gate and authority ask one another: tokens and club keys, which are in no backup."""
KEYS = ("*.key", "*.pem", "secret*")
"""What else lies in the data folder and cannot be made again."""
CHUNK = 1 << 20

Say = Callable[[str], None]


class BackupError(Exception):
    """There is no new backup, or none that can be read; the text says why and what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup: the kind of database, when it was made, and the SHA-256 of each part."""

    vendor: str
    at: datetime
    sums: dict[str, str]


@dataclass(frozen=True)
class Backup:
    """A backup that was opened."""

    file: Path
    manifest: Manifest

    def secrets(self) -> list[str]:
        """The names of the keys in it."""
        return sorted(self.manifest.sums.keys() - {DATABASE})

    def take(self, name: str, to: Path) -> None:
        """Bring a part into a file of mode 0600, whole or not at all. Raises BackupError."""
        with _told(self.file), beside(to) as part:
            with tarfile.open(self.file) as tar, part.open("wb") as out:
                if _copied(_member(tar, name), out) != self.manifest.sums[name]:
                    raise BackupError(f"{self.file}: {name} is not what it was when it was written")
            settle(part, to)


def write(file: Path, vendor: str, dump: Callable[[Path], None], folder: Path, say: Say) -> None:
    """Write a backup: `dump` brings the database into a file; the keys are those in `folder`.

    An older backup of that name stays until the new one is whole. Raises BackupError.
    """
    with (
        _told(file),
        beside(file) as work,
        tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as own,
    ):
        database = Path(own) / DATABASE
        dump(database)
        keys = {path.name: path for pattern in KEYS for path in folder.glob(pattern) if path.is_file()}
        say("writing and reading back")
        _pack(work, vendor, {DATABASE: database, **keys})
        _check(Backup(work, opened(work).manifest))
        settle(work, file)
    say(f"{file}: {file.stat().st_size} bytes, the database and {len(keys)} keys")


def opened(file: Path) -> Backup:
    """A backup by its manifest. Raises BackupError."""
    with _told(file), tarfile.open(file) as tar:
        return Backup(file, msgspec.json.decode(_member(tar, MANIFEST).read(), type=Manifest))


def has_room(folder: Path, needed: int) -> None:
    """Raise BackupError if so many bytes do not go into a folder."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(f"no room in {folder}: {needed >> 20} MiB are needed, {free >> 20} MiB are free")


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A new file of mode 0600 in the same folder, gone after the block unless it was settled."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def settle(work: Path, file: Path) -> None:
    """Put a finished file in its place, durably."""
    for place in (work, None):
        if place is None:
            work.replace(file)
        handle = os.open(place or file.parent, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def _pack(work: Path, vendor: str, parts: Mapping[str, Path]) -> None:
    sums = {name: _sum(path) for name, path in parts.items()}
    manifest = work.with_name(f"{work.name}.manifest")
    try:
        manifest.write_bytes(msgspec.json.encode(Manifest(vendor, datetime.now(UTC), sums)))
        with tarfile.open(work, "w") as tar:
            tar.add(manifest, MANIFEST)
            for name, path in parts.items():
                tar.add(path, name)
    finally:
        manifest.unlink(missing_ok=True)


def _check(backup: Backup) -> None:
    with tarfile.open(backup.file) as tar:
        for name, right in backup.manifest.sums.items():
            if _copied(_member(tar, name), None) != right:
                raise BackupError(f"{name} cannot be read back as it was written: is the disk sound?")


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupError(f"there is no {name} in it: it is not a backup of this program")
    return found


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return _copied(file, None)


def _copied(source: IO[bytes], to: IO[bytes] | None) -> str:
    found = hashlib.sha256()
    while chunk := source.read(CHUNK):
        found.update(chunk)
        if to is not None:
            to.write(chunk)
    return found.hexdigest()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, tarfile.TarError, msgspec.DecodeError) as error:
        raise BackupError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
