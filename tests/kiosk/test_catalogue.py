"""The catalogue: whole, or the last good one, or the built-in one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import catalogue
from kiosk.catalogue import CES, DEFAULT, AtomicStorage, Catalogue, Timings
from kiosk.errors import CatalogueError
from kiosk.views import Brand
from mqtt.events import Scale

OURS = Catalogue(Brand("شهر کتاب", "Book City", "#123456"), (CES,), Timings(welcome=4.0))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    catalogue.save(tmp_path / "c.json", OURS)
    assert catalogue.load(tmp_path / "c.json") == OURS


def test_without_a_file_the_built_in_one_serves(tmp_path: Path) -> None:
    assert catalogue.load(tmp_path / "none.json") == DEFAULT


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"brand": 5}', '{"brand": {"1": {"fa": 1}}}', "[" * 100_000, "\xff"]
)
def test_a_file_that_is_no_catalogue_is_said_and_the_kiosk_comes_up(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text, "latin-1")
    with pytest.raises(CatalogueError, match=r"c\.json"):
        catalogue.load(path)
    assert catalogue.load_or_default(path) == DEFAULT


def test_a_crash_while_saving_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    catalogue.save(path, OURS)
    with pytest.raises(TypeError):
        AtomicStorage(path).write({"brand": {"1": {"fa": object()}}})
    assert catalogue.load(path) == OURS


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from(("worst-first", "best-first")))
def test_values_stand_in_reading_order(worst: int, best: int, shown: str) -> None:
    scale = Scale(worst, best, shown)  # type: ignore[arg-type]
    values = catalogue.Survey("q", 1, CES.text, CES.first, CES.last, scale).values()
    ends = (worst, best) if shown == "worst-first" else (best, worst)
    assert (values[0], values[-1]) == ends
    assert len(values) == abs(worst - best) + 1
