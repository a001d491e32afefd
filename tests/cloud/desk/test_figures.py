"""The page's figures are those of the indices over the counts, each store by its own day."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from cloud.collector.models import Stream
from cloud.desk.charts import SIZES, interval_bar, trend
from cloud.desk.figures import Figures, read_figures
from cloud.desk.live.parts import fingerprint
from cloud.fleet.models import Group, Store
from cloud.voice.buckets import day_in
from cloud.voice.indices import Estimate, ces, ces_share
from cloud.voice.models import TapCount
from tests.cloud.booked import book, sides

pytestmark = pytest.mark.django_db
NOW = datetime(
    2026, 3, 10, 21, 0, tzinfo=UTC
)  # 00:30 of the 11th in Tehran, 14:00 of the 10th in Los Angeles


@pytest.fixture
def tehran() -> Store:
    group = Group.objects.create(id="all", name="all")
    return Store.objects.create(id="tehran", group=group, name_fa="الف", name_en="A")


@pytest.fixture
def los_angeles(tehran: Store) -> Store:
    zone = "America/Los_Angeles"
    return Store.objects.create(id="la-1", group=tehran.group, name_fa="ب", name_en="B", time_zone=zone)


def answered(
    store: Store, bucket: str, value: int, count: int = 1, *, wording: int = 1, question: str = "ces"
) -> None:
    book(sides(store.id, day_in(bucket), question, wording), value, count)


def tapped(store: Store, bucket: str, count: int) -> None:
    TapCount.objects.create(store=store, bucket=bucket, count=count)


def figures_now() -> Figures:
    return read_figures(NOW, Store.objects.order_by("name_fa", "id"))


def taps(figures: Figures) -> dict[str, int]:
    return {each.store.id: each.voice.taps for each in figures.stores}


def test_today_is_the_stores_own(tehran: Store, los_angeles: Store) -> None:
    for store in (tehran, los_angeles):
        tapped(store, "2026-03-10T13", 3)
        tapped(store, "2026-03-11T00", 5)
    figures = figures_now()
    assert taps(figures) == {"tehran": 5, "la-1": 3}
    assert figures.chain.taps == 8


def test_a_stores_index_is_that_of_its_counts(tehran: Store) -> None:
    answered(tehran, "2026-03-11T00", 7, 20)
    answered(tehran, "2026-03-01T12", 4, 11)
    figures = figures_now()
    assert figures.stores[0].voice.ces == ces({7: 20, 4: 11})
    assert figures.stores[0].voice.easy == ces_share({7: 20, 4: 11})
    assert figures.stores[0].voice.answers == 20


def test_the_chain_is_made_of_counts_and_not_of_averages(tehran: Store, los_angeles: Store) -> None:
    answered(tehran, "2026-03-10T12", 7, 90)
    answered(los_angeles, "2026-03-10T12", 1, 10)
    assert figures_now().chain.ces == ces({7: 90, 1: 10})


def test_thirty_days_are_counted_today_among_them(tehran: Store) -> None:
    answered(tehran, "2026-02-10T00", 5, 2)
    answered(tehran, "2026-02-09T23", 5, 40)
    figures = figures_now()
    assert figures.chain.ces.n == 2
    assert [day.ces.n for day in figures.days] == [2] + [0] * 29
    assert str(figures.days[-1].day) == "2026-03-11"


def test_an_hour_that_is_yet_to_come_is_not_counted(tehran: Store) -> None:
    answered(tehran, "2027-01-01T00", 5, 2)
    assert figures_now().chain.ces.n == 0


def test_answers_at_an_unsure_time_are_left_out_and_said_so(tehran: Store) -> None:
    answered(tehran, "unsure", 1, 12)
    tapped(tehran, "unsure", 9)
    figures = figures_now()
    assert (figures.chain.ces.n, figures.chain.taps, figures.unsure) == (0, 0, 12)


def test_two_wordings_are_never_mixed(tehran: Store) -> None:
    answered(tehran, "2026-03-10T12", 1, 12, wording=1)
    answered(tehran, "2026-03-10T12", 7, 31, wording=2)
    figures = figures_now()
    assert figures.chain.ces == ces({7: 31})
    assert figures.earlier == 12


def test_an_answer_off_the_scale_spoils_nothing(tehran: Store) -> None:
    answered(tehran, "2026-03-11T00", 6)
    answered(tehran, "2026-03-11T00", 99)
    assert figures_now().chain.ces == ces({6: 1})


def test_another_questions_answers_count_as_answers_only(tehran: Store) -> None:
    answered(tehran, "2026-03-11T00", 9, question="nps")
    figures = figures_now()
    assert (figures.chain.answers, figures.chain.ces.n) == (1, 0)


def test_a_sum_of_loyalty_is_no_answer_more(tehran: Store) -> None:
    answered(tehran, "2026-03-11T00", 9, question="cli")
    answered(tehran, "2026-03-11T00", 3, question="cli-recommend")
    assert figures_now().chain.answers == 1


def test_a_club_without_stores_has_figures_too() -> None:
    figures = figures_now()
    assert figures.stores == ()
    assert figures.chain.ces == Estimate(0, None, None, None)
    assert len(figures.days) == 30


def test_the_figures_questions_do_not_grow_with_the_stores(
    tehran: Store, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        figures_now()
    for name in ("b-1", "b-2", "b-3"):
        Store.objects.create(id=name, group=tehran.group, name_fa=name, name_en=name)
    with django_assert_num_queries(5):
        figures_now()


@pytest.mark.usefixtures("tehran")
def test_the_fingerprint_changes_with_what_is_booked_and_with_time() -> None:
    stream = Stream.objects.create(kiosk="k-1", epoch="a", chain="0", seen_at=NOW)
    before = fingerprint(NOW, 1)
    assert fingerprint(NOW + timedelta(seconds=1), 1) == before
    assert fingerprint(NOW + timedelta(days=1), 1) != before
    stream.posted = 1
    stream.save()
    assert fingerprint(NOW, 1) != before


def test_a_scale_runs_in_reading_direction() -> None:
    estimate = ces({6: 40, 7: 20})
    right, left = interval_bar(estimate, mirrored=False), interval_bar(estimate, mirrored=True)
    assert right.ticks[0].at < right.ticks[-1].at
    assert left.ticks[0].at > left.ticks[-1].at
    assert right.x is not None
    assert right.width is not None
    assert right.at is not None
    assert right.x < right.at < right.x + right.width
    assert left.width == pytest.approx(right.width)


def test_a_trend_breaks_where_a_day_has_no_answers() -> None:
    full, none, one = ces({5: 3, 6: 4}), ces({}), ces({4: 1})
    drawn = trend([full, full, none, one, full], SIZES["wide"], mirrored=False)
    assert len(drawn.lines) == 2
    assert [len(band.split()) for band in drawn.bands] == [4, 4]
    assert [mark.y is None for mark in drawn.marks] == [False, False, True, False, False]


def test_a_trend_stays_within_its_frame() -> None:
    drawn = trend([ces({1: 2, 7: 2}), ces({7: 9})], SIZES["narrow"], mirrored=True)
    for mark in drawn.marks:
        assert 0 <= mark.x <= SIZES["narrow"].width
        assert mark.high is not None
        assert mark.low is not None
        assert 0 <= mark.high <= mark.low <= drawn.floor
