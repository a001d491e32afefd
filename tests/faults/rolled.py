"""Roll-ups as they must be, summed anew from counts that were worked out from the truth."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from tests.faults.books import Books, apart
from tests.faults.database import Rows

_BY_STORE: Final = "question, span, store_id, wording"
_BY_MONTH: Final = "question, month, store_id, kiosk, wording, segment"
_BY_HOUR: Final = "question, wording, month, store_id, weekday, hour"
_REAL: Final = "WHERE count <> 0 OR flagged <> 0"
QUERIES: Final = (
    f"SELECT {_BY_STORE}, value, flagged, count FROM voice_storecount {_REAL}",
    f"SELECT {_BY_MONTH}, value, flagged, count FROM voice_monthcount {_REAL}",
    f"SELECT {_BY_STORE}, count FROM voice_storeshown",
    f"SELECT {_BY_MONTH}, count FROM voice_monthshown",
    f"SELECT {_BY_HOUR}, value, count FROM voice_hourcount WHERE count <> 0",
)


def differences(books: Books, tables: list[Rows]) -> Iterator[str]:
    """Where the tables, as the queries give them, differ from the sums of these books, in words."""
    owed = (
        ("by store", _of_stores(books.days)),
        ("by month", _of_months(books.days)),
        ("shown by store", _of_stores(books.shown)),
        ("shown by month", _of_months(books.shown)),
        ("by weekday and hour", _by_hour(books.answers)),
    )
    for (what, sums), rows in zip(owed, tables, strict=True):
        yield from apart(what, sums, Counter({tuple(row[:-1]): row[-1] for row in rows}))


def _of_stores(days: Mapping[Any, int]) -> Counter[Hashable]:
    sums: Counter[Hashable] = Counter()
    for (question, day, store, _kiosk, wording, _segment, *value), count in days.items():
        spans = (day,) if day == "unsure" else (day, f"m{day[:7]}")
        for span in spans:
            sums[question, span, store, wording, *value] += count
    return sums


def _of_months(days: Mapping[Any, int]) -> Counter[Hashable]:
    sums: Counter[Hashable] = Counter()
    for (question, day, *rest), count in days.items():
        if day != "unsure":
            sums[question, day[:7], *rest] += count
    return sums


def _by_hour(answers: Mapping[Any, int]) -> Counter[Hashable]:
    sums: Counter[Hashable] = Counter()
    for (store, question, wording, bucket, value), count in answers.items():
        if bucket != "unsure":
            weekday, hour = date.fromisoformat(bucket[:10]).weekday(), int(bucket[11:])
            sums[question, wording, bucket[:7], store, weekday, hour, value] += count
    return sums
