"""A stand-in for the `RPi.GPIO` module: numbering and outputs, as far as the chip library uses them."""

BOARD, BCM = 10, 11
OUT, IN = 0, 1

levels: dict[int, int | None] = {}
"""What each claimed pin is driven to; None before the first output."""
_modes: list[int] = []


def getmode() -> int | None:
    """The numbering in force, or None."""
    return _modes[-1] if _modes else None


def setmode(mode: int) -> None:
    """Choose the numbering, once for the process; ValueError for another one later."""
    if getmode() not in {None, mode}:
        raise ValueError("A different mode has already been set!")
    _modes[:] = [mode]


def setup(pin: int, _direction: int) -> None:
    """Claim a pin; RuntimeError before a numbering is chosen."""
    if getmode() is None:
        raise RuntimeError(
            "Please set pin numbering mode using GPIO.setmode(GPIO.BOARD) or GPIO.setmode(GPIO.BCM)"
        )
    levels.setdefault(pin, None)


def output(pin: int, level: int) -> None:
    """Drive a claimed pin."""
    if pin not in levels:
        raise RuntimeError("The GPIO channel has not been set up as an OUTPUT")
    levels[pin] = level


def cleanup() -> None:
    """Let every pin of the process go and forget the numbering, whoever set them."""
    levels.clear()
    _modes.clear()
