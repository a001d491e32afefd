"""The fleet of the club that is walked: kiosks in all states, and one with all that a kiosk can have."""

from datetime import datetime, timedelta
from math import sin
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from cloud.fleet import alarms, commands, tokens
from cloud.fleet.health import EVERY, begin_of
from cloud.fleet.models import (
    Authority,
    Certificate,
    Command,
    EnrolmentToken,
    HealthSample,
    Kiosk,
    KioskHealth,
    Refusal,
)
from mqtt.vocabulary import KioskId

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SHOWN: Final = KioskId("vanak-1")
READERS: Final = {"rc522": True, "pn532": True}


def furnish(now: datetime) -> None:
    """Fill what the fleet's pages show; the club's stores and its first kiosks are there."""
    issuer = authority(now)
    more = ("offline", "reader", "disk", "queue", "clock", "ending", "ended", "revoked", "never", "refused")
    for name in more:
        Kiosk.objects.create(id=f"vanak-{name}", store_id="vanak")
    for kiosk in Kiosk.objects.exclude(id="vanak-never"):
        _well(kiosk.id, issuer, now)
    _wrong(now)
    _identity(issuer, now)
    _commands(now)
    samples(SHOWN, now)
    alarms.judge(now)


def authority(now: datetime) -> Authority:
    """The club's own, with a certificate that can be read."""
    key, name = (
        generate_private_key(SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "club")]),
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = builder.serial_number(1).not_valid_before(now).not_valid_after(now + 3650 * DAY)
    pem = made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()
    return Authority.objects.create(
        serial="1", pem=pem, state="current", made_at=now, ends_at=now + 3650 * DAY
    )


def samples(kiosk: str, now: datetime, days: int = 30) -> None:
    """A month with a night off, a full queue, a warm noon and a disk that fills."""
    last = begin_of(now)
    rows = []
    for number in range(days * DAY // EVERY):
        at = last - EVERY * number
        if 200 < number < 240:
            continue
        wave = sin(number / 46)
        rows.append(
            HealthSample(
                kiosk_id=kiosk,
                at=at,
                online=number % 170 != 100,
                queue=max(0, round(60 * wave - 20)),
                disk_free=9_000_000_000 + 250_000 * number,
                temperature=44 + 7 * wave,
                clock=True,
            )
        )
    HealthSample.objects.bulk_create(reversed(rows))


def _well(kiosk: str, issuer: Authority, now: datetime) -> None:
    KioskHealth.objects.create(
        kiosk_id=kiosk,
        heard_at=now,
        online=True,
        app="0.8.0",
        image="2026.11.2",
        uptime=86_000,
        clock=True,
        disk_free=9_400_000_000,
        temperature=44.5,
        readers=READERS,
        last_tap=now - 4 * MINUTE,
        certificate_days=71,
        watchdog=15,
    )
    certificate(kiosk, f"{kiosk}-2", issuer, now - 19 * DAY)


def certificate(kiosk: str, serial: str, issuer: Authority, issued: datetime, **more: object) -> None:
    """One of 90 days."""
    fields = {"ends_at": issued + 90 * DAY, "begins_at": issued, "issued_at": issued, "key_hash": "0" * 64}
    Certificate.objects.create(serial=serial, name=kiosk, kiosk_id=kiosk, issuer=issuer, **(fields | more))


def _wrong(now: datetime) -> None:
    said: dict[str, dict[str, object]] = {
        "offline": {"heard_at": now - 95 * MINUTE, "online": False},
        "reader": {"readers": READERS | {"pn532": False}, "reader_down_since": now - 40 * MINUTE},
        "disk": {"disk_free": 210_000_000},
        "queue": {"queue": 1_480, "queue_age": 5_400.0},
        "clock": {"clock": False},
    }
    for name, fields in said.items():
        KioskHealth.objects.filter(kiosk=f"vanak-{name}").update(**fields)
    Certificate.objects.filter(kiosk="vanak-ending").update(ends_at=now + 9 * DAY)
    Certificate.objects.filter(kiosk="vanak-ended").update(ends_at=now - 3 * DAY)
    Kiosk.objects.filter(id="vanak-revoked").update(revoked_at=now - DAY)
    for name, reason, place, count in (
        ("vanak-refused", "token-used", "enrolment", 31),
        (SHOWN, "token-expired", "enrolment", 3),
        (SHOWN, "certificate-unknown", "broker", 2),
    ):
        Refusal.objects.create(
            place=place,
            reason=reason,
            name=name,
            hour=now.replace(minute=0, second=0, microsecond=0),
            address="192.0.2.7",
            count=count,
            last_at=now - MINUTE,
        )


def _identity(issuer: Authority, now: datetime) -> None:
    certificate(SHOWN, "vanak-1-1", issuer, now - 80 * DAY, superseded_at=now - 19 * DAY)
    certificate(SHOWN, "vanak-1-0", issuer, now - 140 * DAY, revoked_at=now - 80 * DAY)
    past = {"kiosk_id": SHOWN, "store_id": "vanak", "made_by": "fleet"}
    for number, more in enumerate(
        ({"used_at": now - 140 * DAY}, {"withdrawn_at": now - 90 * DAY}, {}), start=1
    ):
        made = now - (150 - number) * DAY
        EnrolmentToken.objects.create(
            hash=f"{number:064x}", made_at=made, expires_at=made + 3 * DAY, **past, **more
        )
    tokens.issue(SHOWN, "fleet", now, 3 * DAY)


def _commands(now: datetime) -> None:
    for kind, ago, result, detail in (
        ("restart", 300, "done", ""),
        ("logs", 200, "failed", "no room on the disk"),
        ("resync", 100, "late", ""),
        ("reload", 60, "", ""),
        ("renew", 1, "", ""),
    ):
        given = now - ago * MINUTE
        name = commands.give(SHOWN, kind, 15 * MINUTE, given)
        Command.objects.filter(id=name).update(
            sent_at=given, result=result, detail=detail, done_at=given if result else None
        )
