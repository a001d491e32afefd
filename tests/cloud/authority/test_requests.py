"""Any bytes as a request for a certificate give a key or a reason."""

from typing import get_args

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.authority.certificates import new_key
from cloud.fleet.authority.requests import LARGEST, Denied, checked
from mqtt.enrolment import Reason
from tests.cloud.authority.asking import Key, other_signature, pem_of, request

NAME = "vanak-1"
KEY = new_key()
GOOD = request(KEY, NAME)
DER = x509.load_pem_x509_csr(GOOD.encode()).public_bytes(Encoding.DER)


def refused(pem: str) -> str:
    with pytest.raises(Denied) as denied:
        checked(pem, NAME)
    assert denied.value.detail
    return denied.value.reason


@pytest.mark.parametrize("names", [(), (NAME,)])
def test_a_request_without_a_name_or_with_the_kiosks_own_gives_its_key(names: tuple[str, ...]) -> None:
    assert checked(request(KEY, *names), NAME) == KEY.public_key()


@pytest.mark.parametrize(
    "names",
    [
        ("tajrish-1",),
        ("*",),
        ("#",),
        ("+",),
        ("vanak-1/#",),
        ("vanak-1\0",),
        ("vanak-1 ",),
        ("VANAK-1",),
        ("cloud.club",),
        ("reader.grafana",),
        (NAME, NAME),
        (NAME, "cloud.club"),
    ],
)
def test_no_other_name_is_taken(names: tuple[str, ...]) -> None:
    assert refused(request(KEY, *names)) == "request-name"


@pytest.mark.parametrize("name", ["*.club", "tajrish-1", "vanak-1"])
def test_who_asks_for_more_is_refused(name: str) -> None:
    assert refused(request(KEY, NAME, alternative=name)) == "request-malformed"


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["rsa", "p-384", "secp256k1", "ed25519"],
)
def test_only_keys_on_p256_are_taken(key: Key) -> None:
    assert refused(request(key, NAME)) == "request-key"


def test_who_has_not_the_private_key_is_refused() -> None:
    assert refused(other_signature(GOOD)) == "request-signature"


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "x",
        GOOD + GOOD,
        "text before\n" + GOOD,
        GOOD.replace("REQUEST", "REQUES"),
        GOOD + " " * LARGEST,
        pem_of(b""),
        pem_of(DER[:-1]),
        GOOD.replace("M", "\u0645"),
    ],
)
def test_what_is_no_request_is_malformed(pem: str) -> None:
    assert refused(pem) == "request-malformed"


def judged(pem: str) -> None:
    """A request gives a key on P-256, or one of the reasons that kiosks know."""
    try:
        assert checked(pem, NAME).curve.name == "secp256r1"
    except Denied as denied:
        assert denied.reason in get_args(Reason)  # noqa: PT017 - either is right


@given(st.text())
def test_any_text_gives_a_reason(text: str) -> None:
    judged(text)


@given(st.binary(max_size=1200))
def test_any_bytes_give_a_reason(der: bytes) -> None:
    judged(pem_of(der))


@given(st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_any_change_of_a_request_gives_a_reason_or_leaves_it_as_it_was(
    changes: list[tuple[int, int]],
) -> None:
    der = bytearray(DER)
    for at, byte in changes:
        der[at] = byte
    judged(pem_of(bytes(der)))


@given(st.integers(0, len(DER)), st.integers(0, len(DER)))
def test_any_part_of_a_request_gives_a_reason(first: int, last: int) -> None:
    judged(pem_of(DER[first:last]))
