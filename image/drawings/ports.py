"""What is plugged into which socket of the board, seen from above with the header at the top."""
# ruff: noqa: RUF001 - Persian's own letters and digits

from typing import Final

from image.drawings.svg import (
    COLOURS,
    HAIRLINE,
    INK,
    MUTED,
    PAPER,
    SHADE,
    box,
    heading,
    line,
    persian,
    picture,
    text,
)

FILE: Final = "wiring-ports.svg"
WIDTH, HEIGHT = 960, 640
_X, _Y, _W, _H = 330, 190, 300, 210
"""The board."""


def ports() -> str:
    """The picture as an SVG file's text."""
    return picture(
        WIDTH,
        HEIGHT,
        "What is plugged in where · چه چیزی به کجا",
        heading(WIDTH, "What is plugged in where", "چه چیزی به کجا وصل می‌شود"),
        *_board(),
        *_left(),
        *_right(),
        *_below(),
    )


def _board() -> list[str]:
    return [
        box(_X, _Y, _W, _H, SHADE, INK),
        box(_X + 30, _Y + 8, 190, 22, PAPER, HAIRLINE),
        text(_X + 125, _Y + 24, "40-pin header", size=13, anchor="middle"),
        text(_X + _W / 2, _Y + 100, "Raspberry Pi 3 / 4", size=18, anchor="middle", bold=True),
        text(_X + _W / 2, _Y + 122, "from above, not to scale", size=13, anchor="middle", fill=MUTED),
        persian(_X + _W / 2, _Y + 142, "از بالا، بدون مقیاس", size=13, anchor="middle", fill=MUTED),
        line(f"M{_X + 125} {_Y + 8} V140", COLOURS["green"]),
        *_thing((_X - 45, 78, 340), "Readers, lamp, buttons", "کارت‌خوان، چراغ، دکمه‌ها", COLOURS["green"]),
    ]


def _left() -> list[str]:
    return [
        _socket(_X - 12, _Y + 60, 40, 66, "DSI"),
        line(f"M{_X - 12} {_Y + 80} H264", COLOURS["purple"], dash="8 6"),
        *_thing((24, 208, 240), "DSI: empty, stays dark", "DSI: خالی بماند؛ تاریک است", COLOURS["purple"]),
        _socket(_X - 12, _Y + 146, 40, 40, "SD"),
        line(f"M{_X - 12} {_Y + 166} H264", COLOURS["black"]),
        *_thing((24, 318, 240), "SD card, on the underside", "کارت SD، زیر برد", COLOURS["black"]),
    ]


def _right() -> list[str]:
    end = _X + _W
    return [
        _socket(end - 28, _Y + 14, 40, 48, "USB"),
        _socket(end - 28, _Y + 78, 40, 48, "USB"),
        _socket(end - 28, _Y + 146, 40, 48, "LAN"),
        line(f"M{end + 12} {_Y + 30} H696", COLOURS["blue"]),
        *_thing((696, 184, 240), "Touch of an HDMI panel", "لمس نمایشگر HDMI", COLOURS["blue"]),
        line(f"M{end + 12} {_Y + 102} H696", COLOURS["brown"]),
        *_thing((696, 258, 240), "USB card reader, if any", "کارت‌خوان USB، اگر باشد", COLOURS["brown"]),
        line(f"M{end + 12} {_Y + 166} H696", COLOURS["grey"]),
        *_thing((696, 332, 240), "Network cable (or Wi-Fi)", "کابل شبکه (یا وای‌فای)", COLOURS["grey"]),
        text(696, 416, "Pi 4: LAN is beside the header.", size=14),
        persian(936, 440, "در Pi 4 درگاه LAN کنار پایه‌هاست.", size=14),
    ]


def _below() -> list[str]:
    floor = _Y + _H
    return [
        _socket(_X + 26, floor - 24, 56, 36, "5 V"),
        line(f"M{_X + 54} {floor + 12} V470 H280 V490", COLOURS["red"]),
        *_thing((24, 490, 430), "Power, last of all", "برق، آخر از همه", COLOURS["red"]),
        text(40, 580, "Pi 3: micro-USB, 5.1 V 2.5 A. Pi 4: USB-C, 5.1 V 3 A.", size=14),
        persian(454, 606, "Pi 3 با micro-USB و Pi 4 با USB-C؛ منبع تغذیهٔ اصلی", size=14),
        _socket(_X + 110, floor - 24, 62, 36, "HDMI"),
        line(f"M{_X + 141} {floor + 12} V470 H720 V490", COLOURS["blue"]),
        *_thing(
            (506, 490, 430),
            "HDMI touch panel, switched on first",
            "نمایشگر HDMI، زودتر روشن شود",
            COLOURS["blue"],
        ),
        text(522, 580, "Pi 4: the socket beside the power (HDMI 0).", size=14),
        persian(936, 606, "در Pi 4: درگاه کنار برق (HDMI 0)", size=14),
    ]


def _socket(x: float, y: float, width: float, height: float, name: str) -> str:
    middle = text(x + width / 2, y + height / 2 + 5, name, size=13, anchor="middle", bold=True)
    return box(x, y, width, height, PAPER, INK) + middle


def _thing(place: tuple[float, float, float], en: str, fa: str, colour: str) -> list[str]:
    x, y, width = place
    return [
        box(x, y, width, 62, PAPER, colour),
        text(x + width / 2, y + 26, en, size=15, anchor="middle", bold=True),
        persian(x + width / 2, y + 48, fa, size=15, anchor="middle"),
    ]
