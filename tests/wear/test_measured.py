"""A kiosk's files on a real ext4: what is written idle and for visits is counted by file."""

from collections import Counter
from pathlib import Path

import pytest

from tests import uml
from tests.wear.causes import EXT4_JOURNAL
from tests.wear.measured import NEEDED, Written, measured

needs_kernel = pytest.mark.skipif(
    bool(uml.missing(*NEEDED)),
    reason=f"not here: {', '.join(uml.missing(*NEEDED))}; `make setup-powercuts` brings it",
)


@needs_kernel
def test_an_idle_kiosk_writes_marks_and_a_visited_one_its_journal(tmp_path: Path) -> None:
    idle, visited = measured(tmp_path, seconds=3.0, visits=4)
    assert idle.causes["replica.db"] > 0
    assert idle.causes["journal.db"] == 0
    assert visited.causes["journal.db"] >= 4 * 3 * 4096, "a page at least for each of a visit's commits"
    assert visited.causes[EXT4_JOURNAL] > 0


def test_what_was_measured_is_scaled() -> None:
    assert Written(20.0, Counter({"journal.db": 4096})).scaled(1000.0) == {"journal.db": 204_800}
