"""What a certificate is asked for with (PKCS #10, RFC 2986), checked as what it is: a stranger's bytes. Pure.

A request says two things that count: a public key, and by its signature that the asker has the private one.
What else it may ask for, names for servers, uses, to be an authority, is never granted; a request with any
attribute is refused outright, so that it shows as the attack or the mistake that it is.
"""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mqtt.enrolment import Reason

LARGEST: Final = 4 * 1024
"""Characters of a request; one on P-256 has about 500."""
BEGIN: Final = "-----BEGIN CERTIFICATE REQUEST-----"
_BROKEN: Final = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    InvalidSignature,
    x509.InvalidVersion,
)


class Denied(Exception):
    """Why no certificate can be made of a request; `args` are the reason and what to do."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """For what, and what the asker may read."""
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def checked(pem: str, name: str) -> ec.EllipticCurvePublicKey:
    """The public key of a request for `name`. Raises Denied."""
    request = _read(pem)
    key = _key(request)
    _assert_signed(request)
    _assert_named(request, name)
    return key


def _read(pem: str) -> x509.CertificateSigningRequest:
    if len(pem) > LARGEST:
        raise Denied("request-malformed", f"a request has at most {LARGEST} characters")
    if not pem.isascii() or not pem.startswith(BEGIN) or pem.count("-----BEGIN") != 1:
        raise Denied("request-malformed", "send one PKCS #10 request as PEM, and nothing else")
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        plain = not len(request.attributes)
    except _BROKEN:
        raise Denied("request-malformed", "this is no PKCS #10 request") from None
    if not plain:
        raise Denied("request-malformed", "ask for no extension and no other attribute")
    return request


def _key(request: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    try:
        key = request.public_key()
    except _BROKEN:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Denied("request-key", "a key must be on P-256")
    return key


def _assert_signed(request: x509.CertificateSigningRequest) -> None:
    try:
        signed = request.is_signature_valid
    except _BROKEN:
        signed = False
    if not signed:
        raise Denied("request-signature", "it is not signed by its own key")


def _assert_named(request: x509.CertificateSigningRequest, name: str) -> None:
    try:
        said = [(part.oid, part.value) for part in request.subject]
    except _BROKEN:
        raise Denied("request-malformed", "its subject cannot be read") from None
    if said not in ([], [(NameOID.COMMON_NAME, name)]):
        raise Denied("request-name", "the subject must be empty, or this kiosk's id as its common name")
