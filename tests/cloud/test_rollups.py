"""Roll-ups are the sums of the counts, whatever happened, and say what the counts say."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.collector import storage
from cloud.collector.audit import Audit
from cloud.collector.rebuild import rebuild
from cloud.desk.experience.asking import View
from cloud.desk.experience.hours import cells
from cloud.fleet.models import Kiosk as Registered
from cloud.fleet.models import Touchpoint, Unit
from cloud.voice.models import DayCount
from cloud.voice.reading import Asked, Told, newest_wording, tell, tell_wordings, unsure
from cloud.voice.rollups import ROLLED, HourCount, MonthCount, MonthShown, StoreCount, StoreShown
from cloud.voice.sides import Sides
from cloud.voice.sources import Side
from mqtt.envelope import Clock
from mqtt.events import Event
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.booked import book, book_hour, roll_up_anew, show
from tests.cloud.kiosks import Kiosk, answer, days, flag, shown, undo
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_counts import GIVEN, WORDS, Collect, collect
from tests.cloud.test_flagged import agreed
from tests.cloud.test_poster import post_all

__all__ = ("collect",)
Store = Callable[..., list[storage.Reply]]
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SAID: Sequence[Event] = (
    *(shown(1), answer(1, 5), answer(1, 3, 2), undo(1), answer(2, 5), flag(2), shown(2, "nps"), answer(3, 5)),
    *GIVEN,
    *WORDS,
)
CLOCKS: Sequence[Clock] = ("synced", "unsynced")
MOMENTS = st.tuples(st.sampled_from([0, 1, 7, 11, 40, 400]), st.sampled_from(CLOCKS))


def exact() -> bool:
    """Whether the roll-ups are what the counts give; nothing is changed by asking."""
    before = contents(*ROLLED)
    with transaction.atomic():
        roll_up_anew()
        after = contents(*ROLLED)
        transaction.set_rollback(True)
    return before == after


@SHARED
@given(
    happened=st.permutations(SAID).flatmap(
        lambda events: st.lists(MOMENTS, min_size=len(events), max_size=len(events)).map(
            lambda moments: list(zip(events, moments, strict=True))
        )
    ),
    batch=st.integers(1, 9),
)
def test_in_whatever_order_things_happen_roll_ups_are_the_sums_of_the_counts(
    store: Store, happened: list[tuple[Event, tuple[int, Clock]]], batch: int
) -> None:
    kiosks = Kiosk(), Kiosk(KioskId("zand-1"), StoreId("zand"))
    with transaction.atomic():
        for number, (event, (ago, clock)) in enumerate(happened):
            kiosks[number % 5 == 0].record(event, at=days(-ago), clock=clock)
        for kiosk in kiosks:
            store(kiosk.send())
        post_all(batch)
        assert DayCount.objects.exists()
        assert exact()
        transaction.set_rollback(True)


def test_a_roll_up_tells_stores_and_months_and_hours(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), shown(2), answer(2, 5), answer(3, 6), flag(3)))
    cell = "ces", "vanak", 1
    spans = StoreCount.objects.values_list("question", "store_id", "wording", "span", "value", "count")
    assert set(spans) == {
        *((*cell, span, 5, 2) for span in ("2026-03-21", "m2026-03")),
        *((*cell, span, 6, 0) for span in ("2026-03-21", "m2026-03")),
    }
    assert set(StoreCount.objects.filter(flagged=1).values_list("value", flat=True)) == {6}
    assert MonthCount.objects.values_list("month", "kiosk", "segment", "count").get(value=5) == (
        *("2026-03", "vanak-1", "consumer", 2),
    )
    assert set(StoreShown.objects.values_list("span", "count")) == {("2026-03-21", 2), ("m2026-03", 2)}
    assert MonthShown.objects.values_list("month", "kiosk", "count").get() == ("2026-03", "vanak-1", 2)
    # a Saturday
    assert HourCount.objects.values_list("month", "weekday", "count").get(value=5) == ("2026-03", 5, 2)


def test_what_is_unsure_is_in_no_month_and_no_hour(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), clock="unsynced"))
    assert StoreCount.objects.values_list("span", flat=True).get() == "unsure"
    assert StoreShown.objects.values_list("span", flat=True).get() == "unsure"
    assert not any(model.objects.exists() for model in (MonthCount, MonthShown, HourCount))


@pytest.mark.parametrize("model", ROLLED)
def test_a_wrong_roll_up_is_found_and_put_right(collect: Collect, model: type[StoreCount]) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), shown(2), answer(2, 4), flag(2), clock="synced"))
    before = contents(*POSTED)
    model.objects.update(count=9)
    assert not agreed()
    assert not rebuild(lambda _: None, put_right=True).level
    assert (contents(*POSTED), agreed()) == (before, True)
    model.objects.all().delete()
    assert not rebuild(lambda _: None, put_right=True).level
    assert (contents(*POSTED), agreed()) == (before, True)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        *((StoreCount, "answers by store"), (StoreShown, "impressions by store")),
        *((MonthCount, "answers by month"), (MonthShown, "impressions by month")),
        (HourCount, "answers by weekday"),
    ],
)
def test_a_roll_up_that_is_too_high_is_found_by_the_audit(
    collect: Collect, model: type[StoreCount], name: str
) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), shown(2), answer(2, 4), flag(2)).record(answer(3, 4)))
    assert Audit().doubled() == 0
    model.objects.update(count=F("count") + 1)
    assert {what for what, more in Audit().surplus().items() if more} == {name}


class Cell(NamedTuple):
    """Answers as they are counted."""

    store: str
    kiosk: int
    ago: int | None
    wording: int
    segment: str
    value: int


TODAY = date(2026, 11, 28)
AGO = st.integers(-20, 120) | st.none()
CELLS = st.lists(
    st.tuples(
        st.builds(
            Cell,
            *(st.sampled_from(["vanak", "zand"]), st.integers(1, 2), AGO, st.integers(1, 2)),
            *(st.sampled_from(["consumer", "business", ""]), st.integers(1, 3)),
        ),
        *(st.integers(0, 9), st.integers(0, 2), st.integers(0, 9)),
    ),
    max_size=12,
)
ASKED = st.builds(
    lambda since, longer, **rest: Asked(
        "ces", TODAY - timedelta(since), TODAY - timedelta(since - longer), **rest
    ),
    st.integers(0, 130),
    st.integers(0, 120),
    stores=st.sampled_from([(), ("vanak",), ("vanak", "zand")]),
    wording=st.sampled_from([None, 1, 2]),
    kiosk=st.sampled_from(["", "", "vanak-1", "zand-2"]),
    unit=st.sampled_from(["", "", "sales"]),
    touchpoint=st.sampled_from(["", "", "till"]),
    segment=st.sampled_from(["", "", "business"]),
)
Counted = Sequence[tuple[Cell, int, int, int]]


def _day(cell: Cell) -> str:
    return "unsure" if cell.ago is None else (TODAY - timedelta(cell.ago)).isoformat()


def _found(counted: Counted, asked: Asked, kiosks: Collection[str]) -> Iterable[tuple[Cell, int, int, int]]:
    """What belongs to a view, one by one."""
    for row in counted:
        cell = row[0]
        inside = asked.since.isoformat() <= _day(cell) <= asked.until.isoformat()
        kind = asked.segment in ("", cell.segment)
        if inside and kind and cell.store in asked.stores and f"{cell.store}-{cell.kiosk}" in kiosks:
            yield row


def _summed(rows: Iterable[tuple[Cell, int, int, int]], name: Callable[[Cell], str]) -> dict[str, Told]:
    told: defaultdict[str, Told] = defaultdict(Told)
    for cell, count, flagged, times in rows:
        one = told[name(cell)]
        one.counts[cell.value] += count
        one.flagged += flagged
        one.shown += times
    return _real(told)


def _real(told: dict[str, Told]) -> dict[str, Told]:
    return {
        name: Told(+one.counts, one.flagged, one.shown)
        for name, one in told.items()
        if one.n or one.flagged or one.shown
    }


@pytest.mark.usefixtures("club")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counted=CELLS, asked=ASKED)
def test_whatever_is_asked_the_answer_is_that_of_the_counts_one_by_one(
    counted: Counted, asked: Asked
) -> None:
    with transaction.atomic():
        _places()
        for cell, count, flagged, times in counted:
            where = Sides(
                *("ces", _day(cell), StoreId(cell.store), KioskId(f"{cell.store}-{cell.kiosk}")),
                *(cell.wording, cell.segment),
            )
            book(where, cell.value, count, flagged)
            show(where, times)
        _compare(counted, asked)
        transaction.set_rollback(True)


def _places() -> None:
    unit = Unit.objects.create(id="sales", name_fa="-", name_en="-")
    till = Touchpoint.objects.create(id="till", unit=unit, name_fa="-", name_en="-")
    for store in ("vanak", "zand"):
        for number, place in ((1, till), (2, None)):
            made = {"store_id": store, "touchpoint": place}
            Registered.objects.update_or_create(id=f"{store}-{number}", defaults=made)


def _compare(counted: Counted, asked: Asked) -> None:
    all_ = {f"{store}-{number}": number == 1 for store in ("vanak", "zand") for number in (1, 2)}
    kiosks = [
        name
        for name, tilled in all_.items()
        if asked.kiosk in ("", name) and (tilled or not (asked.unit or asked.touchpoint))
    ]
    whole = [row for row in _found(counted, replace(asked, segment=""), all_) if row[1] or row[2]]
    newest = max((cell.wording for cell, *_ in whole), default=None)
    assert newest_wording(asked) == newest
    rows = list(_found(counted, asked, kiosks))
    wording = newest if asked.wording is None else asked.wording
    mine = [row for row in rows if row[0].wording == wording]
    names: dict[Side, Callable[[Cell], str]] = {
        "": lambda _: "",
        "store": lambda cell: cell.store,
        "kiosk": lambda cell: f"{cell.store}-{cell.kiosk}",
        "unit": lambda cell: "sales" if cell.kiosk == 1 else "",
        "touchpoint": lambda cell: "till" if cell.kiosk == 1 else "",
        "segment": lambda cell: cell.segment,
        "day": _day,
    }
    for side, name in names.items():
        assert _real(tell(asked, side)) == _summed(mine, name), side
    by_wording = _summed(rows, lambda cell: str(cell.wording))
    assert _real(tell(asked, "wording")) == by_wording
    told = tell_wordings(asked, ("ces", "nps")).get("ces", {})
    assert _real({str(number): one for number, one in told.items()}) == by_wording
    assert unsure(asked) == sum(
        count for cell, count, *_ in counted if cell.ago is None and cell.store in asked.stores
    )


HOURS = st.dictionaries(
    st.tuples(st.sampled_from(["vanak", "zand"]), AGO, st.integers(0, 23), st.integers(1, 3)),
    st.integers(1, 9),
    max_size=12,
)


@pytest.mark.usefixtures("club")
@SHARED
@given(counted=HOURS, asked=ASKED)
def test_the_hours_of_a_view_are_those_of_the_counts_one_by_one(
    counted: dict[tuple[str, int | None, int, int], int], asked: Asked
) -> None:
    owed: defaultdict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    with transaction.atomic():
        for (store, ago, hour, value), count in counted.items():
            day = TODAY - timedelta(ago or 0)
            if ago is not None:
                book_hour(store, f"{day}T{hour:02}", value, count)
            if ago is not None and store in asked.stores and asked.since <= day <= asked.until:
                owed[day.weekday(), hour][value] += count
        view = View(asked.since, asked.until, tuple(asked.stores), (TODAY, TODAY), wording=1)
        assert cells(view, "ces") == owed
        transaction.set_rollback(True)
