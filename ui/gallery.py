"""Every view in both languages and on every panel, as pictures: `python -m ui.gallery OUT_DIR [--every]`."""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from PIL import Image

from drivers.simulated.remote import Devices, Pins
from kiosk.views import Ask, Attract, Brand, Countdown, Sorry, SorryReason, Thanks, Undo, View, Welcome
from mqtt.vocabulary import Language
from ui.start import LARGEST, PANELS, Panel, prepare
from ui.tray_things import TrayCard, buttons, things

BRAND = Brand("فروشگاه بهار", "Bahar Market", "#0B5F59")
SIZES: dict[str, Panel] = {"": PANELS["7"], "-10": PANELS["10"], "-10-upright": PANELS["10"].turned}
"""Panels, by what their pictures' names end with."""
SHOWN: dict[Language, tuple[str, ...]] = {"fa": ("welcome", "ask"), "en": ()}
"""What is written even without `every`: the README's pictures."""
CES: dict[Language, tuple[str, str, str]] = {
    "fa": ("فروشگاه ما انجام کارم را برایم آسان کرد.", "کاملاً مخالفم", "کاملاً موافقم"),
    "en": (
        "This shop made it easy for me to get done what I came for.",
        "strongly disagree",
        "strongly agree",
    ),
}
_NAMES: dict[Language, str] = {"fa": "مریم رستگار", "en": "Maryam Rastegar"}
TRAY = Panel(480, 1250, 92, 240)
"""A tray so tall that nothing has to be scrolled to."""
CARDS = (
    TrayCard("بهروز", "Behrouz", "rc522", bytes(7)),
    TrayCard("نگار", "Negar", "magstripe", bytes(9)),
)
_COLUMNS = 3


def views(language: Language) -> Iterator[tuple[str, View]]:
    """What the pictures show, by name."""
    now = time.monotonic()
    calm, warned = Countdown(now + 15, now + 20), Countdown(now - 2, now + 3.4)
    member = (language, _NAMES[language], 12_480)
    stale, today = datetime.now(UTC) - timedelta(hours=2), date.today()  # noqa: DTZ011 - the kiosk's own day
    text, first, last = CES[language]
    ask = (language, "ces", text, first, last, tuple(range(1, 8)))
    yield "attract", Attract(language, BRAND)
    yield "attract-no-reader", Attract(language, BRAND, readers=False)
    yield "welcome", Welcome(*member, stale, False, today - timedelta(days=3), calm)  # noqa: FBT003
    yield "welcome-offline", Welcome(*member, stale, True, today - timedelta(days=40), warned)  # noqa: FBT003
    yield "ask", Ask(*ask, calm)
    yield "ask-warned", Ask(*ask, warned)
    yield "ask-saving", Ask(*ask, calm, saving=6)
    yield "undo", Undo(language, 6, Countdown(now - 1, now + 3))
    yield "thanks", Thanks(language, calm)
    for reason in get_args(SorryReason):
        yield f"sorry-{reason}", Sorry(language, reason, calm)


def render(out: Path, *, every: bool = False) -> list[Path]:
    """Write a sheet for each panel and language to `out`, and what the README shows; gives the paths.

    With `every` each view's picture is written too.
    """
    prepare(LARGEST)
    from ui.camera import Camera  # noqa: PLC0415 - imports Kivy
    from ui.stage import Stage  # noqa: PLC0415

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for size, panel in SIZES.items():
        with Camera(Stage(panel, lambda _touch: None)) as camera:
            for language in get_args(Language):
                shots = {name: camera.picture(view) for name, view in views(language)}
                written.append(
                    _saved(
                        sheet(list(shots.values()), 400 if panel.width > panel.height else 240),
                        out / f"kiosk-{language}{size}.png",
                    )
                )
                chosen = shots if every else {name: shots[name] for name in SHOWN[language] if not size}
                written += [
                    _saved(shot, out / f"kiosk-{n}-{language}{size}.png") for n, shot in chosen.items()
                ]
    return written


def draw_tray(out: Path) -> Path:
    """Write the picture of the demo's tray of virtual cards."""
    from kivy.core.window import Window  # noqa: PLC0415 - imports Kivy

    from ui.camera import Camera  # noqa: PLC0415
    from ui.theme import INK, theme  # noqa: PLC0415
    from ui.tray import Hand  # noqa: PLC0415
    from ui.tray_window import Tray  # noqa: PLC0415

    theme.fit(TRAY)
    Window.size, Window.clearcolor = (TRAY.width, TRAY.height), INK
    devices, pins = Devices("nowhere"), Pins("nowhere")  # nobody touches anything
    shown = Tray(buttons(pins), things(CARDS, devices, pins), Hand())
    with Camera(shown) as camera:
        camera.frames(3)
        return _saved(camera.frame(), out / "tray.png")


def sheet(images: list[Image.Image], width: int, gap: int = 12) -> Image.Image:
    """All pictures on one, in reading order."""
    height = round(images[0].height * width / images[0].width)
    rows = -(-len(images) // _COLUMNS)
    size = (gap + _COLUMNS * (width + gap), gap + rows * (height + gap))
    page = Image.new("RGB", size, "#D9DCE1")
    for index, image in enumerate(images):
        row, column = divmod(index, _COLUMNS)
        small = image.resize((width, height), Image.Resampling.LANCZOS)
        page.paste(small, (gap + column * (width + gap), gap + row * (height + gap)))
    return page


def _saved(image: Image.Image, path: Path) -> Path:
    # a palette keeps the soft light's dither from filling the repository
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    """Draw, and say what was drawn."""
    parser = argparse.ArgumentParser(prog="python -m ui.gallery", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", action="store_true", help="each view's picture too")
    arguments = parser.parse_args()
    for path in [*render(arguments.out, every=arguments.every), draw_tray(arguments.out)]:
        print(path)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
