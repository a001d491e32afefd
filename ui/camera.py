"""Looking at a stage without a person: frames pumped by hand, and the pixels of one."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from kivy.base import EventLoop, runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image, ImageOps

from kiosk.views import Touch, View
from ui.stage import Stage
from ui.start import Panel


class Camera:
    """A stage whose frames come when they are asked for. The window stays open for the next camera."""

    def __init__(self, panel: Panel, touched: Callable[[Touch], None] = lambda _touch: None) -> None:
        """Open a stage on the panel."""
        self.stage = Stage(panel, touched)
        self._pixels = b""

    def __enter__(self) -> Self:
        """Start Kivy's loop without running it."""
        Clock._max_fps = 0  # noqa: SLF001 - frames come as fast as they are asked for
        runTouchApp(embedded=True)
        Window.add_widget(self.stage)
        Window.bind(on_flip=self._grab)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Let the window go."""
        Window.unbind(on_flip=self._grab)
        self.stage.close()

    def frames(self, count: int = 1) -> None:
        """Pump the loop."""
        for _ in range(count):
            EventLoop.idle()

    def picture(self, view: View) -> Image.Image:
        """The first frame that holds the view, as it is flipped."""
        self.stage.show(view)
        self._pixels = b""
        self.frames()
        image = Image.frombytes("RGB", tuple(Window.size), self._pixels)
        return ImageOps.flip(image)

    def _grab(self, *_: object) -> None:
        width, height = Window.size
        self._pixels = bytes(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
