"""Earning by example: what each sort of rule gives, and what gives nothing or is refused."""

from collections import Counter
from datetime import date, timedelta

import pytest

from cloud.club.earning import earn, earn_next
from cloud.club.occasions import MOST, BadOccasion, Kind, Line, Occasion
from cloud.club.rules import Fixed, Limits, Multiplier, PerAmount, Rule, Rules, Versions, When
from mqtt.vocabulary import StoreId
from tests.cloud.earners import NOON, TEN, bought, occasion, rules


def worth(made: Rules, happened: Occasion) -> dict[str, int]:
    return {credit.rule: credit.points for credit in earn(made, happened, {})}


PURCHASE = rules(Rule("buy", "purchase", PerAmount(100_000, 1)))


def test_a_point_for_each_whole_step_of_the_invoice_not_of_each_line() -> None:
    assert worth(PURCHASE, bought(Line("1", 250_000), Line("2", 60_000))) == {"buy": 3}
    assert worth(PURCHASE, bought(Line("1", 99_999))) == {}


def test_points_are_for_each_step_after_rounding_down() -> None:
    assert worth(rules(Rule("buy", "purchase", PerAmount(100_000, 7))), bought(Line("1", 299_999))) == {
        "buy": 14
    }


@pytest.mark.parametrize("amount", [0, -1, -500_000, 1 - MOST])
def test_a_line_of_nothing_or_less_is_no_purchase(amount: int) -> None:
    assert worth(PURCHASE, bought(Line("1", amount))) == {}
    assert worth(rules(Rule("once", "purchase", TEN)), bought(Line("1", amount))) == {}


def test_what_is_taken_back_on_the_invoice_was_not_paid() -> None:
    assert worth(PURCHASE, bought(Line("1", 500_000), Line("2", -200_000))) == {"buy": 3}


@pytest.mark.parametrize("amount", [10**15, -(10**15), 1.5, 2.0, True, "5", None])
def test_an_amount_that_no_invoice_can_have_is_refused(amount: object) -> None:
    with pytest.raises(BadOccasion, match="line 7"):
        Line("7", amount)  # type: ignore[arg-type]


@pytest.mark.parametrize("paid", [1.5, 2.0, True, "5"])
def test_a_payment_that_is_no_whole_rial_is_refused(paid: object) -> None:
    with pytest.raises(BadOccasion, match="paid"):
        occasion("purchase", lines=(Line("1", 5),), paid=paid)


def test_lines_that_are_too_much_together_are_refused() -> None:
    with pytest.raises(BadOccasion, match="together"):
        bought(Line("1", MOST - 1), Line("2", 1))


def test_what_points_paid_for_earns_nothing() -> None:
    invoice = Line("1", 500_000)
    assert worth(PURCHASE, bought(invoice, paid=300_000)) == {"buy": 3}
    assert worth(PURCHASE, bought(invoice, paid=0)) == {}
    assert worth(rules(Rule("once", "purchase", TEN)), bought(invoice, paid=0)) == {}


def test_more_money_than_the_lines_cost_earns_no_more() -> None:
    assert worth(PURCHASE, bought(Line("1", 100_000), paid=10**9)) == {"buy": 1}


def test_only_lines_of_the_products_and_categories_count() -> None:
    made = rules(Rule("tea", "purchase", PerAmount(1000, 1), products=("tea",), categories=("drinks",)))
    lines = Line("1", 3000, "tea"), Line("2", 2000, "cola", "drinks"), Line("3", 9000, "soap", "home")
    assert worth(made, bought(*lines)) == {"tea": 5}
    assert worth(made, bought(*lines, paid=7000)) == {"tea": 2}
    assert worth(made, bought(lines[2])) == {}


def test_a_multiplier_is_of_what_the_others_gave_and_multipliers_do_not_multiply_each_other() -> None:
    base = Rule("a", "visit", Fixed(15)), Rule("b", "visit", Fixed(10))
    double, half = Rule("double", "visit", Multiplier(100)), Rule("half", "visit", Multiplier(50))
    assert worth(rules(*base, double, half), occasion()) == {"a": 15, "b": 10, "double": 25, "half": 12}


def test_a_multiplier_of_nothing_is_nothing() -> None:
    assert worth(rules(Rule("double", "visit", Multiplier(100))), occasion()) == {}


def test_a_rule_that_excludes_lower_ones_does_so_only_where_it_gave() -> None:
    top = Rule("top", "visit", TEN, stores=("vanak",), priority=5, excludes_lower=True)
    made = rules(top, Rule("same", "visit", TEN, priority=5), Rule("low", "visit", TEN))
    assert worth(made, occasion()) == {"same": 10, "top": 10}
    assert worth(made, occasion(store=StoreId("tajrish"))) == {"same": 10, "low": 10}


def test_a_rule_is_for_its_groups_stores_and_time() -> None:
    made = rules(
        Rule("group", "visit", TEN, groups=("shiraz",)),
        Rule("store", "visit", TEN, stores=("zand",)),
        Rule("ended", "visit", TEN, until=NOON),
        Rule("future", "visit", TEN, since=NOON + timedelta(seconds=1)),
        Rule("now", "visit", TEN, since=NOON, until=NOON + timedelta(seconds=1)),
    )
    assert worth(made, occasion()) == {"now": 10}


def test_points_are_usable_and_lapse_when_the_rule_says() -> None:
    made = rules(Rule("visit", "visit", TEN, valid_days=180, pending_hours=24), version=7)
    [credit] = earn(made, occasion(), {})
    assert (credit.rule, credit.rule_version) == ("visit", 7)
    assert credit.active_from == NOON + timedelta(hours=24)
    assert credit.expires_at == NOON + timedelta(days=180)


def test_points_without_validity_never_lapse() -> None:
    [credit] = earn(rules(Rule("visit", "visit", TEN)), occasion(), {})
    assert (credit.active_from, credit.expires_at) == (NOON, None)


def test_the_keys_are_those_of_the_ledger() -> None:
    [credit] = earn(rules(Rule("visit", "visit", TEN, limits=Limits(per_day=1))), occasion(), {})
    assert credit.source_key == f"vanak-1/{'e' * 16}-1/visit/earn"
    assert (credit.limit_key, credit.uses) == ("visit/m-aaaaaaaaaa/2026-03-21", ())


def test_a_first_visit_and_a_joining_pay_once_a_birthday_once_a_year() -> None:
    each: tuple[When, ...] = ("first-visit", "joining", "birthday")
    kinds: tuple[Kind, ...] = ("visit", "joining", "birthday")
    made = rules(*(Rule(when, when, TEN) for when in each))
    used: Counter[str] = Counter()
    happened = [
        occasion(kind, number, day=date(2026 + number // 2, 3, 21)) for number in range(4) for kind in kinds
    ]
    paid = Counter(credit.rule for one in happened for credit in earn_next(made, one, used))
    assert paid == {"first-visit": 1, "joining": 1, "birthday": 2}


def test_an_unsure_time_is_nobodys_birthday() -> None:
    assert worth(rules(Rule("cake", "birthday", TEN)), occasion("birthday", sure=False)) == {}


def test_an_answers_day_is_counted_for_each_question() -> None:
    made, used = rules(Rule("say", "answer", TEN, limits=Limits(per_day=1))), Counter[str]()
    asked = [occasion("answer", number, subject=name) for number, name in enumerate(["ces", "nps", "ces"])]
    assert [len(earn_next(made, one, used)) for one in asked] == [1, 1, 0]


def test_a_credit_that_does_not_fit_into_the_budget_is_not_given_in_part() -> None:
    made, used = rules(Rule("buy", "purchase", PerAmount(1, 1), limits=Limits(budget=100))), Counter[str]()
    paid = [earn_next(made, bought(Line("1", amount)), used) for amount in (60, 50, 40)]
    assert [sum(credit.points for credit in one) for one in paid] == [60, 0, 40]


def test_the_newest_version_in_force_at_the_moment_decides() -> None:
    day = timedelta(days=1)
    one, two, three = (rules(version=number) for number in (1, 2, 3))
    known = Versions([(NOON, one), (NOON + 2 * day, two), (NOON + day, three)])
    found = [known.at(NOON + n * day).version for n in (-1, 0, 1, 2)]
    assert found == [0, 1, 3, 3]
