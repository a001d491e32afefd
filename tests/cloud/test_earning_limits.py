"""Any rules, any occasions, in any order: limits hold, and only money that was paid earns."""

from collections import Counter
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.club.earning import earn, earn_next, limits, sources
from cloud.club.occasions import Kind, Line, Occasion
from cloud.club.rules import Credit, Fixed, Limits, Multiplier, PerAmount, Rule, Rules, When
from mqtt.vocabulary import MemberId, StoreId
from tests.cloud.earners import occasion, rules

COUNTS = st.none() | st.integers(1, 3)
LIMITS = st.builds(Limits, COUNTS, COUNTS, COUNTS, st.none() | st.integers(1, 200))
OFTEN: list[Kind] = ["visit", "purchase", "visit", "purchase", "answer"]
"""Most occasions are of few kinds, or limits would seldom be met."""
KINDS: st.SearchStrategy[Kind] = st.sampled_from([*OFTEN, "birthday", "joining"])
WHENS: st.SearchStrategy[When] = st.sampled_from([*OFTEN, "birthday", "joining", "first-visit"])


@st.composite
def some_rule(draw: st.DrawFn, name: str) -> Rule:
    when = draw(WHENS)
    what = [st.builds(Fixed, st.integers(1, 50)), st.builds(Multiplier, st.integers(1, 300))]
    amounts = [st.builds(PerAmount, st.integers(7, 5000), st.integers(1, 7))] if when == "purchase" else []
    return Rule(
        name,
        when,
        draw(st.one_of(*what, *amounts)),
        stores=draw(st.sampled_from([(), ("vanak",)])),
        limits=draw(LIMITS),
        priority=draw(st.integers(-1, 1)),
        excludes_lower=draw(st.booleans()),
    )


RULES = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=5).flatmap(
    lambda names: st.tuples(*(some_rule(name) for name in names))
)
LINES = st.lists(
    st.builds(Line, st.just("1"), st.integers(-20_000, 90_000), st.sampled_from("123")), max_size=3
).map(tuple)


@st.composite
def happened(draw: st.DrawFn) -> list[Occasion]:
    found = draw(
        st.lists(
            st.tuples(KINDS, st.integers(0, 1), st.integers(1, 2), st.booleans(), LINES),
            min_size=6,
            max_size=20,
        )
    )
    return [
        occasion(
            *(kind, number),
            member=MemberId(f"m-{number % 2}"),
            store=StoreId("vanak" if number % 3 else "zand"),
            day=date(2026, 3, 21 + day),
            sure=sure,
            visit=f"{visit:016x}",
            subject="ces" if kind == "answer" else "",
            lines=lines if kind == "purchase" else (),
        )
        for number, (kind, day, visit, sure, lines) in enumerate(found)
    ]


def run(made: Rules, occasions: list[Occasion]) -> list[tuple[Occasion, Credit]]:
    used: Counter[str] = Counter()
    return [(one, credit) for one in occasions for credit in earn_next(made, one, used)]


MANY = settings(max_examples=200, deadline=None)


@MANY
@given(RULES, happened(), st.randoms(use_true_random=False))
def test_limits_hold_in_any_order(each: tuple[Rule, ...], occasions: list[Occasion], dice: Random) -> None:
    dice.shuffle(occasions)
    paid = run(rules(*each), occasions)
    for rule in each:
        own = [(one, credit) for one, credit in paid if credit.rule == rule.id]
        held = rule.limits
        _at_most(held.per_visit, Counter(one.visit for one, _ in own))
        _at_most(held.per_day, Counter((one.member, one.day, one.subject) for one, _ in own if one.sure))
        _at_most(held.per_member, Counter(one.member for one, _ in own))
        assert sum(credit.points for _, credit in own) <= (held.budget or 10**18)


def _at_most(most: int | None, found: Counter[Any]) -> None:
    assert most is None or max(found.values(), default=0) <= most


@MANY
@given(RULES, happened())
def test_points_are_positive_and_no_key_occurs_twice(
    each: tuple[Rule, ...], occasions: list[Occasion]
) -> None:
    paid = [credit for _, credit in run(rules(*each), occasions)]
    assert all(type(credit.points) is int and credit.points > 0 for credit in paid)
    for keys in ([credit.source_key for credit in paid], [credit.limit_key for credit in paid]):
        assert len(set(keys)) == len(keys)
        assert all(len(key) <= 120 for key in keys)


@MANY
@given(RULES, happened(), st.randoms(use_true_random=False))
def test_the_order_of_rules_in_the_file_changes_nothing(
    each: tuple[Rule, ...], occasions: list[Occasion], dice: Random
) -> None:
    mixed = dice.sample(each, len(each))
    assert run(rules(*mixed), occasions) == run(rules(*each), occasions)


@MANY
@given(RULES, happened())
def test_an_unsure_time_takes_no_days_place(each: tuple[Rule, ...], occasions: list[Occasion]) -> None:
    made = rules(*each)
    sure = {key for one in occasions if one.sure for key in limits(made, one) if "/2026-03" in key}
    unsure = {key for one in occasions if not one.sure for key in limits(made, one)}
    assert sure.isdisjoint(unsure)
    for one, credit in run(made, occasions):
        taken = {key for key, _ in credit.uses} | {credit.limit_key.partition("#")[0]}
        assert one.sure or sure.isdisjoint(taken)


@MANY
@given(st.integers(1, 5000), st.sampled_from([(), ("1", "2")]), LINES, st.integers(0, 200_000))
def test_no_more_is_earned_than_money_was_paid(
    step: int, products: tuple[str, ...], lines: tuple[Line, ...], paid: int
) -> None:
    made = rules(Rule("buy", "purchase", PerAmount(step, 1), products=products))
    bought = sum(line.amount for line in lines if line.amount > 0)
    for credit in earn(made, occasion("purchase", lines=lines, paid=paid), {}):
        assert credit.points * step <= min(paid, bought)


@MANY
@given(RULES, happened())
def test_what_is_earned_is_of_the_sources_and_limits_that_are_named(
    each: tuple[Rule, ...], occasions: list[Occasion]
) -> None:
    made = rules(*each)
    for one, credit in run(made, occasions):
        assert credit.source_key in set(sources(made, one))
        assert {key for key, _ in credit.uses} <= set(limits(made, one))
