"""The kiosk's own key, which is born here and never leaves: P-256 (FIPS 186-5), PKCS #8 in PEM, 0600."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk import durable
from kiosk.errors import IdentityError

Key = ec.EllipticCurvePrivateKey
OWNER_ONLY = 0o600


def make(path: Path) -> Key:
    """A new key, durable at `path` when this returns. Raises OSError."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    durable.replace(path, pem, OWNER_ONLY)
    return key


def read(path: Path) -> Key:
    """The key at `path`. Raises IdentityError, which says what is wrong and nothing of its content."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise IdentityError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise IdentityError(f"{path}: damaged, it is no private key") from None
    if not isinstance(key, Key) or not isinstance(key.curve, ec.SECP256R1):
        raise IdentityError(f"{path}: not a key on P-256")
    return key


def belongs(key: Key, certificate: x509.Certificate) -> bool:
    """Whether a certificate is for this key."""
    return key.public_key() == certificate.public_key()


def request(key: Key) -> str:
    """A request for a certificate of this key in PEM (PKCS #10, RFC 2986); who it is for, the cloud knows."""
    built = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return built.public_bytes(serialization.Encoding.PEM).decode("ascii")
