"""Static files under an address that changes with them, so that a browser asks for each once; and packed."""

import gzip
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Final

DIGITS: Final = 12
"""Of a version: servestatic's own measure of a name that is worth keeping."""
WORTH: Final = 0.9
"""What is packed to more than this share is sent as it is."""
Folders = Iterable[tuple[str, Path]]
"""Where files are, each with what stands before their names (nothing, or a name and a slash)."""


def version(folders: Folders) -> str:
    """A short name of all files together: another one as soon as one of them is another."""
    whole = sha256()
    for name, path in sorted(_files(folders)):
        whole.update(f"{name}\0".encode() + sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:DIGITS]


def pack(folders: Folders, into: Path) -> None:
    """Copy all files, each with a gzip beside it where that is smaller. Raises OSError."""
    for name, path in _files(folders):
        copy = into / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, copy)
        raw = path.read_bytes()
        packed = gzip.compress(raw, 6, mtime=0)
        if len(packed) < WORTH * len(raw):
            copy.with_name(f"{copy.name}.gz").write_bytes(packed)


def _files(folders: Folders) -> Iterator[tuple[str, Path]]:
    for before, folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield f"{before}{path.relative_to(folder).as_posix()}", path
