"""Spending points, joining and leaving, as the gallery draws them."""
# ruff: noqa: RUF001 - Persian is meant

from collections.abc import Iterator
from dataclasses import replace

from kiosk import views as v
from kiosk.views import Look
from mqtt.vocabulary import Language

OFFERS = tuple(v.Offer(points, points * 1000) for points in (500, 1_000, 2_000, 5_000, 10_000, 12_000))
"""A point is worth a hundred Toman."""
CODE = "7KQ2M-4XV9T"
KEEPS: dict[Language, str] = {
    "fa": "ما شمارهٔ کارت، خریدها و امتیازهای شما را تا وقتی عضو هستید نگه می‌داریم."
    " هر وقت بخواهید می‌توانید همین‌جا باشگاه را ترک کنید.",
    "en": "We keep your card's number, your purchases and your points for as long as you are a member."
    " You can leave the club here whenever you like.",
}
PURPOSES: dict[Language, tuple[str, ...]] = {
    "fa": ("ثبت خرید و دادن امتیاز", "خبر دادن از تخفیف‌ها با پیامک"),
    "en": ("Recording purchases and giving points", "Telling you of discounts by text message"),
}


def views(language: Language, look: Look, until: v.Countdown) -> Iterator[tuple[str, v.View]]:
    """By name."""
    yield from spending(language, look, until)
    yield from joining(language, look, until)
    parting = v.Leave(language, "confirm", until, 12_480, look=look)
    yield "leave", parting
    yield "leave-keeping", replace(parting, step="keeping")
    yield "leave-done", replace(parting, step="done", code=CODE)


def spending(language: Language, look: Look, until: v.Countdown) -> Iterator[tuple[str, v.View]]:
    """From the choices to the coupon."""
    there = v.Redeem(language, 12_480, "toman", until, OFFERS, look=look)
    yield "redeem", there
    yield "redeem-fewer", replace(there, available=2_100, choices=OFFERS[:3], fewer=True)
    yield "redeem-away", replace(there, choices=OFFERS[:2], away=True)
    yield "redeem-both", replace(there, fewer=True, away=True)
    yield "redeem-none", replace(there, available=120, choices=())
    yield "redeem-away-none", replace(there, choices=(), away=True)
    asked = replace(there, chosen=OFFERS[3], left=7_480)
    yield "redeem-ask", asked
    yield "redeem-keeping", replace(asked, keeping=True)
    yield "redeemed", v.Redeemed(language, CODE, OFFERS[3], "toman", 7, until, look)


def joining(language: Language, look: Look, until: v.Countdown) -> Iterator[tuple[str, v.View]]:
    """From what the club keeps to being a member."""
    about = v.Join(
        language, "about", until, KEEPS[language], PURPOSES[language], card=True, phone=True, look=look
    )
    yield "join", about
    yield "join-card", replace(about, phone=False)
    yield "join-number", replace(about, card=False)
    phone = v.Join(language, "phone", until, look=look)
    yield "join-phone", phone
    yield "join-typed", replace(phone, typed="09123456789")
    yield "join-wrong", replace(phone, typed="0912345", wrong=True)
    yield "join-keeping", replace(phone, step="keeping")
    yield "joined", replace(phone, step="done", number=True)
    yield "joined-card", replace(phone, step="done")
