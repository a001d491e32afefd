"""On the SD image kiosk.toml is read-only for sync: it enrols all the same, and root takes the token out."""

import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import identity
from kiosk.cradle import USED
from tests import uml
from tests.kiosk.gate import TOKEN, Club, handler, server_of, serving, write_toml
from tests.mqtt.broker import ROOT

OTHER = "zzzzz-fghij-klmno-pqrst-uv234"
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
"""A shell's words, in a mount namespace of its own."""
lacks = uml.missing("mkfs.vfat", "mcopy", "fsck.vfat")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def toml(club: Club, tmp_path: Path) -> Iterator[Path]:
    """A kiosk.toml on a card of its own, as on the SD image."""
    (tmp_path / "card").mkdir()
    with serving(handler(club), server_of(club.issuer), tmp_path) as address:
        yield write_toml(tmp_path / "card", address, club.fingerprint)


def environment(toml: Path) -> dict[str, str]:
    return {**os.environ, "BASHGAH_KIOSK_DATA": str(data_of(toml))}


def data_of(toml: Path) -> Path:
    folder = toml.parents[1] / "data"
    folder.mkdir(exist_ok=True)
    return folder


def enrol(toml: Path) -> str:
    """Run sync's enrolment where the card is read-only; what it logged."""
    child = [sys.executable, "-m", "tests.kiosk.enrolling_child", str(toml)]
    command = ["unshare", "--mount", "sh", "-ec", READ_ONLY, "sh", str(toml.parent), *child]
    ran = subprocess.run(
        command, cwd=ROOT, env=environment(toml), capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stderr


def erase(toml: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "erase", *more, "--config", str(toml)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(toml), capture_output=True, text=True, timeout=60, check=False
    )


@needs_root
def test_sync_leaves_the_token_to_root_who_erases_it_once_the_kiosk_is_enrolled(
    toml: Path, club: Club
) -> None:
    before = toml.read_bytes()
    assert erase(toml, "--check").returncode == 1
    assert "the token in" in erase(toml).stderr
    assert toml.read_bytes() == before, "nobody has used it"
    said = enrol(toml)
    assert "enrolled: as tajrish-1" in said
    assert said.count("left to the system to erase") == 1
    assert "disk" not in said
    assert (toml.read_bytes(), identity.load(data_of(toml)) is not None) == (before, True)
    assert erase(toml, "--check").returncode == 0
    assert toml.read_bytes() == before, "to check writes nothing"
    erased = erase(toml)
    assert (erased.returncode, erased.stderr) == (0, f"erase: the used token is out of {toml}\n")
    assert toml.read_bytes() == before.replace(f'token = "{TOKEN}"  # from'.encode(), b"# from")
    assert erase(toml).stderr == f"erase: {toml} has no token\n"
    assert erase(toml, "--check").returncode == 1
    assert len(club.asked) == 1


@needs_root
def test_a_used_token_that_is_still_there_is_not_asked_with_again(toml: Path, club: Club) -> None:
    enrol(toml)
    assert "enrolled: as tajrish-1" in enrol(toml)
    assert len(club.asked) == 1


@needs_root
def test_a_token_that_is_not_used_yet_stays_beside_an_identity(toml: Path) -> None:
    enrol(toml)
    toml.write_bytes(toml.read_bytes().replace(TOKEN.encode(), OTHER.encode()))
    assert "is not used yet" in erase(toml).stderr
    assert OTHER in toml.read_text("utf-8")


@pytest.mark.skipif(bool(lacks), reason=f"not here: {', '.join(lacks)}")
def test_on_a_real_fat_the_token_is_gone_though_the_power_goes_at_once(tmp_path: Path) -> None:
    for name in ("card", "data/identity"):
        (tmp_path / name).mkdir(parents=True)
    used = hashlib.sha256(TOKEN.encode()).hexdigest()
    (tmp_path / "data/identity" / USED).write_text(used, "ascii")
    disk, toml = tmp_path / "disk", tmp_path / "kiosk.toml"
    text = f'store = "tajrish"\r\ntoken = "{TOKEN}"\r\n'.encode("utf-16")
    toml.write_bytes(text)
    shell(f"truncate -s 64M {disk}", f"mkfs.vfat -F 32 -n KIOSK {disk}", f"mcopy -i {disk} {toml} ::")
    uml.run(tmp_path, [disk], "tests.kiosk.fat_card", str(tmp_path))
    kept, erased = (tmp_path / "said").read_text("utf-8").splitlines()
    assert "Read-only file system" in kept
    assert erased == f"0 erase: the used token is out of {tmp_path / 'card' / 'kiosk.toml'}"
    toml.unlink()
    shell(f"mcopy -i {disk} ::kiosk.toml {toml}", f"fsck.vfat -n {disk}")
    assert toml.read_bytes() == 'store = "tajrish"\r\n'.encode("utf-16")


def shell(*commands: str) -> None:
    for command in commands:
        subprocess.run(
            shlex.split(command), env=uml.environment(Path("/")), stdout=subprocess.DEVNULL, check=True
        )


def test_a_file_that_is_wrong_elsewhere_or_is_none_is_left(tmp_path: Path) -> None:
    toml = tmp_path / "card" / "kiosk.toml"
    toml.parent.mkdir()
    assert (erase(toml).returncode, list(toml.parent.iterdir())) == (0, [])
    toml.write_text(f'token = "{TOKEN}"\nnonsense = 1\n', "utf-8")
    assert erase(toml).returncode == 0
    assert TOKEN in toml.read_text("utf-8")
    assert erase(toml, "--check").returncode == 1


def fifo(place: Path, _: Path) -> None:
    os.mkfifo(place)


def link(place: Path, used: Path) -> None:
    place.symlink_to(used)


@pytest.mark.parametrize("put", [fifo, link, lambda place, _: place.mkdir()])
def test_root_neither_waits_for_nor_follows_what_is_put_in_place_of_the_tokens_note(
    tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    toml, used = tmp_path / "card" / "kiosk.toml", tmp_path / "used"
    toml.parent.mkdir()
    toml.write_text(f'token = "{TOKEN}"\n', "utf-8")
    used.write_text(hashlib.sha256(TOKEN.encode()).hexdigest(), "ascii")
    (data_of(toml) / "identity").mkdir()
    put(data_of(toml) / "identity" / USED, used)
    assert erase(toml, "--check").returncode == 1
    assert erase(toml).returncode == 0
    assert TOKEN in toml.read_text("utf-8")
