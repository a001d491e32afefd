"""A card at more sales than one person makes raises an alarm, whoever it belongs to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cloud.club import sales, velocity
from cloud.club.models import ClubSetting, Purchase
from cloud.club.velocity import Alarm, Limits, Sold
from cloud.collector import storage
from cloud.collector.speeding import speeding
from mqtt.vocabulary import StoreId
from tests.cloud.api.tills import rule
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import MEMBER, NOON, Kiosk, tap

VANAK = StoreId("vanak")
DAY = NOON.date()
MINUTE = timedelta(minutes=1)
LIMITS = Limits(sales=4, absent=2, minutes=10)


def sold(*minutes: int) -> list[Sold]:
    return [Sold(MEMBER, VANAK, DAY, NOON + minute * MINUTE) for minute in minutes]


def told(taken: list[Sold], *taps: int) -> list[Alarm]:
    moments = {(MEMBER, VANAK): [NOON + minute * MINUTE for minute in taps]}
    return velocity.alarms(velocity.many(taken, LIMITS), moments, LIMITS)


def test_as_many_sales_as_are_believed_raise_nothing() -> None:
    assert told(sold(0, 1, 2, 3), 0) == []


def test_one_more_is_told_even_where_its_member_tapped_each_time() -> None:
    assert told(sold(0, 1, 2, 3, 4), 0, 1, 2, 3, 4) == [Alarm(MEMBER, VANAK, DAY, 5, 0)]


def test_sales_without_a_tap_shortly_before_are_told_sooner() -> None:
    assert told(sold(9, 10, 11, 12), 0) == []
    assert told(sold(10, 11, 12, 13), 0) == [Alarm(MEMBER, VANAK, DAY, 4, 3)]


def test_a_tap_afterwards_or_elsewhere_is_no_presence() -> None:
    elsewhere = {(MEMBER, StoreId("tajrish")): [NOON]}
    groups = velocity.many(sold(1, 2, 3), LIMITS)
    assert velocity.alarms(groups, elsewhere, LIMITS) == told(sold(1, 2, 3), 4)
    assert told(sold(1, 2, 3), 4) == [Alarm(MEMBER, VANAK, DAY, 3, 3)]


def test_days_and_stores_are_apart() -> None:
    taken = [Sold(MEMBER, VANAK, DAY + timedelta(days=day), NOON) for day in range(9)]
    assert told(taken) == []


@given(st.permutations(sold(*range(9))))
def test_the_order_in_which_sales_come_in_is_nothing(taken: list[Sold]) -> None:
    assert told(taken, 3) == told(sold(*range(9)), 3)


def buy(number: int, at: datetime, received_at: datetime, member: str = MEMBER) -> None:
    line = {"id": "1", "amount": 100_000}
    sales.buy(
        Purchase(
            store_id=VANAK,
            invoice=f"{member}/{number}",
            member_id=member,
            occurred_at=at,
            received_at=received_at,
            lines=[line],
        )
    )


def test_a_clerk_who_lays_his_own_card_on_eight_hundred_sales_is_told(
    club: None,  # noqa: ARG001 - what it needs
    caplog: pytest.LogCaptureFixture,
) -> None:
    rule()
    make_member("m-bbbbbbbbbb")
    now = datetime.now(UTC)
    begin = now.replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=1)
    buy(1, begin, now, "m-bbbbbbbbbb")
    for number in range(800):
        buy(number, begin + number * MINUTE / 2, now)
    storage.store([Kiosk().record(tap(1), at=begin).send()], begin, GENERATION)
    assert speeding(now) == [Alarm(MEMBER, VANAK, begin.date(), 800, 800 - 241)]
    assert speeding(now + timedelta(days=2)) == []
    with pytest.raises(CommandError, match="1 members were at more sales"):
        call_command("nightly")
    assert f"{MEMBER} at vanak" in caplog.text


def test_a_club_decides_what_it_believes(store: Callable[..., object]) -> None:
    rule()
    store(Kiosk().record(tap(1), at=NOON).send())
    for number in range(3):
        buy(number, NOON + number * MINUTE, NOON)
    assert speeding(NOON + timedelta(hours=1)) == []
    ClubSetting.objects.create(name=velocity.NAME, document='{"sales": 2}')
    assert speeding(NOON + timedelta(hours=1)) == [Alarm(MEMBER, VANAK, DAY, 3, 0)]
