"""What an RDM6300's bytes mean, and which card they say rests on the coil."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.em4100 import Frames, Resting, decode
from drivers.reader import BadFrame, Card, CardPresented, CardRefused, CardRemoved, ReaderEvent
from drivers.simulated.em4100 import frame

RDM6300 = b"\x020A1B2C3D4E4E\x03"
ID_12LA = b"\x020A1B2C3D4E4E\r\n\x03"
IDENTITY = bytes.fromhex("0A1B2C3D4E")
OTHER = bytes.fromhex("0A1B2C3D4F")
CARD, OTHER_CARD = Card("em4100", IDENTITY), Card("em4100", OTHER)

identities = st.binary(min_size=5, max_size=5)


@pytest.mark.parametrize("sent", [RDM6300, ID_12LA, RDM6300.lower()])
def test_a_frame_of_each_kind_of_unit_is_understood(sent: bytes) -> None:
    frames = Frames()
    assert frames.feed(sent) == [IDENTITY]
    assert frames.bad == 0


@pytest.mark.parametrize("sent", [RDM6300, ID_12LA, RDM6300.lower()])
def test_a_whole_frame_is_a_card(sent: bytes) -> None:
    assert decode(sent) == CARD


@given(st.integers(0, len(RDM6300) - 1), st.integers(0, 7))
def test_no_flipped_bit_makes_another_card(at: int, bit: int) -> None:
    flipped = RDM6300[:at] + bytes([RDM6300[at] ^ 1 << bit]) + RDM6300[at + 1 :]
    try:
        assert decode(flipped) == CARD  # the case of a hex digit says nothing
    except BadFrame:
        return


@given(st.binary(max_size=30) | st.sampled_from([RDM6300[:end] for end in range(len(RDM6300))]))
def test_what_is_no_whole_frame_is_a_bad_frame(sent: bytes) -> None:
    with pytest.raises(BadFrame):
        decode(sent)


def test_the_simulated_unit_sends_what_the_data_sheet_shows() -> None:
    assert frame(IDENTITY) == RDM6300


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_bytes_raise(chunks: list[bytes]) -> None:
    frames = Frames()
    for chunk in chunks:
        assert all(len(identity) == 5 for identity in frames.feed(chunk))


@given(st.lists(identities, min_size=1, max_size=4), st.lists(st.integers(0, 60), max_size=20))
def test_frames_survive_any_chunking(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(identity) for identity in sent)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    frames = Frames()
    heard = [identity for start, end in pairwise(edges) for identity in frames.feed(stream[start:end])]
    assert heard == sent
    assert frames.bad == 0


@given(st.binary(max_size=60), identities)
def test_a_frame_after_any_noise_is_heard(noise: bytes, identity: bytes) -> None:
    assert Frames().feed(noise + frame(identity))[-1] == identity


@given(identities, st.integers(1, 10), st.sampled_from(b"0123456789ABCDEF"))
def test_one_wrong_digit_is_never_another_card(identity: bytes, place: int, digit: int) -> None:
    sent = bytearray(frame(identity))
    sent[place] = digit
    assert Frames().feed(bytes(sent)) in ([], [identity])


@pytest.mark.parametrize(
    "sent",
    [
        frame(IDENTITY, wrong_checksum=True),
        b"\x020A1B2C3D4\x03",
        b"\x020A1B2C3D4E4E00000\x03",
        b"\x02G A1B2C3D4E4\x03",
        b"\x02\x03",
        b"\x020A1B2C" + RDM6300,
    ],
    ids=["wrong checksum", "too short", "too long", "not hex", "empty", "cut short by the next"],
)
def test_a_bad_frame_is_counted_and_gives_no_card(sent: bytes) -> None:
    frames = Frames()
    assert frames.feed(sent) == ([IDENTITY] if sent.endswith(RDM6300) else [])
    assert frames.bad == 1


@pytest.mark.parametrize("behind", [b"\x02", b"4E4E\x03", b"4E4F\x03", b"00000000", None])
def test_a_frame_that_is_done_with_is_wiped(behind: bytes | None) -> None:
    frames = Frames()
    frames.feed(RDM6300[:9])
    [body] = [held for held in vars(frames).values() if isinstance(held, bytearray)]
    assert body == RDM6300[1:9]
    frames.forget() if behind is None else frames.feed(behind)
    assert body == b""


def test_half_a_frame_then_silence_then_a_frame_is_one_card() -> None:
    frames = Frames()
    assert frames.feed(RDM6300[:7]) == []
    assert frames.feed(RDM6300) == [IDENTITY]


def test_a_resting_card_is_presented_once() -> None:
    resting = Resting()
    heard = [resting.good(IDENTITY, now / 1000) for now in range(0, 1000, 65)]
    assert heard[0] == [CardPresented("em4100", CARD)]
    assert not any(heard[1:])


def test_a_card_is_gone_after_300_ms_without_a_frame() -> None:
    resting = Resting()
    resting.good(IDENTITY, 10.0)
    assert resting.until(20.0) == pytest.approx(10.3)
    assert resting.silence(10.29) == []
    assert resting.silence(10.31) == [CardRemoved("em4100", CARD)]
    assert resting.silence(10.7) == []
    assert resting.until(20.0) == 20.0


def test_another_card_takes_the_place_of_the_one_that_rests() -> None:
    resting = Resting()
    resting.good(IDENTITY, 10.0)
    assert resting.good(OTHER, 10.1) == [
        CardRemoved("em4100", CARD),
        CardPresented("em4100", OTHER_CARD),
    ]


def refusals(resting: Resting, times: list[float]) -> list[ReaderEvent]:
    return [event for now in times for event in resting.bad(now)]


def test_a_stream_of_bad_frames_is_refused_once() -> None:
    assert refusals(Resting(), [10.0, 10.1, 10.2, 10.3, 10.9, 11.5]) == [CardRefused("em4100", "unreadable")]


def test_bad_frames_now_and_then_are_only_a_disturbed_line() -> None:
    assert refusals(Resting(), [10.0, 10.9, 11.8, 12.7]) == []


def test_the_next_unreadable_card_is_refused_again() -> None:
    assert len(refusals(Resting(), [10.0, 10.1, 10.2, 15.0, 15.1, 15.2])) == 2


def test_bad_frames_between_good_ones_do_not_refuse_the_card_that_rests() -> None:
    resting = Resting()
    resting.good(IDENTITY, 10.0)
    assert refusals(resting, [10.01, 10.02, 10.03, 10.04]) == []
