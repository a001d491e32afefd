"""A whole year of the generated club: its ledger is in order, its figures add up, its documents agree."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import NamedTuple, cast

import pytest
from django.db import transaction
from django.db.models import F, Sum
from pytest_django import DjangoDbBlocker

from cloud.club.account import Account
from cloud.club.demo.seed import Club, seed
from cloud.club.demo.tills import WORTH
from cloud.club.invariants import broken
from cloud.club.models import (
    Card,
    Consent,
    Debt,
    Entry,
    Lot,
    Member,
    Merge,
    Person,
    Purchase,
    Receipt,
    Return,
)
from cloud.collector.audit import Audit
from cloud.collector.models import StoredEvent
from cloud.collector.rebuild import rebuild
from cloud.voice.control import chart
from cloud.voice.conversations import talks
from cloud.voice.indices import Counts, Estimate, ces, cli, csat, nps, split
from cloud.voice.models import Ticket
from cloud.voice.reading import Asked, Told, tell
from cloud.voice.sources import Side
from mqtt.vocabulary import ClubKey, MemberId

pytestmark = pytest.mark.django_db
UNTIL, MEMBERS = date(2026, 11, 22), 5000


class Period(NamedTuple):
    """Days, both within."""

    since: date
    until: date


@pytest.fixture(scope="module", autouse=True)
def year(
    django_db_setup: None,  # noqa: ARG001 - the tables first
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Club]:
    """The club, made once for all tests here: what one of them changes is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed(ClubKey("1", bytes(16)), UNTIL, MEMBERS, lambda _text: None)
        transaction.set_rollback(True)


def points(**which: object) -> int:
    return int(Entry.objects.filter(**which).aggregate(points=Sum("points"))["points"] or 0)


def numbers(line: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", line)]


def test_every_invariant_of_the_ledger_holds() -> None:
    assert list(broken()) == []


def test_the_events_give_the_same_ledger_and_figures_again() -> None:
    assert rebuild(lambda _: None, put_right=False).level
    assert (Audit().doubled(), Audit().points_off()) == (0, 0)


def test_the_summary_is_what_the_tables_hold(year: Club) -> None:
    said = year.summary
    assert (said.earned, said.presented) == (points(kind="earn"), points(kind="goodwill"))
    assert (said.given_back, said.spent) == (points(kind="redeem_return"), -points(kind="redeem"))
    assert (said.taken_back, said.lapsed) == (-points(kind="clawback"), -points(kind="expire"))
    assert (said.members, said.left) == (
        Member.objects.filter(left_on=None, merged_into=None).count(),
        left(),
    )
    assert said.members + said.left + said.merged == MEMBERS
    assert (said.purchases, said.returns) == (Purchase.objects.count(), Return.objects.count())
    assert said.tickets == Ticket.objects.count()


def left() -> int:
    return Receipt.objects.count()


def test_the_liability_is_what_is_left_of_all_lots_less_what_is_owed(year: Club) -> None:
    rest = Lot.objects.aggregate(points=Sum("remaining"))["points"]
    owed = Debt.objects.aggregate(points=Sum("remaining"))["points"] or 0
    assert year.summary.liability == rest - owed == points()


def test_the_line_of_points_adds_up(year: Club) -> None:
    line = list(year.summary.lines())[-1]
    earned, presented, given_back, spent, taken_back, lapsed, liability = numbers(line)
    assert earned + presented + given_back - spent - taken_back - lapsed == liability


def test_every_kind_of_entry_and_of_document_occurs() -> None:
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds == {"earn", "redeem", "redeem_return", "clawback", "expire", "transfer", "goodwill"}
    assert Entry.objects.filter(rule="nowruz").exists()
    assert set(Return.objects.values_list("state", flat=True)) == {"applied"}
    assert set(Card.objects.values_list("status", flat=True)) == {"active", "lost", "replaced", "left"}
    assert {talk.state for talk in talks(Ticket.objects.values_list("code", flat=True)).values()} == {
        *("new", "answered", "closed")
    }


def test_what_was_spent_is_what_the_invoices_say_was_not_paid_in_money() -> None:
    with_points = Purchase.objects.exclude(paid=None)
    missing = sum(sum(line["amount"] for line in one.lines) - one.paid for one in with_points)
    assert missing == -points(kind="redeem") * WORTH


def test_a_few_of_a_hundred_purchases_come_back_in_part() -> None:
    assert 0.01 < Return.objects.count() / Purchase.objects.count() < 0.06


def test_who_spends_has_earned_more_than_most() -> None:
    earned = Counter[str]()
    for member, each in Entry.objects.filter(kind="earn").values_list("member", "points"):
        earned[member] += each
    spenders = set(Entry.objects.filter(kind="redeem").values_list("member", flat=True))
    middle = sorted(earned.values())[len(earned) // 2]
    assert sum(earned[one] > middle for one in spenders) > 0.8 * len(spenders)


def test_a_tenth_of_the_members_buy_a_good_part_of_all() -> None:
    bought = sorted(Counter(Purchase.objects.values_list("member", flat=True)).values(), reverse=True)
    assert 0.3 < sum(bought[: MEMBERS // 10]) / sum(bought) < 0.7


def test_members_join_all_through_the_year() -> None:
    joined = Member.objects.filter(joined_on__gte=date(2025, 11, 22)).values_list("joined_on", flat=True)
    assert 0.1 * MEMBERS < len(joined) < 0.5 * MEMBERS
    assert len({day.month for day in joined}) == 12


def test_every_card_was_issued_before_it_was_tapped() -> None:
    assert not Card.objects.filter(issued_at=None).exists()
    taps = StoredEvent.objects.filter(type="club.card.tapped.v1").count()
    strangers = StoredEvent.objects.filter(type="club.visit.ended.v1", data__contains="refused").count()
    paid = points(reason="visit") // 10
    assert taps - strangers >= paid > 0.9 * (taps - strangers)


def test_nobody_is_known_of_who_left_and_their_entries_stay() -> None:
    gone = Member.objects.exclude(left_on=None)
    assert gone.exists()
    assert not Person.objects.filter(member__in=gone).exists()
    assert Entry.objects.filter(member__in=gone).exists()
    assert not Card.objects.filter(member__in=gone, status="active").exists()


def test_merges_end_one_way_or_the_other() -> None:
    assert Merge.objects.exclude(confirmed_at=None).exists() or Merge.objects.exclude(undone_at=None).exists()
    for merged in Merge.objects.exclude(confirmed_at=None):
        assert not Account.of(MemberId(merged.gone_id)).lots


def test_consents_stand_and_some_were_withdrawn() -> None:
    named = Member.objects.filter(person__isnull=False).count()
    assert 0.6 * named < Consent.objects.filter(withdrawn_at=None).count() < named
    assert Consent.objects.filter(withdrawn_at__gt=F("given_at")).exists()


def test_nothing_happened_before_it_was_heard_of_or_after_the_last_day() -> None:
    assert not Purchase.objects.filter(received_at__lt=F("occurred_at")).exists()
    assert not Entry.objects.filter(received_at__lt=F("occurred_at")).exists()
    heard = list(Entry.objects.order_by("id").values_list("received_at", flat=True))
    assert heard == sorted(heard)
    assert heard[-1].date() <= UNTIL


STORES = ("tajrish", "vanak", "ekbatan")
YEAR = Period(UNTIL - timedelta(days=365), UNTIL)
LATELY = Period(UNTIL - timedelta(days=18), UNTIL)
BEFORE = Period(UNTIL - timedelta(days=108), UNTIL - timedelta(days=19))


def told(question: str, period: Period, side: Side = "", stores: Collection[str] = STORES) -> dict[str, Told]:
    return tell(Asked(question, period.since, period.until, stores), side)


@pytest.mark.parametrize("index", [ces, csat, nps, cli])
def test_every_index_has_answers_enough_in_every_store_and_unit(index: Callable[[Counts], Estimate]) -> None:
    for side, names in (("store", set(STORES)), ("unit", {"sales", "support", "marketing"})):
        found = told(index.__name__, YEAR, cast("Side", side))
        assert found.keys() == names
        assert all(not index(one.counts).grey for one in found.values())


def test_more_was_asked_than_answered_and_a_little_was_mashed() -> None:
    for question in ("ces", "csat", "nps", "needs"):
        [found] = told(question, YEAR).values()
        assert 0.6 < found.n / found.shown < 0.9
        assert 0 < found.flagged < 0.04 * found.n


def test_businesses_are_a_few_and_need_something_else() -> None:
    needs = told("needs", YEAR, "segment")
    business, consumer = needs["business"].counts, needs["consumer"].counts
    assert 0.02 * consumer.total() < business.total() < 0.2 * consumer.total()
    assert business[4] / business.total() > 2 * consumer[4] / consumer.total()


def test_two_periods_differ_by_what_the_store_that_got_worse_did() -> None:
    before, after = (
        {store: (ces(one.counts).value, one.n) for store, one in told("ces", period, "store").items()}
        for period in (BEFORE, LATELY)
    )
    parts = split(before, after)
    assert min(parts, key=lambda store: parts[store].performance) == "ekbatan"


def test_its_last_weeks_are_a_signal() -> None:
    weeks = [Period(UNTIL - timedelta(days=9 * n + 9), UNTIL - timedelta(days=9 * n + 1)) for n in range(20)]
    counts = [told("ces", week, stores=("ekbatan",))[""].counts for week in reversed(weeks)]
    marked = [point.signal for point in chart("ces", counts).points]
    assert (marked[-1], "outside" in marked[:-2]) == ("outside", False)
