"""This checkout's kiosk, as a wheel and on the card."""

import shutil
import sys
from pathlib import Path

from image.chroot import Chroot
from image.debian import compile_python
from image.places import CHECKOUT
from image.run import run
from image.wheels import pip, site_packages

CLOUD = "cloud"
"""In the wheel, and nothing that a kiosk ever runs."""
FROM = "direct_url.json"
"""Where the wheel lay on the machine that made the image (PEP 610)."""


def wheel(folder: Path, epoch: int) -> Path:
    """The wheel, the same for the same files. Raises Trouble."""
    shutil.rmtree(folder, ignore_errors=True)
    env = {"SOURCE_DATE_EPOCH": str(epoch)}
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, env=env, cwd=CHECKOUT)
    return next(folder.glob("bashgah-*.whl"))


def install(made: Path, inside: Chroot) -> None:
    """Unpack and compile it. Raises Trouble."""
    site = site_packages(inside.root)
    pip("install", "--no-index", "--no-compile", "--upgrade", "-t", site, made)
    shutil.rmtree(site / CLOUD)
    information = next(site.glob("bashgah-*.dist-info"))
    (information / FROM).unlink(missing_ok=True)
    record = information / "RECORD"
    lines = record.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith((f"{CLOUD}/", f"{information.name}/{FROM}"))]
    record.write_text("".join(kept))
    folders = sorted({line.split("/")[0] for line in kept if "/__init__.py" in line})
    compile_python(inside, *(f"/{(site / name).relative_to(inside.root)}" for name in folders))
