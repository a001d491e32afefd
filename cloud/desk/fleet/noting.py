"""What is done to a kiosk, for the audit."""

from django.http import HttpRequest

from cloud.desk.audit import note
from cloud.fleet.models import Kiosk


def subject(kiosk: Kiosk) -> str:
    """Under what the audit knows a kiosk."""
    return f"kiosk:{kiosk.id}"


def noted(request: HttpRequest, action: str, kiosk: Kiosk, detail: str = "") -> None:
    """Write it down, in the transaction in which it is done."""
    note(request, action, subject(kiosk), store=kiosk.store_id, detail=detail)
