"""The one page that goes along up the ladder: six steps, in English on the left and in Persian (A4)."""
# ruff: noqa: RUF001 - Persian's own letters and digits

from dataclasses import dataclass
from typing import Final

from image.drawings.icons import board, finger, page, screen, sd_card, tap
from image.drawings.svg import COLOURS, HAIRLINE, MUTED, PAPER, SHADE, box, disc, line, persian, picture, text

FILE: Final = "quick-card.svg"
WIDTH, HEIGHT = 794, 1123
_TOP, _STEP, _MIDDLE = 118, 146, 397


@dataclass(frozen=True, slots=True)
class Step:
    """Its lines in both languages, the first of them in bold, and what is drawn between them."""

    en: tuple[str, ...]
    fa: tuple[str, ...]
    icon: str


STEPS: Final = (
    Step(
        (
            "Write the card",
            "SD card of 4 GB or more.",
            "Raspberry Pi Imager:",
            "“Use custom”, the file .img.zst",
        ),
        (
            "نوشتن کارت",
            "کارت SD دست‌کم ۴ گیگابایت.",
            "با Raspberry Pi Imager،",
            "گزینهٔ Use custom و فایل ‎.img.zst",
        ),
        sd_card(),
    ),
    Step(
        (
            "Edit one file",
            "Card out and in. Drive KIOSK,",
            "kiosk.toml: the four lines, no #;",
            "readers, panel, Wi-Fi. Then eject.",
        ),
        (
            "ویرایش یک فایل",
            "کارت بیرون و دوباره تو؛ درایو KIOSK،",
            "فایل kiosk.toml: چهار خط، بی #؛",
            "readers و panel و wifi؛ سپس Eject.",
        ),
        page(),
    ),
    Step(
        (
            "Plug in, power last",
            "Card, screen, touch, reader,",
            "network. Then the power.",
            "Mind 3.3 V and 5 V.",
        ),
        (
            "وصل کردن، برق در آخر",
            "کارت، نمایشگر، لمس، کارت‌خوان،",
            "شبکه؛ سپس برق.",
            "مراقب ۳٫۳ و ۵ ولت باشید.",
        ),
        board(),
    ),
    Step(
        (
            "Wait: “Secure and online”",
            "About five minutes, we hope.",
            "A line and a key, or a code:",
            "the runbook has it; mend the file.",
        ),
        (
            "صبر تا «امن و برخط»",
            "امید است نزدیک پنج دقیقه.",
            "اگر خط و کلید یا کد نشان داد:",
            "در راهنماست؛ فایل را درست کنید.",
        ),
        screen(),
    ),
    Step(
        (
            "Lay a card on the reader",
            "Green and one beep: good.",
            "Red and two beeps: a card",
            "that is not the club's.",
        ),
        ("کارت را نزدیک کنید", "سبز و یک بوق: درست است.", "قرمز و دو بوق: کارت", "از آنِ باشگاه نیست."),
        tap(),
    ),
    Step(
        (
            "Five seconds on the clock",
            "Keep a finger on it: no red line;",
            "“Technician” may warn. Touch test,",
            "close the case and tick the list.",
        ),
        (
            "پنج ثانیه روی ساعت",
            "انگشت را نگه دارید: خط قرمز نباشد؛",
            "«تکنسین» شاید هشدار دهد. آزمون لمس،",
            "بستن بدنه، پر کردن فهرست.",
        ),
        finger(),
    ),
)


def ladder() -> str:
    """The page as an SVG file's text."""
    return picture(
        WIDTH,
        HEIGHT,
        "Flash, edit one file, power on · بنویس، یک فایل را ویرایش کن، روشن کن",
        text(40, 60, "Six steps to a kiosk", size=28, bold=True),
        persian(WIDTH - 40, 60, "شش گام تا کیوسک", size=28, bold=True),
        line(f"M40 84 H{WIDTH - 40}", HAIRLINE, 2),
        *(_drawn(step, number) for number, step in enumerate(STEPS, 1)),
        line(f"M40 {HEIGHT - 118} H{WIDTH - 40}", HAIRLINE, 2),
        text(40, HEIGHT - 86, "Wrong? Power off, card into the laptop, mend kiosk.toml, back.", size=16),
        persian(
            WIDTH - 40, HEIGHT - 58, "اشتباه شد؟ خاموش، کارت در لپ‌تاپ، اصلاح kiosk.toml، دوباره.", size=16
        ),
        text(40, HEIGHT - 28, "docs/runbook.md · docs/runbook.fa.md", size=13, fill=MUTED),
    )


def _drawn(step: Step, number: int) -> str:
    y = _TOP + _STEP * (number - 1)
    shapes = [
        box(_MIDDLE - 56, y, 112, 112, SHADE, HAIRLINE),
        f'<g transform="translate({_MIDDLE - 48} {y + 8})">{step.icon}</g>',
        disc(_MIDDLE - 56, y, 20, COLOURS["blue"]),
        text(_MIDDLE - 56, y + 8, str(number), size=22, anchor="middle", fill=PAPER, bold=True),
        disc(_MIDDLE + 56, y, 20, COLOURS["blue"]),
        text(_MIDDLE + 56, y + 8, "۱۲۳۴۵۶"[number - 1], size=22, anchor="middle", fill=PAPER, bold=True),
    ]
    for place, (en, fa) in enumerate(zip(step.en, step.fa, strict=True)):
        size, bold, below = (18, True, 22) if place == 0 else (16, False, 26 + 26 * place)
        shapes.append(text(40, y + below, en, size=size, bold=bold))
        shapes.append(persian(WIDTH - 40, y + below, fa, size=size, bold=bold))
    return "\n".join(shapes)
