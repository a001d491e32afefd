"""What a ledger comes to, in figures that a person can add up again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Sum

from cloud.club.models import Entry, Member, Purchase, Return
from cloud.voice.models import Ticket


@dataclass(frozen=True)
class Summary:
    """Numbers of members and documents, and all points by what became of them.

    `members` are those who are neither gone nor somebody else. `given_back` came with returns of what points
    had paid for, `taken_back` with returns of what had earned. `liability` is the sum of all balances.
    """

    members: int
    left: int
    merged: int
    purchases: int
    returns: int
    tickets: int
    earned: int
    presented: int
    given_back: int
    spent: int
    taken_back: int
    lapsed: int
    liability: int

    def lines(self) -> Iterator[str]:
        """The same to be read: the points add up to the liability."""
        yield f"members {self.members:,}, and {self.left:,} who left, {self.merged:,} merged into another"
        yield f"purchases {self.purchases:,}, returns {self.returns:,}, tickets {self.tickets:,}"
        came = f"earned {self.earned:,} + presents {self.presented:,} + given back {self.given_back:,}"
        went = f"spent {self.spent:,} - taken back {self.taken_back:,} - lapsed {self.lapsed:,}"
        yield f"points: {came} - {went} = liability {self.liability:,}"


def summed_up() -> Summary:
    """What the database holds."""
    points: Counter[str] = Counter(dict(Entry.objects.values_list("kind").annotate(Sum("points"))))
    return Summary(
        members=Member.objects.filter(left_on=None, merged_into=None).count(),
        left=Member.objects.exclude(left_on=None).count(),
        merged=Member.objects.exclude(merged_into=None).count(),
        purchases=Purchase.objects.count(),
        returns=Return.objects.count(),
        tickets=Ticket.objects.count(),
        earned=points["earn"],
        presented=points["goodwill"],
        given_back=points["redeem_return"],
        spent=-points["redeem"],
        taken_back=-points["clawback"],
        lapsed=-points["expire"],
        # what one account gave another took: it is not asked for by kind
        liability=points.total(),
    )
