"""Slows down who guesses passwords: five wrong tries for one name from one address, then a wait."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from cloud.desk.models import SignInTry

TRIES: Final = 5
WINDOW: Final = timedelta(minutes=10)


def admit(name: str, address: str, now: datetime) -> timedelta:
    """Count a try, and let it through (zero), or say how long to wait.

    It is counted before the password is looked at, so that many at once are not let through together.
    """
    key = _key(name, address)
    with transaction.atomic():
        SignInTry.objects.filter(at__lte=now - WINDOW).delete()
        # tries beyond the limit are not counted: who is locked out is so for a window, not for ever
        tries = SignInTry.objects.filter(key=key).order_by("at")
        if len(tries) >= TRIES:
            return tries[0].at + WINDOW - now
        SignInTry.objects.create(key=key, at=now)
    return timedelta(0)


def forget(name: str, address: str) -> None:
    """The password was right: its tries do not count any more."""
    SignInTry.objects.filter(key=_key(name, address)).delete()


def _key(name: str, address: str) -> str:
    text = f"{name.strip().casefold()[:150]}\0{address}"
    return salted_hmac("cloud.desk.throttle", text, algorithm="sha256").hexdigest()
