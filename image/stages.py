"""The root filesystem in stages, each kept as a tar under the name of all that went into it."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from image import apply, debian, debs, identity, initrd, lgpio, overlay, own, pins, trim, wheels
from image.chroot import opened
from image.pins import Pins
from image.places import CACHE, CHECKOUT, OUT, VENV, WORK
from image.recipe import PYTHON, Arch
from image.release import Release
from image.run import run
from image.steps import Steps

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Job:
    """What every stage is told."""

    arch: Arch
    pinned: Pins
    made: Release
    steps: Steps = field(default_factory=Steps)


TAR = ("tar", "--numeric-owner", "--xattrs", "--xattrs-include=*")


def key(*parts: str | Path) -> str:
    """A name for what these texts and files come to."""
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()[:16]


def base(job: Job) -> Path:
    """Debian alone, configured and with its Python compiled. Raises Trouble."""
    code = [HERE / name for name in ("debian.py", "chroot.py")]
    kept = CACHE / f"base-{job.arch}-{key(pins.text(job.pinned), *code)}.tar"
    if not kept.exists():
        with job.steps.step(f"fetching {len(job.pinned.packages)} Debian packages"):
            debs.bring(job.arch, job.pinned.packages)
        with scratch() as folder:
            _debian(folder, job)
            with job.steps.step("keeping them for the next time"):
                pack(folder / "root", kept)
        forget(f"base-{job.arch}-*.tar")
    return kept


def _debian(folder: Path, job: Job) -> None:
    root = folder / "root"
    with job.steps.step("making what is essential"):
        debian.essential(root, job.arch, job.pinned.packages, folder)
    with job.steps.step("unpacking the rest"):
        debian.unpack(root, job.pinned.packages)
    with job.steps.step("configuring the packages"):
        debian.configure(root, job.pinned.asked)
    with job.steps.step("compiling Python's library"), opened(root, job.pinned.asked) as inside:
        debian.compile_python(inside, "/usr/lib/python3", f"/usr/lib/python{PYTHON}")
    trim.nobody(root)
    trim.clean(root)


def python(job: Job, below: Path) -> Path:
    """The stage below with the kiosk's Python packages, all but the kiosk itself. Raises Trouble."""
    code = [HERE / name for name in ("wheels.py", "lgpio.py")]
    kept = CACHE / f"python-{job.arch}-{key(below.name, wheels.LOCK, *code)}.tar"
    if not kept.exists():
        with scratch() as folder:
            _python(folder, job, below)
            with job.steps.step("keeping them for the next time"):
                pack(folder / "root", kept)
        forget(f"python-{job.arch}-*.tar")
    return kept


def _python(folder: Path, job: Job, below: Path) -> None:
    root, listed = folder / "root", folder / "requirements.txt"
    listed.write_text(wheels.requirements(job.arch))
    with job.steps.step("fetching the kiosk's Python packages"):
        wheels.fetch(job.arch, listed)
    with job.steps.step("unpacking them"):
        unpack(below, root)
        with opened(root, job.pinned.asked) as inside:
            inside("python3", "-m", "venv", "--without-pip", "--system-site-packages", f"/{VENV}")
        wheels.install(job.arch, listed, wheels.site_packages(root))
        if job.arch == "arm64":
            lgpio.install(job.pinned, folder, wheels.site_packages(root))
    with job.steps.step("compiling them"), opened(root, job.pinned.asked) as inside:
        debian.compile_python(inside, f"/{VENV}")


def whole(job: Job, wheel: Path, below: Path) -> Path:
    """The stage below with this checkout's kiosk and its settings. Raises Trouble."""
    made = kept(job.arch)
    stamp = stamp_of(made)
    now = f"{job.made} {key(below.name, wheel, *_laid(), *sorted(HERE.glob('*.py')))}"
    if not made.exists() or not stamp.exists() or stamp.read_text() != now:
        stamp.unlink(missing_ok=True)
        with scratch() as folder:
            _whole(folder / "root", job, wheel, below)
            with job.steps.step("keeping the root"):
                pack(folder / "root", made)
        stamp.write_text(now)
    return made


def kept(arch: Arch) -> Path:
    """Where a whole root lies."""
    return OUT / f"root-{arch}.tar"


def stamp_of(kept: Path) -> Path:
    """The file that says which release a root is of, and what it came of."""
    return kept.with_suffix(".key")


def _laid() -> list[Path]:
    return [path for copy in overlay.OVERLAY if (path := CHECKOUT / copy.source).exists()]


def _whole(root: Path, job: Job, wheel: Path, below: Path) -> None:
    with job.steps.step("unpacking what was kept"):
        unpack(below, root)
    with job.steps.step("the kiosk, its units and settings"), opened(root, job.made.epoch) as inside:
        own.install(wheel, inside)
        apply.lay(root)
        apply.switch(inside)
        identity.write(root, job.made)
    if job.arch == "arm64":
        _initrd(root, job, CACHE / f"initrd-{key(below.name, HERE / 'initrd.py', *_laid())}.img")
    trim.clean(root)
    trim.clamp(root, job.made.epoch)


def _initrd(root: Path, job: Job, made: Path) -> None:
    if not made.exists():
        # of Debian's day, not of the commit's: it is the same as long as nothing in it changes
        with job.steps.step("making the initrd"), opened(root, job.pinned.asked) as inside:
            initrd.make(inside)
        shutil.copy(root / initrd.PLACE, made)
        forget("initrd-*.img")
    shutil.copy(made, root / initrd.PLACE)


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder for the build, gone at the end."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    WORK.chmod(0o755)
    try:
        yield WORK
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def pack(root: Path, kept: Path) -> None:
    """A root as a tar, there only when it is whole."""
    new = kept.with_name(f"{kept.name}.new")
    run(*TAR, "--sort=name", "-C", root, "-cf", new, ".")
    new.replace(kept)


def forget(like: str) -> None:
    """Of a stage's tars leave the newest only."""
    for former in sorted(CACHE.glob(like), key=lambda path: path.stat().st_mtime)[:-1]:
        former.unlink()


def unpack(kept: Path, root: Path) -> None:
    """The reverse."""
    root.mkdir(parents=True, exist_ok=True)
    run(*TAR, "-C", root, "-xpf", kept)
