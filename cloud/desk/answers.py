"""A part of a page is no place to sign in, nor to show a code: the whole page goes there."""

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

AWAY: Final = 302
WAYS_IN: Final = ("login", "second", "account-password")
"""Pages to which somebody is sent who asked for another."""


class WholePage(MiddlewareMixin):
    """Stands before whatever sends somebody away to sign in."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Let htmx take the whole page there, not a part."""
        sent = urlsplit(response.headers.get("Location", "")).path if response.status_code == AWAY else ""
        if sent not in map(resolve_url, WAYS_IN) or request.headers.get("HX-Request") != "true":
            return response
        here = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
        there = f"{sent}?{urlencode({'next': here})}" if here else sent
        headers = {"HX-Redirect": there, "Cache-Control": "no-store"}
        return HttpResponse(status=401, headers=headers)
