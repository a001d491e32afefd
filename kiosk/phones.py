"""Telephone numbers from a keypad's digits.

The library takes 60 to 160 ms to load (and 1 to 2 MB) on the machine where it was measured, and a kiosk's is
slower: so it is only loaded while somebody reads what joining means, and the keypad comes after that.
"""

MOST = 15
"""Digits of the longest number (E.164)."""


def e164(digits: str, home: str) -> str | None:
    """The number as it is stored (`+` and its digits), typed as one does in `home`; None if it is none."""
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        number = phonenumbers.parse(digits, home)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def load(home: str) -> None:
    """Have everything ready that numbers of a country (ISO 3166-1) need: the library and its patterns."""
    e164("0" * MOST, home)
