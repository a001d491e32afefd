"""What a first start left when the power went is judged by the next start, on a real kernel."""

from pathlib import Path

import pytest

from image.layout import GAP_MIB, MIB
from tests.device.card import DATA_AT, flash
from tests.device.start import missing
from tests.image.powercuts.first_start import starts
from tests.image.powercuts.recording import SIZE
from tests.powercuts.cuts import Recording
from tests.powercuts.disk import Disk
from tests.powercuts.writes import FLUSH, SECTOR, Entry

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"not here: {', '.join(missing())}; `make setup-powercuts` brings it"
)


@pytest.fixture
def card(tmp_path: Path) -> Disk:
    """As it was flashed."""
    disk = Disk(SIZE)
    with flash(tmp_path / "card.img", SIZE).open("rb") as file:
        disk.write(0, file.read(GAP_MIB * MIB))
    return disk


def test_a_card_that_was_hardly_switched_on_is_made_at_the_next_start(card: Disk, tmp_path: Path) -> None:
    said: list[str] = []
    found = starts(Recording(card, [Entry(FLUSH)]), 1, 1, said.append, tmp_path)
    assert (found.said, found.bad, said) == ({"made": 1}, 0, [])


@pytest.mark.parametrize("harmed", [0, DATA_AT // SECTOR + 64], ids=["no table", "no filesystem"])
def test_a_next_start_that_is_no_good_is_counted_and_its_card_kept(
    card: Disk, harmed: int, tmp_path: Path
) -> None:
    said: list[str] = []
    card.write(harmed, b"x" * SECTOR)
    found = starts(Recording(card, [Entry(FLUSH)]), 1, 1, said.append, tmp_path / "failed")
    assert (found.bad, len(said)) == (1, 1)
    assert "NOT SURVIVED" in said[0]
    assert len(list((tmp_path / "failed").iterdir())) == 1
