"""Every view in both languages, on every panel, in every look, as pictures: `python -m ui.gallery OUT_DIR`.

Without more it writes the contact sheets; `--every` adds each view's own picture, in all four looks.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from PIL import Image

from drivers.simulated.remote import Devices, Pins
from kiosk import views as v
from kiosk.views import Look
from mqtt.vocabulary import Language
from ui import gallery_club, gallery_setup, gallery_technician
from ui.start import LARGEST, PANELS, Panel, prepare
from ui.tray_things import TrayCard, buttons, things

BRAND = v.Brand("فروشگاه بهار", "Bahar Market", "#0B5F59")
SIZES: dict[str, Panel] = {"": PANELS["7"], "-10": PANELS["10"], "-10-upright": PANELS["10"].turned}
"""Panels, by what their pictures' names end with."""
LOOKS: dict[str, Look] = {
    "": Look(),
    "-large": Look(large=True),
    "-contrast": Look(contrast=True),
    "-large-contrast": Look(large=True, contrast=True),
}
"""Likewise."""
_RUNBOOKS = "setup-mistake-value", "setup-token", "technician-checks"
SHOWN: dict[Language, tuple[str, ...]] = {"fa": ("welcome", "ask", *_RUNBOOKS), "en": _RUNBOOKS}
"""What is written even without `every`: the README's pictures and the runbooks'."""
NOW = datetime(2026, 11, 3, 10, 35, tzinfo=UTC)
"""The time in the pictures, so that they are the same whenever they are drawn."""
CES: dict[Language, tuple[str, str, str]] = {
    "fa": ("فروشگاه ما انجام کارم را برایم آسان کرد.", "کاملاً مخالفم", "کاملاً موافقم"),
    "en": (
        "This shop made it easy for me to get done what I came for.",
        "strongly disagree",
        "strongly agree",
    ),
}
CSAT: dict[Language, tuple[str, tuple[str, ...]]] = {
    "fa": ("از خرید امروز چقدر راضی هستید؟", ("خیلی ناراضی", "ناراضی", "خنثی", "راضی", "بسیار راضی")),
    "en": (
        "How satisfied are you with today's purchase?",
        ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"),
    ),
}
NPS: dict[Language, tuple[str, str, str]] = {
    "fa": ("احتمال اینکه ما را به دوستان یا همکارانتان توصیه کنید چقدر است؟", "اصلاً", "حتماً"),
    "en": ("How likely are you to recommend us to friends or colleagues?", "not at all", "certainly"),
}
CLI: dict[Language, tuple[str, tuple[str, ...]]] = {
    "fa": (
        "چقدر تمایل دارید در آینده از ما خرید کنید؟",
        ("خیلی کم", "کم", "تا حدی کم", "تا حدی زیاد", "زیاد", "خیلی زیاد"),
    ),
    "en": (
        "How willing are you to buy from us in future?",
        ("Very little", "Little", "Rather little", "Rather much", "Much", "Very much"),
    ),
}
NEEDS: dict[Language, tuple[str, tuple[str, ...]]] = {
    "fa": (
        "کدام برایتان مهم‌تر است؟",
        ("قیمت بهتر", "تنوع بیشتر", "صف کوتاه‌تر", "راهنمایی فروشنده", "ارسال به خانه"),
    ),
    "en": (
        "What matters most to you?",
        ("Better prices", "More choice", "Shorter queues", "Help from staff", "Home delivery"),
    ),
}
_NAMES: dict[Language, str] = {"fa": "مریم رستگار", "en": "Maryam Rastegar"}
_TIERS: dict[Language, tuple[str, str]] = {"fa": ("نقره‌ای", "طلایی"), "en": ("Silver", "Gold")}
_OFFERS: dict[Language, tuple[str, ...]] = {
    "fa": ("نان تازه با ۲۰٪ تخفیف تا پایان هفته", "دو برابر امتیاز برای لبنیات", "قهوه رایگان"),
    "en": ("20% off fresh bread until the weekend", "Double points for dairy", "A free coffee"),
}
_ANSWERS: dict[Language, str] = {
    "fa": (
        "حق با شماست: آن ۹۰۰ امتیاز دو بار کم شده بود. امروز آن را برگرداندیم"
        " و چهل امتیاز هم برای زحمتتان افزودیم. از این‌که به ما گفتید سپاسگزاریم."
    ),
    "en": (
        "You are right: those 900 points were taken twice. Today we gave them back,"
        " and added forty for your trouble. Thank you for telling us."
    ),
}
TRAY = Panel(480, 1250, 92, 240)
"""A tray so tall that nothing has to be scrolled to."""
CARDS = (
    TrayCard("بهروز", "Behrouz", "rc522", bytes(7)),
    TrayCard("نگار", "Negar", "magstripe", bytes(9)),
)
_COLUMNS = 3
_WIDTH, _NARROW = 400, 240
"""Pixels across of a picture on a sheet."""


def views(language: Language, look: Look = LOOKS[""]) -> Iterator[tuple[str, v.View]]:
    """What the pictures show, by name."""
    now = time.monotonic()
    calm = v.Countdown(now + 600, now + 900)
    yield "attract", v.Attract(language, BRAND, look=look)
    yield "attract-no-reader", v.Attract(language, BRAND, readers=False, look=look)
    full = whole(language, calm, look)
    yield "welcome", full
    yield "welcome-more", replace(full, more=True)
    yield "welcome-plain", plain(full)
    yield (
        "welcome-debt",
        replace(plain(full), available=-340, offline=True, countdown=_running(), pending=120),
    )
    yield "history", history(language, calm, look)
    yield from gallery_club.views(language, look, calm)
    yield from talks(language, calm, look)
    yield from ((f"ask-{kind}" if kind != "ask" else kind, view) for kind, view in asks(language, calm, look))
    ces = dict(asks(language, _running(), look))["ask"]
    yield "ask-saving", replace(ces, saving=6)
    yield "undo", v.Undo(language, 6, _running(), look=look)
    label = CSAT[language][1][0]
    yield "undo-worded", v.Undo(language, 1, _running(), label, look)
    yield "thanks", v.Thanks(language, calm, look=look)
    yield "thanks-points", v.Thanks(language, calm, 20, look)
    for reason in get_args(v.SorryReason):
        yield f"sorry-{reason}", v.Sorry(language, reason, calm, look)
    yield "sorry-join", v.Sorry(language, "unknown", calm, look, join=True)
    yield from gallery_technician.views(language, look, calm, NOW)
    yield from gallery_setup.views(language, look, NOW)


def _running() -> v.Countdown:
    """Of which a third is gone when it is drawn at once."""
    now = time.monotonic()
    return v.Countdown(now - 2, now + 3.4)


def whole(language: Language, until: v.Countdown, look: Look) -> v.Welcome:
    """A greeting in which nothing is missing."""
    today = NOW.date()
    return v.Welcome(
        language,
        _NAMES[language],
        12_480,
        NOW - timedelta(hours=2),
        offline=False,
        last_visit=today - timedelta(days=3),
        countdown=until,
        pending=350,
        held=40,
        tier=_TIERS[language][0],
        expiring=v.Expiring(1_200, today + timedelta(days=24)),
        next_tier=v.NextTier(_TIERS[language][1], 2_520),
        offers=_OFFERS[language],
        history=True,
        look=look,
        talk=True,
        replies=True,
        redeem=True,
        leave=True,
    )


def plain(view: v.Welcome) -> v.Welcome:
    """The same member without anything that may be missing."""
    return v.Welcome(
        view.language,
        view.name,
        view.available,
        view.as_of,
        offline=False,
        last_visit=view.last_visit,
        countdown=view.countdown,
        look=view.look,
    )


def history(language: Language, until: v.Countdown, look: Look) -> v.History:
    """Five movements."""
    moved = ((0, 10, "visit"), (3, 420, "earn"), (9, -900, "redeem"), (20, 25, "answer"), (31, -60, "expire"))
    lines = tuple(v.Line(NOW.date() - timedelta(days=days), points, why) for days, points, why in moved)
    return v.History(language, lines, until, look, talk=True)


def talks(language: Language, until: v.Countdown, look: Look) -> Iterator[tuple[str, v.View]]:
    """What is told to the shop, and what it answers."""
    lines = history(language, until, look).lines
    yield "talk", v.Talk(language, "kind", until, ("complaint", "suggestion", "praise"), look=look)
    about = ("staff", "goods", "prices", "waiting", "points", "other")
    yield "talk-about", v.Talk(language, "about", until, about, look=look)
    yield "talk-line", v.Talk(language, "line", until, lines=lines, look=look)
    yield "talk-keeping", v.Talk(language, "keeping", until, look=look)
    yield "ticket", v.Ticket(language, "04HMA-SW9N5", 3, until, look)
    on = NOW.date() - timedelta(days=4)
    told = v.Reply(language, "complaint", "points", on, _ANSWERS[language], until, lines[2], look=look)
    yield "reply", told
    yield "reply-saving", replace(told, line=None, category="staff", saving=True)


def asks(language: Language, until: v.Countdown, look: Look) -> Iterator[tuple[str, v.Ask]]:
    """A question of each kind; CES, which the README shows, is called only "ask"."""
    numbers: tuple[tuple[str, v.AskKind, tuple[str, str, str], range], ...] = (
        ("ask", "ces", CES[language], range(1, 8)),
        ("nps", "nps", NPS[language], range(11)),
    )
    for name, kind, (text, first, last), values in numbers:
        yield name, v.Ask(language, name, text, first, last, tuple(values), until, kind=kind, look=look)
    worded: tuple[tuple[v.AskKind, tuple[str, tuple[str, ...]]], ...] = (
        ("csat", CSAT[language]),
        ("cli", CLI[language]),
        ("needs", NEEDS[language]),
    )
    for kind, (text, labels) in worded:
        values = range(1, len(labels) + 1)
        yield (
            kind,
            v.Ask(language, kind, text, "", "", tuple(values), until, kind=kind, labels=labels, look=look),
        )


def render(out: Path, *, every: bool = False) -> list[Path]:
    """Write the contact sheets to `out`, and what the README shows; gives the paths.

    A sheet for each panel and language, and one each for large type and high contrast. With `every` each
    view's picture is written too, in every look.
    """
    prepare(LARGEST)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for size in SIZES:
        for language in get_args(Language):
            shots = shoot(size, language)
            written.append(_sheet(shots, out / f"kiosk-{language}{size}.png", size))
            chosen = [name for name in SHOWN[language] if not size]
            written += [_saved(shots[name], out / f"kiosk-{name}-{language}.png") for name in chosen]
    written += [_mixed(out / f"kiosk{look}.png", look) for look in ("-large", "-contrast")]
    return written + (_all(out) if every else [])


def shoot(size: str, language: Language, look: str = "") -> dict[str, Image.Image]:
    """A picture of each view, by name."""
    from ui.camera import Camera  # noqa: PLC0415 - imports Kivy
    from ui.stage import Stage  # noqa: PLC0415

    with Camera(Stage(SIZES[size], lambda _touch: None, now=lambda: NOW)) as camera:
        return {name: camera.picture(view) for name, view in views(language, LOOKS[look])}


def _all(out: Path) -> list[Path]:
    return [
        _saved(shot, out / f"kiosk-{name}-{language}{size}{look}.png")
        for size in SIZES
        for language in get_args(Language)
        for look in LOOKS
        for name, shot in shoot(size, language, look).items()
    ]


def _mixed(path: Path, look: str) -> Path:
    shots = [
        shot
        for language in get_args(Language)
        for name, shot in shoot("", language, look).items()
        if not name.startswith("sorry") or name == "sorry-payment-card"
    ]
    return _saved(sheet(shots, _WIDTH), path)


def _sheet(shots: dict[str, Image.Image], path: Path, size: str) -> Path:
    return _saved(sheet(list(shots.values()), _NARROW if "upright" in size else _WIDTH), path)


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
