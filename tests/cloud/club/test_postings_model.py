"""Whatever is booked in whatever order: every invariant of the ledger stands, and nothing is booked twice."""

from collections import Counter
from dataclasses import replace

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from cloud.club import merging, postings, returns, sales
from cloud.club.account import Account, Cause
from cloud.club.lineage import lineage
from cloud.club.models import Entry, Merge, Purchase, Return
from cloud.club.spending import Spending, spend
from mqtt.vocabulary import MemberId, Points, StoreId
from tests.cloud.api.tills import rule as let_earn
from tests.cloud.club.ledger_model import OTHER, Ledger, at_most, members, points
from tests.cloud.kiosks import MEMBER

VANAK = StoreId("vanak")
NAMES = ("1", "2")
amounts = st.tuples(*[st.integers(0, 30).map(lambda thousands: thousands * 1000 + 700)] * len(NAMES))
shares = st.sampled_from([1, 3, 10, 10])
"""Tenths of a line that come back."""


class Club(Ledger):
    """The two also buy, bring back in parts what they bought, are merged and parted again."""

    def open(self) -> None:
        super().open()
        let_earn()
        self.invoices = 0

    def holder(self, member: MemberId) -> MemberId:
        merged = Merge.objects.filter(undone_at=None).first()
        return MemberId(merged.kept_id) if merged else member

    def spending(self) -> Cause:
        """Points on hold pay the next invoice, of which a part may come back."""
        return replace(self.cause(), store=VANAK, invoice=f"A-{self.invoices + 1}")

    @rule(member=members, costs=amounts)
    def buy(self, member: MemberId, costs: tuple[int, ...]) -> None:
        """The next invoice; some of its lines may have come back before it came."""
        self.invoices += 1
        said = [{"id": name, "amount": cost} for name, cost in zip(NAMES, costs, strict=True)]
        invoice, buyer, now = f"A-{self.invoices}", self.holder(member), self.now
        self.post(
            lambda: sales.buy(
                Purchase(
                    store_id=VANAK,
                    invoice=invoice,
                    member_id=buyer,
                    occurred_at=now,
                    received_at=now,
                    lines=said,
                )
            )
        )
        self.resume()

    @rule(member=members, points=points, pick=at_most)
    def pay_with_points(self, member: MemberId, points: Points, pick: int) -> None:
        self.number += 1
        invoice = f"A-{pick % (self.invoices + 1) + 1}"
        asked, now = Spending(VANAK, f"R-{self.number}", invoice, self.holder(member), points), self.now
        self.post(lambda: spend(asked, now))
        self.resume()

    @rule(pick=at_most, line=st.sampled_from(NAMES), share=shares)
    def bring_back(self, pick: int, line: str, share: int) -> None:
        """A part of a line, perhaps of an invoice that comes later."""
        self.number += 1
        number, invoice, now = f"B-{self.number}", f"A-{pick % (self.invoices + 1) + 1}", self.now
        sale = Purchase.objects.filter(invoice=invoice).first()
        left = returns.left(sale).get(line, 0) if sale else 10_000
        amount = max(1, left * share // 10)
        if left:
            self.post(
                lambda: returns.take_back(
                    Return(
                        store_id=VANAK,
                        number=number,
                        invoice=invoice,
                        occurred_at=now,
                        received_at=now,
                        lines={line: amount},
                    )
                )
            )
        self.resume()

    @rule(gone=members)
    def merge(self, gone: MemberId) -> None:
        kept, now = OTHER if gone == MEMBER else MEMBER, self.now
        before = self.together()
        self.act(lambda: merging.merge(gone, kept, now))
        assert self.together() == before
        self.resume()

    @rule()
    def part(self) -> None:
        merged, now, before = Merge.objects.filter(undone_at=None).first(), self.now, self.together()
        if merged:
            self.act(lambda: merging.unmerge(merged.id, now))
        assert self.together() == before
        self.resume()

    @rule(gone=members)
    def merge_by_mistake(self, gone: MemberId) -> None:
        """A merge that is undone at once leaves each with what they had."""
        kept, now = OTHER if gone == MEMBER else MEMBER, self.now
        before = [self.has(MEMBER), self.has(OTHER)]
        if self.act(lambda: merging.merge(gone, kept, now)):
            merged = Merge.objects.latest("id").id
            assert self.act(lambda: merging.unmerge(merged, now))
            assert [self.has(MEMBER), self.has(OTHER)] == before
        self.resume()

    @invariant()
    def what_came_back_whole_left_nothing(self) -> None:
        for sale in Purchase.objects.all():
            entries = Entry.objects.filter(invoice=sale.invoice)
            moved = Counter[str](dict(entries.values_list("kind").annotate(Sum("points"))))
            lost = -sum(lapse_of(entry) for entry in entries.filter(kind="earn"))
            assert -moved["clawback"] + lost <= moved["earn"] or not moved["clawback"]
            assert moved["redeem_return"] <= -moved["redeem"]
            if not any(returns.left(sale).values()) and any(line["amount"] for line in sale.lines):
                assert moved["earn"] + moved["clawback"] <= lost

    @invariant()
    def who_was_merged_has_nothing(self) -> None:
        for merged in Merge.objects.filter(undone_at=None) if self.number else ():
            assert self.has(MemberId(merged.gone_id)) == 0

    def resume(self) -> None:
        """Take what was booked as known."""
        kinds = Entry.objects.exclude(kind="expire").values_list("member")
        self.balance = Counter(dict(kinds.annotate(Sum("points"))))

    def together(self) -> int:
        return self.has(MEMBER) + self.has(OTHER)

    def has(self, member: MemberId) -> int:
        """All that a member has or owes, once what lapsed is booked."""
        account = postings.lapsed(Account.of(member), self.cause())
        return sum(lot.remaining for lot in account.lots) - account.debt


def lapse_of(earned: Entry) -> int:
    found = Entry.objects.filter(kind="expire", reverses__in=lineage([earned.id]))
    return sum(entry.points for entry in found)


@pytest.mark.django_db
def test_any_order_of_postings_keeps_every_invariant() -> None:
    run_state_machine_as_test(
        Club,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
