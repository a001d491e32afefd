"""The kiosk's Python packages: the lock's wheels for the card's processor, unpacked beside its own Python.

pip on this machine fetches for another machine if it is told which, but it asks this machine whether a line
of the lock applies; so that is decided here.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker

from image.places import CHECKOUT, VENV, WHEELS
from image.recipe import PYTHON, Arch
from image.run import run

LOCK = CHECKOUT / "image/requirements.lock"
BLOCK = re.compile(r"^([\w.-]+)(==[^ ;]+)(?: ; (.*?))?( \\\n(?:[ ]+.*\n)+)", re.MULTILINE)
NOT_BY_PIP = {
    "evdev": "Debian's python3-evdev",
    "evdev-binary": "likewise",
    "spidev": "Debian's python3-spidev",
    "lgpio": "image/lgpio.py compiles it",
    **dict.fromkeys(("django", "asgiref", "sqlparse"), "django-persian-admin is there for its font alone"),
}
"""What the lock names and pip does not bring to the card, and why."""
MACHINE = {"arm64": "aarch64", "amd64": "x86_64"}
SCRIPTS = ("../../bin/", "bin/")
"""As a RECORD names them."""
GLIBC = range(5, 42)
"""The minor versions of the C library that the suite's own can stand in for: it is 2.41."""


def requirements(arch: Arch) -> str:
    """What pip is told to install: the lock's lines that apply on the card, without their conditions."""
    return "".join(
        name + version + hashes
        for name, version, condition, hashes in BLOCK.findall(LOCK.read_text())
        if name not in NOT_BY_PIP and applies(condition, arch)
    )


def applies(condition: str, arch: Arch) -> bool:
    """Whether a line with this condition is for the card."""
    on_the_card = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": MACHINE[arch],
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }
    return not condition or Marker(condition).evaluate(on_the_card)


def fetch(arch: Arch, listed: Path) -> None:
    """Have them in the cache, with the hashes that the lock says. Raises Trouble."""
    WHEELS.mkdir(parents=True, exist_ok=True)
    pip("download", *_machine(arch), "--require-hashes", "-r", listed, "-d", WHEELS)


def install(arch: Arch, listed: Path, site: Path) -> None:
    """Unpack them into a folder of modules. Raises Trouble."""
    offline = ("--no-index", "--find-links", WHEELS)
    pip("install", *_machine(arch), *offline, "--require-hashes", "--no-compile", "-r", listed, "-t", site)
    without_scripts(site)


def without_scripts(site: Path) -> None:
    """Take away commands: nobody types on a card, and they name the Python of the machine that made it."""
    shutil.rmtree(site / "bin", ignore_errors=True)
    for record in site.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if not line.startswith(SCRIPTS)))


def site_packages(root: Path) -> Path:
    """The venv's folder of modules."""
    return root / VENV / f"lib/python{PYTHON}/site-packages"


def pip(command: str, *words: str | Path) -> None:
    """This checkout's own pip. Raises Trouble."""
    how = ("-q", "--disable-pip-version-check", "--no-input", "--no-deps")
    run(sys.executable, "-m", "pip", command, *how, *words)


def _machine(arch: Arch) -> Iterator[str]:
    yield from ("--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}")
    yield from (f"--abi={abi}" for abi in (f"cp{PYTHON.replace('.', '')}", "abi3", "none"))
    yield from (f"--platform=manylinux_2_{minor}_{MACHINE[arch]}" for minor in reversed(GLIBC))
    yield from (f"--platform=manylinux2014_{MACHINE[arch]}", f"--platform=linux_{MACHINE[arch]}")
