"""The kiosk's window: shows Views, says Touches.

Wiring, in `kiosk/wiring` and nowhere else (Kivy is set up and imported inside KioskApp):

    from ui.app import PANELS, KioskApp

    app = KioskApp(touched, flipped, remote=path_or_none, panel=PANELS["7"], fullscreen=False)
    app.show(first_view)               # on the main thread, before run() too
    reader_thread: app.post(lambda: app.show(session.card(event)))
    app.run()                          # blocks until app.stop() or the window is closed

`touched` and `flipped` are called on the main thread. A SIGTERM handler may call `app.stop()`.
"""

import threading
from collections.abc import Callable

from kiosk.views import Touch, View
from ui.start import PANELS, NoPanelError, Panel, prepare, renderer

__all__ = ["PANELS", "KioskApp", "NoPanelError", "Panel", "renderer"]


class KioskApp:
    """One window that shows one View at a time. Not for two at once in a process: Kivy has one window."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        touched: Callable[[Touch], None],
        flipped: Callable[[View], None] | None = None,
        remote: str | None = None,
        panel: Panel = PANELS["7"],
        *,
        fullscreen: bool = False,
        hold: float = 5.0,
        speech: bool = False,
    ) -> None:
        """Open the window. Raises NoPanelError.

        `flipped` is told of a view as soon as the first frame that holds it has been flipped; of two views
        shown within one frame only the later. `remote` is the path of the socket for simulated shoppers.
        `hold`: seconds of a press on the idle screen's clock that says "held".
        """
        prepare(panel, fullscreen=fullscreen)
        from ui.hold import Hold  # noqa: PLC0415
        from ui.stage import Stage  # noqa: PLC0415 - imports Kivy

        self.stage = Stage(panel, touched, resize=not fullscreen)
        self.hold = Hold(self.stage, touched, hold)
        if flipped:
            self.stage.watchers.append(flipped)
        self._speaker = None
        if speech:
            from ui.speech import Speaker  # noqa: PLC0415 - costs nothing when not asked for

            self._speaker = Speaker()
        if remote:
            from ui.remote import Remote  # noqa: PLC0415 - costs nothing when not asked for

            self.stage.let_in(Remote(remote, self.stage))

    def show(self, view: View) -> None:
        """Put a view on the screen, and say it where the kiosk speaks. Main thread only."""
        self.stage.show(view)
        if self._speaker:
            self._speaker.view(view)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` called on the main thread, at once even when the loop sleeps. Any thread."""
        self.stage.post(call)

    def beat(self, alive: Callable[[], None], every: float | None) -> None:
        """Call `alive` on the main thread while pictures come: at each view, and every `every` seconds.

        None: at each view only. Nothing calls it while the loop stands still.
        """
        self.stage.beat(alive, every)

    def run(self) -> None:
        """Show what is shown until `stop` or until the window is closed."""
        self.stage.run()
        if self._speaker:
            self._speaker.close()

    def stop(self) -> None:
        """End `run`. Any thread, or a signal handler."""
        # not here: what a handler interrupts may hold the clock's lock
        threading.Thread(target=self.stage.post, args=(self.stage.stop,), name="stop").start()
