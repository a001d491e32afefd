"""The interface's description (OpenAPI 3.1), with every problem that can be the answer."""

import json
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic.json_schema import models_json_schema

from cloud.api.guard import Key
from cloud.api.problems import (
    CONFLICT,
    FAILED,
    FORBIDDEN,
    GENERAL,
    INVALID,
    MALFORMED,
    MEDIA_TYPE,
    NO_KEY,
    NOT_FOUND,
    NOT_JSON,
    TOO_LARGE,
    TOO_MANY,
    UNAVAILABLE,
    Body,
)

ANY: Final = (MALFORMED, NO_KEY, FORBIDDEN, NOT_FOUND, TOO_LARGE, INVALID, TOO_MANY, FAILED)
"""What any operation may answer."""
WRITING: Final = (CONFLICT, NOT_JSON, UNAVAILABLE)
"""What one that has a body may answer besides."""
_SCHEMAS: Final = "#/components/schemas/"


class Described(OpenAPISchema):
    """ninja's description, with the scope that each operation needs and the problems."""

    def responses(self, operation: Operation) -> dict[Any, Any]:
        """What an operation answers, problems too."""
        kinds = ANY + (WRITING if "POST" in operation.methods else ())
        problems = {kind.status: {"$ref": f"#/components/responses/{kind.status}"} for kind in kinds}
        return dict(sorted({**super().responses(operation), **problems}.items()))

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """Which scope an operation needs."""
        super().operation_security(operation)
        return [{"Key": [auth.scope]} for auth in operation.auth_callbacks if isinstance(auth, Key)]

    def get_components(self) -> dict[str, Any]:
        """The schemas, how a key is sent, and the problems' answers."""
        components = super().get_components()
        _, shape = models_json_schema([(Body, "serialization")], ref_template=_SCHEMAS + "{model}")
        components["schemas"] |= shape["$defs"]
        components["responses"] = {str(kind.status): _response(kind.title, kind.status) for kind in GENERAL}
        return components


def _response(title: str, status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}{Body.__name__}"}}}
    said: dict[str, Any] = {"description": title, "content": content}
    if status == TOO_MANY.status:
        said["headers"] = {
            "Retry-After": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
        }
    return said


class Api(NinjaAPI):
    """NinjaAPI that describes itself so."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Described:  # noqa: ANN401 - ninja's own
        """The description."""
        return Described(self, path_prefix or self.get_root_path(path_params or {}))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """An operation is called what its function is."""
        return operation.view_func.__name__


@cache
def _document(api: Api) -> bytes:
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1).encode()


def openapi(api: Api) -> Any:  # noqa: ANN401 - Django's type of a view
    """A view that shows an interface's description to anybody; it is made once: nobody is counted here."""

    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(_document(api), "application/json")

    return view
