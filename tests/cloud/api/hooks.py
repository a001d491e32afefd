"""What schemathesis cannot guess: which stores and members there are. Every other value is its own."""

import re
from datetime import datetime
from itertools import count
from typing import Any

import schemathesis

from tests.cloud.kiosks import MEMBER

ID = re.compile(r"[a-z0-9-]{3,40}")
NAME = re.compile(r"[A-Za-z0-9_-]{8,64}")
SOLD = "2026-01-05T09:00:00Z"
STORES = ("vanak", "tajrish", "nowhere")
_numbers = count()


@schemathesis.hook
def map_body(_: schemathesis.HookContext, body: Any) -> Any:  # noqa: ANN401 - whatever was generated
    """A store that could be becomes one that is, mostly the key's own; so do a member and a moment."""
    if not isinstance(body, dict):
        return body
    if _is_id(body.get("store")):
        body["store"] = (*STORES, "vanak", "vanak")[len(body["store"]) % 5]
    if _is_id(body.get("member")) and len(body["member"]) % 4:
        body["member"] = MEMBER
    if _is_moment(body.get("occurred_at")):
        body["occurred_at"] = SOLD
    return body


@schemathesis.hook
def map_path_parameters(_: schemathesis.HookContext, path: Any) -> Any:  # noqa: ANN401 - likewise
    """Every second member that could be becomes the one that is."""
    if isinstance(path, dict) and _is_id(path.get("member_id")) and len(path["member_id"]) % 2:
        path["member_id"] = MEMBER
    return path


@schemathesis.hook
def map_headers(_: schemathesis.HookContext, headers: Any) -> Any:  # noqa: ANN401 - likewise
    """Each thing to be done has a name of its own: under one name another is refused, rightly."""
    name = "Idempotency-Key"
    if isinstance(headers, dict) and isinstance(headers.get(name), str) and NAME.fullmatch(headers[name]):
        headers[name] = f"generated-{next(_numbers)}"
    return headers


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value.upper()).tzinfo is not None
    except ValueError:
        return False


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))
