"""What an image is made from is the mirror's with its security updates, and the lock's to the byte."""

import hashlib
import shutil
from pathlib import Path

import pytest

from image import lgpio
from image.apt import of_this_machine, sources
from image.errors import Trouble

MAIN = "http://mirror/debian bookworm main\nhttp://mirror/debian bookworm-updates main\n"
SECURITY = "http://mirror/security bookworm-security main\n"


def test_the_cards_suite_comes_from_this_machines_mirrors_with_its_security_updates() -> None:
    lines = [line.partition("] ")[2] for line in sources(MAIN + SECURITY).splitlines()]
    assert [line.split()[:2] for line in lines] == [
        ["http://mirror/debian", "trixie"],
        ["http://mirror/debian", "trixie-updates"],
        ["http://mirror/security", "trixie-security"],
    ]


def test_without_a_mirror_of_security_updates_no_image_is_made_and_it_says_what_to_do() -> None:
    with pytest.raises(Trouble, match=r"add `deb \S+ bookworm-security main` .*to .*; apt-get update"):
        sources(MAIN)


@pytest.mark.skipif(shutil.which("apt-get") is None, reason="not a Debian machine")
def test_a_new_machine_whose_lists_lack_what_its_sources_name_is_asked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = ("bookworm", "bookworm-security")
    for suite in suites:
        _mirrored(tmp_path / "mirror/dists" / suite)
    named = "".join(f"deb [trusted=yes] file:{tmp_path}/mirror {suite} main\n" for suite in suites)
    (tmp_path / "sources.list").write_text(named)
    settings = {
        "APT::Architecture": "amd64",
        "Dir::Etc::SourceList": f"{tmp_path}/sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State": f"{tmp_path}/machine",
        "Dir::Cache": f"{tmp_path}/cache",
    }
    (tmp_path / "apt.conf").write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))
    monkeypatch.setenv("APT_CONFIG", f"{tmp_path}/apt.conf")
    found = of_this_machine(tmp_path / "lists")
    assert found.split("\n")[:-1] == [f"file:{tmp_path}/mirror/ {suite} main" for suite in suites]


def _mirrored(suite: Path) -> None:
    """The least that apt takes for a suite of Debian's, with one package."""
    packages = suite / "main/binary-amd64/Packages"
    packages.parent.mkdir(parents=True)
    packages.write_text("Package: one\nVersion: 1\nArchitecture: all\nFilename: one.deb\n")
    digest = hashlib.sha256(packages.read_bytes()).hexdigest()
    listed = f"{digest} {packages.stat().st_size} {packages.relative_to(suite)}"
    release = f"Origin: Debian\nCodename: {suite.name}\nArchitectures: amd64\nComponents: main\n"
    (suite / "Release").write_text(f"{release}SHA256:\n {listed}\n")


def test_a_kept_source_that_is_not_the_locks_is_thrown_away(tmp_path: Path) -> None:
    kept = tmp_path / "lgpio.tar.gz"
    assert not lgpio.is_locked(kept)
    kept.write_bytes(b"something else")
    assert not lgpio.is_locked(kept)
    assert not kept.exists()
