"""`python -m tests.image.qemu.drawn OUT INCHES ZONE FIRST LAST`: Attract as this machine draws it, offscreen.

Its content moves by a few pixels with the time, once in 20 s: there is a picture for each place where it can
have been between two moments (s since 1970), and for each minute, as OUT/0.png, OUT/1.png and so on.
"""

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import Image

from kiosk import catalogue
from kiosk.views import Attract
from mqtt.vocabulary import Language
from ui.start import PANELS, prepare

LANGUAGE: Language = "fa"


def draw(inches: str, moments: list[datetime]) -> list[Image.Image]:
    """One picture for each moment, as far as they differ."""
    prepare(PANELS[inches])
    from ui.camera import Camera  # noqa: PLC0415 - imports Kivy
    from ui.stage import Stage  # noqa: PLC0415

    found: dict[bytes, Image.Image] = {}
    for moment in moments:
        stage = Stage(PANELS[inches], lambda _touch: None, now=lambda moment=moment: moment)  # type: ignore[misc]
        with Camera(stage) as camera:
            shot = camera.picture(Attract(LANGUAGE, catalogue.DEFAULT.brand))
            found.setdefault(shot.tobytes(), shot)
    return list(found.values())


def main(out: str, inches: str, offset: str, first: str, last: str) -> None:
    """`offset` is the guest's from UTC, in seconds."""
    zone = timezone(timedelta(seconds=int(offset)))
    seconds = range(int(float(first)), int(float(last)) + 1)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for number, shot in enumerate(draw(inches, [datetime.fromtimestamp(at, zone) for at in seconds])):
        shot.save(folder / f"{number}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
