"""The catalogue's document: what head office says to every kiosk, checked at both ends."""

from typing import Annotated

import msgspec

from mqtt.events import Scale
from mqtt.shapes import Name, Ordinal, decode
from mqtt.vocabulary import Language

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Shown = Annotated[float, msgspec.Meta(ge=0.5, le=600)]
"""Seconds that a screen stands."""


class Words(msgspec.Struct, frozen=True):
    """One text in both languages."""

    fa: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        """The text in a language."""
        return self.fa if language == "fa" else self.en


class Survey(msgspec.Struct, frozen=True):
    """A question in one wording. The wording's number travels with every answer: two are never mixed."""

    question: Name
    wording: Ordinal
    text: Words
    first: Words
    last: Words
    scale: Scale

    def values(self) -> tuple[int, ...]:
        """The values in reading order."""
        worst, best = self.scale.worst, self.scale.best
        step = 1 if worst < best else -1
        values = tuple(range(worst, best + step, step))
        return values if self.scale.shown == "worst-first" else values[::-1]


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


def read_document(text: str) -> Document:
    """The document in a JSON text; BadMessage if it is not one."""
    return decode(text.encode(), Document)
