"""The technician's values as a person reads them."""

from datetime import datetime

from kiosk.views import CheckLine, Quantity
from mqtt.vocabulary import Language
from ui.figures import digits, grouped, isolated
from ui.technician_words import WORDS

_SPANS = (("day", 172_800.0, 86_400.0), ("hour", 7200.0, 3600.0), ("minute", 120.0, 60.0))
"""From how many seconds on a unit is used, and how many it has."""
_SIZES = (("GiB", 2**30), ("MiB", 2**20))


def said(line: CheckLine, language: Language) -> str:
    """A line's sentence."""
    values = [isolated(quantity(value, language)) for value in line.values]
    return WORDS[language].says[line.says].format(*values)


def advice(line: CheckLine, language: Language) -> str:
    """What to do; empty for a line that is good."""
    return "" if line.state == "good" else line.advice or WORDS[language].advice[line.says]


def quantity(value: Quantity, language: Language) -> str:
    """A value in the language's digits and units."""
    match value:
        case Quantity(kind="text", amount=amount):
            return str(amount)
        case Quantity(kind="count", amount=amount):
            return grouped(int(amount), language)
        case Quantity(kind="bytes", amount=amount):
            return size(float(amount), language)
        case Quantity(kind="seconds", amount=amount):
            return span(float(amount), language)
        case Quantity(kind="degrees", amount=amount):
            return _unit("degrees", f"{float(amount):.0f}", language)
        case Quantity(amount=amount):
            return moment(float(amount), language)


def span(seconds: float, language: Language) -> str:
    """So many seconds, minutes, hours or days, whole."""
    for unit, least, has in _SPANS:
        if seconds >= least:
            return _unit(unit, f"{seconds / has:.0f}", language)
    return _unit("second", f"{seconds:.0f}", language)


def size(count: float, language: Language) -> str:
    """Bytes; one place behind the point below ten."""
    for unit, has in _SIZES:
        if count >= has:
            return _unit(unit, f"{count / has:.1f}" if count < 10 * has else f"{count / has:.0f}", language)
    return _unit("KiB", f"{count / 2**10:.0f}", language)


def moment(wall: float, language: Language) -> str:
    """Local date and time, Gregorian: to be compared with another clock."""
    return digits(f"{datetime.fromtimestamp(wall).astimezone():%Y-%m-%d %H:%M}", language)


def _unit(name: str, amount: str, language: Language) -> str:
    return WORDS[language].units[name].format(digits(amount, language))
