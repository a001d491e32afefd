"""How far this kiosk has come with becoming one of the club's: sync writes it, the screen shows it.

There is no token and no key in it. The file is replaced in one step, so a reader sees a whole state or none.
"""

from pathlib import Path
from typing import Final, Literal

import msgspec

from mqtt import enrolment

FILE: Final = "enrolment.json"
"""In the data folder."""

Step = Literal["waiting-for-time", "making-key", "asking-authority", "enrolling", "enrolled"]
"""`waiting-for-time`: the clock is before the authority's certificate, as one that woke in 1970 is."""
OwnReason = Literal[
    "no-token",
    "no-network",
    "wrong-authority",
    "wrong-name",
    "clock",
    "disk",
    "bad-answer",
    "bad-identity",
]
"""What the kiosk finds out by itself.

`no-token`: kiosk.toml has none, and there is no identity; `no-network`: nobody answers, or not in time;
`wrong-authority`: the server is not the one whose fingerprint kiosk.toml has, or is not of that authority;
`wrong-name`: its certificate is for another host; `clock`: its certificate is not valid at this kiosk's time;
`disk`: this kiosk's own, it does not take a file; `bad-answer`: whoever answers is no gate;
`bad-identity`: the files of an earlier enrolment are damaged.
"""
Reason = OwnReason | enrolment.Reason


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """A step, and why it does not go on, if it does not; `detail` says in English what to do.

    `since` is the wall clock in seconds since 1970 when this step and reason came, by a clock that may not
    have been set.
    """

    step: Step
    since: float
    reason: Reason | None = None
    detail: str = ""


def after(last: Progress | None, step: Step, reason: Reason | None, detail: str, wall: float) -> Progress:
    """What is so now; `since` stays where step and reason do."""
    same = last is not None and (last.step, last.reason) == (step, reason)
    return Progress(step, last.since if last and same else wall, reason, detail)


def write(data: Path, progress: Progress) -> None:
    """Put it where the screen looks. Raises OSError.

    Not made durable: after a power cut it is written anew.
    """
    beside = data / f"{FILE}.new"
    beside.write_bytes(msgspec.json.encode(progress))
    beside.replace(data / FILE)


def read(data: Path) -> Progress | None:
    """The last word; None where there is none, or none that this release understands."""
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Progress)
    except (OSError, msgspec.DecodeError):
        return None
