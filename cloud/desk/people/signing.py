"""Signing in and out, and the language: the pages of nobody in particular."""

import secrets
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.i18n import set_language

from cloud.desk import throttle
from cloud.desk.access import look_up
from cloud.desk.audit import sign
from cloud.desk.language import LANGUAGES, active, remember
from cloud.desk.models import Staff
from cloud.desk.numerals import number

KNOWN_FOR: Final = timedelta(days=180)
"""How long a browser is known to somebody who signed in with it."""


class SignInForm(AuthenticationForm):
    """A name and a password; refused without a look at them after too many wrong tries."""

    def clean(self) -> dict[str, object]:
        """Check the password, if this try is admitted at all."""
        name = self.cleaned_data.get("username", "")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data
        counts = throttle.of_password(name, address_of(self.request), _device(self.request, name))
        wait = throttle.admit(counts, datetime.now(UTC))
        if wait:
            raise ValidationError(too_many(wait), code="throttled")
        cleaned: dict[str, object] = super().clean()
        throttle.forget(counts)
        return cleaned

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse a first password that nobody used in its time."""
        super().confirm_login_allowed(user)
        if Staff.objects.filter(user=user.pk, first_until__lte=datetime.now(UTC)).exists():
            said = _("This first password has lapsed. Whoever gave it to you can give you another one.")
            raise ValidationError(said, code="lapsed")

    def get_invalid_login_error(self) -> ValidationError:
        """The same words for a wrong name and a wrong password."""
        said = _("This user name and this password do not belong together.")
        return ValidationError(said, code="invalid_login")


class SignIn(LoginView):
    """The page to sign in."""

    template_name = "desk/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let them in, in their language, and know this browser again."""
        response = super().form_valid(form)
        user = form.get_user()
        _noted(self.request, user, "sign-in")
        _know(response, user.get_username())
        language = Staff.objects.filter(user=user.pk).values_list("language", flat=True).first()
        if language in LANGUAGES:
            remember(response, language)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show why; 429 where it is for too many tries."""
        response = super().form_invalid(form)
        throttled = form.has_error("__all__", "throttled")
        response.status_code = 429 if throttled else 200
        if not throttled:
            # only a name that is somebody's: what was typed there may be a password
            tried = User.objects.filter(username=form.cleaned_data.get("username", "")).first()
            _noted(self.request, tried, "sign-in-failed")
        return response


class SignOut(LogoutView):
    """The way out."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Write that they went, and let them go."""
        if request.user.is_authenticated:
            _noted(request, request.user, "sign-out")
        return super().post(request, *args, **kwargs)


@login_not_required
def language(request: HttpRequest) -> HttpResponseBase:
    """Answer in another language from now on; on every browser of somebody who is signed in."""
    chosen = request.POST.get("language")
    if request.method == "POST" and chosen in LANGUAGES and request.user.is_authenticated:
        Staff.objects.filter(user=request.user.pk).update(language=chosen)
    return set_language(request)


def address_of(request: HttpRequest | None) -> str:
    """From where somebody asks."""
    return "" if request is None else str(request.META.get("REMOTE_ADDR", ""))


def too_many(wait: timedelta) -> str:
    """What is said to who has to wait."""
    minutes = number(ceil(wait / timedelta(minutes=1)), 0, active())
    return _("Too many wrong tries. Wait %(minutes)s min, then try again.") % {"minutes": minutes}


def _noted(request: HttpRequest, user: User | None, action: str) -> None:
    found = None if user is None else look_up(user)
    name = "" if user is None else user.get_username()
    (store, *others) = found.stores if found and found.stores else ("",)
    role = found.role if found else ""
    sign(request, name, role, action, f"user:{name}" if name else "", store="" if others else store)


def _device(request: HttpRequest | None, name: str) -> str:
    if request is None:
        return ""
    found = request.get_signed_cookie(_cookie(name), "", salt=_salt(name), max_age=KNOWN_FOR)
    return cast(str, found)


def _know(response: HttpResponse, name: str) -> None:
    response.set_signed_cookie(
        _cookie(name),
        secrets.token_urlsafe(12),
        salt=_salt(name),
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _cookie(name: str) -> str:
    # one for each: many clerks share the browser beside a till
    return f"known-{salted_hmac('cloud.desk.known', name, algorithm='sha256').hexdigest()[:12]}"


def _salt(name: str) -> str:
    return f"cloud.desk.known:{name}"
