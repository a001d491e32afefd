"""From the recipe to the card's image."""

import shutil
import subprocess
import sys
from pathlib import Path

from image import bill, debs, disk, firmware, layout, machine, manifest, own, stages, trim
from image.debs import Choice
from image.digest import sha256
from image.errors import Trouble
from image.manifest import Packed
from image.places import CACHE, CHECKOUT, LOG, OUT
from image.recipe import Arch
from image.release import release
from image.run import run
from image.stages import Job
from image.steps import Steps

LEVEL = "-10"
"""Of zstd: above this each percent costs a minute."""


def root(arch: Arch) -> Path:
    """The card's root filesystem as a tar, for tests: made if it is not there as it would be now.

    As a program of its own, which waits while another build is at work. Raises Trouble.
    """
    command = (sys.executable, "-m", "image", "root", "--arch", arch, "--pins", "either")
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Trouble(done.stderr.strip() or f"it ended with {done.returncode}; {LOG} has its words")
    return stages.kept(arch)


def tree(arch: Arch, choice: Choice = "locked") -> Path:
    """That tar, made by this process. Raises Trouble."""
    return _root(Job(arch, debs.chosen(arch, choice), release()))


def _root(job: Job) -> Path:
    machine.emulated(job.arch)
    python = stages.python(job, stages.base(job))
    with job.steps.step("the kiosk's own wheel"):
        wheel = own.wheel(CACHE / "own", job.made.epoch)
    return stages.whole(job, wheel, python)


def image(choice: Choice = "locked") -> Path:
    """The card's image, packed, and beside it all that tells of it. Raises Trouble."""
    job = Job("arm64", debs.chosen("arm64", choice), release())
    kept, steps = _root(job), job.steps
    raw = OUT / f"bashgah-{job.made.version}-arm64.img"
    with stages.scratch() as folder:
        with steps.step("unpacking the root"):
            stages.unpack(kept, folder / "root")
        _card(folder, raw, job)
        with steps.step("the bill of materials"):
            bill.write(folder / "root", raw.with_suffix(".cdx.json"), job.pinned, job.made)
        packed = _packed(raw, steps)
        manifest.write(raw, packed, folder, job)
    manifest.tell(raw, packed, steps)
    return packed.path


def _card(folder: Path, raw: Path, job: Job) -> None:
    steps, made = job.steps, job.made
    root_folder, card = folder / "root", folder / "card"
    boot, system = folder / "boot.fat", folder / "root.ext4"
    with steps.step("the partition that starts it"):
        firmware.lay(root_folder, card, made)
        trim.clamp(card, made.epoch)
        disk.boot_partition(card, boot, made.epoch)
        for name in ("vmlinuz", "initrd.img"):
            shutil.copy(card / name, OUT / name.removesuffix(".img"))
    with steps.step("the root partition"):
        trim.clamp(root_folder, made.epoch)
        disk.root_partition(root_folder, system, made.epoch)
    with steps.step("the card"):
        disk.assemble(raw, {layout.BOOT: boot, layout.ROOT: system})


def _packed(raw: Path, steps: Steps) -> Packed:
    packed = raw.with_suffix(".img.zst")
    with steps.step("packing it"):
        run("zstd", "-q", "-f", "-T0", LEVEL, raw, "-o", packed)
    with steps.step("its SHA-256"):
        found = Packed(packed, sha256(packed))
        raw.with_suffix(".sha256").write_text(f"{found.sha256}  {packed.name}\n")
    return found
