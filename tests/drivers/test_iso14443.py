"""Checksums, waking and selecting, against cards that speak ISO/IEC 14443-3 bit by bit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.iso14443 import HALT, REQA, SHORT_FRAME, WUPA, TwoCards, Unreadable, crc_a, sole_card
from drivers.simulated.cards import Bits, Card

uids = st.sampled_from([4, 7, 10]).flatmap(lambda n: st.binary(min_size=n, max_size=n))


class OneCard:
    """The air around a single card, without a chip."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def exchange(self, frame: bytes, bits_of_last_byte: int = 0) -> bytes | None:
        bits = Bits.of(frame).first(bits_of_last_byte or 8 * len(frame))
        answer = self.card.hear(bits)
        return None if answer is None else answer.to_bytes()


@pytest.mark.parametrize(
    ("data", "crc"),
    [("0000", "a01e"), ("1234", "26cf"), ("5000", "57cd")],
    ids=["annex B, first", "annex B, second", "HLTA"],
)
def test_crc_a_is_that_of_the_standard(data: str, crc: str) -> None:
    assert crc_a(bytes.fromhex(data)).hex() == crc


@given(uids)
def test_a_uid_of_any_length_is_read_whole_and_again(uid: bytes) -> None:
    air = OneCard(Card(uid))
    assert sole_card(air) == uid
    assert sole_card(air) == uid


def test_an_empty_field_is_nobody() -> None:
    class Empty:
        def exchange(self, _frame: bytes, _bits: int = 0) -> None:
            return None

    assert sole_card(Empty()) is None


@pytest.mark.parametrize("card", [Card(b"abcd", bad_bcc=True), Card(b"abcdefg", bad_crc=True)])
def test_a_wrong_checksum_is_no_card(card: Card) -> None:
    with pytest.raises(Unreadable):
        sole_card(OneCard(card))


def test_a_card_that_goes_on_cascading_is_no_card() -> None:
    class Endless:
        def exchange(self, frame: bytes, _bits: int = 0) -> bytes | None:
            if frame in {WUPA, REQA, HALT}:
                return b"\x44\x00" if frame != HALT else None
            sak = b"\x04" + crc_a(b"\x04")
            return bytes.fromhex("8801020388") if frame[1] == 0x20 else sak

    with pytest.raises(Unreadable):
        sole_card(Endless())


def test_a_card_that_loses_its_power_between_two_frames_is_not_two_cards() -> None:
    class Flickering(OneCard):
        def exchange(self, frame: bytes, bits_of_last_byte: int = 0) -> bytes | None:
            if frame == REQA:
                self.card.power_off()
            return super().exchange(frame, bits_of_last_byte)

    assert sole_card(Flickering(Card(b"abcdefg"))) == b"abcdefg"


def test_one_torn_answer_is_asked_again() -> None:
    class TornOnce(OneCard):
        torn = False

        def exchange(self, frame: bytes, bits_of_last_byte: int = 0) -> bytes | None:
            answer = super().exchange(frame, bits_of_last_byte)
            if not self.torn and frame[0] == 0x93:
                self.torn = True
                raise Unreadable
            return answer

    assert sole_card(TornOnce(Card(b"abcdefg"))) == b"abcdefg"


def test_a_halted_card_hears_wupa_and_not_reqa() -> None:
    card = Card(b"abcd")
    assert sole_card(OneCard(card)) == b"abcd"
    assert card.hear(Bits(REQA[0], SHORT_FRAME)) is None
    assert card.hear(Bits(WUPA[0], SHORT_FRAME)) is not None


def test_a_collision_is_two_cards() -> None:
    class Colliding:
        def exchange(self, frame: bytes, _bits: int = 0) -> bytes | None:
            if frame[0] == 0x93:
                raise TwoCards
            return b"\x04\x00"

    with pytest.raises(TwoCards):
        sole_card(Colliding())
