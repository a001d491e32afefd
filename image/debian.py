"""A root filesystem of Debian's packages: unpacked by this machine, configured by their own scripts.

mmdebstrap lays out the files of what is essential; all packages are then unpacked by this machine's dpkg,
which is fast, and configured in the chroot, where an emulator may be at work, all at once.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from image.apt import file_of
from image.chroot import CPU, Chroot, opened
from image.errors import Trouble
from image.pins import Pin
from image.recipe import HEADERS, PYTHON, SUITE, Arch
from image.run import run

LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*")
KEPT = ("/usr/share/doc/*/copyright",)
LATER = {
    "usr/bin/py3compile": "modules are compiled once, at the end",
    f"usr/lib/python{PYTHON}/py_compile.py": "likewise",
    "usr/bin/ssh-keygen": "a key that is in the image is nobody's",
    "usr/sbin/update-initramfs": "it is made once, at the end",
}
"""Programs that packages' scripts call, and which have nothing to do yet."""
NOTHING = "#!/bin/sh\n"
"""For a shell and for Python alike."""
NO_SERVICE = "#!/bin/sh\nexit 101\n"


def essential(root: Path, arch: Arch, pins: Sequence[Pin], scratch: Path) -> None:
    """The files of what Debian cannot be without: other packages' scripts need them. Raises Trouble."""
    repository(scratch / "repository", pins)
    excluded = [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    kept = [f"--dpkgopt=path-include={pattern}" for pattern in KEPT]
    skipped = "--skip=check/qemu,check/chroot,check/empty,chroot/mount,output/dev"
    form = (
        "--mode=root",
        "--variant=extract",
        "--include=?essential",
        "--format=directory",
        f"--architectures={arch}",
    )
    line = f"deb [trusted=yes] copy:{scratch}/repository ./"
    run("mmdebstrap", "--quiet", *form, *excluded, *kept, skipped, SUITE, root, line)


def repository(folder: Path, pins: Sequence[Pin]) -> None:
    """A folder that apt can be told of, with these packages and no others."""
    folder.mkdir(parents=True)
    stanzas = []
    for pin in pins:
        deb = _deb(pin)
        (folder / deb.name).hardlink_to(deb)
        fields = run("dpkg-deb", "--field", deb).strip()
        stanzas.append(
            f"{fields}\nFilename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {pin.sha256}\n"
        )
    index = "\n".join(stanzas).encode()
    (folder / "Packages").write_bytes(index)
    listed = f" {hashlib.sha256(index).hexdigest()} {len(index)} Packages\n"
    (folder / "Release").write_text(f"Suite: {SUITE}\nCodename: {SUITE}\nSHA256:\n{listed}")


def unpack(root: Path, pins: Sequence[Pin]) -> None:
    """All of them, by this machine's own dpkg. Raises Trouble."""
    debs = [_deb(pin) for pin in pins if pin.name != HEADERS]
    options = ("--force-unsafe-io", "--force-depends", "--force-architecture")
    excluded = [f"--path-exclude={pattern}" for pattern in LEFT_OUT]
    kept = [f"--path-include={pattern}" for pattern in KEPT]
    run("dpkg", f"--root={root}", *options, *excluded, *kept, "--unpack", *debs, env={"QEMU_CPU": CPU})


def configure(root: Path, epoch: int) -> None:
    """Let the packages' own scripts do their part. Raises Trouble."""
    with opened(root, epoch) as inside, _put_off(root):
        inside("dpkg", "--force-unsafe-io", "--force-confold", "--configure", "-a")
    unfinished = run("dpkg-query", f"--root={root}", "-W", "-f", "${db:Status-Status} ${Package}\n")
    if left := [line for line in unfinished.splitlines() if not line.startswith("installed ")]:
        raise Trouble(f"packages that could not be configured: {left[:5]}")


def compile_python(inside: Chroot, *folders: str) -> None:
    """Compile modules for good: nothing writes to the root, so none needs to be looked at again."""
    how = ("-f", "-q", "-q", "-j", str(os.cpu_count() or 1), "--invalidation-mode", "unchecked-hash")
    inside("python3", "-B", "-m", "compileall", *how, *folders)


@contextmanager
def _put_off(root: Path) -> Iterator[None]:
    policy = root / "usr/sbin/policy-rc.d"
    _write(policy, NO_SERVICE)
    programs = [root / name for name in LATER if (root / name).exists()]
    for program in programs:
        program.rename(program.with_name(f"{program.name}.later"))
        _write(program, NOTHING)
    yield
    for program in programs:
        shutil.move(program.with_name(f"{program.name}.later"), program)
    policy.unlink()


def _write(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)


def _deb(pin: Pin) -> Path:
    deb = file_of(pin)
    if deb is None:
        raise Trouble(f"{pin.name} {pin.version} was not fetched")
    return deb
