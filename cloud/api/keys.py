"""Keys of integrations: made and shown once, found by what a caller sends, revoked."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from cloud.api.models import ApiKey
from cloud.api.scopes import SCOPES
from cloud.fleet.models import Store

SECRET_BYTES: Final = 32
COARSE: Final = timedelta(hours=1)
"""How exactly it is known when a key was last used: to write it at each request would cost a commit each."""


class Unknown(ValueError):
    """No such key, scope or store; the text says which there are."""


def make(name: str, scopes: Collection[str], stores: Collection[str], rate: int, now: datetime) -> str:
    """Make a key; `<id>.<secret>`, which nobody can find out again. Raises Unknown."""
    _assert_known("scope", scopes, SCOPES)
    _assert_known("store", stores, Store.objects.values_list("id", flat=True))
    if not 1 <= rate <= 10_000:  # noqa: PLR2004 - said in the message
        raise Unknown(f"a rate is 1 to 10000 requests a second, not {rate}")
    token = f"{secrets.token_hex(6)}.{secrets.token_urlsafe(SECRET_BYTES)}"
    with transaction.atomic():
        made = ApiKey(id=token.partition(".")[0], name=name, digest=_digest(token), rate=rate, made_at=now)
        made.scopes = " ".join(sorted(set(scopes)))
        made.save(force_insert=True)
        made.stores.set(Store.objects.filter(id__in=stores))
    return token


def find(token: str, now: datetime) -> ApiKey | None:
    """The key that a caller sent whole, unless it is revoked; that it was used is noted."""
    digest = _digest(token)
    if "\0" in token:  # no text of PostgreSQL's can hold it
        return None
    key = ApiKey.objects.filter(id=token.partition(".")[0], revoked_at=None).first()
    if not constant_time_compare(key.digest if key else "", digest) or key is None:
        return None
    if key.used_at is None or key.used_at <= now - COARSE:
        ApiKey.objects.filter(id=key.id).update(used_at=now)
    return key


def revoke(key: str, now: datetime) -> None:
    """End a key at once and for ever; one that was ended stays so. Raises Unknown."""
    if not ApiKey.objects.filter(id=key).exists():
        raise Unknown(f"there is no key {key[:20]!r}; `list` shows them")
    ApiKey.objects.filter(id=key, revoked_at=None).update(revoked_at=now)


def _digest(token: str) -> str:
    # Fast on purpose: slow hashes are for what people choose, and 32 random bytes cannot be found by trying.
    # It is keyed so that who can only write to the database cannot make a key that is taken.
    return salted_hmac("cloud.api.keys", token, algorithm="sha256").hexdigest()


def _assert_known(what: str, named: Collection[str], known: Iterable[str]) -> None:
    there = sorted(known)
    if not named or not set(named) <= set(there):
        raise Unknown(f"name at least one {what}, of {', '.join(there)}")
