"""`/api/v1`: its operations, and what becomes of what goes wrong in them."""

import logging
import traceback
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from cloud.api.coupons import router as coupons
from cloud.api.described import Api, openapi
from cloud.api.members import router as members
from cloud.api.parser import Strict, parse
from cloud.api.problems import FAILED, INVALID, MALFORMED, NO_KEY, Fault, Problem
from cloud.api.sales import router as sales

BEARER: Final = {"WWW-Authenticate": "Bearer"}
log = logging.getLogger("cloud.api")
api: Final = Api(title="Bashgah", version="1", openapi_url=None, docs_url=None, parser=Strict())
api.add_router("", members)
api.add_router("", sales)
api.add_router("", coupons)


@api.exception_handler(Problem)
def _problem(_: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(AuthenticationError)
def _no_key(_: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return Problem(NO_KEY, headers=BEARER).response()


@api.exception_handler(HttpError)
def _unreadable(_: HttpRequest, error: HttpError) -> HttpResponse:
    # so ninja wraps what the parser raised
    cause = error.__cause__
    return (cause if isinstance(cause, Problem) else Problem(MALFORMED)).response()


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return Problem(INVALID, errors=[_fault(request, one) for one in error.errors]).response()


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    # where and what kind: a database's own words may quote a row
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s failed: %s\n%s", request.method, type(error).__name__, where)
    return Problem(FAILED).response()


def _fault(request: HttpRequest, error: dict[str, Any]) -> Fault:
    source, *place = error["loc"]
    detail = error["msg"]
    if error["type"] == "union_tag_invalid":  # the one whose text quotes what was sent
        detail = f"Input should be one of {error['ctx']['expected_tags']}"
    if source != "body":
        return Fault(detail=detail, parameter=str(place[0]))
    return Fault(detail=detail, pointer=_pointer(parse(request.body or b"null"), place[1:]))


def _pointer(value: Any, place: list[str | int]) -> str:  # noqa: ANN401 - JSON is anything
    """A JSON pointer (RFC 6901); what stands in `place` for a union's choice is no part of it."""
    parts: list[str | int] = []
    for number, part in enumerate(place, 1):
        there = part in value if isinstance(value, dict) else isinstance(value, list)
        if there or number == len(place):
            parts.append(part)
        if there:
            value = value[part]
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _urls() -> list[URLPattern | URLResolver]:
    found, _, _ = api.urls
    for pattern in found:
        if isinstance(pattern, URLPattern):
            # a key opens these, a session does not
            login_not_required(pattern.callback)
    return [path("openapi.json", login_not_required(openapi(api)), name="openapi"), *found]


urls: Final = _urls(), "ninja", "api-1"
