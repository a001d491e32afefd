"""What is paid of an invoice with a coupon, with points and with money; pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of `total` Rial, taken apart: a coupon first, then points, and what is paid in money.

    What a coupon is worth beyond the invoice is lost; points that it is too small for are not taken.
    """

    total: int
    coupon: int
    points: int
    points_rial: int
    pay: int


def bill(total: int, coupon: int, wanted: int | None, available: int, rate: int) -> Bill:
    """Take an invoice apart; amounts in Rial, `rate` is Rial for a point. `wanted` None: all that help.

    Points are spent whole: the last one may be worth more than what is left to pay, and is then kept.
    """
    off = min(coupon, total)
    fitting = min(max(0, available), (total - off) // rate) if rate else 0
    points = fitting if wanted is None else min(wanted, fitting)
    return Bill(total, off, points, points * rate, total - off - points * rate)
