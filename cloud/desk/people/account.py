"""The page of one's own account: password, second factor, and the sessions elsewhere."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloud.desk.access import GUARDED, viewer
from cloud.desk.audit import note
from cloud.desk.models import Staff
from cloud.desk.people import factor
from cloud.desk.people.asking import show_codes
from cloud.desk.people.forms import AgainForm, NewPasswordForm
from cloud.desk.people.sessions import ERA
from cloud.desk.people.words import role_name


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and what one can change of it."""
    return _page(request, AgainForm(cast(User, request.user)))


@require_http_methods(["GET", "HEAD", "POST"])
def account_password(request: HttpRequest) -> HttpResponseBase:
    """Change the password; sessions elsewhere end with the old one."""
    form = NewPasswordForm(cast(User, request.user), request.POST or None)
    staff = _own(request)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            Staff.objects.filter(pk=staff.pk).update(first_until=None)
            note(request, "password-changed", _subject(request))
        update_session_auth_hash(request, form.user)
        messages.success(request, _("Your password is changed."))
        return redirect("account")
    return render(
        request, "desk/people/password.html", {"form": form, "first": staff.first_until is not None}
    )


@require_POST
def account_second(request: HttpRequest) -> HttpResponseBase:
    """Turn the second factor off, or give new recovery codes; the password is asked for once more."""
    form, staff = AgainForm(cast(User, request.user), request.POST), _own(request)
    if not factor.has_one(staff):
        return redirect("account")
    if not form.is_valid():
        return _page(request, form)
    if request.POST.get("do") == "codes":
        note(request, "codes-renewed", _subject(request))
        return show_codes(request, factor.renew_codes(staff))
    if not _must(staff):
        with transaction.atomic():
            factor.take_away(staff)
            note(request, "second-off", _subject(request))
        messages.success(request, _("You sign in with your password alone from now on."))
    return redirect("account")


@require_POST
def account_elsewhere(request: HttpRequest) -> HttpResponseBase:
    """End all sessions of this user but this one."""
    with transaction.atomic():
        Staff.objects.filter(user=viewer(request).user).update(era=F("era") + 1)
        note(request, "signed-out-elsewhere", _subject(request))
    request.session[ERA] = _own(request).era
    messages.success(request, _("Only this browser is still signed in."))
    return redirect("account")


def _page(request: HttpRequest, form: AgainForm) -> HttpResponse:
    staff = _own(request)
    context = {
        "staff": staff,
        "role": role_name(staff.role),
        "stores": viewer(request).shown,
        "everywhere": viewer(request).stores is None,
        "second": factor.has_one(staff),
        "must": _must(staff),
        "codes": factor.codes_left(staff),
        "form": form,
    }
    return render(request, "desk/people/account.html", context)


def _must(staff: Staff) -> bool:
    return settings.SECOND_FACTOR and staff.role in GUARDED


def _own(request: HttpRequest) -> Staff:
    return Staff.objects.select_related("user").get(user=viewer(request).user)


def _subject(request: HttpRequest) -> str:
    return f"user:{viewer(request).name}"
