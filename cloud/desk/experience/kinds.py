"""What the pages show: each index with its question, its scale, and how it is written; and the needs."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cloud.desk.charts import CES_AXIS, Axis
from cloud.voice import control
from cloud.voice.change import Scored, Test
from cloud.voice.indices import (
    ASKED_OF_LOYALTY,
    DETRACT,
    EASY,
    EFFORT,
    PERCENT,
    PLEASED,
    PROMOTE,
    Counts,
    Estimate,
    ces,
    ces_share,
    cli,
    csat,
    nps,
)

NEEDS: Final = "needs"
"""The question whose answers are not more or less, but this or that."""


@dataclass(frozen=True)
class Index:
    """An index by its `slug`: the mean of what each of its question's values on `scale` scores.

    `places` are the decimals that are shown; `sign` stands behind the figure; `control` is its name where
    limits are worked out.
    """

    slug: str
    question: str
    short: str | Promise
    name: str | Promise
    scale: range
    of: Callable[[Counts], Estimate]
    score: Callable[[int], float]
    axis: Axis
    places: int
    control: control.Index
    sign: str = ""
    test: Test = "welch"

    def estimate(self, counts: Mapping[int, int]) -> Estimate:
        """The figure; values off the scale are none of its."""
        return self.of(self.on(counts))

    def on(self, counts: Mapping[int, int]) -> dict[int, int]:
        """The counts that are of its scale."""
        return {value: times for value, times in counts.items() if value in self.scale and times > 0}

    def scored(self, counts: Mapping[int, int]) -> Scored:
        """How many answers score what."""
        found: Counter[float] = Counter()
        for value, times in self.on(counts).items():
            found[self.score(value)] += times
        return found


def _share(good: range) -> Callable[[int], float]:
    return lambda value: PERCENT * (value in good)


_PERCENTS: Final = Axis(0, PERCENT, (0, 25, 50, 75, 100))
ALL: Final = (
    Index(
        slug="ces",
        question="ces",
        short=_("CES"),
        name=_("Customer effort score (CES)"),
        scale=EFFORT,
        of=ces,
        score=float,
        axis=CES_AXIS,
        places=2,
        control="ces",
    ),
    Index(
        slug="easy",
        question="ces",
        short=_("Easy (5 to 7)"),
        name=_("Found it easy (5 to 7)"),
        scale=EFFORT,
        of=ces_share,
        score=_share(EASY),
        axis=_PERCENTS,
        places=0,
        control="ces_share",
        sign="%",
        test="proportions",
    ),
    Index(
        slug="csat",
        question="csat",
        short=_("CSAT"),
        name=_("Customer satisfaction (CSAT)"),
        scale=range(1, 6),
        of=csat,
        score=_share(PLEASED),
        axis=_PERCENTS,
        places=0,
        control="csat",
        sign="%",
        test="proportions",
    ),
    Index(
        slug="nps",
        question="nps",
        short=_("NPS"),
        name=_("Net promoter score (NPS)"),
        scale=range(11),
        of=nps,
        score=lambda value: PERCENT * ((value in PROMOTE) - (value in DETRACT)),
        axis=Axis(-PERCENT, PERCENT, (-100, -50, 0, 50, 100)),
        places=0,
        control="nps",
    ),
    Index(
        slug="cli",
        question="cli",
        short=_("CLI"),
        name=_("Customer loyalty index (CLI)"),
        scale=range(ASKED_OF_LOYALTY, 6 * ASKED_OF_LOYALTY + 1),
        of=cli,
        score=lambda total: 20 * (6 * ASKED_OF_LOYALTY - total) / ASKED_OF_LOYALTY,
        axis=_PERCENTS,
        places=1,
        control="cli",
    ),
)
BY_SLUG: Final[Mapping[str, Index]] = {index.slug: index for index in ALL}
