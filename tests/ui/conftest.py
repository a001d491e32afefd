"""The real app, offscreen, in one process: frames are pumped by hand, touches go through Kivy's input."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from kiosk.views import (
    Ask,
    Attract,
    Brand,
    Countdown,
    Join,
    Leave,
    Line,
    Mistake,
    Offer,
    Redeem,
    Redeemed,
    Reply,
    Setup,
    Sorry,
    SorryReason,
    Talk,
    Thanks,
    Ticket,
    Touch,
    Undo,
    View,
    Welcome,
)
from mqtt.vocabulary import Language
from ui.app import KioskApp
from ui.start import LARGEST, PANELS, Panel, prepare

os.environ["SDL_VIDEODRIVER"] = "offscreen"
prepare(LARGEST)

PATIENCE = 20.0
"""Seconds in which what must happen has happened."""
FAR = Countdown(time.monotonic() + 3000, time.monotonic() + 6000)


@dataclass
class Kiosk:
    """A kiosk app in front of which a test stands."""

    panel: Panel
    remote: str | None = None
    touches: list[Touch] = field(default_factory=list)
    flipped: list[View] = field(default_factory=list)
    heard: Callable[[Touch], None] = lambda _touch: None
    hold: float = 5.0

    def __post_init__(self) -> None:
        from tests.ui.kept import KEPT  # noqa: PLC0415
        from ui.camera import Camera  # noqa: PLC0415 - imports Kivy, which is set up above
        from ui.remote import RemoteTouch  # noqa: PLC0415

        KEPT.fit(self.panel)
        self.app = KioskApp(self._touched, self.flipped.append, self.remote, self.panel, hold=self.hold)
        KEPT.lend(self.app.stage)
        self.camera = Camera(self.app.stage)
        self._new_touch: Callable[[float, float], Any] = RemoteTouch

    def _touched(self, touch: Touch) -> None:
        self.touches.append(touch)
        self.heard(touch)

    @contextmanager
    def open(self) -> Iterator[None]:
        """The window is this kiosk's; its screens stay for the next."""
        from tests.ui.kept import KEPT  # noqa: PLC0415

        with self.camera:
            yield
            KEPT.take_back(self.app.stage)

    def show(self, view: View) -> "Kiosk":
        self.app.show(view)
        self.camera.frames(2)
        return self

    def lay_out(self, view: View) -> None:
        """Put everything of a view in its place, and its words into pictures; draw nothing on the glass."""
        from kivy.clock import Clock  # noqa: PLC0415
        from kivy.lang import Builder  # noqa: PLC0415

        self.app.show(view)
        for step in (Clock.tick, Clock.tick_draw) * 2:
            step()
            Builder.sync()

    def keys(self) -> dict[str, Any]:
        assert self.app.stage.screen
        return {key.name: key for key in self.app.stage.screen.all_keys() if key.name}

    def put_finger(self, name: str) -> "Finger":
        key = self.keys()[name]
        return self.put_finger_at(*key.to_window(*key.center))

    def put_finger_at(self, x: float, y: float, at: float | None = None) -> "Finger":
        """`at`: when the panel says that it was put, in seconds since 1970."""
        finger = Finger(self, self._new_touch(x, y))
        finger.touch.time_start = at or finger.touch.time_start
        finger.dispatch("begin")
        return finger

    def tap(self, name: str) -> None:
        self.put_finger(name).lift()

    def until(self, predicate: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not predicate():
            assert time.monotonic() < deadline, "it did not happen in time"
            self.camera.frames()


@dataclass
class Finger:
    """A finger on the glass."""

    kiosk: Kiosk
    touch: Any

    def dispatch(self, kind: str) -> None:
        from kivy.base import EventLoop  # noqa: PLC0415

        EventLoop.post_dispatch_input(kind, self.touch)
        self.kiosk.camera.frames()

    def slide(self, x: float, y: float) -> None:
        width, height = self.kiosk.panel.width, self.kiosk.panel.height
        self.touch.move({"x": x / (width - 1), "y": y / (height - 1)})
        self.dispatch("update")

    def lift(self) -> None:
        self.dispatch("end")


@pytest.fixture(scope="session", autouse=True)
def settled() -> Iterator[None]:
    """What stays to the end is not looked through again and again for what can go: a third of the time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=["7", "10"])
def panel(request: pytest.FixtureRequest) -> Panel:
    return PANELS[request.param]


@pytest.fixture(params=["fa", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    return "fa" if request.param == "fa" else "en"


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    yield from standing(PANELS["7"])


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk whose touches may also come through a socket."""
    yield from standing(PANELS["7"], str(tmp_path / "touches.sock"))


def standing(panel: Panel, remote: str | None = None) -> Iterator[Kiosk]:
    kiosk = Kiosk(panel, remote)
    with kiosk.open():
        yield kiosk


def attract(language: Language = "fa") -> Attract:
    return Attract(language, Brand("فروشگاه بهار", "Bahar Market", "#0B5F59"))


def welcome(language: Language = "fa", name: str = "مینا", available: int = 12_480) -> Welcome:
    as_of = datetime(2025, 11, 3, 10, 35, tzinfo=UTC)
    return Welcome(
        language, name, available, as_of, offline=True, last_visit=date(2025, 11, 1), countdown=FAR
    )


def ask(language: Language = "fa", saving: int | None = None) -> Ask:
    text = (
        "فروشگاه ما انجام کارم را برایم آسان کرد." if language == "fa" else "This shop made it easy for me."
    )
    return Ask(language, "ces", text, "کاملاً مخالفم", "کاملاً موافقم", tuple(range(1, 8)), FAR, saving)


def every_view(language: Language) -> list[View]:
    return [
        attract(language),
        Attract(language, Brand("فروشگاه بهار", "Bahar Market", "#0B5F59"), readers=False),
        welcome(language),
        welcome(language, "عبدالرحمن‌بن‌محمد خوارزمی‌نژاد اصل خراسانی", 1_234_567_890),
        ask(language),
        ask(language, saving=6),
        Talk(language, "kind", FAR, ("complaint", "suggestion", "praise")),
        Talk(language, "line", FAR, lines=(Line(date(2025, 11, 1), -200, "redeem"),)),
        Ticket(language, "04HMA-SW9N5", 3, FAR),
        Reply(language, "complaint", "staff", date(2025, 11, 1), "We spoke to them.", FAR),
        Redeem(language, 900, "toman", FAR, (Offer(500, 500_000), Offer(800, 800_000))),
        Redeem(language, 900, "toman", FAR, chosen=Offer(500, 500_000), left=400),
        Redeemed(language, "7KQ2M-4XV9T", Offer(500, 500_000), "rial", 7, FAR),
        Join(language, "about", FAR, "Your card.", ("Points",), card=True, phone=True),
        Join(language, "phone", FAR, typed="0912345"),
        Join(language, "done", FAR, number=True),
        Leave(language, "confirm", FAR, 900),
        Leave(language, "done", FAR, code="7KQ2M-4XV9T"),
        Undo(language, 7, FAR),
        Thanks(language, FAR),
        Sorry(language, "unknown", FAR, join=True),
        *(Sorry(language, reason, FAR) for reason in get_args(SorryReason)),
        Setup(language, step="enrolling"),
        Setup(language, Mistake("kiosk.toml", "value", 5, "cloud", 'cloud = "https://club.example"')),
        Setup(language, step="enrolling", reason="no-network", again=60.0),
    ]
