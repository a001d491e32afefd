"""A part of a page is no place to sign in: htmx is told to take the whole page there."""

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

AWAY: Final = 302
WAYS_IN: Final = ("login", "second")
"""Pages to which somebody is sent who asked for another."""


class WholePage(MiddlewareMixin):
    """Stands before whatever sends somebody away to sign in."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Answer 401 and where to go where htmx would follow and put a form to sign in into a part."""
        if response.status_code != AWAY or request.headers.get("HX-Request") != "true":
            return response
        to = urlsplit(response.headers["Location"]).path
        if to not in map(resolve_url, WAYS_IN):
            return response
        here = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
        there = f"{to}?{urlencode({'next': here})}" if here else to
        return HttpResponse(status=401, headers={"HX-Redirect": there})
