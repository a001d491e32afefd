"""The catalogue's document: what head office says to every kiosk, checked at both ends."""

from typing import Annotated, Literal

import msgspec

from mqtt.events import Scale
from mqtt.shapes import Name, Natural, Ordinal, Score, Some, decode
from mqtt.vocabulary import Language, Points

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Shown = Annotated[float, msgspec.Meta(ge=0.5, le=600)]
"""Seconds that a screen stands."""
Days = Annotated[float, msgspec.Meta(ge=0, le=3650)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""A time of the store's day, `HH:MM`."""
Kind = Literal["ces", "csat", "nps", "cli", "needs"]
WORDED: dict[Kind, range] = {"csat": range(5, 6), "cli": range(6, 7), "needs": range(2, 7)}
"""How many labels a question has whose values are shown as words; the other kinds are shown as numbers."""


class Words(msgspec.Struct, frozen=True):
    """One text in both languages."""

    fa: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        return self.fa if language == "fa" else self.en


class Branch(msgspec.Struct, frozen=True):
    """What is asked after an answer from `low` to `high`, both included: the question of that name."""

    low: Score
    high: Score
    question: Name


class Survey(msgspec.Struct, frozen=True):
    """A question in one wording. The wording's number travels with every answer: two are never mixed.

    `labels` are the words of the values from the worst to the best, in whichever order they are shown; an
    answer is stored by its value. `cooldown_days` must pass before the same member is asked it again,
    anywhere; `share` of those who could be asked it are; `quota` bounds how often one kiosk shows it on one
    store-local day. `opens`: a visit may begin with it; else it only follows from another's `then`.
    """

    question: Name
    wording: Ordinal
    text: Words
    first: Words
    last: Words
    scale: Scale
    kind: Kind = "ces"
    labels: tuple[Words, ...] = ()
    then: Annotated[tuple[Branch, ...], msgspec.Meta(max_length=20)] = ()
    opens: bool = True
    cooldown_days: Days = 14.0
    share: Share = 1.0
    quota: Natural | None = None

    def __post_init__(self) -> None:
        """Refuse a worded kind that lacks a word, or has one too many."""
        needed = WORDED.get(self.kind)
        if needed is not None and len(self.labels) not in needed:
            raise ValueError(f"a question of kind {self.kind} has {needed[0]} to {needed[-1]} labels")
        if self.labels and len(self.labels) != len(self.values()):
            raise ValueError("there is a label for each value, or none at all")

    def values(self) -> tuple[int, ...]:
        """The values in reading order."""
        worst, best = self.scale.worst, self.scale.best
        step = 1 if worst < best else -1
        values = tuple(range(worst, best + step, step))
        return values if self.scale.shown == "worst-first" else values[::-1]

    def words(self, language: Language) -> tuple[str, ...]:
        """The values' labels in reading order; empty where they are shown as numbers."""
        words = tuple(label[language] for label in self.labels)
        return words if self.scale.shown == "worst-first" else words[::-1]

    def word(self, value: int, language: Language) -> str:
        """The label of a value on the scale; empty where it has none."""
        return dict(zip(self.values(), self.words(language), strict=False)).get(value, "")


class Quiet(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """Hours of the store's day in which nothing is asked; over midnight where `to` is not after `from`."""

    start: Clock
    end: Clock

    def holds(self, clock: str) -> bool:
        """Whether a time of day, `HH:MM`, lies within."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Asking(msgspec.Struct, frozen=True):
    """When members are asked at all, whatever the question."""

    quiet: Annotated[tuple[Quiet, ...], msgspec.Meta(max_length=20)] = ()


class Talking(msgspec.Struct, frozen=True):
    """What members are told when they tell the shop something: within how many days it is answered."""

    answer_days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 3


_AMOUNTS = tuple(map(Points, (20, 50, 100, 200, 500, 1000)))


class Redeeming(msgspec.Struct, frozen=True):
    """What points buy at a kiosk: money off, as a coupon. Nothing while `rial_per_point` is 0.

    `amounts`, in points, are what can be chosen; `days` is for how long a till takes the coupon; money is
    told in `currency`, of which a toman is 10 Rial.
    """

    rial_per_point: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    amounts: Annotated[tuple[Some, ...], msgspec.Meta(max_length=20)] = _AMOUNTS
    days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    currency: Literal["toman", "rial"] = "toman"


class Purpose(msgspec.Struct, frozen=True):
    """Something that who joins is asked to agree to; the wording's number travels with the consent.

    Without one that is `needed` nobody gives a telephone number.
    """

    purpose: Name
    wording: Ordinal
    text: Words
    needed: bool = True


class Joining(msgspec.Struct, frozen=True):
    """How somebody becomes a member at a kiosk: with the empty card alone, or with a telephone number too.

    Nobody does while there is no way. `keeps` says what the club keeps and for how long; telephone numbers
    without a country's prefix are of `home` (ISO 3166-1).
    """

    ways: Annotated[tuple[Literal["card", "phone"], ...], msgspec.Meta(max_length=2)] = ()
    keeps: Words | None = None
    purposes: Annotated[tuple[Purpose, ...], msgspec.Meta(max_length=3)] = ()
    home: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")] = "IR"

    def __post_init__(self) -> None:
        """Refuse a way of joining that does not say what is kept."""
        if self.ways and self.keeps is None:
            raise ValueError("whoever can join is told what is kept")


class Leaving(msgspec.Struct, frozen=True):
    """Whether a member can leave the club at a kiosk."""

    offered: bool = False


class Timings(msgspec.Struct, frozen=True):
    """How long, in seconds, screens stand by themselves."""

    welcome: Shown = 6.0
    warn: Shown = 15.0
    reset: Shown = 20.0
    undo: Shown = 3.0
    thanks: Shown = 3.0
    sorry: Shown = 6.0


class Brand(msgspec.Struct, frozen=True):
    """The shop's name in both languages and its accent colour."""

    fa: Text
    en: Text
    accent: Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}\Z")]


class Document(msgspec.Struct, frozen=True):
    """The whole of it. Fields that a release does not know are ignored."""

    brand: Brand
    surveys: Annotated[tuple[Survey, ...], msgspec.Meta(max_length=20)]
    timings: Timings = Timings()
    asking: Asking = Asking()
    talking: Talking = Talking()
    redeeming: Redeeming = Redeeming()
    joining: Joining = Joining()
    leaving: Leaving = Leaving()

    def __post_init__(self) -> None:
        """Refuse an answer that leads to a question which is not there."""
        there = {survey.question for survey in self.surveys}
        for survey in self.surveys:
            if not {branch.question for branch in survey.then} <= there:
                raise ValueError(f"an answer to {survey.question} leads to a question that is not there")


def read_document(text: str) -> Document:
    """The document in a JSON text; BadMessage if it is not one."""
    return decode(text.encode(), Document)
