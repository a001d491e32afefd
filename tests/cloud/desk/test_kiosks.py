"""How a kiosk stands: what is wrong with it, and what is worse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cloud.desk.live.kiosks import LATE, ROOM, SILENT, Health, Kiosk, Trouble, silent

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FINE = Health(
    online=True,
    app="1",
    queue=0,
    queue_age=0,
    clock=True,
    disk_free=ROOM,
    readers_down=(),
    last_tap=None,
)


def kiosk(health: Health | None = FINE, *, heard: datetime | None = NOW, parked: int = 0) -> Kiosk:
    return Kiosk("k-1", health, heard, silent(heard, NOW), parked)


def test_one_that_says_so_every_minute_is_online_and_nothing_is_wrong() -> None:
    assert (kiosk().state, kiosk().troubles, kiosk().shape) == ("online", (), "good")


def test_one_that_was_never_heard_of_is_neither_online_nor_offline() -> None:
    assert (kiosk(None, heard=None).state, kiosk(None, heard=None).shape) == ("never", "none")


def test_one_that_went_off_or_is_silent_for_too_long_is_offline() -> None:
    assert kiosk(replace(FINE, online=False)).state == "offline"
    assert kiosk(heard=NOW - SILENT).state == "online"
    assert kiosk(heard=NOW - SILENT - timedelta(seconds=1)).state == "offline"


def test_one_that_only_the_brokers_memory_knows_is_what_the_broker_says() -> None:
    assert kiosk(heard=None).state == "online"


def test_one_that_sent_events_and_never_its_health_is_known_by_those() -> None:
    assert kiosk(None).state == "online"
    assert kiosk(None, heard=NOW - timedelta(days=1)).troubles == ("offline",)


@pytest.mark.parametrize(
    ("health", "troubles"),
    [
        (replace(FINE, readers_down=("rc522",)), ("reader",)),
        (replace(FINE, disk_free=ROOM - 1), ("disk",)),
        (replace(FINE, queue=1, queue_age=LATE + 1), ("queue",)),
        (replace(FINE, queue=900, queue_age=LATE), ()),
        (replace(FINE, clock=False), ("clock",)),
        (replace(FINE, clock=False, readers_down=("a", "b"), disk_free=0), ("reader", "disk", "clock")),
        (replace(FINE, online=False, clock=False, readers_down=("a",)), ("offline",)),
    ],
)
def test_what_is_wrong_is_said_the_worst_first(health: Health, troubles: tuple[Trouble, ...]) -> None:
    assert kiosk(health).troubles == troubles


def test_messages_set_aside_are_a_trouble_of_whoever_sent_them() -> None:
    assert kiosk(parked=1).troubles == ("parked",)
    assert kiosk(replace(FINE, online=False), parked=1).troubles == ("offline", "parked")


def test_the_worst_has_the_lowest_rank() -> None:
    off, reader, clock, fine = (
        kiosk(health).rank
        for health in (
            replace(FINE, online=False),
            replace(FINE, readers_down=("a",)),
            replace(FINE, clock=False),
            FINE,
        )
    )
    assert off < reader < clock < kiosk(None, heard=None).rank < fine
