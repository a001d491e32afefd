"""What is a swipe and what is a person, from recorded key events; nothing but whole swipes comes out."""

import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from drivers.input_events import RECORD, InputEvent, Records
from drivers.keys import PACE, PAUSE, SILENCE, Keys
from drivers.simulated import hid
from drivers.simulated.hid import REPORT
from drivers.tracks import LONGEST_SWIPE

CLUB = "%C1234567?;1234567?\r"
PAYMENT = (
    "%B6037991234567890^ROSTAMI/SOHRAB      ^05051010000000000000?;6037991234567890=05051010000000000?\r"
)
EVERY_CHARACTER = "%" + "".join(chr(code) for code in range(0x20, 0x60) if chr(code) not in "%?") + "?\r"
LATER = 1e6
"""A time at which every swipe has ended."""

events = st.builds(
    InputEvent,
    at=st.floats(0, 3) | st.floats(),
    kind=st.sampled_from([ecodes.EV_KEY, ecodes.EV_SYN, ecodes.EV_MSC]) | st.integers(0, 65535),
    code=st.integers(0, 60) | st.integers(0, 65535),
    value=st.integers(0, 2) | st.integers(-(2**31), 2**31 - 1),
)


def recorded(text: str, at: float = 1.0, step: float = REPORT) -> list[InputEvent]:
    return list(cut(b"".join(records for _, records in hid.swipe(text, at, step))))


def cut(data: bytes) -> Iterable[InputEvent]:
    return Records().feed(bytearray(data))


def press(code: int, at: float, value: int = 1) -> InputEvent:
    return InputEvent(at, ecodes.EV_KEY, code, value)


def swipes(typed: Iterable[InputEvent], keys: Keys | None = None) -> list[str]:
    """What comes out of events, and of the silence behind them."""
    keys = keys or Keys(opened=0)
    ended = [keys.feed(event) for event in typed]
    return [swipe.decode() for swipe in [*ended, keys.silence(LATER)] if swipe]


@pytest.mark.parametrize("text", [CLUB, PAYMENT, ";1234567?\r", "%E?;E?\r", EVERY_CHARACTER])
def test_a_recorded_swipe_is_read_as_it_was_typed(text: str) -> None:
    assert swipes(recorded(text)) == [text]


def test_several_tracks_end_at_once_with_enter() -> None:
    keys = Keys(opened=0)
    *_, enter_down, _, _, _ = recorded(CLUB)
    ended = [keys.feed(event) for event in recorded(CLUB) if event.at <= enter_down.at]
    assert [swipe is not None for swipe in ended] == [False] * (len(ended) - 2) + [True, False]


def test_the_keypads_enter_ends_a_swipe_too() -> None:
    typed = recorded(CLUB[:-1])
    assert swipes([*typed, press(ecodes.KEY_KPENTER, typed[-1].at + 0.01)]) == [CLUB]


def test_a_single_track_ends_behind_enter_when_no_other_follows() -> None:
    keys = Keys(opened=0)
    typed = recorded(";1234567?\r")
    assert not any(keys.feed(event) for event in typed)
    entered = typed[-1].at - REPORT
    assert keys.until(LATER) == pytest.approx(entered + PACE)
    assert keys.silence(entered + PACE - 0.001) is None
    assert keys.silence(entered + PACE + 0.001) == bytearray(b";1234567?\r")


def test_enter_behind_each_track_leaves_one_swipe() -> None:
    assert swipes(recorded("%C1234567?\r;1234567?\r;016037991234567890=?\r")) == [
        "%C1234567?\r;1234567?\r;016037991234567890=?\r"
    ]


def test_silence_behind_an_end_sentinel_ends_a_swipe() -> None:
    keys = Keys(opened=0)
    typed = recorded(";1234567?")
    assert not any(keys.feed(event) for event in typed)
    pressed = typed[-1].at - REPORT
    assert keys.until(LATER) == pytest.approx(pressed + SILENCE)
    assert keys.silence(pressed + SILENCE - 0.001) is None
    assert keys.silence(pressed + SILENCE + 0.001) == bytearray(b";1234567?")
    assert keys.until(LATER) == LATER


def test_a_check_behind_the_end_sentinel_belongs_to_the_swipe() -> None:
    assert swipes(recorded(";1234567?8")) == [";1234567?8"]


def test_half_a_swipe_is_forgotten_in_silence() -> None:
    assert swipes(recorded(";1234567")) == []


@pytest.mark.parametrize("shift", [ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT])
def test_either_shift_makes_the_upper_sign(shift: int) -> None:
    either = [press(shift, e.at, e.value) if e.code == ecodes.KEY_LEFTSHIFT else e for e in recorded(CLUB)]
    assert swipes(either) == [CLUB]


def test_letters_are_capitals_whether_shift_or_caps_lock_are_down_or_not() -> None:
    lock = [press(ecodes.KEY_CAPSLOCK, 0.99), press(ecodes.KEY_CAPSLOCK, 0.995, 0)]
    assert swipes([*lock, *recorded("%c1234567?\r")]) == ["%C1234567?\r"]


def test_the_keypads_digits_are_digits_whatever_num_lock_says() -> None:
    pad = [ecodes.KEY_KP0, ecodes.KEY_KP1, ecodes.KEY_KP2, ecodes.KEY_KP3, ecodes.KEY_KP4]
    pad += [ecodes.KEY_KP5, ecodes.KEY_KP6, ecodes.KEY_KP7, ecodes.KEY_KP8, ecodes.KEY_KP9]
    start, end = recorded(";"), recorded("?\r", at=1.2)
    digits = [press(code, 1.02 + n * 0.01) for n, code in enumerate(pad)]
    assert swipes([*start, press(ecodes.KEY_NUMLOCK, 1.015), *digits, *end]) == [";0123456789?\r"]


def test_key_repeats_type_nothing() -> None:
    repeats = [[event, press(event.code, event.at, 2)] for event in recorded(CLUB) if event.kind == 1]
    assert swipes(event for pair in repeats for event in pair) == [CLUB]


def test_a_persian_system_changes_nothing_as_only_codes_are_read() -> None:
    program = (
        "from tests.drivers.test_keys import CLUB, recorded, swipes; print(swipes(recorded(CLUB)) == [CLUB])"
    )
    persian = {"LC_ALL": "fa_IR.UTF-8", "XKB_DEFAULT_LAYOUT": "ir", "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=persian, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "True\n"


def test_what_the_scan_codes_say_changes_nothing() -> None:
    scans = [
        InputEvent(e.at, e.kind, e.code, 0x700FF) if e.kind == ecodes.EV_MSC else e for e in recorded(CLUB)
    ]
    assert swipes(scans) == [CLUB]


@pytest.mark.parametrize("kind", [ecodes.EV_MSC, ecodes.EV_REL, ecodes.EV_ABS, ecodes.EV_LED, ecodes.EV_REP])
def test_what_is_no_key_types_nothing(kind: int) -> None:
    typed = recorded(CLUB)
    others = [InputEvent(event.at, kind, ecodes.KEY_7, 1) for event in typed]
    assert swipes(event for pair in zip(others, typed, strict=True) for event in pair) == [CLUB]


@pytest.mark.parametrize("gap", [PAUSE + 0.01, 0.25, 1.0])
@pytest.mark.parametrize("text", ["%;123?", "%;123?\r", ";1234567?\r", "%C1234567?;1234567?\r"])
def test_a_person_who_types_what_a_reader_would_is_told_nothing(text: str, gap: float) -> None:
    assert swipes(cut(b"".join(records for _, records in hid.typed(text, 1.0, gap)))) == []


@given(st.text("%;?+1234\rE", max_size=30), st.data())
def test_a_person_never_makes_a_card_or_a_refusal(text: str, data: st.DataObject) -> None:
    """Some keys come in bursts, as a quick hand's do; ten in a second do not."""
    gaps = st.lists(st.floats(PACE + 0.001, 1.0), min_size=len(text), max_size=len(text))
    at, typed = 1.0, []
    for gap, key in zip(data.draw(gaps), text, strict=True):
        typed += recorded(key, at, 0.001)
        at += gap
    assert swipes(typed) == []


def test_a_pause_within_a_track_discards_the_swipe() -> None:
    first, second = recorded("%C12345"), recorded("67?;1234567?\r", at=1.0 + 14 * REPORT + PAUSE + 0.01)
    assert swipes([*first, *second]) == []


def test_a_swipe_in_which_time_goes_back_is_discarded() -> None:
    typed = recorded(CLUB)
    assert swipes([*typed[:20], *(InputEvent(e.at - 0.5, e.kind, e.code, e.value) for e in typed[20:])]) == []


def test_what_follows_enter_at_once_and_is_no_track_discards_the_swipe() -> None:
    assert swipes(recorded(";1234567?\r99?\r")) == []


def test_a_swipe_begins_behind_quiet_only() -> None:
    assert swipes(recorded("x;1234567?\r")) == []
    assert swipes(recorded(";1234567?\r", at=PAUSE - 0.01)) == []
    assert swipes(recorded(";1234567?\r", at=PAUSE + 0.01)) == [";1234567?\r"]


@pytest.mark.parametrize(
    "code", [ecodes.KEY_LEFTCTRL, ecodes.KEY_F1, ecodes.KEY_GRAVE, ecodes.KEY_ENTER, 700]
)
def test_a_key_that_no_track_holds_discards_the_swipe(code: int) -> None:
    typed = recorded("%C1234567?;1234567?\r")
    assert swipes([*typed[:20], press(code, typed[20].at), *typed[20:]]) == []


def test_lost_events_discard_the_swipe_and_all_up_to_the_next_report() -> None:
    typed = recorded(CLUB)
    for at in range(len(typed) - len(recorded("\r")) + 1):
        dropped = InputEvent(typed[at].at, ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
        assert swipes([*typed[:at], dropped, *typed[at:]]) == []


def test_what_follows_lost_events_is_no_card_of_its_own() -> None:
    """Of a payment card's tracks only the last is left, which alone looks like the club's."""
    typed = recorded("%B6037991234567890^A/B^0505?;6037991234567890=0505?;1234567?\r")
    last = next(n for n, e in enumerate(typed) if e.at > typed[-1].at - 21 * REPORT)
    dropped = InputEvent(typed[0].at, ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
    report = InputEvent(typed[last].at - REPORT, ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
    assert swipes([dropped, report, *typed[last:]]) == []


def test_a_shift_that_was_held_when_events_were_lost_is_not_held_for_ever() -> None:
    held = [press(ecodes.KEY_RIGHTSHIFT, 0.5), InputEvent(0.6, ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)]
    report = InputEvent(0.6, ecodes.EV_SYN, ecodes.SYN_REPORT, 0)
    assert swipes([*held, press(ecodes.KEY_1, 0.6), report, *recorded(CLUB)]) == [CLUB]


def test_ten_swipes_soon_after_each_other_are_ten() -> None:
    cards = [f";{1234560 + number}?\r" for number in range(10)]
    length = 2 * len(cards[0]) * REPORT + PAUSE
    typed = [event for n, card in enumerate(cards) for event in recorded(card, at=1 + n * length)]
    assert swipes(typed) == cards


def test_a_swipe_is_bounded() -> None:
    assert swipes(recorded("%" + "A" * (LONGEST_SWIPE - 3) + "?\r")) != []
    assert swipes(recorded("%" + "A" * (LONGEST_SWIPE - 1) + "?\r")) == []


def test_nothing_typed_stays_in_memory() -> None:
    keys = Keys(opened=0)
    for text in [CLUB, "%C1234567", "%C1234567\r"]:
        swipes(recorded(text), keys)
        assert not any(keys._typed)  # noqa: SLF001 - what is left behind cannot be seen from outside


@given(st.lists(events, max_size=60), st.integers(0, 60))
def test_any_events_give_only_whole_swipes_and_the_same_each_time(typed: list[InputEvent], at: int) -> None:
    mixed = [*typed[:at], *recorded(CLUB), *typed[at:]]
    read = swipes(mixed)
    assert read == swipes(mixed)
    assert all(swipe[0] in "%;+" and "?" in swipe and len(swipe) <= LONGEST_SWIPE for swipe in read)


@given(st.lists(st.integers(0, 2000), max_size=20))
def test_records_may_be_split_at_any_byte(cuts: list[int]) -> None:
    data = b"".join(records for _, records in hid.swipe(CLUB, 1.0))
    assert len(data) % RECORD.size == 0
    edges = sorted({0, len(data), *(place for place in cuts if place < len(data))})
    pieces = [data[start:end] for start, end in pairwise(edges)]
    records = Records()
    assert swipes(event for piece in pieces for event in records.feed(bytearray(piece))) == [CLUB]


@given(st.lists(st.binary(max_size=100)))
def test_any_bytes_are_records_or_a_piece_of_one(pieces: list[bytes]) -> None:
    records = Records()
    read = [event for piece in pieces for event in records.feed(bytearray(piece))]
    assert len(read) == sum(map(len, pieces)) // RECORD.size
    swipes(read)


def test_no_key_is_in_a_repr() -> None:
    assert "30" not in repr(press(ecodes.KEY_A, 1.0))
