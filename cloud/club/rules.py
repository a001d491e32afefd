"""What an earning rule, a version of all of them, and a credit look like; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from mqtt.vocabulary import MemberId, Points, StoreId

When = Literal["purchase", "visit", "answer", "birthday", "first-visit", "joining"]
MAX_RULES = 200
"""In one set; with the bounds below, what one occasion earns fits a database's 64 bits."""

_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,19}\Z")]
_Count = Annotated[int, msgspec.Meta(ge=1, le=10**6)]
_Worth = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Names = tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=60)], ...]


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a rule; a field that it does not know is refused, so that no typing error goes unseen."""


class PerAmount(_Shape, frozen=True, tag_field="kind", tag="per-amount"):
    """`points` for each whole `step` of Rial that the invoice's eligible lines cost in money."""

    step: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    points: _Worth

    def __post_init__(self) -> None:
        """Refuse more than a point for a Rial: whoever writes that has mixed the two up."""
        if self.points > self.step:
            raise ValueError("more points than Rial: `step` is the Rial for which `points` are given")


class Fixed(_Shape, frozen=True, tag_field="kind", tag="fixed"):
    """So many points, whatever was bought."""

    points: _Worth


class Multiplier(_Shape, frozen=True, tag_field="kind", tag="multiplier"):
    """`percent` of what the occasion's other rules gave, on top of it, rounded down: 100 doubles.

    Several do not multiply each other: each is on what the ordinary rules gave.
    """

    percent: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class Limits(_Shape, frozen=True):
    """How often a rule pays a member; None: as often as it happens.

    `budget` is in points, for all members together: a credit that does not fit in whole is not given.
    A day is the store's; of answers it is counted for each question by itself.
    """

    per_visit: _Count | None = None
    per_day: _Count | None = None
    per_member: _Count | None = None
    budget: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None


class Rule(_Shape, frozen=True, dict=True):
    """When something is earned, by whom, what, and how often. Names that are left out mean: all of them.

    `since` and `until` (not included) bound the moment at which it happened. Of rules for one occasion,
    those of higher `priority` come first; if one of them that `excludes_lower` gives anything, lower ones
    give nothing. `valid_days`: after so many times 24 hours the points lapse. `pending_hours`: before, they
    cannot be used.
    """

    id: _Id
    when: When
    gives: PerAmount | Fixed | Multiplier
    groups: _Names = ()
    stores: _Names = ()
    products: _Names = ()
    categories: _Names = ()
    limits: Limits = Limits()
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] | None = None
    pending_hours: Annotated[int, msgspec.Meta(ge=0, le=8760)] = 0
    since: _Moment | None = None
    until: _Moment | None = None
    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0
    excludes_lower: bool = False

    def __post_init__(self) -> None:
        """Refuse parts that do not go together."""
        if self.when != "purchase" and (
            isinstance(self.gives, PerAmount) or self.products or self.categories
        ):
            raise ValueError("only a purchase has amounts, products and categories: set `when` to purchase")
        if isinstance(self.gives, Multiplier) and (self.products or self.categories):
            raise ValueError("a multiplier is of all that was given: leave `products` and `categories` out")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("`until` is not after `since`")

    @cached_property
    def times(self) -> dict[str, int]:
        """How often it pays in each: the narrowest first, what its occasion brings with it included."""
        once = self.when in {"first-visit", "joining"}
        found = {
            "visit": self.limits.per_visit,
            "day": self.limits.per_day,
            "year": 1 if self.when == "birthday" else None,
            "member": 1 if once else self.limits.per_member,
        }
        return {name: most for name, most in found.items() if most}

    @cached_property
    def simple(self) -> bool:
        """Whether the unique `limit_key` of its credits alone keeps its limits."""
        return not self.limits.budget and list(self.times.values()) in ([], [1])

    @property
    def occasion(self) -> str:
        """The kind of occasion for which it is."""
        return "visit" if self.when == "first-visit" else self.when

    @cached_property
    def multiplies(self) -> bool:
        """Whether it depends on what others gave."""
        return isinstance(self.gives, Multiplier)


@dataclass(frozen=True)
class Rules:
    """A version of the rules, in the order in which they are looked at: that of the file does not matter."""

    version: int
    each: tuple[Rule, ...]

    @cached_property
    def occasions(self) -> frozenset[str]:
        """The kinds of occasion on which anything can be earned."""
        return frozenset(rule.occasion for rule in self.each)

    @cached_property
    def by_occasion(self) -> dict[str, tuple[Rule, ...]]:
        """The rules for each kind of occasion, in their order."""
        return {kind: tuple(rule for rule in self.each if rule.occasion == kind) for kind in self.occasions}

    @cached_property
    def independent(self) -> bool:
        """Whether no rule asks what another gave."""
        return not any(rule.multiplies or rule.excludes_lower for rule in self.each)

    @cached_property
    def plain(self) -> bool:
        """Whether what is used of the limits need not be known beforehand."""
        return self.independent and all(rule.simple for rule in self.each)


def in_order(version: int, rules: Iterable[Rule]) -> Rules:
    """A version of rules that came in any order."""
    return Rules(version, tuple(sorted(rules, key=lambda rule: (-rule.priority, rule.id))))


class Credit(msgspec.Struct, frozen=True):
    """An entry to be booked. No two have one `source_key`; of one `limit_key` only the first is booked.

    Until `active_from` the points are pending, from `expires_at` on they lapse; None: they never do.
    `uses`: what it takes, by key, of limits that one `limit_key` cannot say.
    """

    member: MemberId
    points: Points
    reason: str
    occurred_at: datetime
    received_at: datetime
    store: StoreId
    source_key: str
    limit_key: str
    rule: str
    rule_version: int
    active_from: datetime
    expires_at: datetime | None
    uses: tuple[tuple[str, int], ...] = ()
    invoice: str | None = None


class Versions:
    """Every version there is, and which of them was in force when."""

    def __init__(self, versions: Iterable[tuple[datetime, Rules]] = ()) -> None:
        """Each with the moment from which it is in force."""
        self._newest_first = sorted(versions, key=lambda pair: -pair[1].version)

    def at(self, moment: datetime) -> Rules:
        """The newest of those that were in force; before the first, there were no rules."""
        for since, rules in self._newest_first:
            if since <= moment:
                return rules
        return NONE

    @property
    def occasions(self) -> frozenset[str]:
        """The kinds of occasion on which anything could ever be earned."""
        return frozenset(kind for _, rules in self._newest_first for kind in rules.occasions)

    def ids(self) -> set[str]:
        """The ids of all rules that there ever were."""
        return {rule.id for _, rule in self._all()}

    def loose(self) -> set[str]:
        """Of these, the rules whose credit of an occasion hung on more than its own place under one limit."""
        return {rule.id for rules, rule in self._all() if not (rules.independent and rule.simple)}

    def budgeted(self) -> set[str]:
        """Of these, the rules that had a budget, and those that asked what another gave beside one."""
        spent = {rules.version for rules, rule in self._all() if rule.limits.budget}
        return {
            rule.id
            for rules, rule in self._all()
            if rule.limits.budget or (rules.version in spent and not rules.independent)
        }

    def _all(self) -> Iterator[tuple[Rules, Rule]]:
        return ((rules, rule) for _, rules in self._newest_first for rule in rules.each)


NONE = Rules(0, ())
"""What is in force before the first version."""
