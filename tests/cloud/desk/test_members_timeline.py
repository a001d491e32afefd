"""A member's timeline adds up, whatever was booked, and no page of it misses or repeats anything."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from cloud.club import consents, merging, postings, returns, sales
from cloud.club.account import Cause, Terms
from cloud.club.accounts import balances
from cloud.club.arrangement import Agreed
from cloud.club.membership import merged
from cloud.club.models import Entry, Purchase, Return
from cloud.desk.members.streams import STREAMS
from cloud.desk.members.timeline import Cursor, Item, page, read
from cloud.voice.models import Answer
from mqtt.vocabulary import MemberId, Points
from tests.cloud.club.ledger_model import OTHER
from tests.cloud.club.test_postings_model import Club
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER, NOON

pytestmark = pytest.mark.django_db
A_FEW = 4
HOUR = timedelta(hours=1)


def whole(members: Sequence[str], kind: str = "", most: int = A_FEW) -> Iterator[Item]:
    """All of a timeline, a page after the other."""
    cursor = Cursor()
    while True:
        part = page(members, cursor, kind, most)
        yield from part.items
        if not part.next:
            return
        cursor = read(part.next)


class Told(Club):
    """Everything that can be booked on two members, as their pages tell it."""

    @invariant()
    def the_lines_add_up(self) -> None:
        for member in (MEMBER, OTHER):
            ids = merged(member)
            lines = list(whole(ids, "points"))
            had = [line.balance for line in lines]
            before = [line.balance - (line.points or 0) for line in lines if line.balance is not None]
            assert before == [*had[1:], 0][: len(had)]
            assert (had[0] if had else 0) == sum(balances(ids).values())
            assert len(lines) == Entry.objects.filter(member__in=ids).count()


def test_the_balance_beside_each_line_is_the_ledgers() -> None:
    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture
def lived(club: None) -> list[MemberId]:  # noqa: ARG001 - what it needs
    """Two who are one, of whom there is something of most kinds."""
    make_member(OTHER)
    for n in range(9):
        at = NOON + n * HOUR
        postings.goodwill((MEMBER, OTHER)[n % 2], Points(n + 1), Cause(f"g/{n}", at, at), Terms(at))
        bought = [{"id": "1", "amount": 1000 * n, "product": "<b>tea</b>", "quantity": 2}]
        sales.buy(
            Purchase(
                store_id="vanak",
                invoice=f"A-{n}",
                member_id=MEMBER,
                occurred_at=at,
                received_at=at,
                lines=bought,
            )
        )
        Answer.objects.create(
            visit=f"{n:016}",
            question="ces",
            attempt=1,
            wording=1,
            value=6,
            store_id="vanak",
            member=MEMBER,
            bucket="unsure",
            occurred_at=NOON,
            source_key=f"q/{n}",
        )
    back = Return(
        store_id="vanak",
        number="B-1",
        invoice="A-5",
        occurred_at=NOON,
        received_at=NOON + 5 * HOUR,
        lines={"1": 500},
    )
    returns.take_back(back)
    consents.give(MEMBER, (Agreed("contact", 1, "fa"),), NOON)
    consents.withdraw(MEMBER, "contact", NOON + HOUR)
    merging.merge(OTHER, MEMBER, NOON + 10 * HOUR)
    return merged(MEMBER)


def test_pages_neither_miss_nor_repeat_anything(lived: list[MemberId]) -> None:
    at_once = list(page(lived, Cursor(), "", 1000).items)
    for most in (1, 2, 3, 7):
        assert list(whole(lived, most=most)) == at_once
    kinds = {item.kind for item in at_once}
    assert kinds == {"points", "purchases", "answers", "consents", "membership"}
    assert [item.at for item in at_once] == sorted((item.at for item in at_once), reverse=True)


def test_one_kind_is_what_the_whole_has_of_it(lived: list[MemberId]) -> None:
    everything = list(whole(lived, most=1000))
    for kind in {stream.kind for stream in STREAMS}:
        assert list(whole(lived, kind)) == [item for item in everything if item.kind == kind]


def test_a_return_and_its_lines_are_told(lived: list[MemberId]) -> None:
    said = [item.said for item in whole(lived, "purchases")]
    assert sum("B-" in each.text for each in said) == 1
    assert any("<b>tea</b>" in line for each in said for line in each.lines)


@pytest.mark.parametrize(
    "bad", ["x", "!" * 10_000, "e30=", "bnVsbA==", "\x00", "eyJiZWhpbmQiOnsieCI6WyIiLCIiXX19"]
)
def test_a_cursor_that_no_page_gave_is_the_beginning(bad: str) -> None:
    assert read(bad) == Cursor()


@pytest.mark.parametrize(
    ("stream", "moment", "key"),
    [
        ("entry", NOON.isoformat(), "9" * 30),
        ("entry", NOON.isoformat(), "-1"),
        ("answer", NOON.isoformat(), "x"),
        ("answer", "2026-01-01", "1"),
        ("coupon", NOON.isoformat(), "\x00"),
        ("nothing", NOON.isoformat(), "1"),
    ],
)
def test_a_position_that_cannot_be_is_refused(stream: str, moment: str, key: str) -> None:
    with pytest.raises(ValueError, match="no position"):
        Cursor({stream: (moment, key)})


def test_a_page_costs_the_same_number_of_questions_whatever_is_on_it(lived: list[MemberId]) -> None:
    def asked(most: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            page(lived, Cursor(), "", most)
        return len(found)

    assert asked(60) <= asked(3) + 2


def test_no_table_is_read_through(lived: list[MemberId]) -> None:
    """Asked of SQLite: PostgreSQL reads small tables through whatever index there is."""
    if connection.vendor != "sqlite":
        pytest.skip("asked of SQLite")
    with CaptureQueriesContext(connection) as asked:
        page(lived[:1], Cursor(), "", 30)
    plans = []
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans += [row[-1] for row in cursor.fetchall()]
    scans = {plan for plan in plans if plan.startswith("SCAN")}
    assert {plan.split()[1] for plan in scans} <= {"fleet_kiosk", "fleet_store"}
