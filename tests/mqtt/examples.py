"""Events and messages as they were when their type was released; the golden files hold them encoded.

An example is never changed: the file beside it was written by the release that first had it.
"""

from datetime import UTC, date, datetime

import msgspec

from mqtt import events
from mqtt.down import Ack, Hello, MemberRow, MembersBatch, Movement
from mqtt.vocabulary import CardKey, Chain, Epoch, MemberId, VisitId

VISIT = VisitId("0123456789abcdef")
MEMBER = MemberId("m-abcde23456")
CARD = CardKey("k1:000102030405060708090a0b0c0d0e0f")
OTHER_CARD = CardKey("k2:f0e0d0c0b0a090807060504030201000")
EPOCH = Epoch("00c0ffee00c0ffee")
MOMENT = datetime(2026, 3, 20, 20, 29, 59, 123000, UTC)
"""Less than a second before the year 1405 begins in Tehran."""

EVENTS: dict[str, tuple[events.Event, ...]] = {
    "club.card.tapped.v1": (
        events.CardTapped(VISIT, "iso14443", (CARD,), MEMBER),
        events.CardTapped(VISIT, "em4100", (CARD, OTHER_CARD)),
    ),
    "club.card.refused.v1": (events.CardRefused("two-cards"),),
    "club.language.chosen.v1": (
        events.LanguageChosen(None, "en"),
        events.LanguageChosen(VISIT, "fa", MEMBER),
    ),
    "club.question.shown.v1": (events.QuestionShown(VISIT, MEMBER, "ces", 1, "fa"),),
    "club.question.answered.v1": (
        events.QuestionAnswered(VISIT, MEMBER, "ces", 1, "fa", events.Scale(1, 7), 6, 1, 2.345),
        events.QuestionAnswered(VISIT, MEMBER, "cli", 2, "en", events.Scale(6, 1, "best-first"), 1, 2, 0.5),
    ),
    "club.answer.undone.v1": (events.AnswerUndone(VISIT, MEMBER, "ces", 1),),
    "club.question.dismissed.v1": (
        events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "skipped"),
        events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "timed-out"),
        events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "left"),
    ),
    "club.visit.ended.v1": (
        events.VisitEnded(VISIT, MEMBER, "done", 9.876),
        events.VisitEnded(VISIT, MEMBER, "timed-out", 20.0),
        events.VisitEnded(VISIT, MEMBER, "other-card", 0.0),
        events.VisitEnded(VISIT, None, "refused", 5.0),
    ),
    "club.reader.went-up.v1": (events.ReaderWentUp("rc522"),),
    "club.reader.went-down.v1": (events.ReaderWentDown("em4100", "unplugged"),),
}

MESSAGES: dict[str, msgspec.Struct] = {
    "hello": Hello(
        EPOCH, "n0nce", 1, 480, Chain("fedcba9876543210"), "5eed5eed5eed5eed", 17, "bashgah 0.1.0"
    ),
    "ack": Ack(EPOCH, 480, Chain("fedcba9876543210"), "5eed5eed5eed5eed", nonce="n0nce"),
    "ack-refused": Ack(EPOCH, 479, Chain("0123456789abcdef"), "5eed5eed5eed5eed", refused="gap"),
    "members": MembersBatch(
        "5eed5eed5eed5eed",
        16,
        17,
        18,
        (
            MemberRow(
                MEMBER,
                (CARD, OTHER_CARD),
                "نرگس",
                "fa",
                1250,
                MOMENT,
                (Movement(date(2026, 3, 20), 10, "visit"), Movement(date(2026, 3, 1), -200, "redeem")),
            ),
            MemberRow(MemberId("m-zzzzz77777"), (), "Roya", "en", -5, MOMENT, blocked=True),
        ),
        (MemberId("m-gone222222"),),
    ),
}
