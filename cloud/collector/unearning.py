"""What answers earned that do not count: taken back, or given again for the answer in their place."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from cloud.club.account import Account, Cause, Terms, lock
from cloud.club.models import Entry, Lot
from cloud.club.postings import claw_back, follow
from cloud.voice.models import Answer
from mqtt.vocabulary import MemberId, Points, StoreId

Asked = tuple[str, str, str]
"""A question of a visit: visit, question, store."""
AGAIN, UNDONE = "again:", "undone:"
"""Before the name of what an answer earns: given for another's, and taken back."""


class Unearning:
    """Puts the ledger right for answers, in the caller's transaction; said again, it changes nothing."""

    def __init__(self, rules: Collection[str], at: datetime) -> None:
        """`rules`: the ids of all that ever were; `at`: when the cloud heard of the answers."""
        self._rules, self._at = sorted(rules), at

    def book(self, asked: Iterable[Asked]) -> set[MemberId]:
        """Let of each question's answers those have points that count; whose balance changed."""
        answers = [list(_answers(question)) for question in sorted(set(asked))]
        # an answer says who gave it, a tap whose card it was: the ledger knows whose the points are
        members = {MemberId(entry.member_id) for each in answers for entry in self._earned(each)}
        lock(members)
        return {member for each in answers for member in self._level(each)}

    def _level(self, answers: Collection[Answer]) -> Iterator[MemberId]:
        out = [answer for answer in answers if answer.undone or answer.flagged]
        for entry in self._earned(out):
            if not Entry.objects.filter(source_key=UNDONE + entry.source_key).exists():
                yield self._take(entry)
        for answer in answers:
            if answer not in out:
                yield from self._give(answer, out)

    def _take(self, entry: Entry) -> MemberId:
        cause = self._cause(UNDONE + entry.source_key, entry)
        claw_back(entry, Points(entry.points), cause)
        return MemberId(entry.member_id)

    def _give(self, answer: Answer, out: Collection[Answer]) -> Iterator[MemberId]:
        """Give what was taken back: its place under a limit is taken for ever, and is this answer's now."""
        for rule in self._rules:
            if self._earned([answer], [rule]):
                continue
            names = [UNDONE + name for other in out for name in _names(other, [rule])]
            for entry in self._there(names)[:1]:
                lot = Lot.objects.get(entry=entry.reverses_id)
                account, terms = Account.of(MemberId(entry.member_id)), Terms(lot.active_from, lot.expires_at)
                cause = self._cause(f"{AGAIN}{answer.source_key}/{rule}/earn", entry)
                points = Points(-entry.points)
                follow(account.credit("adjust", points, cause, terms, reverses=entry.id), cause)
                yield account.member

    def _earned(self, answers: Iterable[Answer], rules: Collection[str] = ()) -> list[Entry]:
        names = [name for answer in answers for name in _names(answer, rules or self._rules)]
        return list(Entry.objects.filter(source_key__in=names).order_by("id")) if names else []

    def _there(self, names: Collection[str]) -> list[Entry]:
        """What was taken back under these names and not given again since."""
        return list(Entry.objects.filter(source_key__in=names, reversals=None).order_by("id"))

    def _cause(self, source: str, entry: Entry) -> Cause:
        store = StoreId(entry.store_id) if entry.store_id else None
        return Cause(source, self._at, self._at, reason="answer", store=store)


def _answers(asked: Asked) -> Iterable[Answer]:
    visit, question, store = asked
    return Answer.objects.filter(visit=visit, question=question, store=store).order_by("attempt")


def _names(answer: Answer, rules: Iterable[str]) -> Iterator[str]:
    for rule in rules:
        yield f"{answer.source_key}/{rule}/earn"
        yield f"{AGAIN}{answer.source_key}/{rule}/earn"
