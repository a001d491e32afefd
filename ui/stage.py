"""The window's content: one screen at a time, loaded when its View is first shown."""

import importlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock, ClockEvent
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.input import MotionEvent, MotionEventProvider
from kivy.lang import Builder
from kivy.uix.floatlayout import FloatLayout

from kiosk.views import Attract, Touch, View
from ui import text
from ui.echo import Echo, Tap
from ui.rate import FrameRate
from ui.screens.screen import Screen, local_now
from ui.start import Panel
from ui.theme import theme

_SCREENS = Path(__file__).with_name("screens")
_log = logging.getLogger(__name__)


class Stage(FloatLayout):
    """Shows a View on its screen and tells `watchers` when the frame that holds it has been flipped."""

    def __init__(
        self,
        panel: Panel,
        touched: Callable[[Touch], None],
        *,
        resize: bool = True,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        """Fit the window to the panel; raises TextError where Persian cannot be drawn.

        `now` is the local time that screens tell.
        """
        text.check()
        theme.fit(panel)
        if resize:
            Window.size = (panel.width, panel.height)
        theme.bind(surface=self._clear)
        self._clear()
        super().__init__()
        self.watchers: list[Callable[[View], None]] = []
        self.screen: Screen[Any] | None = None
        self._screens: dict[type[View], Screen[Any]] = {}
        self._touched, self._now = touched, now
        self._undrawn: View | None = None
        self._alive: Callable[[], None] = lambda: None
        self._sign: ClockEvent | None = None
        self._wanted = False
        self._guests: list[MotionEventProvider] = []
        self._rate, self._echo = FrameRate(Window), Echo()
        Window.bind(on_flip=self.flip)

    def show(self, view: View) -> None:
        """Put `view` on its screen; what the screen before held is forgotten."""
        self._rate.hurry()
        self._dress(view)
        screen = self._screen(type(view))
        if screen is not self.screen:
            self._enter(screen)
        screen.show(view)
        self._undrawn = view
        Window.canvas.ask_update()

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` called on the main thread."""
        Clock.schedule_once(lambda _dt: call())

    def beat(self, alive: Callable[[], None], every: float | None) -> None:
        """Call `alive` after frames that were really flipped: a view's first, and one each `every` seconds.

        A loop that stands still, and one that turns without a picture coming of it, are both told by silence.
        """
        self._alive = alive
        if every:
            self._sign = Clock.schedule_interval(self._want, every)

    def let_in(self, provider: MotionEventProvider) -> None:
        """Take touches from one more source, until the loop ends or the stage is closed."""
        self._guests.append(provider)
        EventLoop.add_input_provider(provider)

    def run(self) -> None:
        """Kivy's loop."""
        runTouchApp(self)

    def stop(self) -> None:
        """Leave the loop."""
        stopTouchApp()

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Pass a finger on, unless it only repeats a tap that has already led here."""
        tap = Tap(touch.x, touch.y, touch.time_start, self.screen)
        return self._echo.repeats(tap) or bool(super().on_touch_down(touch))

    def flip(self, window: Any) -> bool:  # noqa: ANN401 - Kivy's window has no type
        """Kivy's `on_flip`, which comes before its own flip: the first frame of a view is flipped here."""
        if self._undrawn is None and not self._wanted:
            return False
        view, self._undrawn, self._wanted = self._undrawn, None, False
        window.flip()
        glFinish()  # without a screen nothing is drawn at a flip: frames would pile up and be drawn later
        self._alive()
        if view is not None:
            self._tell(view)
        return True  # it is flipped: Kivy's own handler must not do it again

    def close(self) -> None:
        """Let the window go, so that another stage can have it."""
        Window.unbind(on_flip=self.flip)
        Window.remove_widget(self)
        theme.unbind(surface=self._clear)
        self._rate.close()
        if self._sign:
            self._sign.cancel()
        self._drop_screens()
        for provider in self._guests:
            EventLoop.remove_input_provider(provider)
            provider.stop()

    def showing(self, view: type[View]) -> Screen[Any] | None:
        """The screen that is on the window, if it is this view's."""
        return self.screen if self.screen is not None and self.screen is self._screens.get(view) else None

    def _tell(self, view: View) -> None:
        for watcher in self.watchers:
            watcher(view)

    def _want(self, _dt: float) -> None:
        self._wanted = True
        Window.canvas.ask_update()

    def _clear(self, *_: object) -> None:
        Window.clearcolor = theme.surface

    def _dress(self, view: View) -> None:
        """Take the shop's colour, and the look that whoever stands there wants.

        Screens that were made in other colours are made anew: in kv the rule of a widget's class and that of
        its place both follow the theme, and whichever changes last would win.
        """
        before = tuple(theme.accent), theme.contrast
        if isinstance(view, Attract):
            theme.wear(view.brand.accent)
        theme.look(view.look)
        if before != (tuple(theme.accent), theme.contrast):
            self._drop_screens()

    def _drop_screens(self) -> None:
        self.clear_widgets()
        for screen in self._screens.values():
            screen.clear()
        self._screens.clear()
        self.screen = None

    def _enter(self, screen: Screen[Any]) -> None:
        self.clear_widgets()
        if self.screen:
            self.screen.clear()
        self.screen = screen
        self.add_widget(screen)

    def _screen(self, view: type[View]) -> Screen[Any]:
        if view not in self._screens:
            name = view.__name__.lower()
            module = importlib.import_module(f"ui.screens.{name}")
            kv = str(_SCREENS / f"{name}.kv")
            if kv not in Builder.files:
                Builder.load_file(kv)
            self._screens[view] = getattr(module, f"{view.__name__}Screen")(self._touched, self._now)
        return self._screens[view]
