"""Tickets: opened by a kiosk, answered by the shop, read at a kiosk, and back again."""

from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cloud.club.models import Person
from cloud.collector import storage, versions
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.models import Outbox, Parked
from cloud.collector.rebuild import Report, rebuild
from cloud.collector.rebuild_tables import run
from cloud.voice import conversations
from cloud.voice.models import Message, MessageSeen, Ticket
from cloud.voice.tickets import Better, Said, state, waiting
from mqtt.down import MAX_ANSWER, Answer, Ask, MemberRow, MembersBatch, Movement, Reply, encode
from mqtt.events import ReplySeen, TicketOpened
from mqtt.topics import down, group_members
from mqtt.tracking import of_visit, spaced
from mqtt.vocabulary import Epoch, GroupId, KioskId, MemberId, StoreId, TicketCode
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, UNKNOWN, Kiosk, days, visit_id
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_poster import post_all
from tests.cloud.wires import Wire, said

Store = Callable[..., list[storage.Reply]]
LINE = Movement(date(2026, 3, 1), -200, "redeem")
WORDS = "آن ۲۰۰ امتیاز را برگرداندیم."


def opened(visit: int = 1, line: Movement | None = None, member: MemberId = MEMBER) -> TicketOpened:
    return TicketOpened(visit_id(visit), member, code(visit), "complaint", "points", "fa", line)


def code(visit: int = 1) -> TicketCode:
    return of_visit(visit_id(visit << 40))


def seen(reply: int = 1, better: str | None = None, visit: int = 1) -> ReplySeen:
    return ReplySeen(visit_id(90 + reply), MEMBER, code(visit), reply, better)  # type: ignore[arg-type]


def ticket(*words: str) -> str:
    out = StringIO()
    call_command("ticket", *words, stdout=out)
    return out.getvalue()


def state_of(visit: int = 1) -> str:
    return conversations.talks([code(visit)])[code(visit)].state


@pytest.fixture
def kiosk(store: Store) -> Kiosk:
    """A kiosk at which somebody complained about a line."""
    made = Kiosk().record(opened(line=LINE))
    store(made.send())
    post_all()
    return made


def tell(store: Store, kiosk: Kiosk, *events: ReplySeen | TicketOpened) -> None:
    """What happens at the kiosk next, stored and posted."""
    first = len(kiosk.rows) + 1
    store(kiosk.record(*events, at=days(1)).send(first))
    post_all()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(kiosk: Kiosk, wire: Wire) -> Dispatcher:  # noqa: ARG001 - what it needs
    return Dispatcher(wire, GENERATION)


def asked(dispatcher: Dispatcher, wire: Wire, *cards: str, of: TicketCode | None = None) -> Reply:
    ask = Ask("a1", cards or (CARD,), 1.5, of or code())  # type: ignore[arg-type]
    dispatcher.answer(said("vanak-1", "ask", encode(ask)))
    (reply,) = wire.take(down(KioskId("vanak-1"), "reply"), Reply)
    return reply


def rows(dispatcher: Dispatcher, wire: Wire) -> list[MemberRow]:
    """What the kiosks of the group are told next."""
    dispatcher.turn()
    batches = wire.take(group_members(GroupId("tehran")), MembersBatch)
    return [row for batch in batches for row in batch.rows]


# --- how a ticket stands


def test_a_ticket_is_new_until_it_is_answered_and_then_it_depends_on_the_member() -> None:
    one, two = Said(1), Said(2)
    assert state([], {}) == "new"
    assert (state([one], {}), waiting([one], {})) == ("answered", 1)
    assert (state([one], {1: ""}), waiting([one], {1: ""})) == ("answered", None)
    assert (state([one], {1: "yes"}), state([one], {1: "no"})) == ("closed", "new")
    assert (state([one, two], {1: "no"}), waiting([one, two], {1: "no"})) == ("answered", 2)
    closed = [one, Said(2, closes=True)]
    assert (state(closed, {}), waiting(closed, {}), state(closed, {1: "no"})) == ("closed", None, "closed")


@given(
    st.lists(st.booleans(), max_size=5),
    st.dictionaries(st.integers(1, 5), st.sampled_from(["yes", "no", ""])),
)
def test_only_an_answered_ticket_waits_to_be_read(closings: list[bool], seen_: dict[int, Better]) -> None:
    conversation = [Said(number, closes) for number, closes in enumerate(closings, 1)]
    if waiting(conversation, seen_) is not None:
        assert state(conversation, seen_) == "answered"


# --- from the kiosk


@pytest.mark.usefixtures("kiosk")
def test_a_ticket_is_kept_as_it_was_told() -> None:
    found = Ticket.objects.get()
    assert (found.code, found.member, found.store_id) == (code(), MEMBER, "vanak")
    assert (found.kind, found.category, found.opened_at) == ("complaint", "points", NOON)
    assert conversations.line_of(found) == LINE


def test_a_ticket_that_is_told_twice_is_kept_once(kiosk: Kiosk, store: Store) -> None:
    store(kiosk.send(), kiosk.send())
    post_all()
    assert (Ticket.objects.count(), Parked.objects.count()) == (1, 0)


@pytest.mark.parametrize("together", [True, False])
def test_another_ticket_under_the_same_code_is_parked_and_told(store: Store, *, together: bool) -> None:
    """One in 2^45: what is told is never lost, nor mixed up."""
    kiosk = Kiosk().record(opened())
    if not together:
        store(kiosk.send())
        post_all()
    kiosk.record(opened(member=MemberId("m-bbbbbbbbbb")))
    store(kiosk.send())
    post_all()
    assert Ticket.objects.get().member == MEMBER
    assert "tracking code" in Parked.objects.get().reason


# --- the shop answers


def test_an_answer_waits_in_the_members_row_until_it_is_read(
    kiosk: Kiosk, store: Store, dispatcher: Dispatcher, wire: Wire
) -> None:
    assert rows(dispatcher, wire) == []
    assert "answered" in ticket("answer", spaced(code()).lower(), WORDS)
    assert [row.replies for row in rows(dispatcher, wire)] == [(code(),)]
    tell(store, kiosk, seen(better="yes"))
    assert [row.replies for row in rows(dispatcher, wire)] == [()]
    assert state_of() == "closed"


def test_a_kiosk_gets_the_answer_for_the_members_card_only(dispatcher: Dispatcher, wire: Wire) -> None:
    other = f"1:{2:032x}"
    make_member("m-bbbbbbbbbb", other)
    assert asked(dispatcher, wire).answer is None, "there is none yet"
    ticket("answer", code(), WORDS)
    expected = Answer(code(), 1, "complaint", "points", date(2026, 3, 21), WORDS, LINE)
    assert asked(dispatcher, wire).answer == expected
    assert asked(dispatcher, wire, other).answer is None
    assert asked(dispatcher, wire, UNKNOWN).answer is None
    assert asked(dispatcher, wire, of=code(2)).answer is None


def test_better_now_no_opens_the_ticket_again_and_the_next_answer_waits(
    kiosk: Kiosk, store: Store, dispatcher: Dispatcher, wire: Wire
) -> None:
    ticket("answer", code(), "first")
    tell(store, kiosk, seen(better="no"))
    assert state_of() == "new"
    assert asked(dispatcher, wire).answer is None
    ticket("answer", code(), "second")
    answer = asked(dispatcher, wire).answer
    assert answer is not None
    assert (answer.reply, answer.text) == (2, "second")
    tell(store, kiosk, seen(2, "yes"))
    assert state_of() == "closed"


def test_what_is_said_last_to_an_answer_counts(kiosk: Kiosk, store: Store) -> None:
    ticket("answer", code(), WORDS)
    tell(store, kiosk, seen())
    assert state_of() == "answered"
    tell(store, kiosk, seen(better="no"))
    assert state_of() == "new"


def test_a_closed_ticket_has_nothing_to_read(dispatcher: Dispatcher, wire: Wire) -> None:
    ticket("answer", code(), WORDS)
    assert "closed" in ticket("close", code())
    assert [row.replies for row in rows(dispatcher, wire)] == [()]
    assert asked(dispatcher, wire).answer is None


def test_an_answer_that_was_read_before_its_ticket_came_counts(store: Store) -> None:
    other = Kiosk(KioskId("tajrish-1"), StoreId("tajrish"), Epoch("f" * 16))
    store(other.record(seen(better="no")).send())
    post_all()
    store(Kiosk().record(opened()).send())
    post_all()
    ticket("answer", code(), WORDS)
    assert state_of() == "new"


# --- the command


def test_the_list_has_what_is_to_be_done_the_newest_first(kiosk: Kiosk, store: Store) -> None:
    tell(store, kiosk, opened(2), opened(3))
    ticket("close", code(2))
    tell(store, kiosk, TicketOpened(visit_id(4), MEMBER, code(4), "praise", "staff", "fa"))
    listed = [line.split()[0] for line in ticket("list").splitlines()]
    assert set(listed) == {spaced(code(each)) for each in (1, 3, 4)}
    assert listed[-1] == spaced(code(1))
    assert len(ticket("list", "--all").splitlines()) == 4


def test_a_ticket_is_shown_with_all_that_was_said(kiosk: Kiosk, store: Store) -> None:
    ticket("answer", code(), WORDS)
    tell(store, kiosk, seen(better="no"))
    shown = ticket("show", code())
    for part in (spaced(code()), "new", "complaint", "-200 redeem", WORDS, "better: no"):
        assert part in shown, part


@pytest.mark.usefixtures("kiosk")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("show", "nonsense"), "a tracking code has"),
        (("answer", spaced(code())[:-1] + "Z", "x"), "wrong"),
        (("show", code(2)), "there is no ticket"),
        (("close", code(2)), "there is no ticket"),
        (("answer", code(), "  "), "has words"),
        (("answer", code(), "x" * (MAX_ANSWER + 1)), "at most"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        ticket(*words)
    assert not Message.objects.exists()
    assert not Outbox.objects.exists()


@pytest.mark.usefixtures("kiosk")
def test_what_was_said_to_a_person_goes_with_them() -> None:
    ticket("answer", code(), WORDS)
    Person.objects.get(member_id=MEMBER).delete()
    assert Message.objects.get().text == ""
    assert conversations.reply(MEMBER, code()) is None


# --- posted anew


def rebuilt(*, put_right: bool = True) -> Report:
    return rebuild(lambda _: None, put_right=put_right)


def level() -> None:
    """Every member has a version, and no word waits."""
    Outbox.objects.create(member_id=MEMBER)
    versions.assign(NOON)


def test_posting_all_anew_leaves_tickets_and_their_answers_as_they_are(kiosk: Kiosk, store: Store) -> None:
    ticket("answer", code(), WORDS)
    tell(store, kiosk, seen(better="no"), opened(2))
    ticket("answer", code(), "second")
    level()
    before = contents(*POSTED, Message)
    assert rebuilt().level
    assert contents(*POSTED, Message) == before
    assert state_of() == "answered"


def test_a_lost_ticket_and_a_lost_reading_are_put_right_and_told(kiosk: Kiosk, store: Store) -> None:
    ticket("answer", code(), WORDS)
    tell(store, kiosk, seen(better="yes"), opened(2))
    level()
    before = contents(*POSTED)
    Ticket.objects.filter(code=code(2)).delete()
    MessageSeen.objects.all().delete()
    assert not rebuilt(put_right=False).level
    assert rebuilt().members == 1
    assert contents(*POSTED) == before
    assert Outbox.objects.get().member_id == MEMBER


def test_what_is_known_from_dropped_events_stays(kiosk: Kiosk, store: Store) -> None:
    ticket("answer", code(), WORDS)
    tell(store, kiosk, seen(better="yes"))
    level()
    run("DELETE FROM collector_storedevent")
    run("UPDATE collector_stream SET posted = upto")
    before = contents(*POSTED)
    rebuilt()
    assert contents(*POSTED) == before
