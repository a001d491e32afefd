"""Whatever goes wrong below `/api/`, and wherever it does, the answer is a problem and not a page."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from cloud.api.bucket import WINDOW, Taken
from cloud.api.problems import MEDIA_TYPE, of_status

BELOW: Final = "/api/"
WRONG: Final = 400


class Problems(MiddlewareMixin):
    """The outermost: it sees what Django itself answers to a wrong host or address, and to a fault."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Put a problem in a page's place; say that nothing is to be kept, and how much may still come."""
        if not request.path_info.startswith(BELOW):
            return response
        if response.status_code >= WRONG and response.headers.get("Content-Type") != MEDIA_TYPE:
            response.content = of_status(response.status_code).response().content
            response.headers["Content-Type"] = MEDIA_TYPE
            # it was counted before
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in _limits(getattr(request, "taken", None)).items():
            response.headers[name] = value
        return response


def _limits(taken: Taken | None) -> dict[str, str]:
    if taken is None:
        return {}
    return {
        "RateLimit-Policy": f'"key";q={taken.size};w={WINDOW}',
        "RateLimit": f'"key";r={taken.left};t={taken.full_in}',
    }
