"""The pages' benchmark at a small size: it runs on each database, and asks every page that is named."""

from tests.bench.databases import databases
from tests.bench.pages import PAGES, Reach, rows

BOTH = ("SQLite", "PostgreSQL")
SMALL = Reach(dict.fromkeys(BOTH, (20_000, 40_000)), dict.fromkeys(BOTH, 100), days=3, asked=2, before=0)


def test_every_page_is_measured_on_each_database_at_both_sizes() -> None:
    names = [*databases(lambda _: None)]
    measured = list(rows(lambda _: None, SMALL))
    assert len(measured) == len(names) * len(PAGES) * 2
    assert all(row.value > 0 and row.n == SMALL.asked for row in measured)
    assert [row for row in measured if row.ratio] == [row for row in measured if "40,000" in row.figure]
