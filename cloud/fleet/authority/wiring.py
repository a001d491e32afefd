"""The authority out of the settings: its keys, what it tells kiosks, and whose files it writes."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError

from cloud.fleet.authority.answering import Offer
from cloud.fleet.authority.registry import Registry
from cloud.fleet.authority.upkeep import Places
from cloud.fleet.signing import Signer
from mqtt.client import BadBroker, parse_broker
from mqtt.enrolment import Key

HERE = ("localhost", "127.0.0.1")
"""Under which names the club's own processes find each other on one machine."""


def registry() -> Registry:
    """The authorities, with their keys. Raises CommandError."""
    if not settings.AUTHORITY_SECRET:
        raise CommandError(
            "BASHGAH_AUTHORITY_SECRET is empty: set it to the passphrase of the authority's key, a long"
            " random text that is kept apart from the key and from backups"
        )
    return Registry(settings.AUTHORITY, settings.AUTHORITY_SECRET)


def offer() -> Offer:
    """What every kiosk is told. Raises CommandError, BadKey."""
    broker_host()
    key = settings.CLUB_KEY
    if key is None:
        raise CommandError("BASHGAH_CLUB_KEY is empty: a kiosk that is enrolled is given the club key")
    club_keys = (Key(key.id, key.secret.hex()),)
    return Offer(settings.BROKER_PUBLIC, Signer(settings.DATA).public, club_keys)


def places() -> Places:
    """Where the files go. Raises CommandError."""
    tls, pid = settings.BROKER_TLS, settings.BROKER_PID
    inside = parse_broker(settings.BROKER_URL).host
    return Places(
        broker=settings.BROKER_FILES,
        gate=settings.GATE_FILES,
        broker_hosts=_hosts(broker_host(), inside),
        gate_hosts=_hosts(gate_host()),
        cloud=tls.key.parent if tls else None,
        pid=Path(pid) if pid else None,
    )


def broker_host() -> str:
    """Where kiosks find the broker. Raises CommandError."""
    try:
        address = parse_broker(settings.BROKER_PUBLIC)
    except BadBroker as error:
        raise CommandError(f"BASHGAH_BROKER_PUBLIC: {error}") from None
    if not address.secure:
        raise CommandError("BASHGAH_BROKER_PUBLIC: kiosks come over TLS alone, to mqtts://host[:port]")
    return address.host


def gate_host() -> str:
    """Where kiosks find the gate. Raises CommandError."""
    parts = urlsplit(settings.GATE_PUBLIC)
    if parts.scheme != "https" or not parts.hostname or parts.path:
        raise CommandError("BASHGAH_GATE_PUBLIC is https://host[:port]")
    return parts.hostname


def _hosts(*names: str) -> tuple[str, ...]:
    return tuple(sorted({*HERE, *names}))
