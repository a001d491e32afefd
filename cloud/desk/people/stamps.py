"""Every session is stamped as it begins, whichever way somebody signs in."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from cloud.desk.models import Staff
from cloud.desk.people import sessions


def watch() -> None:
    """Stamp from now on; called once, when the app is ready."""
    user_logged_in.connect(_stamp, dispatch_uid="session-stamps")


def _stamp(request: HttpRequest, user: User, **_: object) -> None:
    era = Staff.objects.filter(user=user.pk).values_list("era", flat=True).first()
    sessions.begin(request.session, era or 0, datetime.now(UTC))
