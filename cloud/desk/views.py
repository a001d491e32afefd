"""The pages: signing in, the HQ page, and what was set aside."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cloud.collector.models import Hole, Parked, StoredEvent
from cloud.desk import throttle
from cloud.desk.figures import read_figures
from cloud.desk.language import active
from cloud.desk.numerals import number
from cloud.desk.stream import newest_id, row_id
from cloud.desk.wording import lines

SHOWN: Final = 30
"""Events that the page begins with."""
PARKED: Final = 100
"""Set-aside messages on one page."""


class SignInForm(AuthenticationForm):
    """A name and a password; refused without a look at them after too many wrong tries."""

    def clean(self) -> dict[str, object]:
        """Check the password, if this try is admitted at all."""
        name, address = self.cleaned_data.get("username", ""), _address(self.request)
        wait = throttle.admit(name, address, datetime.now(UTC))
        if wait:
            raise ValidationError(_too_many(wait), code="throttled")
        cleaned: dict[str, object] = super().clean()
        throttle.forget(name, address)
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        """The same words for a wrong name and a wrong password."""
        said = _("This user name and this password do not belong together.")
        return ValidationError(said, code="invalid_login")


class SignIn(LoginView):
    """The page to sign in."""

    template_name = "desk/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show why; 429 where it is for too many tries."""
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "throttled") else 200
        return response


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The HQ page, complete as it stands; the stream goes on from `position`."""
    position = newest_id()
    rows = StoredEvent.objects.filter(id__lte=position).order_by("-id")[:SHOWN]
    context = {
        "position": position,
        "lines": lines(rows, active()),
        "figures": read_figures(datetime.now(UTC)),
    }
    return render(request, "desk/live.html", context)


@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """What could not be read or booked, and what never came, newest first; never the bytes."""
    before = row_id(request.GET.get("before", ""))
    rows = Parked.objects.order_by("-id").defer("raw")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[: PARKED + 1])
    context = {
        "rows": page[:PARKED],
        "older": page[PARKED - 1].id if len(page) > PARKED else None,
        "holes": Hole.objects.select_related("stream").order_by("-id")[:PARKED],
    }
    return render(request, "desk/parked.html", context)


def _address(request: HttpRequest | None) -> str:
    return "" if request is None else str(request.META.get("REMOTE_ADDR", ""))


def _too_many(wait: timedelta) -> str:
    minutes = number(ceil(wait / timedelta(minutes=1)), 0, active())
    return _("Too many wrong tries. Wait %(minutes)s min, then try again.") % {"minutes": minutes}
