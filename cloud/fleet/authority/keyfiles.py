"""The authority's certificate and sealed key in one file, made once and never replaced. Pure.

The key is PKCS #8 under a passphrase (PBES2, RFC 8018), so the file alone gives nothing away.
"""

import re
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from cloud.fleet.authority.certificates import Issuer, pem, serial
from cloud.fleet.durable import put_once

SUFFIX: Final = ".sealed"
"""No name that `make backup` takes along: a backup must not hold the key."""
SHORTEST: Final = 12
"""Characters of a passphrase."""
_PARTS: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n", re.DOTALL)


class BadKeyFile(Exception):
    """There is no key that could be used; the text names the file and says why."""


def path_of(folder: Path, number: str) -> Path:
    """The file of the authority with that serial number."""
    return folder / f"{number}{SUFFIX}"


def write(folder: Path, issuer: Issuer, passphrase: str) -> Path:
    """Put an authority into a new file of its own, mode 0600. Raises BadKeyFile."""
    if len(passphrase) < SHORTEST:
        raise BadKeyFile(f"BASHGAH_AUTHORITY_SECRET: a passphrase has at least {SHORTEST} characters")
    path = path_of(folder, serial(issuer.certificate))
    sealed = issuer.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        put_once(path, pem(issuer.certificate).encode() + sealed)
    except OSError as error:
        raise BadKeyFile(f"{path}: {error.strerror}") from None
    return path


def read(path: Path, passphrase: str) -> Issuer:
    """An authority with its key. Raises BadKeyFile: no file, not an authority's, or another passphrase."""
    certificate, sealed = _parts(path)
    try:
        key = load_pem_private_key(sealed.encode(), passphrase.encode() or b"\0")
    except ValueError:
        raise BadKeyFile(f"{path}: BASHGAH_AUTHORITY_SECRET is not its passphrase") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise BadKeyFile(f"{path}: the key is not the certificate's")
    return Issuer(certificate, key)


def certificates(folder: Path) -> list[x509.Certificate]:
    """The certificates of all authorities that lie in a folder. Raises BadKeyFile."""
    return [_parts(path)[0] for path in sorted(folder.glob(f"*{SUFFIX}"))]


def _parts(path: Path) -> tuple[x509.Certificate, str]:
    try:
        text = path.read_text("ascii")
        found = {part[1]: part[0] for part in _PARTS.finditer(text)}
        return x509.load_pem_x509_certificate(found["CERTIFICATE"].encode()), found["ENCRYPTED PRIVATE KEY"]
    except OSError as error:
        raise BadKeyFile(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError):
        raise BadKeyFile(f"{path} is no authority with its sealed key") from None
