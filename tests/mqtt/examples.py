"""Events and messages as they were when their type was released; the golden files hold them encoded.

An example is never changed: the file beside it was written by the release that first had it.
"""

from datetime import UTC, date, datetime

import msgspec

from mqtt import events
from mqtt.down import (
    Ack,
    Answer,
    Ask,
    Asked,
    Both,
    Command,
    Expiring,
    Health,
    Hello,
    Lent,
    MemberRow,
    MembersBatch,
    Movement,
    NextTier,
    Person,
    Reply,
    SignedCatalogue,
    Spend,
)
from mqtt.vocabulary import (
    AllowanceId,
    CardKey,
    Chain,
    CouponCode,
    Epoch,
    MemberId,
    Points,
    ReceiptCode,
    TicketCode,
    VisitId,
    WalletId,
)

VISIT = VisitId("0123456789abcdef")
MEMBER = MemberId("m-abcde23456")
CARD = CardKey("k1:000102030405060708090a0b0c0d0e0f")
OTHER_CARD = CardKey("k2:f0e0d0c0b0a090807060504030201000")
TICKET = TicketCode("04HMASW9N5")
COUPON, FAREWELL = CouponCode(TICKET), ReceiptCode(TICKET)
ALLOWANCE = AllowanceId("a110a110a110a110" + "5eed" * 4)
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
    "club.member.joined.v1": (
        events.MemberJoined(VISIT, "iso14443", (CARD,), "fa", personal=True),
        events.MemberJoined(VISIT, "em4100", (CARD, OTHER_CARD), "en"),
    ),
    "club.hole.declared.v1": (events.HoleDeclared(EPOCH, 17, 42, "row-refused"),),
    "club.journal.restarted.v1": (
        events.JournalRestarted(EPOCH, 480, "went-backwards"),
        events.JournalRestarted(EPOCH, 0, "row-refused"),
    ),
    "club.journal.pressed.v1": (
        events.JournalPressed("shrinking", 52_428_800),
        events.JournalPressed("full", 0),
        events.JournalPressed("over", 1_073_741_824),
    ),
    "club.clock.stepped.v1": (events.ClockStepped(1_766_000_000.125), events.ClockStepped(-3600.0)),
    "club.command.done.v1": (
        events.CommandDone("c0ffee", "identify", "done"),
        events.CommandDone("c0ffef", "zap", "unknown", "this release does not know it"),
    ),
    "club.button.pressed.v1": (events.ButtonPressed(1, 5), events.ButtonPressed(3, 3)),
    "club.case.opened.v1": (events.CaseOpened(),),
    "club.case.closed.v1": (events.CaseClosed(),),
    "club.answers.flagged.v1": (
        events.AnswersFlagged(VISIT, MEMBER, (events.Given("ces", 1),), "too-quick"),
        events.AnswersFlagged(
            VISIT, MEMBER, (events.Given("cli-recommend", 1), events.Given("cli-buy-again", 3)), "touches"
        ),
    ),
    "club.technician.came.v1": (
        events.TechnicianCame(CARD),
        events.TechnicianCame(),
    ),
    "club.technician.refused.v1": (events.TechnicianRefused(CARD, 3),),
    "club.technician.locked.v1": (events.TechnicianLocked(5, 60.0),),
    "club.ticket.opened.v1": (
        events.TicketOpened(VISIT, MEMBER, TICKET, "praise", "staff", "fa"),
        events.TicketOpened(
            VISIT, MEMBER, TICKET, "complaint", "points", "en", Movement(date(2026, 3, 1), -200, "redeem")
        ),
    ),
    "club.reply.seen.v1": (
        events.ReplySeen(VISIT, MEMBER, TICKET, 1, "yes"),
        events.ReplySeen(VISIT, MEMBER, TICKET, 2, "no"),
        events.ReplySeen(VISIT, MEMBER, TICKET, 3),
    ),
    "club.redemption.asked.v1": (
        events.RedemptionAsked(VISIT, MEMBER, Points(200)),
        events.RedemptionAsked(VISIT, MEMBER, Points(500), ALLOWANCE),
    ),
    "club.redemption.confirmed.v1": (
        events.RedemptionConfirmed(VISIT, MEMBER, Points(200), 2_000_000, COUPON),
    ),
    "club.redemption.abandoned.v1": (
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "refused"),
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "no-reply"),
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "left"),
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "restarted"),
    ),
    "club.redemption.granted-offline.v1": (
        events.RedemptionGrantedOffline(VISIT, MEMBER, ALLOWANCE, Points(50), 500_000, COUPON),
    ),
    "club.allowance.returned.v1": (events.AllowanceReturned(ALLOWANCE),),
    "club.consent.given.v1": (
        events.ConsentGiven(VISIT, "contact", 1, "fa"),
        events.ConsentGiven(VISIT, "contact", 2, "en", MEMBER),
    ),
    "club.member.left.v1": (events.MemberLeft(VISIT, MEMBER, FAREWELL),),
}

MESSAGES: dict[str, msgspec.Struct] = {
    "hello": Hello(
        EPOCH, "n0nce", 1, 480, Chain("fedcba9876543210"), "5eed5eed5eed5eed", 17, "bashgah 0.1.0"
    ),
    "ack": Ack(EPOCH, 480, Chain("fedcba9876543210"), "5eed5eed5eed5eed", nonce="n0nce"),
    "ack-refused": Ack(EPOCH, 479, Chain("0123456789abcdef"), "5eed5eed5eed5eed", refused="gap"),
    "hello-probe": Hello(
        EPOCH,
        "n0nce",
        12,
        480,
        Chain("fedcba9876543210"),
        "",
        0,
        "bashgah 0.2.0",
        chain_below=Chain("0123456789abcdef"),
        probe=((480, Chain("fedcba9876543210")), (240, Chain("00112233445566aa"))),
        catalogue_version=3,
        image="2026-11",
    ),
    "ack-person": Ack(
        EPOCH,
        480,
        Chain("fedcba9876543210"),
        "5eed5eed5eed5eed",
        nonce="n0nce",
        matched=240,
        person=(f"{EPOCH}-7",),
    ),
    "ask": Ask("a5k", (CARD, OTHER_CARD), 1.5),
    "reply": Reply("a5k", MemberRow(MEMBER, (CARD,), "نرگس", "fa", 1250, MOMENT)),
    "reply-nobody": Reply("a5k", None),
    "command": Command("c0ffee", "identify", MOMENT),
    "catalogue": SignedCatalogue(3, '{"brand": "بهار"}', "0f" * 64),
    "person": Person(f"{EPOCH}-7", {"name": "نرگس", "phone": "+989120000000"}),
    "health": Health(
        online=True,
        app="bashgah 0.2.0",
        uptime=86400.5,
        queue=12,
        queue_age=3.25,
        clock=True,
        disk_free=1_073_741_824,
        temperature=48.5,
        readers={"rc522": True, "em4100": False},
        last_tap=MOMENT,
    ),
    "health-gone": Health(online=False),
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
    "reply-full": Reply(
        "a5k",
        MemberRow(
            MEMBER,
            (CARD,),
            "نرگس",
            "fa",
            1250,
            MOMENT,
            pending=40,
            held=200,
            tier=Both("نقره‌ای", "Silver"),
            expiring=Expiring(300, date(2026, 4, 1)),
            next_tier=NextTier(Both("طلایی", "Gold"), 750),
            offers=(Both("دومی نصف قیمت", "The second at half the price"),),
            last_visit=date(2026, 3, 20),
            asked=(Asked("ces", MOMENT), Asked("cli-recommend", MOMENT)),
        ),
    ),
    "reply-lost": Reply(
        "a6k", MemberRow(MEMBER, (CARD,), "نرگس", "fa", 1250, MOMENT, blocked=True, lost=(OTHER_CARD,))
    ),
    "ask-ticket": Ask("a5k", (CARD, OTHER_CARD), 1.5, TICKET),
    "reply-answer": Reply(
        "a5k",
        MemberRow(MEMBER, (CARD,), "نرگس", "fa", 1250, MOMENT, replies=(TICKET,)),
        Answer(
            TICKET,
            1,
            "complaint",
            "points",
            date(2026, 3, 20),
            "آن ۲۰۰ امتیاز را برگرداندیم.",
            Movement(date(2026, 3, 1), -200, "redeem"),
        ),
    ),
    "members-recalled": MembersBatch("5eed5eed5eed5eed", 17, 17, 18, (), recalled=(ALLOWANCE,)),
    "ask-lend": Ask("a5k", (CARD,), 1.5, lend=WalletId("a110a110a110a110")),
    "ask-spend": Ask("a5k-spend", (CARD,), 1.5, spend=Spend(VISIT, Points(500), ALLOWANCE)),
    "reply-lent": Reply(
        "a5k",
        MemberRow(MEMBER, (CARD,), "نرگس", "fa", 1050, MOMENT, held=200),
        lent=Lent(ALLOWANCE, MEMBER, Points(200)),
        generation="5eed5eed5eed5eed",
    ),
    "reply-granted": Reply(
        "a5k-spend",
        MemberRow(MEMBER, (CARD,), "نرگس", "fa", 750, MOMENT, held=500),
        granted=True,
        generation="5eed5eed5eed5eed",
    ),
    "catalogue-redeeming": SignedCatalogue(
        5,
        '{"brand": {"fa": "بهار", "en": "Bahar", "accent": "#0B5F59"}, "surveys": [],'
        ' "redeeming": {"rial_per_point": 10000, "amounts": [50, 100], "days": 7, "currency": "rial"},'
        ' "joining": {"ways": ["card", "phone"], "home": "IR", "keeps": {"fa": "شماره", "en": "A number"},'
        ' "purposes": [{"purpose": "contact", "wording": 1, "text": {"fa": "پیامک", "en": "Texts"},'
        ' "needed": true}]}, "leaving": {"offered": true}}',
        "0f" * 64,
    ),
    "catalogue-asking": SignedCatalogue(
        4,
        '{"brand": {"fa": "بهار", "en": "Bahar", "accent": "#0B5F59"},'
        ' "asking": {"quiet": [{"from": "22:30", "to": "08:00"}]}, "surveys": [{"question": "needs",'
        ' "wording": 2, "kind": "needs", "text": {"fa": "چه چیزی؟", "en": "What?"},'
        ' "first": {"fa": "یک", "en": "One"}, "last": {"fa": "دو", "en": "Two"},'
        ' "scale": {"worst": 1, "best": 2},'
        ' "labels": [{"fa": "یک", "en": "One"}, {"fa": "دو", "en": "Two"}],'
        ' "then": [{"low": 1, "high": 1, "question": "needs"}], "opens": true, "cooldown_days": 30,'
        ' "share": 0.5, "quota": 100}]}',
        "0f" * 64,
    ),
}
