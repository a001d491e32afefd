"""A kiosk whose clock nobody has set yet tells no time and no day that cannot be."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from kiosk.views import EARLIEST, View
from mqtt.vocabulary import Language
from tests.ui.conftest import attract
from ui import gallery
from ui.camera import Camera
from ui.stage import Stage
from ui.start import PANELS
from ui.widgets import Text

TEHRAN = timezone(timedelta(hours=3, minutes=30))
UNSET = datetime(1970, 1, 1, 0, 3, tzinfo=UTC).astimezone(TEHRAN)
NEVER = re.compile("1970|1969|1348|۱۳۴۸|پنجشنبه|Thursday|03:33|۰۳:۳۳")


def told(now: datetime, *views: View) -> Iterator[str]:
    with Camera(Stage(PANELS["7"], lambda _touch: None, now=lambda: now)) as camera:
        for view in views:
            camera.picture(view)
            assert camera.stage.screen
            shown = [each for each in camera.stage.screen.walk() if isinstance(each, Text) and each.texture]
            yield from (each.text for each in shown)


def test_no_view_tells_the_time_of_a_clock_that_cannot_be_right(language: Language) -> None:
    views = [view for _name, view in gallery.views(language)]
    assert [text for text in told(UNSET, *views) if NEVER.search(text)] == []


@pytest.mark.parametrize(("before", "times"), [(1, 0), (0, 2)])
def test_the_idle_screen_tells_time_and_day_once_they_can_be_right(before: int, times: int) -> None:
    now = EARLIEST - timedelta(seconds=before)
    both = set(told(now, attract("en"))) & {"00:00", "Wednesday 1 January"}
    assert len(both) == times
