"""Every event has its words, and every word its Persian."""

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import override
from django.utils.translation.template import templatize

from cloud.collector.models import StoredEvent
from cloud.desk import numerals
from cloud.desk.wording import Line, line
from cloud.fleet.models import Store
from cloud.voice.indices import Estimate
from mqtt import events
from mqtt.down import Movement
from mqtt.envelope import encode_data, type_name
from mqtt.vocabulary import (
    AllowanceId,
    CardKey,
    CouponCode,
    Epoch,
    Language,
    MemberId,
    Points,
    ReceiptCode,
    TicketCode,
    VisitId,
)
from tests.cloud.desk.house import ROOT

CLOUD = ROOT / "cloud"
CATALOGUES = [path / "fa/LC_MESSAGES/django.po" for path in settings.LOCALE_PATHS]
KEYWORDS = {"gettext": None, "_": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
VISIT, MEMBER = VisitId("0" * 16), MemberId("m-abcdefgh23")
STORE = Store(id="vanak", name_fa="ونک", name_en="Vanak", time_zone="Asia/Tehran")
MOMENT = datetime(2026, 3, 10, 21, 0, 5, tzinfo=UTC)
CES, CLI = events.Scale(1, 7), events.Scale(6, 1)


def told(event: events.Event, language: Language = "en") -> Line:
    return told_raw(type_name(event), encode_data(event).decode(), language)


def told_raw(name: str, data: str, language: Language = "en") -> Line:
    row = StoredEvent(id=1, type=name, data=data, store="vanak", clock="synced", occurred_at=MOMENT)
    with override(language):
        return line(row, {"vanak": STORE}, language)


def answered(value: int, scale: events.Scale, question: str = "ces") -> events.QuestionAnswered:
    return events.QuestionAnswered(VISIT, MEMBER, question, 1, "fa", scale, value, 1, 2.0)


CARD = (CardKey("a:" + "0" * 32),)
ALLOWANCE = AllowanceId("a110a110a110a110" * 2)
CODE, LINE = TicketCode("04HMASW9N5"), Movement(date(2026, 3, 1), -200, "redeem")
SAID: list[tuple[events.Event, str]] = [
    (events.CardTapped(VISIT, "em4100", CARD, MEMBER), "Member card tapped"),
    (events.CardTapped(VISIT, "em4100", CARD), "Unknown card tapped"),
    (events.CardRefused("payment-card"), "Card refused"),
    (events.LanguageChosen(VISIT, "fa"), "The screen was switched to Persian"),
    (events.QuestionShown(VISIT, MEMBER, "ces", 1, "fa"), "Customer effort: asked"),
    (answered(6, CES), "Customer effort: 6 of 7"),
    (answered(2, CLI, "cli-1"), "cli-1: 2 (1 is best, 6 worst)"),
    (events.AnswerUndone(VISIT, MEMBER, "ces", 1), "Customer effort: answer undone"),
    (events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "skipped"), "Customer effort: skipped"),
    (events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "timed-out"), "Customer effort: no answer in time"),
    (events.VisitEnded(VISIT, MEMBER, "done", 12.4), "Visit ended after 12 s"),
    (events.QuestionDismissed(VISIT, MEMBER, "ces", 1, "left"), "Customer effort: left unanswered"),
    (events.LanguageChosen(None, "en"), "The screen was switched to English"),
    (events.VisitEnded(VISIT, None, "refused", 3), "Visit ended after 3 s: nothing could be done"),
    (events.VisitEnded(VISIT, MEMBER, "timed-out", 9), "Visit timed out after 9 s"),
    (events.VisitEnded(VISIT, MEMBER, "other-card", 1234), "Visit ended after 1,234 s: another card"),
    (events.ReaderWentUp("rc522"), "A card reader answers"),
    (events.ReaderWentDown("rc522", "no-answer"), "A card reader does not answer"),
    (events.MemberJoined(VISIT, "em4100", (CardKey("1:" + "0" * 32),), "fa"), "Somebody joined the club"),
    (events.HoleDeclared(Epoch("0" * 16), 1, 2, "dropped"), "Events are missing for ever"),
    (
        events.JournalRestarted(Epoch("0" * 16), 7, "went-backwards"),
        "A journal went backwards and begins anew",
    ),
    (events.JournalPressed("full", 0), "The disk of a kiosk is full: no new answers"),
    (events.ClockStepped(-3600.0), "The clock of a kiosk was set by -3,600 s"),
    (events.CommandDone("c", "identify", "late"), "A command came too late"),
    (events.ButtonPressed(2, 5), "Button 2 of 5 was pressed"),
    (
        events.AnswersFlagged(VISIT, MEMBER, (events.Given("ces", 1),), "too-quick"),
        "Answers marked: nobody reads that quickly (1)",
    ),
    (
        events.AnswersFlagged(VISIT, MEMBER, (events.Given("cli-1", 1), events.Given("cli-2", 2)), "touches"),
        "Answers marked: many touches in a row (2)",
    ),
    (events.CaseOpened(), "The case of a kiosk was opened"),
    (events.CaseClosed(), "The case of a kiosk is closed again"),
    (events.TicketOpened(VISIT, MEMBER, CODE, "complaint", "staff", "fa"), "A member complained"),
    (events.TicketOpened(VISIT, MEMBER, CODE, "suggestion", "goods", "fa"), "A member made a suggestion"),
    (events.TicketOpened(VISIT, MEMBER, CODE, "praise", "staff", "fa"), "A member gave praise"),
    (
        events.TicketOpened(VISIT, MEMBER, CODE, "complaint", "points", "fa", LINE),
        "A member says that a line of the points is wrong",
    ),
    (events.ReplySeen(VISIT, MEMBER, CODE, 1), "A member read the shop's answer"),
    (events.ReplySeen(VISIT, MEMBER, CODE, 1, "yes"), "A member read the shop's answer: it is better now"),
    (
        events.ReplySeen(VISIT, MEMBER, CODE, 1, "no"),
        "A member read the shop's answer: it is not better, the ticket is open again",
    ),
    (events.RedemptionAsked(VISIT, MEMBER, Points(1500)), "A member wants to spend 1,500 points"),
    (
        events.RedemptionConfirmed(VISIT, MEMBER, Points(200), 2_000_000, CouponCode(CODE)),
        "200 points were spent for a coupon",
    ),
    (
        events.RedemptionGrantedOffline(VISIT, MEMBER, ALLOWANCE, Points(50), 500_000, CouponCode(CODE)),
        "50 points were spent for a coupon, without asking",
    ),
    (
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "refused"),
        "Points were not spent: there are fewer",
    ),
    (
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "no-reply"),
        "Points were not spent: no answer in time",
    ),
    (
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "left"),
        "Points were not spent: nobody waited",
    ),
    (
        events.RedemptionAbandoned(VISIT, MEMBER, Points(200), "restarted"),
        "Points were not spent: the kiosk went off",
    ),
    (
        events.AllowanceReturned(ALLOWANCE),
        "A kiosk gave back points that it could spend without asking",
    ),
    (events.ConsentGiven(VISIT, "contact", 1, "fa"), "Somebody gave a consent"),
    (events.MemberLeft(VISIT, MEMBER, ReceiptCode(CODE)), "A member left the club"),
    (events.TechnicianCame(CARD[0]), "A technician opened the kiosk's screen"),
    (events.TechnicianCame(), "The technician's screen was opened without a card, to read"),
    (events.TechnicianRefused(CARD[0], 2), "A technician's PIN was wrong"),
    (
        events.TechnicianLocked(6, 120.0),
        "6 wrong PINs: the technician's screen is locked for 2 min",
    ),
]


@pytest.mark.parametrize(("event", "text"), SAID)
def test_an_event_is_said_in_words(event: events.Event, text: str) -> None:
    assert told(event).words.text == text


def test_every_type_has_its_words() -> None:
    assert {type(event) for event, _ in SAID} == set(events.TYPES.values())


@pytest.mark.parametrize("shape", [events.VisitEnded, events.QuestionDismissed])
def test_every_way_to_end_has_its_words(shape: type[events.Event]) -> None:
    ways = get_args(get_type_hints(shape)["how"])
    assert {event.how for event, _ in SAID if isinstance(event, shape)} == set(ways)  # type: ignore[attr-defined]


def test_a_time_beyond_all_reason_is_still_said() -> None:
    assert told(events.VisitEnded(VISIT, MEMBER, "done", 1.7e308)).tone == "plain"


@pytest.mark.parametrize("event", [event for event, _ in SAID])
def test_no_event_shows_a_member_or_a_card(event: events.Event) -> None:
    said = str(told(event)) + str(told(event, "fa"))
    assert MEMBER not in said
    assert CARD[0] not in said
    assert VISIT not in said


def test_an_unknown_type_is_shown_as_unknown() -> None:
    line = told_raw("club.coffee.poured.v1", "{}")
    assert (line.tone, line.words.text, line.words.code) == (
        "unknown",
        "Unknown event",
        "club.coffee.poured.v1",
    )


@pytest.mark.parametrize("data", ["{}", "", "[" * 100_000, '{"visit": 3}', "null"])
def test_data_that_are_not_what_the_type_says_are_shown_as_unreadable(data: str) -> None:
    assert told_raw("club.card.tapped.v1", data).words.text == "Unreadable event"


def test_an_event_stands_in_its_stores_time() -> None:
    assert told(SAID[0][0]).at.isoformat() == "2026-03-11T00:30:05+03:30"


def test_an_answer_in_persian_has_persian_digits() -> None:
    assert told(answered(6, CES), "fa").words.text == "تلاش مشتری: ۶ از ۷"  # noqa: RUF001 - Persian


def test_days_are_jalali_in_persian() -> None:
    nowruz = date(2026, 3, 21)
    assert numerals.long_day(nowruz, "fa") == numerals.digits("1 فروردین 1405", "fa")
    assert numerals.long_day(nowruz, "en") == "21 Mar 2026"


def test_numbers_have_the_languages_digits_and_signs() -> None:
    assert numerals.number(1234.5, 2, "en") == "1,234.50"
    assert numerals.number(1234.5, 2, "fa") == numerals.digits("1\u066c234\u066b50", "fa")
    assert numerals.percent(78.4, "fa") == numerals.digits("78\u066a", "fa")


def test_what_cannot_be_said_is_a_dash_and_no_interval() -> None:
    nothing = Estimate(0, None, None, None)
    assert numerals.figure(nothing, "en") == "\N{EN DASH}"
    assert numerals.interval(nothing, "en") == ""


def test_every_text_of_the_pages_has_its_persian() -> None:
    translated = {message.id for _, message in _messages() if message.string}
    assert _used() - translated == set()


def test_no_translation_is_left_over_or_stands_twice() -> None:
    ids = [message.id for _, message in _messages()]
    assert set(ids) - _used() == set()
    assert [one for one, times in Counter(ids).items() if times > 1] == []


def test_a_translation_keeps_its_places() -> None:
    for _, message in _messages():
        assert not list(message.check()), message.id


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_the_compiled_catalogue_is_that_of_the_text(path: Path) -> None:
    said = {message.id: message.string for one, message in _messages() if one == path}
    with path.with_suffix(".mo").open("rb") as compiled:
        assert {message.id: message.string for message in read_mo(compiled) if message.id} == said


def _messages() -> Iterator[tuple[Path, Message]]:
    for path in CATALOGUES:
        with path.open("rb") as file:
            yield from ((path, message) for message in read_po(file) if message.id)


def _used() -> set[str]:
    texts = [(path, path.read_text()) for path in CLOUD.rglob("*.py")]
    texts += [(path, templatize(path.read_text())) for path in CLOUD.rglob("*.html")]
    return {found for path, text in texts for found in _extracted(path, text)}


def _extracted(path: Path, text: str) -> set[str]:
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    ids = {message if isinstance(message, str) else message[0] for _line, message, _c, _x in found}
    assert all(isinstance(each, str) for each in ids), path
    return ids - {""}
