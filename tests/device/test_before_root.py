"""Before root is mounted: a card too small says so and stops; a card's machine-id comes back to it."""

from pathlib import Path

import pytest

from tests import uml
from tests.device import card
from tests.device.card import GB, flash, write
from tests.device.start import missing, start

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"not here: {', '.join(missing())}; `make setup-powercuts` brings it"
)
ID = "0123456789abcdef0123456789abcdef"


def said(path: Path) -> str:
    folder = path.with_name("before")
    folder.mkdir(exist_ok=True)
    return uml.run(folder, [path], "tests.device.before_root")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return flash(tmp_path / "card.img", 4 * GB)


def test_a_card_just_flashed_goes_on_without_a_machine_id(path: Path) -> None:
    text = said(path)
    assert "card ended with 0" in text
    assert "machine-id ended with 0" in text
    assert "machine-id: none" in text


def test_a_cards_machine_id_is_the_first_starts_also_after_a_power_cut(path: Path) -> None:
    start(path, f"echo {ID} >system/machine-id", "sync", cut="end")
    assert start(path).told.data == "sound"
    assert f"machine-id: '{ID}'" in said(path)  # systemd takes it without the end of a line alone


@pytest.mark.parametrize("text", ["", "0123", "../../etc/passwd", f"{ID}0", ID.upper(), f"{ID[:-1]}g"])
def test_what_is_no_machine_id_is_not_taken_for_one(path: Path, text: str) -> None:
    start(path, f"printf %s '{text}' >system/machine-id")
    assert "machine-id: none" in said(path)


def test_a_broken_file_system_stops_nothing(path: Path) -> None:
    start(path, f"echo {ID} >system/machine-id")
    write(path, 0, b"\xff" * 65536)
    text = said(path)
    assert "machine-id ended with 0" in text
    assert "machine-id: none" in text


def test_a_card_on_which_root_does_not_end_says_so_and_goes_no_further(tmp_path: Path) -> None:
    text = said(flash(tmp_path / "card.img", card.DATA_AT - 2**20))
    assert "bashgah: this card is too small: 1795 MiB of the 2308 MiB that it takes." in text
    assert "card ended with 124" in text
