"""`python -m tests.cloud.desk.walks.sheets FOLDER`: every page on one sheet, by language and by size."""

import os
import sys
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import django
from PIL import Image, ImageDraw, ImageFont

from tests.cloud.desk.walks.ground import Ground, ground
from tests.cloud.desk.walks.pages import pages
from tests.cloud.desk.walks.table import ENTRANCES, TABLE
from tests.cloud.desk.walks.walker import DIRECTIONS, Walker, Windows, walker
from tests.demo.pictures import launch


class Sheet(NamedTuple):
    """How a sheet is laid out, in pixels."""

    ends: str
    columns: int
    across: int
    """Of one picture."""
    down: int
    """Of one picture at most: a longer page is cut off."""


SHEETS: Final = {"desktop": Sheet("", 4, 480, 620), "phone": Sheet("-phone", 8, 234, 620)}
GAP, NAME, PAPER, INK = 12, 22, "#d9d8d1", "#16202e"
COLOURS: Final = 128
"""Enough for pages of few colours, in a file that can be kept."""
Picture = tuple[str, Image.Image]


def main() -> int:
    """Draw all four sheets."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.cloud.settings")
    django.setup()
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="bg-") as scratch, ExitStack() as stack:
        walked = stack.enter_context(ground(Path(scratch)))
        windows = Windows(launch(stack))
        for language in DIRECTIONS:
            for size, sheet in SHEETS.items():
                path = folder / f"desk-{language}{sheet.ends}.png"
                laid_out(_pictures(windows, walked, language, size), sheet).save(path, optimize=True)
                print(f"sheets: {path}, {path.stat().st_size // 1024} kB", flush=True)
    return 0


def laid_out(pictures: list[Picture], sheet: Sheet) -> Image.Image:
    """The pictures with their names under them, each in the column that is shortest by then."""
    heights, places = [GAP] * sheet.columns, []
    small = [(name, _scaled(picture, sheet)) for name, picture in pictures]
    for name, picture in small:
        column = heights.index(min(heights))
        places.append((name, picture, GAP + column * (sheet.across + GAP), heights[column]))
        heights[column] += picture.height + NAME + GAP
    whole = Image.new("RGB", (GAP + sheet.columns * (sheet.across + GAP), max(heights)), PAPER)
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for name, picture, left, top in places:
        whole.paste(picture, (left, top))
        pen.text((left, top + picture.height + 3), name, INK, font)
    return whole.quantize(COLOURS, dither=Image.Dither.NONE)


def _scaled(picture: Image.Image, sheet: Sheet) -> Image.Image:
    height = round(picture.height * sheet.across / picture.width)
    small = picture.resize((sheet.across, height), Image.Resampling.LANCZOS)
    return small.crop((0, 0, sheet.across, min(height, sheet.down)))


def _pictures(windows: Windows, walked: Ground, language: str, size: str) -> list[Picture]:
    names, found = walked.names["own"], list[Picture]()
    for door in ENTRANCES:
        with walker(windows, walked, language, size, role=door.role) as who:
            if not door.role:
                who.speak()
            found.append((door.name, _shot(who, door.path.format(**names))))
    for page in (each for each in pages() if each.name in TABLE and TABLE[each.name].read):
        row = TABLE[page.name]
        role = row.roles.split()[0]
        with walker(windows, walked, language, size, role=role) as who:
            found.append((f"{page.name} ({role})", _shot(who, page.path(names) + row.behind(names))))
    with walker(windows, walked, language, size, role="fleet") as who:
        found.append(("fleet-token (fleet)", _token(who, names["kiosk"])))
    return found


def _token(who: Walker, kiosk: str) -> Image.Image:
    """What only the answer to a form shows."""
    who.go(f"/fleet/{kiosk}/")
    who.page.locator("form.issue button").click()
    who.settle()
    return _picture(who)


def _shot(who: Walker, path: str) -> Image.Image:
    who.go(path)
    return _picture(who)


def _picture(who: Walker) -> Image.Image:
    return Image.open(BytesIO(who.page.screenshot(full_page=True))).convert("RGB")


if __name__ == "__main__":
    sys.exit(main())
