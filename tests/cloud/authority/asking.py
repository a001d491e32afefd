"""Requests for certificates as kiosks send them, and as nobody should."""

from base64 import encodebytes

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def request(key: Key, *names: str, alternative: str = "") -> str:
    """A PKCS #10 with so many common names, and perhaps an alternative one."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    if alternative:
        asked = x509.SubjectAlternativeName([x509.DNSName(alternative)])
        builder = builder.add_extension(asked, critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(Encoding.PEM).decode()


def other_signature(good: str) -> str:
    """The same request with a signature that is not its key's: the last byte is another."""
    der = bytearray(x509.load_pem_x509_csr(good.encode()).public_bytes(Encoding.DER))
    der[-1] ^= 1
    return pem_of(bytes(der))


def pem_of(der: bytes) -> str:
    """Any bytes in the clothes of a request."""
    body = encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"
