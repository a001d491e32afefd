"""Stored events as lines that a person reads; every type has its words, and an unknown one says so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cloud.collector.models import StoredEvent
from cloud.desk.numerals import number
from cloud.fleet.models import Store
from mqtt import events
from mqtt.shapes import decode
from mqtt.tracking import spaced
from mqtt.vocabulary import BadMessage, Language

Tone = Literal["tap", "answer", "plain", "trouble", "unknown"]
Kind = Literal["tap", "answer", "redemption", "ticket", "fault", "other"]
"""By what the list is filtered; how an event looks is its tone."""
SURE_CLOCKS: Final = ("synced", "corrected")
UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, and the short technical names that belong to it."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One event for the list: its StoredEvent's id, and when and where it happened, in the store's time."""

    id: int
    kind: Kind
    tone: Tone
    words: Words
    store: str
    at: datetime
    sure: bool


def line(row: StoredEvent, stores: Mapping[str, Store], language: Language) -> Line:
    """A stored event as a line; the language must be the active one too."""
    tone, words = _words(row, language)
    kind = kind_of(events.TYPES.get(row.type))
    store = stores.get(row.store)
    name = row.store if store is None else store_name(store, language)
    zone = UTC if store is None else ZoneInfo(store.time_zone)
    at = row.occurred_at.astimezone(zone)
    return Line(row.id, kind, tone, words, name, at, row.clock in SURE_CLOCKS)


def lines(rows: Iterable[StoredEvent], language: Language) -> list[Line]:
    """Stored events as lines, in the same order."""
    stores = {store.id: store for store in Store.objects.all()}
    return [line(row, stores, language) for row in rows]


def kind_of(shape: type[events.Event] | None) -> Kind:
    """Of which kind the events of a type are; None for a type that is not known."""
    return _KINDS.get(shape, "other") if shape else "other"


def store_name(store: Store, language: Language) -> str:
    """A store's name in a language."""
    return store.name_fa if language == "fa" else store.name_en


def question_name(question: str) -> str:
    """What a question is called; one of the club's own by its short name."""
    names = {
        "ces": _("Customer effort"),
        "csat": _("Satisfaction (CSAT)"),
        "nps": _("Recommendation (NPS)"),
        "cli-recommend": _("Would recommend us"),
        "cli-buy-again": _("Would buy again"),
        "cli-try-others": _("Would try other things"),
        "needs": _("What to offer next"),
    }
    return names.get(question, question)


def _words(row: StoredEvent, language: Language) -> tuple[Tone, Words]:
    shape = events.TYPES.get(row.type)
    if shape is None:
        return "unknown", Words(_("Unknown event"), row.type)
    try:
        event = decode(row.data.encode(), shape)
    except BadMessage:
        return "unknown", Words(_("Unreadable event"), row.type)
    tone, say = _SAID[shape]
    return tone, say(event, language)


def _tapped(event: events.CardTapped, _language: Language) -> Words:
    return Words(_("Member card tapped") if event.member else _("Unknown card tapped"))


def _chosen(event: events.LanguageChosen, _language: Language) -> Words:
    chosen = {"fa": _("The screen was switched to Persian"), "en": _("The screen was switched to English")}
    return Words(chosen[event.language])


def _answered(event: events.QuestionAnswered, language: Language) -> Words:
    value, worst, best = (number(n, 0, language) for n in (event.value, event.scale.worst, event.scale.best))
    question = question_name(event.question)
    if event.scale.best > event.scale.worst:
        said = _("%(question)s: %(value)s of %(best)s")
    else:
        said = _("%(question)s: %(value)s (%(best)s is best, %(worst)s worst)")
    return Words(said % {"question": question, "value": value, "best": best, "worst": worst})


def _flagged(event: events.AnswersFlagged, language: Language) -> Words:
    why = {
        "too-quick": _("Answers marked: nobody reads that quickly (%(count)s)"),
        "touches": _("Answers marked: many touches in a row (%(count)s)"),
    }
    names = dict.fromkeys(answer.question for answer in event.answers)
    return Words(why[event.why] % {"count": number(len(event.answers), 0, language)}, " · ".join(names))


def _dismissed(event: events.QuestionDismissed, _language: Language) -> Words:
    how = {
        "skipped": _("%(question)s: skipped"),
        "timed-out": _("%(question)s: no answer in time"),
        "left": _("%(question)s: left unanswered"),
    }
    return Words(how[event.how] % {"question": question_name(event.question)})


def _ended(event: events.VisitEnded, language: Language) -> Words:
    how = {
        "done": _("Visit ended after %(seconds)s s"),
        "timed-out": _("Visit timed out after %(seconds)s s"),
        "other-card": _("Visit ended after %(seconds)s s: another card"),
        "refused": _("Visit ended after %(seconds)s s: nothing could be done"),
    }
    return Words(how[event.how] % {"seconds": number(event.took, 0, language)})


def _restarted(event: events.JournalRestarted, _language: Language) -> Words:
    why = {
        "went-backwards": _("A journal went backwards and begins anew"),
        "row-refused": _("A journal begins anew behind a row that cannot be read"),
    }
    return Words(why[event.reason])


def _pressed(event: events.JournalPressed, _language: Language) -> Words:
    level = {
        "over": _("The disk of a kiosk has room again"),
        "shrinking": _("The disk of a kiosk runs short"),
        "full": _("The disk of a kiosk is full: no new answers"),
    }
    return Words(level[event.level])


def _commanded(event: events.CommandDone, _language: Language) -> Words:
    result = {
        "done": _("A command was carried out"),
        "failed": _("A command failed"),
        "late": _("A command came too late"),
        "unknown": _("The kiosk does not know a command"),
    }
    return Words(result[event.result], event.kind)


def _stepped(event: events.ClockStepped, language: Language) -> Words:
    return Words(
        _("The clock of a kiosk was set by %(seconds)s s") % {"seconds": number(event.seconds, 0, language)}
    )


def _pushed(event: events.ButtonPressed, language: Language) -> Words:
    place, buttons = (number(n, 0, language) for n in (event.number, event.of))
    return Words(_("Button %(number)s of %(of)s was pressed") % {"number": place, "of": buttons})


def _serviced(event: events.TechnicianCame, _language: Language) -> Words:
    if event.card is None:
        return Words(_("The technician's screen was opened without a card, to read"))
    return Words(_("A technician opened the kiosk's screen"))


def _locked(event: events.TechnicianLocked, language: Language) -> Words:
    told = {"wrong": number(event.wrong, 0, language), "minutes": number(event.seconds / 60, 0, language)}
    return Words(_("%(wrong)s wrong PINs: the technician's screen is locked for %(minutes)s min") % told)


def _told(event: events.TicketOpened, _language: Language) -> Words:
    kind = {
        "complaint": _("A member complained"),
        "suggestion": _("A member made a suggestion"),
        "praise": _("A member gave praise"),
    }
    text = _("A member says that a line of the points is wrong") if event.line else kind[event.kind]
    return Words(text, f"{event.category} · {spaced(event.ticket)}")


def _read(event: events.ReplySeen, _language: Language) -> Words:
    better = {
        "yes": _("A member read the shop's answer: it is better now"),
        "no": _("A member read the shop's answer: it is not better, the ticket is open again"),
        None: _("A member read the shop's answer"),
    }
    return Words(better[event.better], spaced(event.ticket))


def _redeemed(
    event: events.RedemptionConfirmed | events.RedemptionGrantedOffline, language: Language
) -> Words:
    offline = isinstance(event, events.RedemptionGrantedOffline)
    text = (
        _("%(points)s points were spent for a coupon, without asking")
        if offline
        else _("%(points)s points were spent for a coupon")
    )
    return Words(text % {"points": number(event.points, 0, language)}, spaced(event.coupon))


def _spends(event: events.RedemptionAsked, language: Language) -> Words:
    return Words(
        _("A member wants to spend %(points)s points") % {"points": number(event.points, 0, language)}
    )


def _abandoned(event: events.RedemptionAbandoned, _language: Language) -> Words:
    why = {
        "refused": _("Points were not spent: there are fewer"),
        "no-reply": _("Points were not spent: no answer in time"),
        "left": _("Points were not spent: nobody waited"),
        "restarted": _("Points were not spent: the kiosk went off"),
    }
    return Words(why[event.why])


_KINDS: Final[Mapping[type[events.Event], Kind]] = {
    events.CardTapped: "tap",
    events.QuestionAnswered: "answer",
    events.AnswerUndone: "answer",
    events.AnswersFlagged: "answer",
    events.ButtonPressed: "answer",
    events.RedemptionAsked: "redemption",
    events.RedemptionConfirmed: "redemption",
    events.RedemptionGrantedOffline: "redemption",
    events.RedemptionAbandoned: "redemption",
    events.TicketOpened: "ticket",
    events.ReplySeen: "ticket",
    events.CardRefused: "fault",
    events.HoleDeclared: "fault",
    events.JournalRestarted: "fault",
    events.JournalPressed: "fault",
    events.CaseOpened: "fault",
    events.ReaderWentDown: "fault",
    events.TechnicianRefused: "fault",
    events.TechnicianLocked: "fault",
}
"""Types that are of a kind; the others are what goes on beside it."""
_SAID: Final[dict[type[events.Event], tuple[Tone, Callable[[Any, Language], Words]]]] = {
    events.CardTapped: ("tap", _tapped),
    events.CardRefused: ("trouble", lambda event, _l: Words(_("Card refused"), event.reason)),
    events.LanguageChosen: ("plain", _chosen),
    events.QuestionShown: (
        "plain",
        lambda event, _l: Words(_("%(question)s: asked") % {"question": question_name(event.question)}),
    ),
    events.QuestionAnswered: ("answer", _answered),
    events.AnswerUndone: (
        "plain",
        lambda event, _l: Words(
            _("%(question)s: answer undone") % {"question": question_name(event.question)}
        ),
    ),
    events.AnswersFlagged: ("trouble", _flagged),
    events.QuestionDismissed: ("plain", _dismissed),
    events.VisitEnded: ("plain", _ended),
    events.MemberJoined: ("tap", lambda _event, _l: Words(_("Somebody joined the club"))),
    events.HoleDeclared: ("trouble", lambda event, _l: Words(_("Events are missing for ever"), event.reason)),
    events.JournalRestarted: ("trouble", _restarted),
    events.JournalPressed: ("trouble", _pressed),
    events.ClockStepped: ("plain", _stepped),
    events.CommandDone: ("plain", _commanded),
    events.ButtonPressed: ("answer", _pushed),
    events.CaseOpened: ("trouble", lambda _event, _l: Words(_("The case of a kiosk was opened"))),
    events.CaseClosed: ("plain", lambda _event, _l: Words(_("The case of a kiosk is closed again"))),
    events.TechnicianCame: ("plain", _serviced),
    events.TechnicianRefused: ("trouble", lambda _event, _l: Words(_("A technician's PIN was wrong"))),
    events.TechnicianLocked: ("trouble", _locked),
    events.TicketOpened: ("answer", _told),
    events.ReplySeen: ("answer", _read),
    events.RedemptionAsked: ("plain", _spends),
    events.RedemptionConfirmed: ("answer", _redeemed),
    events.RedemptionGrantedOffline: ("answer", _redeemed),
    events.RedemptionAbandoned: ("plain", _abandoned),
    events.AllowanceReturned: (
        "plain",
        lambda _event, _l: Words(_("A kiosk gave back points that it could spend without asking")),
    ),
    events.ConsentGiven: ("plain", lambda event, _l: Words(_("Somebody gave a consent"), event.purpose)),
    events.MemberLeft: ("plain", lambda _event, _l: Words(_("A member left the club"))),
    events.ReaderWentUp: ("plain", lambda event, _l: Words(_("A card reader answers"), event.reader)),
    events.ReaderWentDown: (
        "trouble",
        lambda event, _l: Words(_("A card reader does not answer"), f"{event.reader} · {event.reason}"),
    ),
}
