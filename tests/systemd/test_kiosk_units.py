"""The units of the SD image: systemd understands them; screen and sync leave who gets in next to nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from image import layout
from image.overlay import ENABLED, LINKS, MASKED, OVERLAY, Copy
from tests.cloud.processes import ROOT
from tests.systemd.analysing import complaints, exposure, unit_user, users_made, without_programs
from tests.systemd.places import KIOSK

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
MOST = {"screen": 15, "sync": 15}
"""Tenths of systemd's exposure level."""
LISTS = {"Environment"}
"""A later line adds to an earlier one."""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units and what is dropped in beside them, as the image has them."""
    for copy in OVERLAY:
        if copy.place.startswith("/etc/systemd/system/"):
            place = tmp_path / copy.place.removeprefix("/etc/systemd/system/")
            place.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / copy.source, place)
    return tmp_path


@pytest.mark.parametrize("name", MOST)
def test_a_process_is_no_more_exposed_than_it_must_be(installed: Path, name: str) -> None:
    assert exposure(installed / f"bashgah-{name}.service", MOST[name]) == ""


def test_systemd_finds_nothing_wrong_with_the_units(installed: Path) -> None:
    without_programs(installed)
    units = sorted(installed.glob("bashgah-*.*e")) + sorted(installed.glob("*.mount"))
    assert complaints(units, "bashgah") == []


def test_systemd_makes_the_users_that_the_units_name(installed: Path, tmp_path: Path) -> None:
    users = users_made(KIOSK / "bashgah.sysusers", tmp_path / "root")
    assert users == {unit_user(installed / f"bashgah-{name}.service") for name in MOST}


@pytest.mark.parametrize("name", MOST)
def test_what_both_processes_share_takes_nothing_back_that_one_says_itself(
    installed: Path, name: str
) -> None:
    """A drop-in is read last: of a setting that has one value, its own is the one that counts."""
    unit = installed / f"bashgah-{name}.service"
    both = _settings(unit) & _settings(installed / f"{unit.name}.d/bashgah.conf")
    assert both <= LISTS


def _settings(file: Path) -> set[str]:
    """The names that a unit's file sets."""
    lines = file.read_text("utf-8").splitlines()
    return {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}


def test_the_card_is_made_writable_only_once_there_is_known_to_be_a_token_to_erase(installed: Path) -> None:
    unit = (installed / "bashgah-erase.service").read_text("utf-8").splitlines()
    lines = [line.partition("=") for line in unit if line.startswith("Exec")]
    commands = {name: command for name, _, command in lines}
    assert [name for name, _, _ in lines] == ["ExecCondition", "ExecStartPre", "ExecStart", "ExecStopPost"]
    assert commands["ExecCondition"].replace(" --check", "") == commands["ExecStart"]
    assert " --check " in commands["ExecCondition"]
    assert " -O rw " in commands["ExecStopPost"], "it runs also where the condition did not hold"


def test_the_library_of_the_pins_has_a_folder_that_screen_may_write_to(installed: Path) -> None:
    unit = (installed / "bashgah-screen.service").read_text("utf-8").splitlines()
    (own,) = (line.partition("=")[2] for line in unit if line.startswith("RuntimeDirectory="))
    assert f"Environment=LG_WD=/run/{own}" in unit


def test_every_file_of_the_kiosks_systemd_has_its_place() -> None:
    here = {str(path.relative_to(ROOT)) for path in KIOSK.rglob("*") if path.is_file()}
    assert here - {copy.source for copy in OVERLAY} == set()


def test_every_file_that_is_laid_over_is_there_and_what_runs_can_run() -> None:
    for copy in OVERLAY:
        text = (ROOT / copy.source).read_text("utf-8")
        assert text.startswith("#!") == bool(copy.mode & 0o111), copy.source


def test_what_runs_before_root_is_what_a_shell_understands() -> None:
    for script in (KIOSK / "initramfs").iterdir():
        subprocess.run(["sh", "-n", script], check=True)


def test_no_two_things_are_laid_in_one_place() -> None:
    places = [*(copy.place for copy in OVERLAY), *(link.place for link in LINKS)]
    assert len(set(places)) == len(places)


def test_every_unit_of_ours_is_on_and_none_is_masked() -> None:
    ours = {Path(copy.place).name for copy in OVERLAY if _is_unit(copy)}
    assert ours <= set(ENABLED)
    assert set(ENABLED) & set(MASKED) == set()


def _is_unit(copy: Copy) -> bool:
    return Path(copy.place).parent == Path("/etc/systemd/system")


def test_what_runs_before_root_knows_where_roots_partition_ends() -> None:
    end = (layout.GAP_MIB + layout.BOOT_MIB + layout.ROOT_MIB) * layout.MIB // 512
    assert f"\nEND={end}\n" in (KIOSK / "initramfs/card").read_text("utf-8")
