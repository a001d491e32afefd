"""Slows down who guesses: so many wrong tries of one kind in ten minutes, then a wait.

A stranger is counted by name and address together, by address alone (many names from one), and by name alone
(one name from many). A browser that signed in as that name before is counted by itself only, so that no
stranger's tries keep its owner out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from cloud.desk.models import SignInTry

TRIES: Final = 5
TRIES_OF_NAME: Final = 20
TRIES_OF_ADDRESS: Final = 30
WINDOW: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Count:
    """What is counted under a key, and how much of it is let through; `shared` if by several people."""

    key: str
    most: int = TRIES
    shared: bool = False


def of_password(name: str, address: str, device: str = "") -> Sequence[Count]:
    """The counts of a password tried for a name from an address; `device` is a browser known to that name."""
    name = name.strip().casefold()[:150]
    if device:
        return (Count(_key("device", name, device)),)
    return (
        Count(_key("both", name, address)),
        Count(_key("name", name), TRIES_OF_NAME, shared=True),
        Count(_key("address", address), TRIES_OF_ADDRESS, shared=True),
    )


def of_second(user: int) -> Sequence[Count]:
    """The counts of a code tried by a user whose password was right."""
    return (Count(_key("second", str(user))),)


def of_again(user: int) -> Sequence[Count]:
    """The counts of a password that is asked for once more of somebody signed in."""
    return (Count(_key("again", str(user))),)


def admit(counts: Sequence[Count], now: datetime) -> timedelta:
    """Count a try, and let it through (zero), or say how long to wait.

    It is counted before the password is looked at, so that many at once are not let through together.
    """
    with transaction.atomic():
        SignInTry.objects.filter(at__lte=now - WINDOW).delete()
        wait = max(_wait(count, now) for count in counts)
        # tries beyond the limit are not counted: who is locked out is so for a window, not for ever
        if not wait:
            SignInTry.objects.bulk_create(SignInTry(key=count.key, at=now) for count in counts)
    return wait


def forget(counts: Sequence[Count]) -> None:
    """This try was right: it does not count any more, and those before it only where others try too."""
    for count in counts:
        tries = SignInTry.objects.filter(key=count.key)
        if count.shared:
            tries = tries.filter(id__in=tries.order_by("-id").values_list("id", flat=True)[:1])
        tries.delete()


def _wait(count: Count, now: datetime) -> timedelta:
    tries = SignInTry.objects.filter(key=count.key).order_by("at").values_list("at", flat=True)
    return tries[0] + WINDOW - now if len(tries) >= count.most else timedelta(0)


def _key(*parts: str) -> str:
    return salted_hmac("cloud.desk.throttle", "\0".join(parts), algorithm="sha256").hexdigest()
