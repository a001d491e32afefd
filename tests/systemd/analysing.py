"""What systemd-analyze says of units that are not installed, for the cloud's and the kiosk's alike."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

LEAVES = r"\1=/bin/true"


def exposure(unit: Path, tenths: int) -> str:
    """Empty if its exposure (0 to 10) is at most `tenths`; else why not. Drop-ins lie beside the unit."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={tenths}", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout[-400:] + done.stderr[-400:]


def complaints(units: Sequence[Path], about: str) -> list[str]:
    """What systemd finds wrong with these units, in lines that name `about`."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [line for line in done.stderr.splitlines() if about in line]
    return found if found or done.returncode == 0 else [done.stderr]


def without_programs(folder: Path) -> None:
    """Let the units of a folder start what is here; their own programs are not."""
    for unit in folder.glob("*.service"):
        text = re.sub(r"^(ExecStart|ExecCondition)=\S+.*$", LEAVES, unit.read_text(), flags=re.MULTILINE)
        unit.write_text(text)


def users_made(sysusers: Path, root: Path) -> set[str]:
    """The users that a sysusers.d file brings to an empty root."""
    (root / "etc").mkdir(parents=True)
    done = subprocess.run(
        ["systemd-sysusers", f"--root={root}", sysusers], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {line.split(":")[0] for line in (root / "etc/passwd").read_text().splitlines()}


def unit_user(unit: Path) -> str:
    """As whom it runs."""
    [user] = re.findall(r"^User=(\S+)$", unit.read_text(), re.MULTILINE)
    return str(user)
