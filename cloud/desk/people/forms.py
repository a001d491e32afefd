"""The forms of somebody's own account."""

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cloud.desk import throttle
from cloud.desk.people.passwords import LONGEST
from cloud.desk.people.signing import too_many


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Six digits, or a recovery code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "dir": "ltr",
                "autofocus": True,
            }
        ),
    )


class FirstCodeForm(CodeForm):
    """A code of an app that has read the secret just now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """There is no recovery code yet."""
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Six digits")


class AgainForm(forms.Form):
    """The password once more, before something that a stranger at an open screen must not do."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "dir": "ltr"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """For this user."""
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        """Look at it."""
        password = cast(str, self.cleaned_data["password"])
        _look_at(self._user, password)
        return password


class RenewForm(FirstCodeForm, AgainForm):
    """A code of the new app, and the password."""

    field_order = ("password", "code")


class NewPasswordForm(PasswordChangeForm):
    """The old password and a new one, twice."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """For this user."""
        super().__init__(user, *args, **kwargs)
        words = {
            "old_password": _("Password until now"),
            "new_password1": _("New password"),
            "new_password2": _("New password again"),
        }
        for name, label in words.items():
            field = cast(forms.CharField, self.fields[name])
            field.label, field.widget.attrs["dir"] = label, "ltr"
            field.widget.attrs["maxlength"] = LONGEST
        self.fields["new_password1"].help_text = _(
            "At least 10 characters, and none that everybody tries first. Several words are good."
        )
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """Look at it."""
        password = cast(str, self.cleaned_data["old_password"])
        _look_at(self.user, password)
        return password

    def clean_new_password1(self) -> str:
        """Another than before."""
        password = cast(str, self.cleaned_data["new_password1"])
        if self.user.check_password(password):
            raise ValidationError(_("This is the password that you have."))
        return password


def _look_at(user: User, password: str) -> None:
    """Raise ValidationError unless it is theirs; who guesses at an open screen has to wait as well."""
    counts = throttle.of_again(user.pk)
    wait = throttle.admit(counts, datetime.now(UTC))
    if wait:
        raise ValidationError(too_many(wait), code="throttled")
    if not user.check_password(password):
        raise ValidationError(_("This is not your password."))
    throttle.forget(counts)
