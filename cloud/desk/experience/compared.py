"""Two periods beside each other: how far the index moved, whether by more than chance, and who moved it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cloud.desk.experience.asking import View
from cloud.desk.experience.counted import whole
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Figure
from cloud.desk.experience.telling import change
from cloud.desk.language import active
from cloud.voice.change import Difference, difference, tell
from cloud.voice.indices import Part, split
from cloud.voice.reading import Told


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of the whole in both periods, and what it did to the change."""

    name: str
    before: Figure
    after: Figure
    part: Part

    @property
    def total(self) -> float:
        """What it did in all."""
        return self.part.performance + self.part.mix


@dataclass(frozen=True, slots=True)
class Compared:
    """The figure before and after, the difference if there is one, its units, and all of it in a sentence."""

    view: View
    before: Figure
    after: Figure
    difference: Difference | None
    units: tuple[Unit, ...]
    sentence: str
    total: Part


def compared(
    index: Index, view: View, was: Mapping[str, Told], now: Mapping[str, Told], names: Mapping[str, str]
) -> Compared:
    """The two periods, apart by units which `names` names."""
    before, after = _figures(index, was), _figures(index, now)
    parts = split(_weighed(before), _weighed(after))
    none = Figure(index, index.estimate({}))
    units = [
        Unit(names.get(u, u), before.get(u, none), after.get(u, none), part) for u, part in parts.items()
    ]
    counts = whole(was).counts, whole(now).counts
    return Compared(
        view,
        Figure(index, index.estimate(counts[0])),
        Figure(index, index.estimate(counts[1])),
        difference(index.scored(counts[0]), index.scored(counts[1]), index.test),
        tuple(sorted(units, key=lambda unit: (-abs(unit.total), unit.name))),
        sentence(index, parts, names),
        Part(sum(part.performance for part in parts.values()), sum(part.mix for part in parts.values())),
    )


def sentence(index: Index, parts: Mapping[str, Part], names: Mapping[str, str]) -> str:
    """Such as "NPS -4: Shiraz -3, mix -1"; it says so where rounding keeps it from adding up."""
    if not parts:
        return ""
    told = tell(parts, index.places)
    said = [(names.get(unit, unit), by) for unit, by in told.parts if by]
    said += [(_("the others"), told.others)] * bool(told.others) + [(_("mix"), told.mix)] * bool(told.mix)
    listed = ("، " if active() == "fa" else ", ").join(f"{name} {change(index, by)}" for name, by in said)
    whole = f"{index.short} {change(index, told.total)}"
    text = f"{whole}: {listed}" if listed else whole
    return _("%(sentence)s (rounded)") % {"sentence": text} if told.rounded else text


def _figures(index: Index, told: Mapping[str, Told]) -> dict[str, Figure]:
    return {unit: Figure(index, index.estimate(each.counts)) for unit, each in told.items()}


def _weighed(figures: Mapping[str, Figure]) -> dict[str, tuple[float | None, int]]:
    return {unit: (each.estimate.value, each.estimate.n) for unit, each in figures.items()}
