"""What every answer tells the browser to refuse, beside its content policy."""

from collections.abc import MutableMapping
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

_REFUSED: Final = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
HEADERS: Final = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _REFUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
}


def on_files(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """Add to a static file's answer what concerns it."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = HEADERS["Cross-Origin-Resource-Policy"]


class Headers(MiddlewareMixin):
    """Sets them on all that Django answers, and lets no page be kept: nearly all show somebody something."""

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response
