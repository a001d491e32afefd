"""Is what was typed or swiped into a page one of the club's cards? Pure, and denies by default.

A USB reader types a stripe's tracks between their sentinels, `%...?`, `;...?` and `+...?` (ISO/IEC 7811-6),
or the digits alone. Only what matches the club's own layout becomes a number; all else is refused with a
reason and without a digit. The page's own script judges by the same rule before anything is sent.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

Reason = Literal["payment-card", "not-ours", "unreadable"]
NAME: Final = "card-schema"
"""Of the document in the club's settings."""
LONGEST: Final = 240
"""Characters of a swipe, all three tracks and a line end behind each."""

_Count = Annotated[int, msgspec.Meta(ge=4, le=11)]  # from 12 digits on it could be a payment card's number
_PAN: Final = re.compile(r"[0-9]{12}")
"""ISO/IEC 7812-1: no primary account number is issued with fewer digits."""
_NETWORKS: Final = re.compile(
    r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|5[0678]|6|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])"
    r"|220[0-4]|9792|207177|903769|991975|170019"
)
"""With what issuers' numbers begin; asked only to say kindly what was refused."""
_SHORTEST_PART: Final = 8
_TRACKS: Final = re.compile(
    r"(?:%(?P<one>[ -$&-:<->@-_]+)\?[\r\n]*)?"
    r"(?:;(?P<two>[0-:<->]+|E)\?[\r\n]*)?"
    r"(?:[;+](?P<three>[0-:<->]+|E)\?[\r\n]*)?"
)
_UNREAD: Final = "E"
_DIGITS: Final = {ord(zero) + digit: str(digit) for zero in "۰٠" for digit in range(10)}  # noqa: RUF001 - Persian and Arabic


class CardSchema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the club's own numbers look: so many digits, a beginning, and a check digit at the end or none."""

    fewest: _Count = 6
    most: _Count = 11
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[0-9]*$")] = ""
    check: Literal["none", "luhn"] = "none"

    def __post_init__(self) -> None:
        """Refuse a layout that no number could have."""
        if self.fewest > self.most:
            raise ValueError(f"a club's card has from few to many digits, not {self.fewest} to {self.most}")
        if len(self.prefix) > self.fewest:
            raise ValueError(f"a prefix is at most {self.fewest} digits")

    def holds(self, digits: str) -> bool:
        """Whether this is a number of the club's."""
        whole = re.fullmatch(r"[0-9]+", digits) and self.fewest <= len(digits) <= self.most
        return bool(whole) and digits.startswith(self.prefix) and (self.check == "none" or _luhn(digits))


class NotTaken(ValueError):
    """What was swiped is no card of the club's; no digit of it is here."""

    def __init__(self, reason: Reason) -> None:
        """Say only why."""
        super().__init__(reason)
        self.reason: Final[Reason] = reason


def number_of(typed: str, schema: CardSchema) -> str:
    """The club's number in what was typed: track 2, track 1 in a format other than B, or digits alone.

    One sign of a payment card anywhere, and it is refused, whatever else is there. Raises NotTaken.
    """
    text = typed.translate(_DIGITS).strip("\r\n")
    if _is_payment(text):
        raise NotTaken("payment-card")
    tracks = _tracks(text)
    numbers = {number for number in _numbers(tracks) if schema.holds(number)}
    two = tracks.get("two", _UNREAD)
    if len(numbers) == 1 and (two == _UNREAD or schema.holds(two)):
        return numbers.pop()
    raise NotTaken(_why(text, tracks, numbers))


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0  # noqa: PLR2004 - two digits


def _is_payment(text: str) -> bool:
    # some issuers print blanks or dashes between a number's groups
    joined = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text)
    return text.startswith("%B") or _PAN.search(joined) is not None


def _tracks(text: str) -> dict[str, str]:
    """The tracks by name; digits alone are those of track 2, as readers type it whose sentinels are off."""
    if re.fullmatch(r"[0-9]+", text):
        return {"two": text}
    match = _TRACKS.fullmatch(text) if len(text) <= LONGEST else None
    return {name: held for name, held in match.groupdict().items() if held} if match else {}


def _numbers(tracks: dict[str, str]) -> Iterator[str]:
    one = tracks.get("one", _UNREAD)
    yield tracks.get("two", _UNREAD)
    yield one[not one[0].isdecimal() :]


def _why(text: str, tracks: dict[str, str], numbers: set[str]) -> Reason:
    runs = re.findall(r"[0-9]+", text)
    if any(len(run) >= _SHORTEST_PART and _NETWORKS.match(run) for run in runs):
        return "payment-card"
    unread = not tracks or _UNREAD in tracks.values()
    return "unreadable" if unread or len(numbers) > 1 else "not-ours"
