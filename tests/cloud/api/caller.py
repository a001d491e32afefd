"""An integration that calls the interface through Django, without a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client

from cloud.api import keys
from cloud.api.scopes import SCOPES

RATE = 10_000
"""Requests a second that nobody here reaches."""
NUMBER = "04a1b2c3"
"""A card's number, which must never be seen again."""
JOINING = {"store": "vanak", "card": {"kind": "iso14443", "identity": NUMBER}}
_numbers = count()


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str
    body: Any

    @property
    def problem(self) -> str:
        """The last part of a problem's type."""
        assert self.headers["Content-Type"] == "application/problem+json", self.text
        assert self.body["status"] == self.status
        return str(self.body["type"]).removeprefix("urn:bashgah:problem:")


@dataclass
class Caller:
    """Whoever holds a key."""

    token: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object, name: str = "", **headers: str) -> Answer:
        """Post JSON under an `Idempotency-Key`, a new one if none is given."""
        named = {"Idempotency-Key": name or f"request-{next(_numbers)}"}
        return self.call("POST", path, body, **named, **headers)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        kind = headers.pop("Content-Type", "application/json")
        answer = self.client.generic(
            method, path, _bytes(body, self.client), kind, headers={**bearer, **headers}
        )
        text = answer.content.decode()
        return Answer(answer.status_code, answer.headers, text, answer.json() if text else None)


def caller(*scopes: str, stores: tuple[str, ...] = ("vanak",), rate: int = RATE) -> Caller:
    """Whoever holds a new key with these scopes; with all if none is named."""
    return Caller(keys.make("a till", scopes or SCOPES, stores, rate, datetime.now(UTC)))


def _bytes(body: object, client: Client) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else str(client.json_encoder().encode(body)).encode()
