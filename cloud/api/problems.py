"""What is said when something is wrong: RFC 9457, with what to do, and nothing that was sent."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE: Final = "application/problem+json"
NAMES: Final = "urn:bashgah:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: `name` is the last part of its type."""

    name: str
    status: int
    title: str


MALFORMED: Final = Kind("malformed", 400, "The request cannot be read")
NO_KEY: Final = Kind("no-key", 401, "A valid key is needed")
FORBIDDEN: Final = Kind("forbidden", 403, "The key does not allow this")
NOT_FOUND: Final = Kind("not-found", 404, "There is nothing here")
NO_SUCH_METHOD: Final = Kind("no-such-method", 405, "This cannot be done here")
CONFLICT: Final = Kind("conflict", 409, "This contradicts what is there")
UNDER_WAY: Final = Kind("under-way", 409, "The same request is being answered")
TOO_LARGE: Final = Kind("too-large", 413, "The request is too large")
NOT_JSON: Final = Kind("not-json", 415, "The body has to be JSON")
INVALID: Final = Kind("invalid", 422, "Something in the request is not as described")
KEY_REUSED: Final = Kind("key-reused", 422, "The Idempotency-Key stands for another request")
TOO_MANY: Final = Kind("too-many", 429, "Too many requests")
FAILED: Final = Kind("failed", 500, "The server failed")
UNAVAILABLE: Final = Kind("unavailable", 503, "This is not available now")

GENERAL: Final = {
    MALFORMED: "Send what /api/v1/openapi.json describes, to one of the server's own names.",
    NO_KEY: "Send `Authorization: Bearer <id>.<secret>` with a key that is not revoked.",
    FORBIDDEN: "Ask the club for a key that allows it.",
    NOT_FOUND: "Compare the address with /api/v1/openapi.json; a member may also be of other stores.",
    NO_SUCH_METHOD: "The header Allow says what can be done here.",
    CONFLICT: "Read what is there, then decide.",
    TOO_LARGE: "Send at most 256 KiB.",
    NOT_JSON: "Send the body as JSON, with `Content-Type: application/json`.",
    INVALID: "`errors` says what and where; compare it with /api/v1/openapi.json.",
    TOO_MANY: "Wait as many seconds as Retry-After says, then send it again.",
    FAILED: "Send it again later with the same Idempotency-Key: nothing is done twice.",
    UNAVAILABLE: "Send it again later with the same Idempotency-Key: nothing is done twice.",
}
"""One kind for each status, and what is said where nobody said more."""
_BY_STATUS: Final = {kind.status: kind for kind in GENERAL}


class Fault(BaseModel):
    """One thing that is wrong: at a JSON pointer into the body, or in a parameter."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Body(BaseModel):
    """A problem as it is sent (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    errors: list[Fault] | None = None


def _nothing() -> None:
    """What most refusals leave behind."""


class Problem(Exception):
    """Ends a request, and what it did is undone. `detail` says what to do, and quotes nothing sent.

    `afterwards` is done then: what is to stay although the request was refused.
    """

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        afterwards: Callable[[], object] = _nothing,
    ) -> None:
        """Say what is wrong; without a `detail` what :data:`GENERAL` has."""
        super().__init__(kind.name)
        self.kind, self.detail = kind, detail or GENERAL[kind]
        self.errors, self.headers = errors, dict(headers or {})
        self.afterwards = afterwards

    def response(self) -> HttpResponse:
        """The answer."""
        return HttpResponse(
            json.dumps(self.body()), MEDIA_TYPE, status=self.kind.status, headers=self.headers
        )

    def body(self) -> dict[str, Any]:
        """What the answer says."""
        said = Body(
            type=NAMES + self.kind.name,
            title=self.kind.title,
            status=self.kind.status,
            detail=self.detail,
            errors=list(self.errors) or None,
        )
        return said.model_dump(exclude_none=True)


def of_status(status: int) -> Problem:
    """The problem that a status alone tells of."""
    return Problem(_BY_STATUS.get(status, FAILED if status >= FAILED.status else MALFORMED))
