"""Who may do what, as the broker is told: its rules and its certificate lists, out of the tables."""

import logging
import re
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from django.db.models import Count, Max, Q

from cloud.fleet.authority.certificates import revoked
from cloud.fleet.authority.registry import Registry, trusted
from cloud.fleet.brokering.rules import acl
from cloud.fleet.models import Authority, Certificate, Kiosk
from mqtt.vocabulary import BadId, GroupId, KioskId, checked_id

LISTED: Final = timedelta(days=30)
"""For how long a list is good: as long as this there may be no authority before the broker lets nobody in."""
READER: Final = "reader."
_LIST: Final = re.compile(r"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----\n", re.DOTALL)
log = logging.getLogger("cloud.authority")
Glance = tuple[object, ...]
Gone = frozenset[tuple[str, str, datetime]]


def glance() -> Glance:
    """What changes when somebody is revoked, admitted or trusted: quick, for it is looked at all the time."""
    kiosks = Kiosk.objects.aggregate(all=Count("id"), gone=Count("revoked_at"), last=Max("revoked_at"))
    readers = Count("serial", filter=Q(name__startswith=READER))
    gone = Certificate.objects.aggregate(gone=Count("revoked_at"), last=Max("revoked_at"), readers=readers)
    authorities = Authority.objects.order_by("serial").values_list("serial", "state")
    return (*kiosks.values(), *gone.values(), *authorities)


def rules(now: datetime) -> str:
    """The broker's list of access rules. A kiosk whose name is none is not in it: it cannot connect."""
    standing = Kiosk.objects.filter(revoked_at=None).values_list("id", "store__group_id")
    gone = Kiosk.objects.exclude(revoked_at=None).values_list("id", flat=True)
    readers = Certificate.objects.filter(name__startswith=READER, revoked_at=None, ends_at__gt=now)
    return acl(
        [(KioskId(kiosk), GroupId(group)) for kiosk, group in standing if _named(kiosk) and _named(group)],
        [KioskId(kiosk) for kiosk in gone if _named(kiosk)],
        set(readers.values_list("name", flat=True)),
    )


def _named(text: str) -> bool:
    """Whether a row's id is one: a single wrong one must not keep the broker from what it is to be told."""
    try:
        checked_id(text)
    except BadId:
        log.error("%r can name no kiosk and no group", text)  # noqa: TRY400 - the text says all
        return False
    return True


def gone(now: datetime) -> Gone:
    """Of each revoked certificate that has not ended: whose authority's, its serial, and since when."""
    found = Certificate.objects.exclude(revoked_at=None).filter(ends_at__gt=now - timedelta(days=1))
    rows = found.values_list("issuer_id", "serial", "revoked_at")
    return frozenset((issuer, serial, since) for issuer, serial, since in rows if since)


def signed_at(text: str) -> datetime | None:
    """When the lists in a file were signed; None where there is none."""
    try:
        found = [x509.load_pem_x509_crl(part[0].encode()) for part in _LIST.finditer(text)]
    except ValueError:
        found = []
    return max((each.last_update_utc for each in found), default=None)


def lists(registry: Registry, revocations: Gone, now: datetime) -> str:
    """A certificate list of each authority that is trusted. Raises BadKeyFile."""
    return "".join(
        revoked(
            registry.issuer(row),
            [(serial, since) for issuer, serial, since in revocations if issuer == row.serial],
            now,
            now + LISTED,
        )
        for row in trusted()
    )
