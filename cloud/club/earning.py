"""What an occasion earns: rules, what is used of their limits, and an occasion to credits; pure.

Whole numbers only. Of an invoice the eligible lines' amounts are added, cut to the share of the invoice that
was paid in money, and only then divided by the step: each of these two divisions rounds down, and nothing
else rounds. So what points or rewards paid for earns nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from msgspec import structs

from cloud.club.occasions import Line, Occasion
from cloud.club.rules import Credit, Fixed, Multiplier, PerAmount, Rule, Rules
from mqtt.vocabulary import Points

Used = Mapping[str, int]
"""How much of each limit is used, by its key: times, or points of a budget. What is not in it is unused."""


class _Place(NamedTuple):
    """A limit as an occasion meets it."""

    key: str
    most: int


def earn(rules: Rules, occasion: Occasion, used: Used) -> list[Credit]:
    """What the occasion earns, ordinary rules' first; at most a credit a rule, each of at least a point."""
    fitting = _fitting(rules, occasion)
    given = _Given(rules.version, occasion, used)
    given.take([rule for rule in fitting if not rule.multiplies], lambda rule: _worth(rule, occasion))
    base = sum(credit.points for credit in given.credits)
    if base:
        given.take([rule for rule in fitting if rule.multiplies], lambda rule: _percent(rule, base))
    return given.credits


def earn_next(rules: Rules, occasion: Occasion, used: Counter[str]) -> list[Credit]:
    """The same, and `used` is afterwards as this occasion leaves it to the next."""
    earned = earn(rules, occasion, used)
    for credit in earned:
        for key, amount in credit.uses or ((credit.limit_key, 1),):
            used[key] += amount
    return earned


def possible(rules: Rules, occasion: Occasion) -> list[Credit]:
    """What every rule would give, were no limit used and none excluded by another."""
    apart = (structs.replace(rule, excludes_lower=False) for rule in rules.each)
    return earn(Rules(rules.version, tuple(apart)), occasion, {})


def sources(rules: Rules, occasion: Occasion) -> Iterator[str]:
    """The source keys of all that the occasion can have earned."""
    return (_source(rule, occasion) for rule in _fitting(rules, occasion))


def limits(rules: Rules, occasion: Occasion) -> Iterator[str]:
    """The keys of all limits that it can meet."""
    for rule in _fitting(rules, occasion):
        yield from (place.key for place in (*_places(rule, occasion), *_budget(rule)))


class _Given:
    """What was given so far on one occasion."""

    def __init__(self, version: int, occasion: Occasion, used: Used) -> None:
        self.credits: list[Credit] = []
        self._version, self._occasion, self._used = version, occasion, used
        self._lowest: int | None = None

    def take(self, rules: Iterable[Rule], worth: Callable[[Rule], int]) -> None:
        """Let rules give, in their order."""
        for rule in rules:
            if self._lowest is not None and rule.priority < self._lowest:
                return
            credit = self._credit(rule, worth(rule))
            if credit:
                self.credits.append(credit)
                self._lowest = rule.priority if rule.excludes_lower else self._lowest

    def _credit(self, rule: Rule, points: int) -> Credit | None:
        if points < 1:
            return None
        places, budget = _places(rule, self._occasion), _budget(rule)
        taken = [(place, 1) for place in places] + [(place, points) for place in budget]
        if any(self._used.get(p.key, 0) + amount > p.most for p, amount in taken):
            return None
        uses = () if rule.simple else tuple((place.key, by) for place, by in taken)
        return self._made(rule, points, places, uses)

    def _made(
        self, rule: Rule, points: int, places: list[_Place], uses: tuple[tuple[str, int], ...]
    ) -> Credit:
        occasion, source = self._occasion, _source(rule, self._occasion)
        at = occasion.occurred_at
        return Credit(
            member=occasion.member,
            points=Points(points),
            reason=occasion.kind,
            occurred_at=at,
            received_at=occasion.received_at,
            store=occasion.store,
            source_key=source,
            limit_key=_numbered(places[0].key, self._used) if places else source,
            rule=rule.id,
            rule_version=self._version,
            active_from=at + timedelta(hours=rule.pending_hours),
            expires_at=at + timedelta(days=rule.valid_days) if rule.valid_days else None,
            uses=uses,
            invoice=occasion.invoice,
        )


def _fitting(rules: Rules, occasion: Occasion) -> list[Rule]:
    return [rule for rule in rules.by_occasion.get(occasion.kind, ()) if _fits(rule, occasion)]


def _fits(rule: Rule, occasion: Occasion) -> bool:
    return (
        (occasion.sure or rule.when != "birthday")
        and (not rule.groups or occasion.group in rule.groups)
        and (not rule.stores or occasion.store in rule.stores)
        and (rule.since is None or rule.since <= occasion.occurred_at)
        and (rule.until is None or occasion.occurred_at < rule.until)
    )


def _worth(rule: Rule, occasion: Occasion) -> int:
    match rule.gives:
        case Fixed(points) if rule.when != "purchase" or _base(rule, occasion):
            return points
        case PerAmount(step, points):
            return _base(rule, occasion) // step * points
    return 0


def _percent(rule: Rule, base: int) -> int:
    return base * rule.gives.percent // 100 if isinstance(rule.gives, Multiplier) else 0


def _base(rule: Rule, occasion: Occasion) -> int:
    """The Rial that count for a rule: its lines' share of what was paid in money, rounded down."""
    paid, bought = occasion.money
    eligible = sum(line.amount for line in occasion.lines if line.amount > 0 and _bought(rule, line))
    return eligible * paid // bought if bought else 0


def _bought(rule: Rule, line: Line) -> bool:
    anything = not rule.products and not rule.categories
    return anything or line.product in rule.products or line.category in rule.categories


def _places(rule: Rule, occasion: Occasion) -> list[_Place]:
    """The limits in times, the narrowest first."""
    return [_Place(_KEYS[span](rule.id, occasion), most) for span, most in rule.times.items()]


def _visit(rule: str, occasion: Occasion) -> str:
    return f"{rule}/visit/{occasion.visit}"


def _year(rule: str, occasion: Occasion) -> str:
    return f"{rule}/{occasion.member}/{occasion.day.year}"


def _member(rule: str, occasion: Occasion) -> str:
    return f"{rule}/{occasion.member}"


def _day(rule: str, occasion: Occasion) -> str:
    # a day of arrival is no day on which anything is known to have happened: it has places of its own
    day = f"{rule}/{occasion.member}/{'' if occasion.sure else '~'}{occasion.day}"
    return f"{day}/{occasion.subject}" if occasion.subject else day


_KEYS: dict[str, Callable[[str, Occasion], str]] = {
    "visit": _visit,
    "day": _day,
    "year": _year,
    "member": _member,
}
"""What names a place under each sort of limit."""


def _budget(rule: Rule) -> list[_Place]:
    return [_Place(rule.id, rule.limits.budget)] if rule.limits.budget else []


def _numbered(key: str, used: Used) -> str:
    taken = used.get(key, 0)
    return f"{key}#{taken + 1}" if taken else key


def _source(rule: Rule, occasion: Occasion) -> str:
    return f"{occasion.source}/{rule.id}/earn"
