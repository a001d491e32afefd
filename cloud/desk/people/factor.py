"""Somebody's second factor in the database: set up, asked for, taken away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from cloud.desk.models import RecoveryCode, Staff
from cloud.desk.people import second
from cloud.desk.people.sealing import Unsealable, seal, unseal

_LONGEST: Final = 40
"""Characters that are looked at of what was typed."""


def has_one(staff: Staff) -> bool:
    """Whether codes are asked of them."""
    return staff.totp_secret is not None


def set_up(staff: Staff, secret: bytes, typed: str, now: datetime) -> list[str] | None:
    """Keep a secret whose code was typed, in place of the one before; the new recovery codes, or None."""
    step = second.matching_step(secret, second.plain(typed[:_LONGEST]), now, after=0)
    if step is None:
        return None
    staff.totp_secret, staff.totp_step = seal(secret, staff.pk, settings.SECRET_KEY), step
    with transaction.atomic():
        staff.save(update_fields=("totp_secret", "totp_step"))
        return renew_codes(staff)


def renew_codes(staff: Staff) -> list[str]:
    """Ten recovery codes in place of those before. They are not kept: show them now."""
    codes = second.new_codes()
    with transaction.atomic():
        RecoveryCode.objects.filter(staff=staff).delete()
        RecoveryCode.objects.bulk_create(_rows(staff, codes))
    return codes


def take_away(staff: Staff) -> None:
    """Leave them none."""
    staff.totp_secret = None
    with transaction.atomic():
        staff.save(update_fields=("totp_secret",))
        RecoveryCode.objects.filter(staff=staff).delete()


def accepts(staff: Staff, typed: str, now: datetime) -> bool:
    """Whether a code or a recovery code is right. It is used up by that, also by two at the same time."""
    code = second.plain(typed[:_LONGEST])
    return _accepts_code(staff, code, now) or _accepts_recovery(staff, code, now)


def codes_left(staff: Staff) -> int:
    """Recovery codes that were not used."""
    return RecoveryCode.objects.filter(staff=staff, used_at=None).count()


def _accepts_code(staff: Staff, code: str, now: datetime) -> bool:
    if staff.totp_secret is None:
        return False
    try:
        secret = unseal(bytes(staff.totp_secret), staff.pk, settings.SECRET_KEY)
    except Unsealable:
        return False
    step = second.matching_step(secret, code, now, staff.totp_step)
    if step is None:
        return False
    return bool(Staff.objects.filter(pk=staff.pk, totp_step__lt=step).update(totp_step=step))


def _accepts_recovery(staff: Staff, code: str, now: datetime) -> bool:
    unused = RecoveryCode.objects.filter(staff=staff, digest=_digest(staff, code), used_at=None)
    return bool(unused.update(used_at=now))


def _rows(staff: Staff, codes: Iterable[str]) -> Iterable[RecoveryCode]:
    return (RecoveryCode(staff=staff, digest=_digest(staff, second.plain(code))) for code in codes)


def _digest(staff: Staff, code: str) -> str:
    return salted_hmac("cloud.desk.people.recovery", f"{staff.pk}\0{code}", algorithm="sha256").hexdigest()
