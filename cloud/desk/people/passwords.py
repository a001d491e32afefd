"""How long a password may be: said in both languages, which Django's own words are not."""

from typing import Final

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST: Final = 10
LONGEST: Final = 128
"""Longer ones are refused, so that nobody lets the server hash a novel."""


class Length:
    """A validator of Django's kind."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:  # noqa: ARG002 - Django's
        """Raise ValidationError for one that is too short or too long."""
        if len(password) < SHORTEST:
            raise ValidationError(_("At least 10 characters."), code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(_("At most 128 characters."), code="password_too_long")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("At least 10 characters.")
