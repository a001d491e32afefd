"""Any event, any envelope and any broken message, for property tests."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
from hypothesis import strategies as st

from mqtt import events, tracking
from mqtt.down import Movement
from mqtt.envelope import START, Clock, Envelope, encode_batch, encode_data, next_chain, type_name
from mqtt.vocabulary import (
    AllowanceId,
    CardKey,
    CardKind,
    Chain,
    CouponCode,
    Epoch,
    KioskId,
    Language,
    MemberId,
    Points,
    ReceiptCode,
    Sequence,
    StoreId,
    TicketKind,
    VisitId,
)

IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=3, max_size=40)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = TEXTS.filter(bool)
VISITS = st.binary(min_size=8, max_size=8).map(lambda eight: VisitId(eight.hex()))
TICKETS = VISITS.map(tracking.of_visit)
EPOCHS = st.binary(min_size=8, max_size=8).map(lambda eight: Epoch(eight.hex()))
MEMBERS = IDS.map(MemberId)
SOME = st.integers(1, 2**53).map(Points)
RIAL = st.integers(0, 2**53)
COUPONS = TICKETS.map(CouponCode)
ALLOWANCES = st.binary(min_size=16, max_size=16).map(lambda bytes_: AllowanceId(bytes_.hex()))
KINDS: st.SearchStrategy[CardKind] = st.sampled_from(get_args(CardKind))
LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(get_args(Language))
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(get_args(Clock))
CARDS = st.builds(
    lambda key, digest: CardKey(f"{key}:{digest.hex()}"),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8),
    st.binary(min_size=16, max_size=16),
)
ORDINALS = st.integers(0, 2**15 - 1)
NATURALS = st.integers(0, 2**63 - 1)
SECONDS = st.floats(0, allow_nan=False, allow_infinity=False)
SEQUENCES = st.integers(1, 2**63 - 1).map(Sequence)
MOMENTS = st.builds(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms),
    st.integers(0, 1000 * int(datetime(2999, 12, 31, tzinfo=UTC).timestamp())),
)
"""Whole milliseconds, in UTC, in the years that the wire takes."""


@st.composite
def answers(draw: st.DrawFn) -> events.QuestionAnswered:
    """An answer that lies on its scale."""
    low, value, high = sorted(draw(st.tuples(*[st.integers(-1000, 1000)] * 3)))
    worst, best = draw(st.permutations([low, high]))
    shown = draw(st.sampled_from(["worst-first", "best-first"]))
    scale = msgspec.convert({"worst": worst, "best": best, "shown": shown}, events.Scale)
    return events.QuestionAnswered(
        draw(VISITS), draw(MEMBERS), draw(NAMES), draw(ORDINALS), draw(LANGUAGES),
        scale, value, draw(ORDINALS), draw(SECONDS),
    )  # fmt: skip


KINDS_OF_EVENT: dict[type[events.Event], st.SearchStrategy[events.Event]] = {
    events.CardTapped: st.builds(
        events.CardTapped,
        VISITS,
        KINDS,
        st.lists(CARDS, min_size=1, max_size=2).map(tuple),
        st.none() | MEMBERS,
    ),
    events.CardRefused: st.builds(events.CardRefused, NAMES),
    events.LanguageChosen: st.builds(
        events.LanguageChosen, st.none() | VISITS, LANGUAGES, st.none() | MEMBERS
    ),
    events.QuestionShown: st.builds(events.QuestionShown, VISITS, MEMBERS, NAMES, ORDINALS, LANGUAGES),
    events.QuestionAnswered: answers(),
    events.AnswerUndone: st.builds(events.AnswerUndone, VISITS, MEMBERS, NAMES, ORDINALS),
    events.QuestionDismissed: st.builds(
        events.QuestionDismissed,
        VISITS,
        MEMBERS,
        NAMES,
        ORDINALS,
        st.sampled_from(["skipped", "timed-out", "left"]),
    ),
    events.VisitEnded: st.builds(
        events.VisitEnded,
        VISITS,
        st.none() | MEMBERS,
        st.sampled_from(["done", "timed-out", "other-card", "refused"]),
        SECONDS,
    ),
    events.ReaderWentUp: st.builds(events.ReaderWentUp, NAMES),
    events.ReaderWentDown: st.builds(events.ReaderWentDown, NAMES, NAMES),
    events.MemberJoined: st.builds(
        events.MemberJoined,
        VISITS,
        KINDS,
        st.lists(CARDS, min_size=1, max_size=2).map(tuple),
        LANGUAGES,
        st.booleans(),
    ),
    events.HoleDeclared: st.builds(events.HoleDeclared, EPOCHS, NATURALS, NATURALS, NAMES),
    events.JournalRestarted: st.builds(
        events.JournalRestarted, EPOCHS, NATURALS, st.sampled_from(["went-backwards", "row-refused"])
    ),
    events.JournalPressed: st.builds(
        events.JournalPressed, st.sampled_from(["over", "shrinking", "full"]), NATURALS
    ),
    events.ClockStepped: st.builds(events.ClockStepped, st.floats(-1e11, 1e11)),
    events.CommandDone: st.builds(
        events.CommandDone,
        NAMES,
        NAMES,
        st.sampled_from(["done", "failed", "late", "unknown"]),
        TEXTS,
    ),
    events.ButtonPressed: st.builds(events.ButtonPressed, st.integers(1, 3), st.integers(3, 5)),
    events.CaseOpened: st.just(events.CaseOpened()),
    events.CaseClosed: st.just(events.CaseClosed()),
    events.AnswersFlagged: st.builds(
        events.AnswersFlagged,
        VISITS,
        MEMBERS,
        st.lists(st.builds(events.Given, NAMES, ORDINALS), min_size=1, max_size=3).map(tuple),
        st.sampled_from(["too-quick", "touches"]),
    ),
    events.TechnicianCame: st.builds(events.TechnicianCame, st.none() | CARDS),
    events.TechnicianRefused: st.builds(events.TechnicianRefused, CARDS, st.integers(1, 2**15 - 1)),
    events.TicketOpened: st.builds(
        events.TicketOpened,
        VISITS,
        MEMBERS,
        TICKETS,
        st.sampled_from(get_args(TicketKind)),
        NAMES,
        LANGUAGES,
        st.none() | st.builds(Movement, st.dates(), st.integers(-(2**53), 2**53), TEXTS),
    ),
    events.ReplySeen: st.builds(
        events.ReplySeen, VISITS, MEMBERS, TICKETS, ORDINALS, st.sampled_from(["yes", "no", None])
    ),
    events.RedemptionAsked: st.builds(events.RedemptionAsked, VISITS, MEMBERS, SOME, st.none() | ALLOWANCES),
    events.RedemptionConfirmed: st.builds(events.RedemptionConfirmed, VISITS, MEMBERS, SOME, RIAL, COUPONS),
    events.RedemptionAbandoned: st.builds(
        events.RedemptionAbandoned,
        VISITS,
        MEMBERS,
        SOME,
        st.sampled_from(["refused", "no-reply", "left", "restarted"]),
    ),
    events.RedemptionGrantedOffline: st.builds(
        events.RedemptionGrantedOffline, VISITS, MEMBERS, ALLOWANCES, SOME, RIAL, COUPONS
    ),
    events.AllowanceReturned: st.builds(events.AllowanceReturned, ALLOWANCES),
    events.ConsentGiven: st.builds(
        events.ConsentGiven, VISITS, NAMES, ORDINALS, LANGUAGES, st.none() | MEMBERS
    ),
    events.MemberLeft: st.builds(events.MemberLeft, VISITS, MEMBERS, TICKETS.map(ReceiptCode)),
    events.TechnicianLocked: st.builds(events.TechnicianLocked, st.integers(5, 2**15 - 1), SECONDS),
}
EVENTS = st.one_of(list(KINDS_OF_EVENT.values()))


@st.composite
def envelopes(draw: st.DrawFn) -> Envelope:
    """A row that a kiosk could have written, first of its stream or later."""
    event = draw(EVENTS)
    epoch, sequence, name, data = draw(EPOCHS), draw(SEQUENCES), type_name(event), encode_data(event)
    return Envelope(
        StoreId(draw(IDS)), KioskId(draw(IDS)), epoch, sequence,
        next_chain(START, f"{epoch}-{sequence}", name, data), name, draw(MOMENTS), draw(CLOCKS), data,
    )  # fmt: skip


BATCHES = st.lists(envelopes(), min_size=1, max_size=4)
CHAINS = st.binary(min_size=8, max_size=8).map(lambda eight: Chain(eight.hex()))

NASTY = st.sampled_from([
    b"NaN", b"-Infinity", b"1e999", b"-0", b"9" * 400, b"9" * 5000, b"18446744073709551616", b"null", b"true",
    b"[]", b"{}", b'""', b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"\xff"', b'"\xed\xa0\x80"',
    b'"\n"', b'"' + b"x" * 5000 + b'"', b'"2026-01-01T00:00:00"', b'"0001-01-01T00:00:00+14:00"',
    b'"9999-12-31T23:59:59-14:00"', b'"0000000000000000-0"', b'"0000000000000000-9999999999999999999"',
    b"[" * 3000 + b"]" * 3000, b'{"a":' * 3000 + b"1", b'"1.0","id":"0000000000000000-1"',
    b'{"reader":"a","reader":4}', "\u0661".encode(), '"\u0661"'.encode(), b"/*x*/1",
])  # fmt: skip
"""JSON values and near-values that trip parsers."""


@st.composite
def mutated(draw: st.DrawFn, good: bytes) -> bytes:
    """The bytes with something cut out, put in, doubled or changed, a few times."""
    payload = good
    for _ in range(draw(st.integers(1, 3))):
        start, stop = sorted(draw(st.tuples(*[st.integers(0, len(payload))] * 2)))
        put = draw(NASTY | st.binary(max_size=8) | st.just(payload[start:stop] * 2))
        payload = payload[:start] + put + payload[min(stop, start + 200) :]
    return payload


@st.composite
def with_a_nasty_value(draw: st.DrawFn, good: bytes) -> bytes:
    """The bytes with one JSON value exchanged for a nasty one."""
    colons = [place for place, byte in enumerate(good) if byte == ord(":")] or [0]
    start = draw(st.sampled_from(colons)) + 1
    ends = [end for end in (good.find(mark, start) for mark in (b",", b"}", b"]")) if end >= 0]
    return good[:start] + draw(NASTY) + good[min(ends, default=start) :]


def broken(good: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Anything that could arrive in place of a good message."""
    return st.binary(max_size=200) | good.flatmap(mutated) | good.flatmap(with_a_nasty_value)


BROKEN_BATCHES = broken(BATCHES.map(encode_batch))
