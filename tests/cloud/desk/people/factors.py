"""A user's telephone: it sees the secret on the page, and makes the codes of now."""

import re
from base64 import b32decode
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from cloud.desk.models import Staff
from cloud.desk.people import second
from cloud.desk.people.sealing import seal


def give_factor(user: User) -> bytes:
    """A second factor of which no code was taken yet; its secret."""
    secret = second.new_secret()
    sealed = seal(secret, user.pk, settings.SECRET_KEY)
    Staff.objects.filter(user=user).update(totp_secret=sealed, totp_step=0)
    return secret


def code(secret: bytes, steps: int = 0) -> str:
    """The code that the telephone shows, perhaps some steps off."""
    return second.code_at(secret, second.step_of(datetime.now(UTC)) + steps)


def secret_on(html: str) -> bytes:
    """The secret that a page shows as text."""
    found = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', html)
    assert found, html
    return b32decode(found[1].replace(" ", ""))


def codes_on(html: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", html)


def sign_in(client: Client, name: str, password: str = "right", address: str = "10.0.0.1") -> int:
    """Send the form; the status."""
    form = {"username": name, "password": password}
    return client.post("/login", form, REMOTE_ADDR=address).status_code
