"""What a key means on a US keyboard, from its code alone; pure.

A wedge presses the keys that would type its text on a US keyboard. The layout of the system, Persian for
one, is applied by X or Wayland above the kernel and never to the codes (Documentation/input/event-codes.rst).
"""

from evdev import ecodes

SHIFTS = frozenset({ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT})
ENTERS = frozenset({ecodes.KEY_ENTER, ecodes.KEY_KPENTER})
LOCKS = frozenset({ecodes.KEY_CAPSLOCK, ecodes.KEY_NUMLOCK})
"""Keys that change nothing here: a letter is a capital and a keypad's key its digit, however these stand.

No track holds a small letter (ISO/IEC 7811-6), so there is nothing for Caps Lock to tell; some readers press
it around a swipe, others turn their shift around when its light is on.
"""
_FIRST, _LAST = " ", "_"
"""The characters that a track can hold (tracks.parse)."""

_ROWS = (
    (ecodes.KEY_1, "1234567890-=", "!@#$%^&*()_+"),
    (ecodes.KEY_Q, "QWERTYUIOP[]", "QWERTYUIOP{}"),
    (ecodes.KEY_A, "ASDFGHJKL;'", 'ASDFGHJKL:"'),
    (ecodes.KEY_BACKSLASH, "\\ZXCVBNM,./", "|ZXCVBNM<>?"),
    (ecodes.KEY_SPACE, " ", " "),
)
"""The code of a row's first key, and what its keys mean; the codes of a row follow each other."""
_KEYPAD = (
    (ecodes.KEY_KP7, "789"),
    (ecodes.KEY_KP4, "456"),
    (ecodes.KEY_KP1, "1230"),
)


def _table() -> dict[tuple[int, bool], str]:
    rows = [(first, low, False) for first, low, _ in _ROWS] + [
        (first, high, True) for first, _, high in _ROWS
    ]
    pads = [(first, digits, shifted) for first, digits in _KEYPAD for shifted in (False, True)]
    return {
        (code, shifted): sign
        for first, signs, shifted in rows + pads
        for code, sign in enumerate(signs, start=first)
        if _FIRST <= sign <= _LAST
    }


_SIGNS = _table()
TYPES_A_SWIPE = frozenset({ecodes.KEY_SEMICOLON, ecodes.KEY_SLASH, *range(ecodes.KEY_1, ecodes.KEY_0 + 1)})
"""The codes of `;`, of `?` and of the digits: a keyboard has them, a mouse or a remote has not."""


def sign_of(code: int, *, shifted: bool) -> str:
    """The character that a key types; empty if it types none that a track can hold."""
    return _SIGNS.get((code, shifted), "")
