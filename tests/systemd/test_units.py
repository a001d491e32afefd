"""The units of the cloud: systemd understands them, and each leaves whoever gets in next to nothing."""

import shutil
from pathlib import Path

import pytest

from tests.systemd.analysing import complaints, exposure, unit_user, users_made, without_programs
from tests.systemd.places import CLOUD, UNITS

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
MOST = {
    # who speaks with any network: 0.2 more than those of this host, which is why 1.1 and 1.2
    "gate": 12,
    "worker": 12,
    "collector": 11,
    "web": 11,
    "broker": 7,
    "authority": 6,
    "backup": 4,
    "nightly": 4,
}
"""Tenths of systemd's exposure level, from 0 to 100."""


def test_every_service_has_its_threshold() -> None:
    assert {path.stem.removeprefix("bashgah-") for path in UNITS.glob("*.service")} == set(MOST)


@pytest.mark.parametrize("name", MOST)
def test_a_service_is_no_more_exposed_than_it_must_be(name: str) -> None:
    assert exposure(UNITS / f"bashgah-{name}.service", MOST[name]) == ""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they will lie, but for the program, which is not here."""
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    without_programs(tmp_path)
    return tmp_path


def test_systemd_finds_nothing_wrong_with_the_units(installed: Path) -> None:
    units = sorted(path for path in installed.iterdir() if path.is_file())
    assert complaints(units, "bashgah") == []


def test_systemd_makes_the_users_that_the_units_name(tmp_path: Path) -> None:
    users = users_made(CLOUD / "bashgah.sysusers", tmp_path)
    assert users == {unit_user(unit) for unit in UNITS.glob("*.service")} - {"root"}


def test_no_two_network_programs_share_a_user() -> None:
    users = [
        unit_user(UNITS / f"bashgah-{name}.service")
        for name in ("gate", "worker", "collector", "web", "authority")
    ]
    assert len(set(users)) == len(users)


def test_gate_and_authority_share_a_secret_of_their_own() -> None:
    readers = {path.stem for path in UNITS.glob("*.service") if "queue.env" in path.read_text()}
    assert readers == {"bashgah-gate", "bashgah-authority"}
    for name in readers:
        text = (UNITS / f"{name}.service").read_text()
        assert "BASHGAH_SECRET_KEY" not in text
        assert "secrets.env" not in text


def test_only_the_authority_reads_its_secret_and_it_has_no_network() -> None:
    readers = [path.stem for path in UNITS.glob("*.service") if "authority.env" in path.read_text()]
    assert readers == ["bashgah-authority"]
    text = (UNITS / "bashgah-authority.service").read_text()
    assert "PrivateNetwork=yes" in text
    assert "AF_INET" not in text
