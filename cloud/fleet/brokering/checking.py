"""Whether a broker may be given some material: of a broken one Mosquitto makes the worst.

Measured with 2.0.11 at a reload: with rules that it cannot read it allows everybody everything, with a broken
certificate list it takes revoked certificates again, and with a certificate that is not the key's it lets
nobody in. It says so in its log only.
"""

import re
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_RULE: Final = re.compile(r"user \S+|topic (?:read|write|deny) \S+|")
_LIST: Final = re.compile(r"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)


class BadMaterial(ValueError):
    """The broker must not be given this; the text says what is wrong, and holds no key."""


def check_acl(acl: str) -> None:
    """Raise BadMaterial where a line is none of Mosquitto's, or where there is none."""
    bad = [line for line in acl.splitlines() if not _RULE.fullmatch(line)]
    if bad or not acl.strip():
        raise BadMaterial(f"no list of access rules: {bad[:1] or 'empty'}")


def check_server(certificate: str, key: str) -> None:
    """Raise BadMaterial where the certificate is not the key's."""
    try:
        first = x509.load_pem_x509_certificates(certificate.encode())[0]
        private = load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError) as error:
        raise BadMaterial(f"no certificate of a server with its key: {type(error).__name__}") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != first.public_key():
        raise BadMaterial("the server's certificate is not that of its key")


def check_lists(authorities: str, revoked: str) -> None:
    """Raise BadMaterial where an authority has no certificate list that it signed itself."""
    try:
        trusted = x509.load_pem_x509_certificates(authorities.encode())
        lists = [x509.load_pem_x509_crl(text.encode()) for text in _LIST.findall(revoked)]
    except ValueError as error:
        raise BadMaterial(f"no authorities or no certificate lists: {error}") from None
    for authority in trusted:
        if not any(_is_of(one, authority) for one in lists):
            raise BadMaterial(f"no certificate list of {authority.subject.rfc4514_string()}")


def _is_of(one: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    known = isinstance(key, ec.EllipticCurvePublicKey)
    return known and one.issuer == authority.subject and one.is_signature_valid(key)  # type: ignore[arg-type]
