"""The authority answers what the gate was asked: each request once, in one transaction with what it signs."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import DatabaseError, transaction

from cloud.fleet import refusals, sealing, tokens
from cloud.fleet.authority import issuing, judging, queue
from cloud.fleet.authority.certificates import Whom, key_hash, pem, serial
from cloud.fleet.authority.keyfiles import BadKeyFile
from cloud.fleet.authority.registry import NoAuthority, Registry, chain, signing
from cloud.fleet.authority.requests import Denied, checked
from cloud.fleet.models import Certificate, EnrolmentToken, Kiosk, SigningRequest
from mqtt.enrolment import Enrol, Enrolled, Key, Refused, Renew, decode
from mqtt.vocabulary import BadMessage, KioskId

Point = Literal["taken", "signed", "before commit", "after commit"]
log = logging.getLogger("cloud.authority")


@dataclass(frozen=True, slots=True)
class Offer:
    """What every kiosk is told beside its certificate."""

    broker: str
    catalogue_key: str
    club_keys: tuple[Key, ...]


def _nothing(_point: Point) -> None:
    """Where tests let the process die."""


class Answers:
    """Signs, or says why not; `at` is called at the points where dying must not hurt."""

    def __init__(self, registry: Registry, offer: Offer, at: Callable[[Point], None] = _nothing) -> None:
        """Wire."""
        self._registry, self._offer, self._at = registry, offer, at

    def turn(self, now: datetime) -> bool:
        """Answer the oldest request; whether there was one. Raises NoAuthority, BadKeyFile, DatabaseError."""
        with transaction.atomic():
            row = queue.oldest()
            if row is None:
                return False
            self._at("taken")
            answer = self._answer(row, now)
            self._at("signed")
            queue.answer(row, answer, now)
            self._at("before commit")
        self._at("after commit")
        return True

    def _answer(self, row: SigningRequest, now: datetime) -> queue.Answer:
        try:
            with transaction.atomic():
                return self._judged(row, now)
        except (NoAuthority, BadKeyFile, DatabaseError):
            raise
        except Exception as error:  # noqa: BLE001 - one that cannot be answered must not block those behind it
            log.error("request %s cannot be answered: %s", row.pk, type(error).__name__)  # noqa: TRY400 - it may quote a token
            return queue.Answer(503, b"{}")

    def _judged(self, row: SigningRequest, now: datetime) -> queue.Answer:
        asked: Enrol | Renew | None = None
        try:
            asked = _read(row)
            kiosk, certificate = (
                self._enrolled(asked, now) if isinstance(asked, Enrol) else self._renewed(asked, now)
            )
        except Denied as denied:
            refusals.note("enrolment", denied.reason, _claimed(asked), row.address, now)
            log.info("refused: %s, %s", denied.reason, refusals.printable(_claimed(asked)))
            return queue.Answer(_status(denied), msgspec.json.encode(Refused(denied.reason, denied.detail)))
        log.info(
            "%s: certificate %s until %s", kiosk.pk, certificate.serial, f"{certificate.ends_at:%Y-%m-%d}"
        )
        return queue.Answer(200, msgspec.json.encode(self._told(kiosk, certificate)))

    def _enrolled(self, asked: Enrol, now: datetime) -> tuple[Kiosk, Certificate]:
        found = EnrolmentToken.objects.filter(hash=tokens.digest(asked.token)).first()
        if found is None:
            raise Denied("token-unknown", "there is no such token: is it typed right?")
        kiosk = tokens.locked(KioskId(found.kiosk_id))
        found.refresh_from_db()  # what was read before the kiosk was locked may have changed
        token = judging.Token(
            found.store_id, found.expires_at, found.withdrawn_at is not None, found.key_hash
        )
        judging.may_come(token, asked.store, _standing(kiosk), now)
        key = checked(asked.request, kiosk.pk)
        judging.may_take(token, _held(kiosk), key_hash(key))
        if not token.key:
            EnrolmentToken.objects.filter(hash=found.hash).update(used_at=now, key_hash=key_hash(key))
        return kiosk, self._certificate(Whom("kiosk", kiosk.pk, key), "", now)

    def _renewed(self, asked: Renew, now: datetime) -> tuple[Kiosk, Certificate]:
        shown = _known(asked.certificate)
        kiosk = tokens.locked(KioskId(str(shown.kiosk_id)))
        shown.refresh_from_db()
        if kiosk.revoked_at:
            raise Denied("kiosk-revoked", "the kiosk was revoked: head office can admit it again")
        if shown.revoked_at:
            raise Denied("certificate-revoked", "the certificate was revoked: use a new token")
        key = checked(asked.request, kiosk.pk)
        judging.may_renew(_held(kiosk), shown.key_hash, key_hash(key))
        return kiosk, self._certificate(Whom("kiosk", kiosk.pk, key), shown.serial, now)

    def _certificate(self, whom: Whom, shown: str, now: datetime) -> Certificate:
        row = issuing.held(whom.name)
        by = signing(self._registry.current())
        if row and judging.same_again(_of(row), key_hash(whom.key), shown, by, now):
            return row
        return issuing.issue(self._registry, whom, now)

    def _told(self, kiosk: Kiosk, certificate: Certificate) -> Enrolled:
        offer = self._offer
        return Enrolled(
            kiosk=kiosk.pk,
            store=kiosk.store_id,
            group=kiosk.store.group_id,
            broker=offer.broker,
            certificate=certificate.pem,
            authorities=chain(),
            catalogue_key=offer.catalogue_key,
            club_keys=offer.club_keys,
        )


def _read(row: SigningRequest) -> Enrol | Renew:
    try:
        body = queue.said(row)
        return decode(body, Enrol) if row.kind == "enrol" else decode(body, Renew)
    except (sealing.Broken, BadMessage):
        raise Denied("request-malformed", "it cannot be read") from None


def _known(text: str) -> Certificate:
    """The row of a certificate that the club's authority signed for a kiosk. Raises Denied."""
    try:
        shown = x509.load_pem_x509_certificate(text.encode())
        number, whole = serial(shown), pem(shown)
    except (ValueError, TypeError, x509.InvalidVersion):
        raise Denied("request-malformed", "the certificate cannot be read") from None
    rows = Certificate.objects.filter(serial=number, kiosk__isnull=False).exclude(issuer__state="retired")
    row = rows.first()
    if row is None or row.pem != whole:
        raise Denied("certificate-unknown", "the certificate is not of this club's authority: use a token")
    return row


def _claimed(asked: Enrol | Renew | None) -> str:
    """Who somebody says to be, which need not be so."""
    if isinstance(asked, Enrol):
        found = EnrolmentToken.objects.filter(hash=tokens.digest(asked.token)).first()
        return found.kiosk_id if found else asked.store
    return _common_name(asked.certificate) if asked else ""


def _common_name(text: str) -> str:
    try:
        subject = x509.load_pem_x509_certificate(text.encode()).subject
        return str(next((part.value for part in subject.get_attributes_for_oid(NameOID.COMMON_NAME)), ""))
    except (ValueError, TypeError, x509.InvalidVersion):
        return ""


def _held(kiosk: Kiosk) -> judging.Held | None:
    row = issuing.held(kiosk.pk)
    return _of(row) if row else None


def _of(row: Certificate) -> judging.Held:
    return judging.Held(row.serial, row.key_hash, row.issuer_id, row.issued_at, row.ends_at)


def _standing(kiosk: Kiosk) -> judging.Standing:
    return judging.Standing(kiosk.store_id, kiosk.revoked_at is not None)


def _status(denied: Denied) -> int:
    return 400 if denied.reason.startswith("request-") else 403
