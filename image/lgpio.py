"""lgpio, the library that moves a Pi's pins, compiled for the card: it has no wheel for the card's Python.

Its source comes with the lock's hash, Python's headers from Debian's own package, the compiler from this
machine. SWIG writes the module's wrapper.
"""

import re
import shutil
import tarfile
from pathlib import Path

from image import debs, wheels
from image.apt import file_of
from image.digest import sha256
from image.errors import Trouble
from image.pins import Pins
from image.places import CACHE
from image.recipe import HEADERS, PYTHON
from image.run import run

SOURCES = CACHE / "sources"
TRIPLET = "aarch64-linux-gnu"
MODULE = f"_lgpio.cpython-{PYTHON.replace('.', '')}-{TRIPLET}.so"


def block() -> str:
    """What the lock says of it, as pip takes it."""
    name, version, _, hashes = next(
        found for found in wheels.BLOCK.findall(wheels.LOCK.read_text()) if found[0] == "lgpio"
    )
    return str(name + version + hashes)


def fetch(listed: Path) -> Path:
    """Its source. Raises Trouble."""
    SOURCES.mkdir(parents=True, exist_ok=True)
    version = re.match(r"lgpio==(\S+)", block())
    assert version is not None
    kept = SOURCES / f"lgpio-{version[1]}.tar.gz"
    if not is_locked(kept):
        listed.write_text(block())
        how = ("--no-binary=:all:", "--no-build-isolation", "--require-hashes")
        wheels.pip("download", *how, "-r", listed, "-d", SOURCES)
        if not is_locked(kept):
            raise Trouble(f"{kept}: not the source that {wheels.LOCK} names. Do not use it.")
    return kept


def is_locked(kept: Path) -> bool:
    """Whether it lies there as the lock names it; what is another is thrown away, as pip would keep it."""
    if not kept.exists():
        return False
    if f"--hash=sha256:{sha256(kept)}" in block().split():
        return True
    kept.unlink()
    return False


def install(pinned: Pins, folder: Path, site: Path) -> None:
    """Compile it in `folder` and put the module into `site`. Raises Trouble."""
    with tarfile.open(fetch(folder / "lgpio.txt")) as archive:
        archive.extractall(folder, filter="data")
    source = next(folder.glob("lgpio-*/"))
    run("swig", "-python", "-o", "lgpio_wrap.c", "lgpio.i", cwd=source)
    files = sorted(path.relative_to(source) for path in source.glob("src/lg*.c"))
    flags = ("-shared", "-fPIC", "-O2", "-pthread", "-Isrc", *_headers(pinned, folder))
    run(f"{TRIPLET}-gcc", *flags, "lgpio_wrap.c", *files, "src/rgpiod.c", "-o", MODULE, cwd=source)
    for name in ("lgpio.py", MODULE):
        shutil.copy(source / name, site / name)
    information = site / f"{source.name}.dist-info"
    information.mkdir()
    shutil.copy(source / "PKG-INFO", information / "METADATA")


def _headers(pinned: Pins, folder: Path) -> list[str]:
    pins = [pin for pin in pinned.packages if pin.name == HEADERS]
    debs.bring("arm64", pins)  # that looks at its SHA-256 again: it may have lain there for long
    deb = next(map(file_of, pins), None)
    if deb is None:
        raise Trouble(f"{HEADERS} was not fetched")
    run("dpkg-deb", "-x", deb, folder / "headers")
    include = folder / "headers/usr/include"
    return [f"-I{include}/python{PYTHON}", f"-I{include}"]
