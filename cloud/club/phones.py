"""Telephone numbers: from what a person types, in any digits, to the one form that is stored; pure."""

import unicodedata

import phonenumbers

from cloud.club.errors import BadPhone

HOME = "IR"
"""Where a number without a country's prefix is from (ISO 3166-1)."""
MOST = 40
"""Characters that a person may type."""


def phone(typed: str, home: str = HOME) -> str:
    """The number in E.164 (`+`, at most 15 digits), whatever digits, signs and prefix it was typed with.

    Raises BadPhone, which does not repeat it.
    """
    refused = BadPhone(
        "this is not a telephone number: type all of its digits, with the area's or operator's"
    )
    if len(typed) > MOST:
        raise refused
    try:
        number = phonenumbers.parse("".join(map(_plain, typed)), home)
    except phonenumbers.NumberParseException:
        raise refused from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise refused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(character: str) -> str:
    """A digit of any script as a Latin one; nothing for a sign that only steers the direction of writing."""
    if unicodedata.category(character) == "Cf":
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
