"""What holds for every answer: no browser keeps it, and a part of a page is no place to sign in."""

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

AWAY: Final = 302


class Answers(MiddlewareMixin):
    """Stands before whatever sends somebody away to sign in."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Let nobody who sits here next see it; and let htmx take the whole page to sign in, not a part."""
        response.headers.setdefault("Cache-Control", "no-store")
        sign_in = resolve_url(settings.LOGIN_URL)
        sent = urlsplit(response.headers.get("Location", "")).path if response.status_code == AWAY else ""
        if sent != sign_in or request.headers.get("HX-Request") != "true":
            return response
        here = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
        there = f"{sign_in}?{urlencode({'next': here})}" if here else sign_in
        headers = {"HX-Redirect": there, "Cache-Control": "no-store"}
        return HttpResponse(status=401, headers=headers)
