"""The club's authorities: their rows, and their keys out of their sealed files."""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.db.models import Max, QuerySet

from cloud.fleet.authority import keyfiles
from cloud.fleet.authority.certificates import Issuer, new_authority, pem, serial
from cloud.fleet.authority.judging import Signing
from cloud.fleet.authority.keyfiles import BadKeyFile
from cloud.fleet.models import Authority

ORDER = ("current", "next", "former")
"""Whom kiosks are to trust, the one that signs first."""


class NoAuthority(Exception):
    """There is none yet, or there is one already; the text says what to do."""


class Registry:
    """All authorities of the club; each key is unsealed once."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        """With the keys of a folder."""
        self._folder, self._passphrase = folder, passphrase
        self._opened: dict[str, Issuer] = {}

    def found(self, now: datetime) -> Authority:
        """Make the first authority, or take back the one whose key lies here. Raises NoAuthority, BadKeyFile.

        So nobody is enrolled anew where only the database was lost, or a first try ended half-way.
        """
        if Authority.objects.exists():
            raise NoAuthority("there is an authority already; `authority rotate` replaces it")
        there = keyfiles.certificates(self._folder)
        if len(there) > 1:
            raise BadKeyFile(f"{self._folder} holds several authorities: leave the right one")
        certificate = there[0] if there else self._made(now)
        keyfiles.read(keyfiles.path_of(self._folder, serial(certificate)), self._passphrase)
        return _recorded(certificate, "current", now)

    def prepare(self, now: datetime) -> Authority:
        """Make the authority that is to follow. Raises BadKeyFile."""
        return _recorded(self._made(now), "next", now)

    def current(self) -> Authority:
        """The one that signs. Raises NoAuthority."""
        found = Authority.objects.filter(state="current").first()
        if found is None:
            raise NoAuthority("there is no authority yet: run `python -m cloud authority init`")
        return found

    def issuer(self, row: Authority) -> Issuer:
        """With its key. Raises BadKeyFile."""
        if row.serial not in self._opened:
            path = keyfiles.path_of(self._folder, row.serial)
            self._opened[row.serial] = keyfiles.read(path, self._passphrase)
        return self._opened[row.serial]

    def _made(self, now: datetime) -> x509.Certificate:
        issuer = new_authority(now)
        keyfiles.write(self._folder, issuer, self._passphrase)
        return issuer.certificate


def trusted() -> list[Authority]:
    """Whom everybody is to trust, the one that signs first."""
    return sorted(_trusted(), key=lambda row: ORDER.index(row.state))


def chain() -> str:
    """Their certificates, one after the other (RFC 7468)."""
    return "".join(row.pem for row in trusted())


def signing(current: Authority) -> Signing:
    """Who signs, and since when all are there who are to be trusted."""
    since = _trusted().aggregate(since=Max("made_at"))["since"]
    return Signing(current.serial, since)


def _trusted() -> QuerySet[Authority]:
    return Authority.objects.filter(state__in=ORDER)


def _recorded(certificate: x509.Certificate, state: str, now: datetime) -> Authority:
    made = Authority(serial=serial(certificate), pem=pem(certificate), state=state, made_at=now)
    made.ends_at = certificate.not_valid_after_utc
    made.save(force_insert=True)
    return made
