"""Which build of each Debian package: the lock, and what a person reads when the mirror has moved on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image import debs, pins
from image.apt import file_of, sources
from image.errors import Trouble
from image.pins import Pin, Pins
from image.recipe import ARCHES, HEADERS, Arch, packages

PIN = st.builds(
    Pin,
    st.from_regex(r"[a-z][a-z0-9+.-]{1,12}", fullmatch=True),
    st.from_regex(r"([0-9]:)?[0-9][0-9a-z.+~-]{0,12}", fullmatch=True),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
)
OURS = """http://deb.example/debian/ bookworm main
http://deb.example/debian/ bookworm-updates main
http://sec.example/debian-security/ bookworm-security main
"""


@given(st.lists(PIN).map(tuple), st.integers(0, 2**31).map(lambda day: day // 86400 * 86400))
def test_a_lock_that_was_written_reads_the_same(packages: tuple[Pin, ...], asked: int) -> None:
    assert pins.parse(pins.text(Pins(packages, asked))) == Pins(packages, asked)


@pytest.mark.parametrize("arch", ARCHES)
def test_the_lock_has_all_that_the_recipe_names(arch: Arch) -> None:
    locked = {pin.name for pin in pins.read(arch).packages}
    assert {*packages(arch), HEADERS} <= locked, "run `make image-lock`"


def test_both_locks_are_of_one_day() -> None:
    """So that the twin is the card's, and not another's."""
    card, twin = (pins.read(arch) for arch in ARCHES)
    assert card.asked == twin.asked
    versions = {pin.name: pin.version.split("+b")[0] for pin in card.packages}
    assert [
        p for p in twin.packages if versions.get(p.name, p.version.split("+b")[0]) != p.version.split("+b")[0]
    ] == []


def test_the_twin_has_no_kernel() -> None:
    assert [pin.name for pin in pins.read("amd64").packages if pin.name.startswith("linux-image")] == []


@pytest.mark.parametrize("text", ["", "# no day\n", pins.HEAD.format(day="2026-01-02") + "name version\n"])
def test_a_lock_that_is_broken_says_how_to_write_it_again(text: str) -> None:
    with pytest.raises(Trouble, match="make image-lock"):
        pins.parse(text)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    deb = tmp_path / "a_1%3a2_all.deb"
    deb.write_bytes(b"deb")
    pin = Pin("a", "1:2", hashlib.sha256(b"deb").hexdigest())
    assert file_of(pin, tmp_path) == deb
    assert not pins.changed(pin, deb)
    deb.write_bytes(b"other")
    assert pins.changed(pin, deb)


def test_a_mirror_that_has_moved_on_is_answered_with_the_line_to_type() -> None:
    said = debs.gone([Pin("libc6", "2.41-12", "00"), *(Pin(f"p{i}", "1", "00") for i in range(7))])
    assert "libc6 2.41-12" in said
    assert "and 3 more" in said
    assert "sudo make image PINS=newest" in said


def test_tests_go_on_with_the_newest_and_say_what_is_different(capsys: pytest.CaptureFixture[str]) -> None:
    locked, now = (Pins((Pin("udev", version, "00" * 32),), 0) for version in ("257.1", "257.2"))

    def moved_on(_pins: Sequence[Pin]) -> None:
        raise debs.Gone("udev")

    assert debs.either(locked, lambda _pins: None, lambda: now) == locked
    assert debs.either(locked, moved_on, lambda: now) == now
    assert "not as it is locked: udev 257.1 -> 257.2" in capsys.readouterr().out


def test_the_suite_is_the_cards_and_the_mirror_this_machines() -> None:
    lines = sources(OURS).splitlines()
    assert [line.split()[2:4] for line in lines] == [
        ["http://deb.example/debian/", "trixie"],
        ["http://deb.example/debian/", "trixie-updates"],
        ["http://sec.example/debian-security/", "trixie-security"],
    ]
    assert all(line.endswith("main non-free-firmware") for line in lines)


def test_without_a_mirror_the_line_to_type_is_said() -> None:
    with pytest.raises(Trouble, match="apt-get update"):
        sources("")
