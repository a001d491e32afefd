"""Certificates of the club's authority (X.509, RFC 5280): its own, and one profile for each role. Pure.

Every key is on P-256 and every signature ECDSA with SHA-256. A certificate begins five minutes before it is
made, because clocks differ, and never ends after the authority's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID, ObjectIdentifier

from mqtt.identity import Role

EARLIER: Final = timedelta(minutes=5)
LASTS: Final = timedelta(days=3652)
"""The authority's own: ten years."""
DAYS: Final[Mapping[Role, int]] = {"kiosk": 90, "cloud": 90, "broker": 90, "gate": 90, "reader": 365}
_USES: Final[Mapping[Role, ObjectIdentifier]] = {
    "kiosk": Purpose.CLIENT_AUTH,
    "cloud": Purpose.CLIENT_AUTH,
    "reader": Purpose.CLIENT_AUTH,
    "broker": Purpose.SERVER_AUTH,
    "gate": Purpose.SERVER_AUTH,
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is to be certified: `hosts` are the names and addresses under which a server is found."""

    role: Role
    name: str
    key: ec.EllipticCurvePublicKey
    hosts: tuple[str, ...] = ()


def new_key() -> ec.EllipticCurvePrivateKey:
    """A private key on P-256 (FIPS 186-5)."""
    return ec.generate_private_key(ec.SECP256R1())


def new_authority(now: datetime) -> Issuer:
    """An authority that nobody knows yet: it may sign certificates and lists, and nobody below it may."""
    key, serial = new_key(), x509.random_serial_number()
    # two authorities of one club must not have one name: a chain is built by names
    name = _name(f"Bashgah authority {serial:040x}"[:34])
    builder = _builder(name, name, key.public_key(), serial)
    builder = _lasting(builder, now, now - EARLIER + LASTS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return Issuer(builder.sign(key, hashes.SHA256()), key)


def certify(issuer: Issuer, whom: Whom, now: datetime) -> x509.Certificate:
    """A certificate for somebody."""
    ends = min(now + timedelta(days=DAYS[whom.role]), issuer.certificate.not_valid_after_utc)
    builder = _builder(_name(whom.name), issuer.certificate.subject, whom.key, x509.random_serial_number())
    builder = _lasting(builder, now, ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(authority=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([_USES[whom.role]]), critical=False)
    builder = builder.add_extension(authority_of(issuer), critical=False)
    if whom.hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in whom.hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer.key, hashes.SHA256())


def authority_of(issuer: Issuer) -> x509.AuthorityKeyIdentifier:
    """By which key of the authority something is signed."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())


def pem(certificate: x509.Certificate) -> str:
    """As text (RFC 7468)."""
    return certificate.public_bytes(Encoding.PEM).decode()


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of its DER, 64 hex digits: `authority` in a kiosk's `kiosk.toml`."""
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def serial(certificate: x509.Certificate) -> str:
    """Its serial number in hex."""
    return f"{certificate.serial_number:x}"


def key_hash(key: ec.EllipticCurvePublicKey) -> str:
    """SHA-256 of a public key's DER (SubjectPublicKeyInfo), 64 hex digits."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def hosts_of(certificate: x509.Certificate) -> set[str]:
    """The names and addresses that a server's certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {*found.get_values_for_type(x509.DNSName), *map(str, found.get_values_for_type(x509.IPAddress))}


def revoked(issuer: Issuer, gone: Collection[tuple[str, datetime]], now: datetime, until: datetime) -> str:
    """The list (RFC 5280, section 5) of `gone`: serials in hex, and since when; as PEM."""
    builder = x509.CertificateRevocationListBuilder(issuer.certificate.subject)
    builder = builder.last_update(now.replace(microsecond=0)).next_update(until.replace(microsecond=0))
    builder = builder.add_extension(authority_of(issuer), critical=False)
    builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    for number, since in sorted(gone):
        entry = x509.RevokedCertificateBuilder().serial_number(int(number, 16))
        builder = builder.add_revoked_certificate(entry.revocation_date(since.replace(microsecond=0)).build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, number: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key).serial_number(number)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _lasting(builder: x509.CertificateBuilder, now: datetime, ends: datetime) -> x509.CertificateBuilder:
    begins = (now - EARLIER).replace(microsecond=0)
    return builder.not_valid_before(begins).not_valid_after(ends.replace(microsecond=0))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)
