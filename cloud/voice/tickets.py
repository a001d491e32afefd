"""How a ticket stands, from what the shop said and what the member said to that; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["new", "answered", "closed"]
Better = Literal["yes", "no", ""]
"""Whether it is better now; empty where the member said nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """The shop's `number`th message; one that `closes` is none for the member."""

    number: int
    closes: bool = False


def state(said: Sequence[Said], seen: Mapping[int, Better]) -> State:
    """How a ticket stands: only the shop's last word counts, and what the member said to that one."""
    if not said:
        return "new"
    if said[-1].closes:
        return "closed"
    after: dict[Better, State] = {"yes": "closed", "no": "new", "": "answered"}
    return after[seen.get(said[-1].number, "")]


def waiting(said: Sequence[Said], seen: Mapping[int, Better]) -> int | None:
    """The message that the member has yet to read; None if there is none."""
    if not said or said[-1].closes or said[-1].number in seen:
        return None
    return said[-1].number
