"""The ledger's benchmark at a small size: it runs on each database, and the ledger that it fills is sound."""

from tests.bench.databases import databases
from tests.bench.ledger import rows
from tests.bench.size import Size

SMALL = Size(members=200, asked=10, bought=40, booked=600)


def test_every_figure_is_measured_on_each_database_beside_its_peer() -> None:
    names = [*databases(lambda _: None)]
    measured = list(rows(lambda _: None, SMALL))
    assert len(measured) == len(names) * 12
    assert all(row.value > 0 and row.n > 0 for row in measured)
    beside = {row.figure: row.n for row in measured if row.ratio}
    assert beside == {
        figure: count
        for name in names
        for figure, count in {
            f"HTTP interface, {name}: purchases of 4 tills": 40,
            f"points posted in bulk, {name}, 500 a commit": 600,
        }.items()
    }
