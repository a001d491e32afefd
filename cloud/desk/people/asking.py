"""The pages of the second factor on the way in: a code is asked for, or set up."""

from base64 import b32encode, b64decode, b64encode
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cloud.desk import throttle
from cloud.desk.access import GUARDED, refused
from cloud.desk.audit import sign
from cloud.desk.models import Staff
from cloud.desk.people import factor
from cloud.desk.people import second as codes
from cloud.desk.people.forms import CodeForm, FirstCodeForm, RenewForm
from cloud.desk.people.sealing import Unsealable, seal, unseal
from cloud.desk.people.signing import too_many
from cloud.desk.qr import svg

ISSUER = "Bashgah"
SETUP = "second-setup"
"""Where the session keeps, sealed, the secret that is being set up."""


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code, and go on to where they wanted to."""
    staff = _staff(request)
    if staff is None:
        return refused(request)
    if not factor.has_one(staff):
        return redirect(_with_next(SETUP, request))
    if request.session.get("second"):
        return redirect(_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _taken(request, staff, form):
        _in(request)
        return redirect(_next(request))
    status = 429 if form.has_error("code", "throttled") else 200
    return render(request, "desk/people/second.html", {"form": form, "next": _next(request)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def second_setup(request: HttpRequest) -> HttpResponseBase:
    """Show a new secret until a code of it comes back; then the recovery codes, once."""
    staff = _staff(request)
    if staff is None:
        return refused(request)
    renewed = factor.has_one(staff)
    if renewed and not request.session.get("second"):
        return redirect(_with_next("second", request))
    user = cast(User, request.user)
    secret, data = _secret(request, user), request.POST or None
    form = RenewForm(user, data) if renewed else FirstCodeForm(data)
    if request.method == "POST" and form.is_valid() and (given := _set_up(request, staff, secret, form)):
        return show_codes(request, given)
    drawn = svg(codes.address(secret, user.get_username(), ISSUER))
    context = {
        "form": form,
        "qr": drawn,
        "secret": _in_fours(b32encode(secret).decode()),
        "next": _next(request),
        "must": staff.role in GUARDED and settings.SECOND_FACTOR and not renewed,
    }
    return render(request, "desk/people/second_setup.html", context)


def show_codes(request: HttpRequest, given: list[str]) -> HttpResponse:
    """The recovery codes, to print. In the answer itself: a redirect would have to keep them somewhere."""
    return render(request, "desk/people/codes.html", {"codes": given, "next": _next(request)})


def _staff(request: HttpRequest) -> Staff | None:
    return Staff.objects.filter(user=cast(User, request.user).pk).first()


def _taken(request: HttpRequest, staff: Staff, form: CodeForm) -> bool:
    now, counts = datetime.now(UTC), throttle.of_second(staff.pk)
    wait = throttle.admit(counts, now)
    if wait:
        form.add_error("code", ValidationError(too_many(wait), code="throttled"))
    elif factor.accepts(staff, form.cleaned_data["code"], now):
        throttle.forget(counts)
        _noted(request, staff, "second")
        return True
    else:
        form.add_error("code", _("This code is not right, was used before, or its time is over."))
        _noted(request, staff, "second-failed")
    return False


def _set_up(request: HttpRequest, staff: Staff, secret: bytes, form: CodeForm) -> list[str] | None:
    given = factor.set_up(staff, secret, form.cleaned_data["code"], datetime.now(UTC))
    if given is None:
        form.add_error("code", _("This code is not of this secret. Is the clock of the telephone right?"))
        return None
    del request.session[SETUP]
    _noted(request, staff, "second-set")
    _in(request)
    return given


def _in(request: HttpRequest) -> None:
    request.session.cycle_key()
    request.session["second"] = True


def _secret(request: HttpRequest, user: User) -> bytes:
    """The secret that this session is shown: the same until it is confirmed, so that a reload is harmless."""
    try:
        return unseal(b64decode(request.session.get(SETUP, "")), user.pk, settings.SECRET_KEY)
    except Unsealable:
        secret = codes.new_secret()
        request.session[SETUP] = b64encode(seal(secret, user.pk, settings.SECRET_KEY)).decode()
        return secret


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def _with_next(page: str, request: HttpRequest) -> str:
    return f"{resolve_url(page)}?{urlencode({'next': _next(request)})}"


def _noted(request: HttpRequest, staff: Staff, action: str) -> None:
    name = staff.user.get_username()
    sign(request, name, staff.role, action, f"user:{name}")


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
