"""Signing in."""

from datetime import UTC, datetime, timedelta
from math import ceil

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cloud.desk import throttle
from cloud.desk.language import active
from cloud.desk.numerals import number


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


def _address(request: HttpRequest | None) -> str:
    return "" if request is None else str(request.META.get("REMOTE_ADDR", ""))


def _too_many(wait: timedelta) -> str:
    minutes = number(ceil(wait / timedelta(minutes=1)), 0, active())
    return _("Too many wrong tries. Wait %(minutes)s min, then try again.") % {"minutes": minutes}
