"""A kiosk that is let in nowhere any more, and one that may come back."""

from datetime import datetime

from django.db import transaction

from cloud.fleet.commands import Unknown
from cloud.fleet.models import Certificate, EnrolmentToken, Kiosk
from cloud.fleet.tokens import locked
from mqtt.vocabulary import KioskId


@transaction.atomic
def revoke(kiosk: KioskId, now: datetime) -> None:
    """Let a kiosk in no more, with any certificate or token of its. Raises Unknown.

    The authority sees it within a second and tells the broker, which drops the kiosk's rights at once.
    """
    found = locked(kiosk)
    Kiosk.objects.filter(id=kiosk).update(revoked_at=found.revoked_at or now)
    Certificate.objects.filter(kiosk=kiosk, revoked_at=None).update(revoked_at=now)
    EnrolmentToken.objects.filter(kiosk=kiosk, used_at=None, withdrawn_at=None).update(withdrawn_at=now)


@transaction.atomic
def admit(kiosk: KioskId, now: datetime) -> None:  # noqa: ARG001 - as it is revoked
    """Let a kiosk come back with a new token: what was revoked of its stays revoked. Raises Unknown."""
    locked(kiosk)
    Kiosk.objects.filter(id=kiosk).update(revoked_at=None)


def revoke_reader(name: str, now: datetime) -> None:
    """Let one of head office's tools in no more. Raises Unknown for one that has no certificate."""
    if not Certificate.objects.filter(name=name, kiosk=None).exists():
        raise Unknown(f"nobody is called {name[:64]!r}")
    Certificate.objects.filter(name=name, kiosk=None, revoked_at=None).update(revoked_at=now)
