"""The ring tells the time that is left, and nothing before it warns."""

import time
from typing import Any

import pytest

from kiosk.views import Countdown, Undo
from tests.ui.conftest import Kiosk, ask, attract
from ui.widgets import Ring


def ring(countdown: Countdown | None) -> Any:  # noqa: ANN401 - Kivy's widgets have no types
    return Ring(countdown=countdown)


@pytest.mark.usefixtures("kiosk")
def test_nothing_shows_before_the_warning() -> None:
    now = time.monotonic()
    assert ring(Countdown(now + 50, now + 60)).left == 0


@pytest.mark.usefixtures("kiosk")
def test_it_is_half_gone_half_way() -> None:
    now = time.monotonic()
    half = ring(Countdown(now - 1000, now + 1000))
    assert half.left == pytest.approx(0.5, abs=0.01)
    assert half.seconds == pytest.approx(1000, abs=20)


@pytest.mark.usefixtures("kiosk")
def test_it_is_gone_at_the_end() -> None:
    now = time.monotonic()
    assert ring(Countdown(now - 10, now - 1)).left == 0


def test_it_shrinks_by_itself_and_stops(kiosk: Kiosk) -> None:
    now = time.monotonic()
    shrinking = ring(Countdown(now, now + 3))
    seen = {shrinking.left}
    kiosk.until(lambda: seen.add(shrinking.left) or shrinking.left == 0)  # type: ignore[func-returns-value]
    assert len(seen) > 3


def test_it_starts_when_the_warning_comes(kiosk: Kiosk) -> None:
    now = time.monotonic()
    waiting = ring(Countdown(now + 0.1, now + 60))
    kiosk.until(lambda: waiting.left > 0)
    assert time.monotonic() >= now + 0.1


def test_a_view_that_is_left_counts_no_further(kiosk: Kiosk) -> None:
    now = time.monotonic()
    kiosk.show(Undo("fa", 5, Countdown(now, now + 60)))
    assert kiosk.app.stage.screen
    rings = [widget for widget in kiosk.app.stage.screen.walk() if isinstance(widget, Ring)]
    kiosk.show(attract())
    assert [ring.countdown for ring in rings] == [None]
    assert [ring.left for ring in rings] == [0]


def test_the_key_that_waits_turns_only_while_it_waits(kiosk: Kiosk) -> None:
    kiosk.show(ask(saving=6))
    key = kiosk.keys()["answer-6"]
    turning = next(widget for widget in key.walk() if hasattr(widget, "angle"))
    kiosk.until(lambda: turning.angle > 0)
    kiosk.show(attract())
    kiosk.camera.frames(3)
    stopped = turning.angle
    end = time.monotonic() + 0.15
    kiosk.until(lambda: time.monotonic() > end)
    assert turning.angle == stopped
