"""Who this kiosk is, once it is enrolled: `<data>/identity/`, read by both processes, written by sync alone.

`identity.json` is what the cloud answered, and the one truth: it comes into being, and is replaced, in one
step. `certificate.pem` and `authorities.pem` say the same for OpenSSL and are made from it again wherever
they differ; `key.pem` is the kiosk's own, born here, and only sync may read it.
"""

import contextlib
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from kiosk import durable, keys
from kiosk.config import Config, ToEnrol
from kiosk.errors import IdentityError
from kiosk.keys import Key
from mqtt import enrolment
from mqtt.enrolment import Enrolled
from mqtt.tls import Tls
from mqtt.vocabulary import BadMessage, ClubKey

log = logging.getLogger(__name__)

FOLDER: Final = "identity"
ANSWER, KEY_FILE, CERTIFICATE, AUTHORITIES = "identity.json", "key.pem", "certificate.pem", "authorities.pem"
ANEW: Final = "issue a token for this kiosk and write it into kiosk.toml"
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Identity:
    """One kiosk's, whole; `begins` and `ends` bound its certificate (UTC)."""

    enrolled: Enrolled
    certificate: x509.Certificate
    folder: Path

    @property
    def kiosk(self) -> str:
        """Its name, the common name of the certificate and so the broker's user."""
        return self.enrolled.kiosk

    @property
    def store(self) -> str:
        """The shop it stands in."""
        return self.enrolled.store

    @property
    def group(self) -> str:
        """The store group whose members it holds."""
        return self.enrolled.group

    @property
    def broker(self) -> str:
        """An `mqtts://` URL."""
        return self.enrolled.broker

    @property
    def keys(self) -> tuple[ClubKey, ...]:
        """The club's; the first names cards."""
        return tuple(ClubKey(key.id, bytes.fromhex(key.secret)) for key in self.enrolled.club_keys)

    @property
    def catalogue_key(self) -> str:
        """Head office's public key (Ed25519, hex)."""
        return self.enrolled.catalogue_key

    @property
    def begins(self) -> datetime:
        """From when on the certificate is good."""
        return self.certificate.not_valid_before_utc

    @property
    def ends(self) -> datetime:
        """Until when the certificate is good."""
        return self.certificate.not_valid_after_utc

    @property
    def tls(self) -> Tls:
        """The files that a connection is made with."""
        return Tls(self.folder / AUTHORITIES, self.folder / CERTIFICATE, self.folder / KEY_FILE)


def load(data: Path, folder: str = FOLDER) -> Identity | None:
    """The identity below the data folder, without its key, which the screen may not read; None: none yet.

    Raises IdentityError, which names the file and says what to do.
    """
    return _read(data / folder / ANSWER, Path.read_bytes)


def own(data: Path) -> Identity | None:
    """The same for sync, whose own it must be: it says which broker is spoken to. Raises IdentityError.

    Screen and sync share the folder of data, so either can rename what is in it and put its own there.
    """
    return _read(data / FOLDER / ANSWER, _read_own)


def _read(path: Path, how: Callable[[Path], bytes]) -> Identity | None:
    try:
        answer = how(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IdentityError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return understood(enrolment.decode(answer, Enrolled), path.parent)
    except (BadMessage, IdentityError) as error:
        raise IdentityError(f"{path}: damaged ({error}); {ANEW}") from None


def _read_own(path: Path) -> bytes:
    """Through the very folder that was looked at: by its path it may be another one by then (openat(2))."""
    _check_own(path.parent)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _check_owner(path.parent, os.fstat(folder))
        _check_owner(path, os.stat(path.name, dir_fd=folder, follow_symlinks=False))
        handle = os.open(path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _check_own(*paths: Path) -> None:
    for path in paths:
        _check_owner(path, path.lstat())


def _check_owner(path: Path, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise IdentityError(f"{path}: it is a link, and somebody else may have laid it; {ANEW}")
    if found.st_uid not in {os.geteuid(), 0}:
        raise IdentityError(f"{path}: of user {found.st_uid}, who may have made it up; {ANEW}")


def understood(enrolled: Enrolled, folder: Path) -> Identity:
    """What the cloud answered, if it is whole and true in itself. Raises IdentityError."""
    try:
        certificate = x509.load_pem_x509_certificate(enrolled.certificate.encode())
        authorities = x509.load_pem_x509_certificates(enrolled.authorities.encode())
    except ValueError as error:
        raise IdentityError(f"it cannot be understood: {error}") from None
    names = [name.value for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [enrolled.kiosk]:
        named = ", ".join(map(str, names)) or "nobody"
        raise IdentityError(f"its certificate is for {named}, not for {enrolled.kiosk}")
    if not any(_issued(certificate, authority) for authority in authorities):
        raise IdentityError("its certificate is of none of its authorities")
    return Identity(enrolled, certificate, folder)


def completed(setup: ToEnrol, identity: Identity) -> Config:
    """An enrolled kiosk's configuration: what kiosk.toml says of the device, and who it is to the cloud.

    Of the store it is the cloud that is believed: a kiosk may have moved since kiosk.toml was written.
    """
    return Config(
        **setup.shared(),
        kiosk=identity.kiosk,
        store=identity.store,
        group=identity.group,
        broker=setup.broker or identity.broker,
        keys=identity.keys,
        catalogue_key=identity.catalogue_key,
        tls=identity.tls,
        cloud=setup.cloud,
    )


def sound(identity: Identity) -> Key:
    """The kiosk's own key, once everything that a connection needs is in place; for sync alone.

    A key that others might have read is not trusted less, but the log says so. Raises IdentityError, OSError.
    """
    path = identity.folder / KEY_FILE
    with contextlib.suppress(FileNotFoundError):  # that is said below
        _check_own(identity.folder, path)
    key = keys.read(path)
    if not keys.belongs(key, identity.certificate):
        raise IdentityError(f"{path}: not the key of this kiosk's certificate; {ANEW}")
    if path.stat().st_mode & _OTHERS:
        log.warning("identity: %s could be read by others; a new token makes a new key", path)
        path.chmod(keys.OWNER_ONLY)
    _put(identity)
    return key


def replace(identity: Identity) -> None:
    """Put what a renewal brought in place of what was there, in one step. Raises OSError."""
    durable.replace(identity.folder / ANSWER, msgspec.json.encode(identity.enrolled))
    _put(identity)


def _put(identity: Identity) -> None:
    """The same for OpenSSL; a cut before it is mended at the next start, and both fit the key meanwhile."""
    for name, text in (
        (CERTIFICATE, identity.enrolled.certificate),
        (AUTHORITIES, identity.enrolled.authorities),
    ):
        path, content = identity.folder / name, text.encode()
        if not path.is_file() or path.read_bytes() != content:
            durable.replace(path, content)


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
