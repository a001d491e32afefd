"""JSON as it is taken: UTF-8, not deep, each name once, no NaN."""

import json
from typing import Any, Final

from django.http import HttpRequest
from ninja.parser import Parser

from cloud.api.problems import MALFORMED, NOT_JSON, Problem

DEPTH: Final = 16
"""Lists and objects inside each other; no request needs half of it."""


class Strict(Parser):
    """Reads a body, or raises Problem."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """What the body says; that it is an object is for the schema to say."""
        if request.content_type != "application/json":
            raise Problem(NOT_JSON)
        try:
            parsed: dict[str, Any] = parse(request.body)
        except (ValueError, RecursionError):
            # the error's own text quotes what was sent
            raise Problem(MALFORMED, f"Send JSON: UTF-8, each name once, {DEPTH} levels at most.") from None
        return parsed


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Any JSON value. Raises ValueError or RecursionError."""
    parsed = json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_never)
    _assert_shallow(parsed, DEPTH)
    return parsed


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # which of two amounts is meant? whoever stands between us may have read the other
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name twice")
    return found


def _never(_: str) -> None:
    raise ValueError("not a number")


def _assert_shallow(value: object, left: int) -> None:
    inner = list(value.values()) if isinstance(value, dict) else value
    if isinstance(inner, list):
        if not left:
            raise ValueError("too deep")
        for each in inner:
            _assert_shallow(each, left - 1)
