"""Enrolment and renewal as a kiosk meets them: over TLS, with the authority and the gate running."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from mqtt.enrolment import Enrolled
from tests.cloud.authority.asking import other_signature, pem_of, request
from tests.cloud.authority.house import BROKER, CLUB_KEY, Device, House, Said, stamp
from tests.mqtt import pki

GUESS = "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa"


def device(house: House) -> tuple[Device, str]:
    """A device that is to be a new kiosk of vanak's, and its token."""
    kiosk = house.kiosk()
    return Device(house, kiosk), house.token(kiosk)


def assert_refused(house: House, answer: tuple[int, Said], status: int, reason: str) -> None:
    """With that reason, which is counted."""
    assert (answer[0], answer[1].get("reason")) == (status, reason)
    assert answer[1]["detail"]
    assert house.refusals(reason) > 0


def test_a_kiosk_is_given_all_that_it_needs(house: House) -> None:
    new, token = device(house)
    status, said = new.enrol(token)
    assert status == 200
    told = msgspec.convert(said, Enrolled)
    assert (told.kiosk, told.store, told.group, told.broker) == (new.kiosk, "vanak", "tehran", BROKER)
    assert told.catalogue_key == house.done("catalogue", "key")
    assert [f"{key.id}:{key.secret}" for key in told.club_keys] == [CLUB_KEY]
    certificate = load_pem_x509_certificate(told.certificate.encode())
    authority = load_pem_x509_certificate(told.authorities.encode())
    certificate.verify_directly_issued_by(authority)
    assert certificate.subject.rfc4514_string() == f"CN={new.kiosk}"
    assert [serial for serial, _ in house.live(new.kiosk)] == [new.serial]


def test_a_request_without_a_name_is_as_good(house: House) -> None:
    new, token = device(house)
    assert new.enrol(token, request(new.key))[0] == 200


def test_the_same_key_again_gets_the_same_certificate(house: House) -> None:
    new, token = device(house)
    first = new.enrol(token)
    assert new.enrol(token) == first
    assert len(house.live(new.kiosk)) == 1


def test_the_same_key_again_gets_it_though_the_token_has_expired_since(house: House) -> None:
    new, token = device(house)
    first = new.enrol(token)
    house.run(f"UPDATE fleet_enrolmenttoken SET expires_at = made_at WHERE kiosk_id = '{new.kiosk}'")
    assert new.enrol(token) == first


def test_a_token_is_taken_once(house: House) -> None:
    new, token = device(house)
    new.enrol(token)
    assert_refused(house, Device(house, new.kiosk).enrol(token), 403, "token-used")
    assert [serial for serial, _ in house.live(new.kiosk)] == [new.serial]


def test_a_token_of_another_store_is_refused(house: House) -> None:
    new, token = device(house)
    assert_refused(house, new.enrol(token, store="tajrish"), 403, "token-store")


def test_a_token_of_a_kiosk_that_was_put_elsewhere_is_refused(house: House) -> None:
    new, token = device(house)
    house.run(f"UPDATE fleet_kiosk SET store_id = 'tajrish' WHERE id = '{new.kiosk}'")
    assert_refused(house, new.enrol(token), 403, "token-store")


def test_a_late_token_is_refused(house: House) -> None:
    kiosk = house.kiosk()
    assert_refused(house, Device(house, kiosk).enrol(house.token(kiosk, hours=-1)), 403, "token-expired")


def test_a_token_that_was_taken_back_is_refused(house: House) -> None:
    kiosk = house.kiosk()
    token = house.token(kiosk, withdrawn=f"'{stamp(datetime.now(UTC))}'")
    assert_refused(house, Device(house, kiosk).enrol(token), 403, "token-withdrawn")


def test_a_guessed_token_is_refused(house: House) -> None:
    assert_refused(house, Device(house, "vanak-1").enrol(GUESS), 403, "token-unknown")


@pytest.mark.parametrize("name", ["*", "#", "+", "vanak-1", "cloud.club", "new-1/#"])
def test_a_request_for_another_name_is_refused_and_leaves_the_token_unused(house: House, name: str) -> None:
    new, token = device(house)
    assert_refused(house, new.enrol(token, request(new.key, name)), 400, "request-name")
    assert new.enrol(token)[0] == 200


def test_a_request_with_an_rsa_key_is_refused(house: House) -> None:
    new, token = device(house)
    asked = request(rsa.generate_private_key(65537, 2048), new.kiosk)
    assert_refused(house, new.enrol(token, asked), 400, "request-key")


def test_a_request_that_its_key_has_not_signed_is_refused(house: House) -> None:
    new, token = device(house)
    assert_refused(house, new.enrol(token, other_signature(new.request)), 400, "request-signature")


@pytest.mark.parametrize("asked", ["garbage", pem_of(b"garbage"), "A" * 6000], ids=["text", "der", "long"])
def test_a_request_that_is_none_is_refused(house: House, asked: str) -> None:
    new, token = device(house)
    assert_refused(house, new.enrol(token, asked), 400, "request-malformed")


def test_a_request_for_more_than_a_name_is_refused(house: House) -> None:
    new, token = device(house)
    asked = request(new.key, new.kiosk, alternative="*.club")
    assert_refused(house, new.enrol(token, asked), 400, "request-malformed")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"store": "vanak"}', b"[" * 9000])
def test_what_is_no_message_is_refused(house: House, body: bytes) -> None:
    assert_refused(house, house.post("/enrolment", body), 400, "request-malformed")
    assert_refused(house, house.post("/renewal", body), 400, "request-malformed")


@pytest.mark.parametrize("size", [20_000, 200_000])
def test_what_is_too_large_is_refused_before_it_is_read(house: House, size: int) -> None:
    assert_refused(house, house.post("/enrolment", b" " * size), 413, "request-malformed")


def test_a_renewal_gives_a_new_certificate_of_the_same_key(house: House) -> None:
    kiosk = house.enrolled()
    first = kiosk.serial
    yesterday(house, kiosk)
    assert kiosk.renew()[0] == 200
    assert kiosk.serial != first
    assert [serial for serial, _ in house.live(kiosk.kiosk)] == [kiosk.serial]


def test_a_renewal_that_is_sent_again_gives_the_same_certificate(house: House) -> None:
    kiosk = house.enrolled()
    old = kiosk.given["certificate"]
    yesterday(house, kiosk)
    first = kiosk.renew()
    assert kiosk.renew(old) == first
    assert kiosk.renew() == first


def test_a_kiosk_whose_certificate_has_ended_renews_it(house: House) -> None:
    kiosk = house.enrolled()
    first = kiosk.serial
    yesterday(house, kiosk)
    house.run(f"UPDATE fleet_certificate SET ends_at = issued_at WHERE name = '{kiosk.kiosk}'")
    assert kiosk.renew()[0] == 200
    assert kiosk.serial != first


def test_a_revoked_kiosk_renews_nothing_and_its_token_does_not_help(house: House) -> None:
    kiosk = house.kiosk()
    thief, token = Device(house, kiosk), house.token(kiosk)
    thief.enrol(token)
    house.done("revoke", kiosk)
    assert_refused(house, thief.renew(), 403, "kiosk-revoked")
    assert_refused(house, thief.enrol(token), 403, "kiosk-revoked")
    house.done("admit", kiosk)
    assert_refused(house, thief.renew(), 403, "certificate-revoked")
    assert_refused(house, thief.enrol(token), 403, "token-used")
    assert house.live(kiosk) == []


def test_a_kiosk_that_is_admitted_again_comes_with_a_new_token(house: House) -> None:
    kiosk = house.enrolled()
    house.done("revoke", kiosk.kiosk)
    house.done("admit", kiosk.kiosk)
    assert kiosk.enrol(house.done("enrol", kiosk.kiosk))[0] == 200
    assert len(house.live(kiosk.kiosk)) == 1


def test_another_device_takes_a_kiosks_place_and_the_old_one_is_out(house: House) -> None:
    old = house.enrolled()
    new = Device(house, old.kiosk)
    assert new.enrol(house.done("enrol", old.kiosk))[0] == 200
    assert_refused(house, old.renew(), 403, "certificate-revoked")
    assert [serial for serial, _ in house.live(old.kiosk)] == [new.serial]


def test_a_renewal_with_another_key_is_refused(house: House) -> None:
    kiosk = house.enrolled()
    other = Device(house, kiosk.kiosk)
    assert_refused(house, other.renew(kiosk.given["certificate"]), 400, "request-key")


def test_a_renewal_for_another_kiosk_is_refused(house: House) -> None:
    one, other = house.enrolled(), house.enrolled()
    assert_refused(house, one.renew(request=request(one.key, other.kiosk)), 400, "request-name")


def test_a_foreign_certificate_renews_nothing(house: House) -> None:
    kiosk = house.enrolled()
    for foreign in (pki.Authority().issue(kiosk.kiosk), pki.self_signed(kiosk.kiosk)):
        assert_refused(house, kiosk.renew(foreign.certificate), 403, "certificate-unknown")
    assert_refused(house, kiosk.renew("garbage"), 400, "request-malformed")


def test_a_certificate_of_the_same_serial_is_not_the_same(house: House) -> None:
    kiosk = house.enrolled()
    shown = load_pem_x509_certificate(kiosk.given["certificate"].encode())
    broken = bytearray(shown.public_bytes(Encoding.DER))
    broken[-1] ^= 1
    forged = pem_of(bytes(broken)).replace("CERTIFICATE REQUEST", "CERTIFICATE")
    assert_refused(house, kiosk.renew(forged), 403, "certificate-unknown")


def test_a_tool_of_head_office_renews_nothing_at_the_gate(house: House) -> None:
    folder = house.folder / "grafana"
    house.done("authority", "certificate", "reader.grafana", "--out", str(folder))
    tool = Device(house, "reader.grafana")
    assert_refused(house, tool.renew((folder / "certificate.pem").read_text()), 403, "certificate-unknown")


def test_who_guesses_is_not_heard_for_a_while(house: House) -> None:
    guess = f'{{"store": "vanak", "token": "{GUESS}", "request": ""}}'.encode()
    asked = [house.post("/enrolment", guess, "127.9.9.9") for _ in range(21)]
    assert [status for status, _ in asked] == [403] * 20 + [429]
    assert_refused(house, asked[-1], 429, "too-many")
    malformed = [house.post("/renewal", b"{}", "127.9.9.9")[0] for _ in range(30)]
    assert malformed == [400] * 30, "a renewal has nothing to guess, and others of the shop need it"
    new, token = device(house)
    assert new.enrol(token)[0] == 200


def test_there_is_nothing_else(house: House) -> None:
    for path in ("/", "/admin", "/enrolment/", "/authority.pem/../x", "/static/x"):
        assert house.post(path, b"")[0] == 404
    assert house.post("/authority.pem", b"")[0] == 405


def test_nothing_secret_lies_in_the_tables(house: House) -> None:
    new, token = device(house)
    new.enrol(token)
    rows = str(
        house.ask("SELECT * FROM fleet_signingrequest") + house.ask("SELECT * FROM fleet_enrolmenttoken")
    )
    for secret in (token, CLUB_KEY.partition(":")[2], "CERTIFICATE"):
        assert secret not in rows


def yesterday(house: House, kiosk: Device) -> None:
    """Let what a kiosk has be a day old."""
    moment = stamp(datetime.now(UTC) - timedelta(days=1))
    house.run(f"UPDATE fleet_certificate SET issued_at = '{moment}' WHERE name = '{kiosk.kiosk}'")
    house.run(f"UPDATE fleet_authority SET made_at = '{stamp(datetime.now(UTC) - timedelta(days=9))}'")
