"""What the authority signs is what verifiers want, and nothing more."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from cloud.fleet.authority import certificates, keyfiles
from cloud.fleet.authority.certificates import DAYS, Issuer, Whom, certify, new_authority, new_key
from mqtt.identity import Role
from tests.cloud.kiosks import NOON

DAY = timedelta(days=1)
KEY = new_key()
SECRET = "a passphrase of some length"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return new_authority(NOON)


def made(issuer: Issuer, role: Role, *hosts: str) -> x509.Certificate:
    return certify(issuer, Whom(role, "vanak-1", KEY.public_key(), hosts), NOON)


def trusted(issuer: Issuer) -> PolicyBuilder:
    return PolicyBuilder().store(Store([issuer.certificate])).time(NOON.replace(tzinfo=None))


def test_an_authority_signs_for_ten_years_and_makes_no_other(issuer: Issuer) -> None:
    said = issuer.certificate.extensions
    basic = said.get_extension_for_class(x509.BasicConstraints)
    assert (basic.value.ca, basic.value.path_length, basic.critical) == (True, 0, True)
    usage = said.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert issuer.certificate.not_valid_after_utc - NOON > 3650 * DAY
    issuer.certificate.verify_directly_issued_by(issuer.certificate)


def test_two_authorities_have_two_names(issuer: Issuer) -> None:
    assert new_authority(NOON).certificate.subject != issuer.certificate.subject


@pytest.mark.parametrize("role", get_args(Role))
def test_a_certificate_lasts_and_names_its_authoritys_key(issuer: Issuer, role: Role) -> None:
    found = made(issuer, role)
    assert found.not_valid_before_utc == NOON - timedelta(minutes=5)
    assert found.not_valid_after_utc == NOON + DAYS[role] * DAY
    found.verify_directly_issued_by(issuer.certificate)
    key = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    named = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert named.key_identifier == key.digest
    assert found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


@pytest.mark.parametrize("role", ["kiosk", "cloud", "reader"])
def test_a_clients_certificate_is_no_servers(issuer: Issuer, role: Role) -> None:
    uses = made(issuer, role).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [Purpose.CLIENT_AUTH]


@pytest.mark.parametrize("role", ["broker", "gate"])
def test_a_servers_certificate_is_for_its_hosts_and_no_client(issuer: Issuer, role: Role) -> None:
    found = made(issuer, role, "broker.example", "127.0.0.1", "::1")
    assert certificates.hosts_of(found) == {"broker.example", "127.0.0.1", "::1"}
    server = trusted(issuer).build_server_verifier(x509.DNSName("broker.example"))
    assert server.verify(found, []) == [found, issuer.certificate]
    with pytest.raises(VerificationError):
        trusted(issuer).build_client_verifier().verify(found, [])
    with pytest.raises(VerificationError):
        trusted(issuer).build_server_verifier(x509.DNSName("other.example")).verify(found, [])


def test_another_authoritys_certificate_is_not_trusted(issuer: Issuer) -> None:
    found = made(new_authority(NOON), "gate", "gate.example")
    with pytest.raises(VerificationError):
        trusted(issuer).build_server_verifier(x509.DNSName("gate.example")).verify(found, [])


def test_no_certificate_outlives_its_authority(issuer: Issuer) -> None:
    late = issuer.certificate.not_valid_after_utc - DAY
    found = certify(issuer, Whom("kiosk", "vanak-1", KEY.public_key()), late)
    assert found.not_valid_after_utc == issuer.certificate.not_valid_after_utc


def test_serials_are_random_and_long(issuer: Issuer) -> None:
    numbers = {made(issuer, "kiosk").serial_number for _ in range(20)}
    assert len(numbers) == 20
    assert 140 < max(number.bit_length() for number in numbers) <= 159


def test_a_list_names_the_revoked_and_is_signed(issuer: Issuer) -> None:
    gone = made(issuer, "kiosk")
    text = certificates.revoked(issuer, [(certificates.serial(gone), NOON)], NOON, NOON + 30 * DAY)
    found = x509.load_pem_x509_crl(text.encode())
    key = issuer.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert found.is_signature_valid(key)
    assert (found.last_update_utc, found.next_update_utc) == (NOON, NOON + 30 * DAY)
    assert found.get_revoked_certificate_by_serial_number(gone.serial_number) is not None
    assert len(found) == 1


def test_a_sealed_authority_is_read_with_its_passphrase_and_not_without(
    issuer: Issuer, tmp_path: Path
) -> None:
    path = keyfiles.write(tmp_path / "new", issuer, SECRET)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert keyfiles.read(path, SECRET).key.private_numbers() == issuer.key.private_numbers()
    assert keyfiles.certificates(path.parent) == [issuer.certificate]
    for wrong in ("", "another passphrase"):
        with pytest.raises(keyfiles.BadKeyFile, match="BASHGAH_AUTHORITY_SECRET is not its passphrase"):
            keyfiles.read(path, wrong)


def test_a_sealed_authority_is_never_replaced(issuer: Issuer, tmp_path: Path) -> None:
    path = keyfiles.write(tmp_path, issuer, SECRET)
    before = path.read_bytes()
    with pytest.raises(keyfiles.BadKeyFile, match="File exists"):
        keyfiles.write(tmp_path, issuer, SECRET)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_passphrase_is_not_short(issuer: Issuer, tmp_path: Path) -> None:
    with pytest.raises(keyfiles.BadKeyFile, match="12 characters"):
        keyfiles.write(tmp_path, issuer, "short")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_that_is_no_authority_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    path.write_bytes(content)
    with pytest.raises(keyfiles.BadKeyFile, match="no authority with its sealed key"):
        keyfiles.read(path, SECRET)
    with pytest.raises(keyfiles.BadKeyFile, match="No such file"):
        keyfiles.read(tmp_path / "b.sealed", SECRET)


def test_a_key_beside_another_certificate_is_told(issuer: Issuer, tmp_path: Path) -> None:
    one = keyfiles.write(tmp_path, issuer, SECRET)
    two = keyfiles.write(tmp_path, new_authority(NOON), SECRET)
    sealed = two.read_text().partition("-----BEGIN ENC")
    path = tmp_path / "mixed.sealed"
    path.write_text(certificates.pem(issuer.certificate) + "".join(sealed[1:]))
    with pytest.raises(keyfiles.BadKeyFile, match="not the certificate's"):
        keyfiles.read(path, SECRET)
    assert keyfiles.read(one, SECRET)


def test_nothing_shows_the_key(issuer: Issuer) -> None:
    assert "key" not in repr(issuer)
