"""Answers are packed on the way, with a random length against who would guess at a page by its size."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Packed(GZipMiddleware):
    """Outside of all that reads and writes answers: behind it they are as they are."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Pack an answer that is whole; one that comes bit by bit is not held back."""
        return response if response.streaming else super().process_response(request, response)
