"""Certificates for tests: of an authority like the club's, of a foreign one, and of every wrong kind.

Written apart from `cloud.fleet.authority`, so that neither can cover for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mqtt.client import Tls

CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH
DAY = timedelta(days=1)
NAMES = ("localhost", "127.0.0.1")
"""Where a test's broker is found."""


def now() -> datetime:
    """The moment, in whole seconds, as certificates have it."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key, both PEM."""

    certificate: str
    key: str

    @property
    def serial(self) -> int:
        """X.509's."""
        return x509.load_pem_x509_certificate(self.certificate.encode()).serial_number

    def files(self, folder: Path, authorities: str) -> Tls:
        """Put into a folder, which is made, as a client's identity that trusts `authorities`."""
        folder.mkdir(parents=True, exist_ok=True)
        tls = Tls(*(folder / f"{name}.pem" for name in ("authorities", "certificate", "key")))
        tls.authorities.write_text(authorities)
        tls.certificate.write_text(self.certificate)
        tls.key.touch(mode=0o600)
        tls.key.write_text(self.key)
        return tls


@dataclass
class Authority:
    """Signs whatever it is asked to."""

    name: str = "Test's authority"
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    _lists: int = 0

    def __post_init__(self) -> None:
        """Make its own certificate, of ten years."""
        builder = _builder(self.name, self.name, self._key.public_key(), now() - DAY, now() + 3650 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs=True), critical=True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
        )
        self.pem = _pem(builder.sign(self._key, hashes.SHA256()))

    def issue(
        self,
        name: str,
        *,
        use: x509.ObjectIdentifier = CLIENT,
        names: Sequence[str] = (),
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> Issued:
        """A certificate of this common name, from a day ago for 90 days unless said otherwise.

        `names` are a server's, DNS names or addresses of IP.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        begins, ends = begins or now() - DAY, ends or now() + 90 * DAY
        builder = _builder(name, self.name, key.public_key(), begins, ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False
            )
        return Issued(_pem(builder.sign(self._key, hashes.SHA256())), _private(key))

    def server(
        self, names: Sequence[str] = NAMES, *, begins: datetime | None = None, ends: datetime | None = None
    ) -> Issued:
        """A server's certificate for these names."""
        return self.issue("broker.club", use=SERVER, names=names, begins=begins, ends=ends)

    def revoking(self, *revoked: Issued, made: datetime | None = None, ends: datetime | None = None) -> str:
        """Its certificate list: these are taken away. Each list is a second later than the one before."""
        made = made or now() - timedelta(hours=12) + timedelta(seconds=self._lists)
        self._lists += 1
        builder = x509.CertificateRevocationListBuilder(_name(self.name), made, ends or made + 30 * DAY)
        for one in revoked:
            entry = x509.RevokedCertificateBuilder(one.serial, made)
            builder = builder.add_revoked_certificate(entry.build())
        builder = builder.add_extension(x509.CRLNumber(self._lists), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def self_signed(name: str) -> Issued:
    """A certificate that its own key signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, name, key.public_key(), now() - DAY, now() + 90 * DAY)
    return Issued(_pem(builder.sign(key, hashes.SHA256())), _private(key))


def _builder(
    name: str, issuer: str, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=_name(issuer),
        subject_name=_name(name),
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=begins,
        not_valid_after=ends,
    )


def _name(common: str) -> x509.Name:
    """A subject of one common name; of none at all where it is empty."""
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else []
    return x509.Name(parts)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
