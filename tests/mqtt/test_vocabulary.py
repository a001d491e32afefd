"""A CardKey names a card without saying its number; ids name only what they may."""

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mqtt.vocabulary import BadId, CardKind, ClubKey, card_key, checked_id
from tests.mqtt.strategies import CARDS, IDS, KINDS

SECRET = bytes(range(32))
KEY = ClubKey("k1", SECRET)
IDENTITIES = st.binary(min_size=1, max_size=10)


def hmac_sha256(secret: bytes, message: bytes) -> bytes:
    """RFC 2104 by hand, for secrets of at most a block."""
    block = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).digest()


def test_a_card_has_the_key_that_everyone_else_would_compute() -> None:
    identity = bytes.fromhex("04a1b2c3d4e5f6")
    digest = hmac_sha256(SECRET, b"iso14443\0" + identity)
    assert card_key(KEY, "iso14443", identity) == f"k1:{digest[:16].hex()}"


def test_a_card_has_this_key_for_ever() -> None:
    assert card_key(KEY, "em4100", bytes.fromhex("0a00123456")) == "k1:2c91d853cd565b8eca3fbab73cc1df94"
    assert card_key(KEY, "iso14443", bytes.fromhex("04a1b2c3d4e5f6")) == "k1:7762d5ac372f7276af6c192bcd3a38f4"


@given(KINDS, IDENTITIES)
def test_every_card_key_has_the_shape_that_the_wire_takes(kind: CardKind, identity: bytes) -> None:
    key = card_key(KEY, kind, identity)
    assert key.startswith("k1:")
    assert len(key) == 35
    assert int(key[3:], 16) >= 0
    assert identity.hex() not in key or len(identity) < 4


@given(IDENTITIES)
def test_the_same_number_on_another_kind_of_card_is_another_card(identity: bytes) -> None:
    assert card_key(KEY, "iso14443", identity) != card_key(KEY, "em4100", identity)


@given(KINDS, IDENTITIES, IDENTITIES)
def test_different_numbers_are_different_cards(kind: CardKind, one: bytes, other: bytes) -> None:
    assert (card_key(KEY, kind, one) == card_key(KEY, kind, other)) == (one == other)


@given(st.binary(min_size=16, max_size=40), IDENTITIES)
def test_another_secret_gives_another_key(secret: bytes, identity: bytes) -> None:
    assume(secret.rstrip(b"\0") != SECRET.rstrip(b"\0"))
    other = ClubKey("k1", secret)
    assert card_key(KEY, "em4100", identity) != card_key(other, "em4100", identity)


@given(st.binary(min_size=16, max_size=64))
def test_a_club_key_does_not_show_its_secret(secret: bytes) -> None:
    shown = repr(ClubKey("k1", secret))
    assert shown == "ClubKey(id='k1')"


@pytest.mark.parametrize("name", ["", "K1", "k:1", "a" * 9, "k1\n", "ک"])
def test_a_club_key_without_a_plain_id_is_refused(name: str) -> None:
    with pytest.raises(BadId):
        ClubKey(name, SECRET)


def test_a_short_secret_is_refused_without_being_shown() -> None:
    with pytest.raises(ValueError, match="16 bytes") as caught:
        ClubKey("k1", b"fifteen bytes!!")
    assert "fifteen" not in str(caught.value)


@given(IDS)
def test_an_id_of_the_contracts_letters_is_given_back(text: str) -> None:
    assert checked_id(text) == text


@given(st.text())
@pytest.mark.parametrize("outside", ["", "ab", "a" * 41, "A-b", "a/b", "a+b", "abc\n", "کاف", "a b"])
def test_anything_else_is_a_bad_id(outside: str, text: str) -> None:
    for one in (outside, text + "/"):
        with pytest.raises(BadId):
            checked_id(one)


@given(CARDS)
def test_the_strategies_make_card_keys_as_the_vocabulary_does(key: str) -> None:
    assert 1 <= len(key.split(":", maxsplit=1)[0]) <= 8
