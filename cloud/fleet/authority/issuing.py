"""Certificates as they are kept: each holder has one that counts, and those before it are followed."""

from datetime import datetime
from typing import Final

from django.db import transaction

from cloud.fleet.authority.certificates import Whom, certify, key_hash, pem, serial
from cloud.fleet.authority.registry import Registry
from cloud.fleet.models import Certificate
from mqtt.identity import role
from mqtt.vocabulary import BadId

SERVERS: Final = ("broker", "gate")
"""Who is known by hosts, and is nobody on the broker."""


@transaction.atomic
def issue(registry: Registry, whom: Whom, now: datetime) -> Certificate:
    """Sign and keep a certificate, which takes the place of the one before.

    One before it of another key is revoked: another device has its place, or somebody made the key anew.
    Raises NoAuthority, BadKeyFile, BadId.
    """
    _check(whom)
    current = registry.current()
    made = certify(registry.issuer(current), whom, now)
    row = Certificate(serial=serial(made), name=whom.name, issuer=current, key_hash=key_hash(whom.key))
    row.kiosk_id = whom.name if whom.role == "kiosk" else None
    row.pem, row.issued_at = pem(made), now
    row.begins_at, row.ends_at = made.not_valid_before_utc, made.not_valid_after_utc
    _follow(row, now)
    row.save(force_insert=True)
    return row


def held(name: str) -> Certificate | None:
    """The certificate that counts: neither followed nor revoked; there is one at most."""
    return Certificate.objects.filter(name=name, superseded_at=None, revoked_at=None).first()


def _check(whom: Whom) -> None:
    """Whatever stands in a table: no kiosk gets the cloud's name, nor a tool a kiosk's."""
    if whom.role not in SERVERS and role(whom.name) != whom.role:
        raise BadId(f"{whom.name[:64]!r} is no name of a {whom.role}")


def _follow(row: Certificate, now: datetime) -> None:
    before = Certificate.objects.filter(name=row.name)
    before.filter(superseded_at=None).update(superseded_at=now)
    before.filter(revoked_at=None).exclude(key_hash=row.key_hash).update(revoked_at=now)
