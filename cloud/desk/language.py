"""In which language a page answers: the one chosen on it, Persian before anything is chosen."""

from typing import Final, cast, get_args

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from mqtt.vocabulary import Language

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def active() -> Language:
    """The language that texts are translated to now."""
    return "en" if translation.get_language() == "en" else "fa"


def remember(response: HttpResponseBase, language: str) -> None:
    """Answer this browser in a language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class ChosenLanguage(MiddlewareMixin):
    """Reads the choice from its cookie. The browser's own list is not asked: many in Iran run in English."""

    def process_request(self, request: HttpRequest) -> None:
        """Answer in the language chosen before, if it is one of ours."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        translation.activate(cast(Language, language))

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say in which language the answer is, and on what that depends."""
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", active())
        return response
