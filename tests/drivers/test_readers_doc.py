"""docs/readers.md says what the suite checks, what the technician's table says, and how URLs look."""

import re
from pathlib import Path

import pytest

from drivers.reader import FAMILIES, reader_name
from drivers.reasons import LOST, REFUSED, Advice
from tests.drivers import test_contract
from tests.drivers.benches import BENCHES

DOC = Path(__file__).resolve().parents[2] / "docs/readers.md"
LINES = DOC.read_text("utf-8").splitlines()
POINTS = [
    name.removeprefix("test_").replace("_", " ") for name in vars(test_contract) if name.startswith("test_")
]


def table(header: str) -> list[list[str]]:
    """The cells of the table whose header begins so, header first."""
    start = next(number for number, line in enumerate(LINES) if line.startswith(header))
    rows = []
    for line in LINES[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def test_the_contracts_rows_and_columns_are_the_suite() -> None:
    head, *rows = table("| what | ")
    assert head[1:] == list(BENCHES)
    assert [row[0] for row in rows] == POINTS
    assert all(cell.startswith("✓") for row in rows for cell in row[1:])


@pytest.mark.parametrize(("code", "advice"), [*LOST.items(), *REFUSED.items()])
def test_the_technicians_table_is_in_it(code: str, advice: Advice) -> None:
    assert f"| `{code}` | {advice.en} | {advice.fa} |" in LINES


def test_no_other_reason_is_in_it() -> None:
    codes = [match[1] for line in LINES if (match := re.match(r"\| `([a-z-]+)` \| [A-Z]", line))]
    assert codes == [*LOST, *REFUSED]


def test_every_family_has_its_url_and_no_path_that_moves() -> None:
    urls = re.findall(r"`((?:rc522|em4100|magstripe|wedge)://[^`\s]*)`", "\n".join(LINES))
    assert {url.split(":")[0] for url in urls} >= {family.removesuffix("+sim") for family in FAMILIES}
    assert [url for url in urls if "ttyUSB" in url or "event0" in url] == []
    assert {reader_name(url) for url in urls if url.split(":")[0] in FAMILIES} >= set(BENCHES)
