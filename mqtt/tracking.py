"""Tracking codes: ten characters that can be read aloud and typed, of which the last checks the others.

The alphabet is Crockford's base 32, without I, L, O and U. The check character is Damm's (H. M. Damm,
"Total anti-symmetrische Quasigruppen", Marburg 2004) over the field of 32 elements, x * y = 2(x + y): it
finds every single wrong character and every two neighbours that are swapped.
"""

from typing import Final

from mqtt.vocabulary import BadCode, CouponCode, ReceiptCode, TicketCode, VisitId

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS: Final = 45
"""Of chance in a code: among a million tickets, two have the same in one club of seventy."""

_BITS_EACH: Final = 5
_MODULUS: Final = 0b100101
"""x^5 + x^2 + 1, which is primitive."""
_HEX_BITS: Final = 4
_LENGTH: Final = BITS // _BITS_EACH + 1
_READ: Final = str.maketrans(
    {"O": "0", "I": "1", "L": "1", "-": "", " ": ""}
    | {ord(zero) + digit: str(digit) for zero in "۰٠" for digit in range(10)}  # noqa: RUF001 - Persian and Arabic
)


def of_visit(visit: VisitId) -> TicketCode:
    """The code of a visit's ticket: out of the visit's own random bits, so that no network is needed."""
    chance = int(visit, 16) >> (len(visit) * _HEX_BITS - BITS)
    places = range(BITS - _BITS_EACH, -1, -_BITS_EACH)
    values = [chance >> place & (len(ALPHABET) - 1) for place in places]
    return TicketCode("".join(ALPHABET[value] for value in [*values, _check(values)]))


def parse(text: str) -> TicketCode:
    """A code as somebody typed it: with gaps, in small letters, in any digits. Raises BadCode."""
    code = text.strip().upper().translate(_READ)
    if len(code) != _LENGTH or not set(code) <= set(ALPHABET):
        raise BadCode(f"a tracking code has {_LENGTH} digits and letters, without I, L, O and U")
    values = [ALPHABET.index(character) for character in code]
    if _check(values[:-1]) != values[-1]:
        raise BadCode("a character of this tracking code is wrong, or two are swapped")
    return TicketCode(code)


def spaced(code: TicketCode | CouponCode | ReceiptCode) -> str:
    """The code as it is shown: in two halves."""
    return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"


def _check(values: list[int]) -> int:
    found = 0
    for value in values:
        found = (found ^ value) << 1
        if found >> _BITS_EACH:
            found ^= _MODULUS
    return found
