"""Why a reader is lost or a card refused: the codes of events, and what a technician does about each."""
# ruff: noqa: RUF001 - Persian's own letters and decimal separator

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence in each language of the technician's screen; it tells what to do."""

    en: str
    fa: str


LOST: Final[Mapping[str, Advice]] = {
    "fault": Advice(
        "Restart the kiosk, and send its log to whoever looks after it: the driver has a fault.",
        "کیوسک را دوباره راه‌اندازی کنید و گزارش آن را برای پشتیبانی بفرستید؛ راه‌انداز کارت‌خوان خطا دارد.",
    ),
    "gone": Advice(
        "Check that SPI is switched on and that all seven wires of the RC522 sit firmly.",
        "بررسی کنید که SPI روشن باشد و هر هفت سیم RC522 محکم باشد.",
    ),
    "in-use": Advice(
        "Stop the other program that has this reader open; two kiosks cannot share one.",
        "برنامهٔ دیگری را که همین کارت‌خوان را باز کرده ببندید؛ دو کیوسک نمی‌توانند یک کارت‌خوان داشته باشند.",
    ),
    "no-chip": Advice(
        "Check the RC522's 3.3 V and its wiring: something else, or nothing, answers on its bus.",
        "برق ۳٫۳ ولت و سیم‌کشی RC522 را بررسی کنید؛ روی گذرگاه آن، چیز دیگری پاسخ می‌دهد یا هیچ چیز.",
    ),
    "no-device": Advice(
        "Plug the reader in, and compare its address in kiosk.toml with what is in /dev.",
        "کارت‌خوان را وصل کنید و نشانی آن را در kiosk.toml با آنچه در ‎/dev هست مقایسه کنید.",
    ),
    "no-library": Advice(
        "Install the kiosk's packages again: the library of this kind of reader is missing.",
        "بسته‌های کیوسک را دوباره نصب کنید؛ کتابخانهٔ این نوع کارت‌خوان نصب نیست.",
    ),
    "permission-denied": Advice(
        "Put the kiosk's user into the groups dialout, input, spi and gpio, and restart the kiosk.",
        "کاربر کیوسک را در گروه‌های dialout و input و spi و gpio بگذارید و کیوسک را دوباره راه‌اندازی کنید.",
    ),
    "pin-numbering": Advice(
        "Remove the add-on that counts the header's pins in this process: the RC522 counts GPIOs.",
        "افزونه‌ای را که پایه‌ها را با شمارهٔ روی برد می‌شمارد بردارید؛ RC522 شمارهٔ GPIO می‌خواهد.",
    ),
    "reset": Advice(
        "Check the RC522's 3.3 V and its reset wire at GPIO25: it lost its supply for a moment.",
        "برق ۳٫۳ ولت و سیم بازنشانی RC522 در GPIO25 را بررسی کنید؛ برقش لحظه‌ای قطع شده است.",
    ),
    "silent": Advice(
        "Change the RC522: it answers on its bus, but its own clock stands still.",
        "ماژول RC522 را عوض کنید؛ روی گذرگاه پاسخ می‌دهد، ولی زمان‌سنج داخلی‌اش کار نمی‌کند.",
    ),
    "unplugged": Advice(
        "Plug the reader's cable in again, or change the cable: the line hung up.",
        "کابل کارت‌خوان را دوباره وصل یا آن را عوض کنید؛ ارتباط قطع شده است.",
    ),
    "wrong-device": Advice(
        "Compare the reader's address in kiosk.toml with its label: another device is there.",
        "نشانی کارت‌خوان در kiosk.toml را با برچسب آن مقایسه کنید؛ در آن نشانی دستگاه دیگری هست.",
    ),
}
"""`ReaderLost.reason` and `ReaderDown.reason` -> what to do."""

REFUSED: Final[Mapping[str, Advice]] = {
    "not-ours": Advice(
        "If it is the club's card, compare the card schema in the reader's address with the card.",
        "اگر کارت باشگاه است، الگوی کارت را در نشانی کارت‌خوان با خود کارت مقایسه کنید.",
    ),
    "payment-card": Advice(
        "Ask for the club's card: a payment card was used, and no digit of it was kept.",
        "کارت باشگاه را بخواهید؛ کارت بانکی به کار رفته و هیچ رقمی از آن نگه داشته نشده است.",
    ),
    "two-cards": Advice(
        "Ask for one card alone; if there is only one, look for a card left under the reader.",
        "بخواهید فقط یک کارت نزدیک شود؛ اگر یکی است، ببینید کارتی زیر کارت‌خوان جا نمانده باشد.",
    ),
    "unreadable": Advice(
        "Ask to try again; change the card if it is refused again, or clean the reader if all are.",
        "بخواهید دوباره امتحان کنند؛ اگر باز نشد کارت را عوض کنید و اگر هیچ کارتی نشد کارت‌خوان را تمیز کنید.",
    ),
}
"""`CardRefused.reason` -> what to do."""
