"""Looking at a window without a person: frames pumped by hand, and the pixels of one."""

from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from kivy.base import EventLoop, runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image, ImageOps

from kiosk.views import View
from ui.stage import Stage


class Closes(Protocol):
    """A widget that fills the window."""

    def close(self) -> None:
        """Let the window go."""


S = TypeVar("S", bound=Closes)


class Camera(Generic[S]):
    """A stage whose frames come when they are asked for. The window stays open for the next camera."""

    def __init__(self, stage: S) -> None:
        """Look at a stage, or another widget that fills the window, that does not run."""
        self.stage = stage
        self._pixels = b""

    def __enter__(self) -> Self:
        """Start Kivy's loop without running it."""
        Clock._max_fps = 0  # noqa: SLF001 - frames come as fast as they are asked for
        if EventLoop.status != "started":
            runTouchApp(embedded=True)
        Window.add_widget(self.stage)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the window go."""
        self.stage.close()

    def frames(self, count: int = 1) -> None:
        """Pump the loop."""
        for _ in range(count):
            EventLoop.idle()

    def picture(self: "Camera[Stage]", view: View) -> Image.Image:
        """The first frame that holds the view, as it is flipped."""
        self.stage.show(view)
        return self.frame()

    def frame(self) -> Image.Image:
        """The next frame, drawn even if nothing changed."""
        Window.bind(on_flip=self._grab)
        Window.canvas.ask_update()
        self.frames()
        Window.unbind(on_flip=self._grab)
        return ImageOps.flip(Image.frombytes("RGB", tuple(Window.size), self._pixels))

    def _grab(self, *_: object) -> None:
        width, height = Window.size
        self._pixels = bytes(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
