"""Who calls, and whether they may: a key, its scope, and how often it called lately."""

import time
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest
from ninja.security import HttpBearer

from cloud.api import keys
from cloud.api.bucket import Buckets, Taken
from cloud.api.models import ApiKey
from cloud.api.problems import FORBIDDEN, NO_KEY, TOO_MANY, Problem
from cloud.api.scopes import Scope

BUCKETS: Final = Buckets()


class Asked(HttpRequest):
    """A request that a :class:`Key` let through."""

    auth: ApiKey
    taken: Taken


class Key(HttpBearer):
    """`auth=Key("members:read")`: lets through who has a key with that scope."""

    def __init__(self, scope: Scope) -> None:
        """Ask for one scope."""
        super().__init__()
        self.scope: Final = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """The caller's key. Raises Problem."""
        key = keys.find(token, datetime.now(UTC))
        if key is None:
            raise Problem(NO_KEY, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        taken = BUCKETS.take(key.id, key.rate, time.monotonic())
        request.taken = taken  # type: ignore[attr-defined]
        if taken.wait:
            raise Problem(TOO_MANY, headers={"Retry-After": str(taken.wait)})
        if self.scope not in key.scopes.split():
            raise Problem(FORBIDDEN, f"Ask the club for a key with the scope {self.scope}.")
        return key


def assert_speaks_for(key: ApiKey, store: str) -> None:
    """Raise Problem unless a key may speak for a store; a store that is not there is no other."""
    if not key.stores.filter(id=store).exists():
        raise Problem(FORBIDDEN, "Name a store that this key may speak for.")
