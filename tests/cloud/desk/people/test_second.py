"""The second factor's arithmetic: the codes of RFC 6238, drift, digits, and the seal."""

from datetime import UTC, datetime

import pytest

from cloud.desk.people import second
from cloud.desk.people.sealing import Unsealable, seal, unseal

SECRET = b"12345678901234567890"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
STEP = second.step_of(NOON)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert second.code_at(SECRET, second.step_of(moment)) == code[-6:]


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(off: int, right: bool) -> None:  # noqa: FBT001 - a case
    found = second.matching_step(SECRET, second.code_at(SECRET, STEP + off), NOON, after=0)
    assert found == (STEP + off if right else None)


def test_a_step_is_taken_once_and_so_is_none_before_it() -> None:
    for taken in (STEP, STEP + 1):
        assert second.matching_step(SECRET, second.code_at(SECRET, STEP), NOON, after=taken) is None
    assert second.matching_step(SECRET, second.code_at(SECRET, STEP + 1), NOON, after=STEP) == STEP + 1


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1" * 40, "\u202e123", "١٢٣"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert second.matching_step(SECRET, second.plain(typed), NOON, after=0) is None


@pytest.mark.parametrize(
    "typed", ["123456", "123 456", "\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6", "\u0661٢٣-٤٥٦"]
)
def test_digits_are_read_in_any_script_and_grouping(typed: str) -> None:
    assert second.plain(typed) == "123456"


def test_recovery_codes_are_ten_and_unlike() -> None:
    codes = second.new_codes()
    assert len(set(codes)) == 10
    assert {len(second.plain(each)) for each in codes} == {10}
    assert second.plain(codes[0].upper().replace("-", " ")) == second.plain(codes[0])


def test_the_address_tells_an_app_all_that_it_needs() -> None:
    address = second.address(SECRET, "رضا", "Bashgah")
    assert address.startswith("otpauth://totp/Bashgah:%D8%B1%D8%B6%D8%A7?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in address
    assert "digits=6" in address
    assert "period=30" in address


def test_a_sealed_secret_is_opened_for_its_user_and_under_its_key_only() -> None:
    sealed = seal(SECRET, 7, "key")
    assert SECRET not in sealed
    assert unseal(sealed, 7, "key") == SECRET
    for broken in ((sealed, 8, "key"), (sealed, 7, "other"), (sealed[:-1], 7, "key"), (b"", 7, "key")):
        with pytest.raises(Unsealable):
            unseal(*broken)
