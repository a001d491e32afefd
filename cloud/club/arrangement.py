"""What a club decided about joining: which ways there are, and which data are asked; pure."""

import re
from collections.abc import Collection
from datetime import date
from typing import Literal, get_args

import msgspec

from cloud.club.errors import Unfit
from cloud.club.phones import HOME, phone
from mqtt.shapes import Name, Ordinal
from mqtt.vocabulary import Language

Way = Literal["card", "phone"]
"""An empty card makes a member without a name; a telephone number makes one with or without a card."""
Datum = Literal["given_name", "family_name", "phone", "birthday", "email"]

MOST = {"given_name": 60, "family_name": 60, "email": 254}
"""Characters."""
OLDEST = 1900
_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and what turns the text around it; what joins or parts Persian letters does not."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Agreed(msgspec.Struct, frozen=True):
    """A purpose to which somebody said yes, in the words of a wording."""

    purpose: Name
    wording: Ordinal
    language: Language


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person says of themselves; empty is not said."""

    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    birthday: date | None = None
    email: str = ""


class Joining(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The club's document: the ways of joining, the data asked, those without which there is no person.

    `consents` are the purposes without which no person is kept; `home` (ISO 3166-1) is where telephone
    numbers without a country's prefix are from.
    """

    ways: tuple[Way, ...] = get_args(Way)
    asks: tuple[Datum, ...] = ("given_name", "family_name", "phone", "birthday")
    needs: tuple[Datum, ...] = ("given_name", "phone")
    consents: tuple[Name, ...] = ()
    home: str = HOME

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        if set(self.needs) - set(self.asks):
            raise ValueError("what is needed has to be asked")
        if "phone" in self.ways and "phone" not in self.needs:
            raise ValueError("who can join by telephone number needs one")


def at_kiosk(rules: Joining) -> Joining:
    """The same where there are digits to type and nothing else: only a telephone number can be needed."""
    return msgspec.structs.replace(rules, needs=tuple(name for name in rules.needs if name == "phone"))


def checked(said: Details, rules: Joining, today: date) -> Details:
    """What is kept of what was said, the number in E.164. Raises Unfit and BadPhone, repeating nothing."""
    given = {name for name in get_args(Datum) if getattr(said, name)}
    if given - set(rules.asks):
        raise Unfit(f"this club does not ask for: {', '.join(sorted(given - set(rules.asks)))}")
    if set(rules.needs) - given:
        raise Unfit(f"still needed: {', '.join(sorted(set(rules.needs) - given))}")
    for name, most in MOST.items():
        if len(getattr(said, name)) > most:
            raise Unfit(f"{name} has at most {most} characters")
        if _STEERS.search(getattr(said, name)):
            raise Unfit(f"{name} has a character that cannot be seen")
    _check_email(said.email)
    _check_birthday(said.birthday, today)
    number = phone(said.phone, rules.home) if said.phone else ""
    return msgspec.structs.replace(said, phone=number)


def check_consents(agreed: Collection[str], rules: Joining) -> None:
    """Refuse a person who said yes to these purposes, and not to what the club needs. Raises Unfit."""
    missing = set(rules.consents) - set(agreed)
    if missing:
        raise Unfit(f"consent is needed to: {', '.join(sorted(missing))}")


def _check_email(email: str) -> None:
    if email and not _EMAIL.fullmatch(email):
        raise Unfit("email is name@domain")


def _check_birthday(birthday: date | None, today: date) -> None:
    if birthday and not date(OLDEST, 1, 1) <= birthday <= today:
        raise Unfit(f"a birthday lies between {OLDEST} and today")
