"""What is in a basket: lines with a price in Rial, more of what the season asks for."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import TypeVar

from cloud.club.demo.seasons import yalda
from cloud.club.occasions import Line

T = TypeVar("T")
SHELVES: Mapping[str, tuple[int, int]] = {
    "dairy": (620_000, 24),
    "bread": (180_000, 20),
    "fruit": (950_000, 20),
    "rice": (3_900_000, 5),
    "meat": (4_200_000, 9),
    "tea": (1_300_000, 7),
    "nuts": (2_600_000, 4),
    "household": (1_500_000, 11),
}
"""By category: the middle price of one, in Rial, and how often it is bought."""
YALDA = {"fruit": 45, "nuts": 30}
"""How often, when the longest night is near."""
LINES = {1: 20, 2: 26, 3: 22, 4: 15, 5: 10, 6: 7}
"""How many lines an invoice has, and how often."""
QUANTITIES = {1: 74, 2: 18, 3: 8}
PRODUCTS = 30
"""In each category."""
ROUND = 10_000
"""Prices are whole thousands of Toman."""


def basket(dice: Random, day: date) -> tuple[Line, ...]:
    """The lines of one invoice."""
    often = {name: times for name, (_, times) in SHELVES.items()} | (YALDA if yalda(day) else {})
    return tuple(_line(dice, str(number), _one(dice, often)) for number in range(1, _one(dice, LINES) + 1))


def _line(dice: Random, number: str, category: str) -> Line:
    price, _ = SHELVES[category]
    quantity = _one(dice, QUANTITIES)
    each = max(ROUND, round(price * dice.lognormvariate(0, 0.5) / ROUND) * ROUND)
    product = f"{category}-{dice.randrange(PRODUCTS):02}"
    return Line(number, each * quantity, product, category, quantity)


def _one(dice: Random, often: Mapping[T, int]) -> T:
    return dice.choices(list(often), list(often.values()))[0]
