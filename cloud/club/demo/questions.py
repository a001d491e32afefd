"""What the kiosks of the generated club ask, how often, and what is answered in which mood."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from mqtt.events import Scale

WORDING = 1
REST = timedelta(days=14)
"""For so long the same person is not asked the same again."""
MOODS = range(1, 8)
"""From the worst to the best, as a CES value says it."""

Values = tuple[tuple[int, ...], ...]
"""What is answered in each of the moods: one of these."""


@dataclass(frozen=True)
class Question:
    """A question of which `share` of those who could be asked it are; `then` follows whatever is answered."""

    id: str
    scale: Scale
    values: Values
    share: float = 1.0
    then: str = ""
    business: Values = ()
    """What businesses answer, where that is something else."""

    def answer(self, dice: Random, mood: int, kind: str) -> int:
        """What a member of a kind answers in a mood."""
        values = (self.business if kind == "business" else ()) or self.values
        return dice.choice(values[mood - 1])

    def worse(self, value: int) -> int:
        """The value next to it, towards the worst."""
        return value + (self.scale.worst > value) - (self.scale.worst < value)


_WILLING = Scale(worst=6, best=1)
QUESTIONS: tuple[Question, ...] = (
    Question("ces", Scale(worst=1, best=7), tuple((mood,) for mood in MOODS), 0.4),
    Question("csat", Scale(worst=1, best=5), ((1,), (1, 2), (2, 3), (3, 4), (4,), (4, 5), (4, 5, 5)), 0.25),
    Question(
        "nps",
        Scale(worst=0, best=10),
        ((0, 1, 2), (2, 3, 4), (4, 5, 6), (5, 6, 7), (7, 8, 8), (8, 9, 9), (9, 10, 10)),
        1 / 3,
    ),
    Question(
        "cli-recommend",
        _WILLING,
        ((6,), (5, 6), (4, 5), (3, 4), (2, 3), (1, 2, 2), (1, 1, 2)),
        0.5,
        then="cli-buy-again",
    ),
    Question(
        "needs",
        Scale(worst=1, best=4),
        ((1, 1, 1, 1, 2, 2, 3, 3, 3, 4),) * len(MOODS),
        business=((4, 4, 4, 1, 1, 2),) * len(MOODS),
    ),
)
"""In the order in which they have their turn."""
FOLLOWING: dict[str, Question] = {
    one.id: one
    for one in (
        Question(
            "cli-buy-again",
            _WILLING,
            ((5, 6), (4, 5), (3, 4), (2, 3), (2,), (1, 2), (1,)),
            then="cli-try-others",
        ),
        Question("cli-try-others", _WILLING, ((6,), (5, 6), (5,), (4,), (3, 4), (2, 3), (1, 2, 3))),
    )
}
