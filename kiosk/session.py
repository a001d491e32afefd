"""The use cases: inputs from readers, fingers and time become events, signals and the view to draw.

It is the only place on the kiosk where a card's number becomes a CardKey. One thread calls it.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol

from drivers.panel_events import (
    ButtonPressed,
    CaseClosed,
    CaseOpened,
    PanelEvent,
    PersonCame,
    PersonLeft,
)
from drivers.panel_patterns import PatternName
from drivers.reader import (
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    ReaderDown,
    ReaderEvent,
    ReaderUp,
)
from kiosk import phones, redeeming, survey, visit
from kiosk.allowances import Allowances
from kiosk.asked import Asked
from kiosk.catalogue import Catalogue
from kiosk.clock import Clock, Stamp
from kiosk.comings import Comings
from kiosk.returning import Returning
from kiosk.show import Surroundings, show
from kiosk.views import Touch, View
from mqtt import events
from mqtt.down import Ask, Lent, MemberRow, Reply
from mqtt.vocabulary import AllowanceId, CardKey, ClubKey, Language, VisitId, card_key

_DICE = secrets.SystemRandom()


class Finds(Protocol):
    """The replica, as a session needs it."""

    def find(self, cards: tuple[CardKey, ...]) -> MemberRow | None:
        """Whom one of these keys belongs to."""

    def reply(self, ask: str) -> Reply | None:
        """What the cloud answered to an ask."""

    def heard_at(self) -> float:
        """When the cloud was last heard, in seconds since 1970; 0.0 for never."""


class Records(Protocol):
    """The recorder, as a session needs it."""

    def record(
        self,
        events: tuple[tuple[events.Event, Stamp], ...],
        done: Callable[[bool], None] | None = None,
        fields: Mapping[str, str] | None = None,
        *,
        uses: tuple[AllowanceId, ...] = (),
    ) -> None:
        """Make events durable, which use up allowances, with the personal part of the first."""

    def accepts(self) -> bool:
        """Whether an answer given now could be kept."""


class Signals(Protocol):
    """The panel, as a session needs it."""

    def play(self, name: PatternName) -> None:
        """Begin a pattern of light and sound."""


class Session:
    """Holds the state of the visit. `changed` is called with each view that differs from the last."""

    def __init__(  # noqa: PLR0913 - one argument for each thing it is wired to
        self,
        *,
        keys: tuple[ClubKey, ...],
        catalogue: Catalogue,
        language: Language,
        members: Finds,
        recorder: Records,
        panel: Signals,
        clock: Clock,
        changed: Callable[[View], None],
        post: Callable[[Callable[[], None]], None],
        ask: Callable[[Ask], bool] | None = None,
        asked: Asked | None = None,
        comings: Comings | None = None,
        chance: Callable[[], float] = _DICE.random,
        zone: tzinfo | None = None,
        technician: Callable[[tuple[CardKey, ...]], bool] = lambda _cards: False,
        allowances: Allowances | None = None,
    ) -> None:
        """`post` runs a function in the session's thread; the recorder's word comes back through it.

        `ask` asks the cloud about a card, and perhaps for more; it is False if it cannot. `replied` is called
        if there is a reply.
        `asked` remembers whom this kiosk asked what before, `comings` who joined or left here; `chance` gives
        0 <= number < 1; `zone` is the store's, None for the machine's.
        `technician` says of a card whether it is no visit's. `allowances` are this kiosk's, where it has any.
        """
        self._keys, self._catalogue = keys, catalogue
        self._members, self._recorder, self._panel = members, recorder, panel
        self._clock, self._changed, self._post = clock, changed, post
        self._rules = _rules(catalogue, language)
        self._state = self._rules.idle(self._now())
        self._ask, self._asked = ask, asked or Asked(zone=zone)
        self._comings = comings or Comings()
        self._chance, self._zone = chance, zone
        self._technician = technician
        self._allowances = allowances
        self._returning = Returning(allowances, recorder, clock, post) if allowances else None
        self._later: list[Callable[[], None]] = []
        self._readers: dict[str, bool] = {}
        self._heard_at = members.heard_at()
        self.view = self._look()

    @property
    def ends_at(self) -> float:
        """When the screen changes by itself, in seconds of `time.monotonic()`; infinite if it does not."""
        return self._rules.ends_at(self._state)

    def reader(self, event: ReaderEvent) -> None:
        """Take what a reader saw."""
        match event:
            case CardPresented(card=card):
                if not self._technician(self._cards(card)):
                    self._take(self._tap(card))
            case CardRefused(reason=reason):
                self._take(visit.Refused(reason))
            case ReaderUp(reader=name):
                self._reader_is(name, events.ReaderWentUp(name), up=True)
            case ReaderDown(reader=name, reason=reason):
                self._reader_is(name, events.ReaderWentDown(name, reason), up=False)
            case CardRemoved():
                pass

    def panel(self, event: PanelEvent) -> None:
        """Take what happened at the panel. Who pressed a button is not known, so that no visit minds it."""
        match event:
            case ButtonPressed(number=number, of=buttons):
                self._panel.play("thanks")
                self._do(visit.Record((events.ButtonPressed(number, buttons),)))
            case CaseOpened():
                self._panel.play("alarm")
                self._do(visit.Record((events.CaseOpened(),)))
            case CaseClosed():
                self._do(visit.Record((events.CaseClosed(),)))
            case PersonCame() | PersonLeft():
                pass

    def touch(self, touch: Touch) -> None:
        """Take a touch. One that belongs to a view which is no longer there does nothing."""
        self._take(touch)

    def tick(self) -> None:
        """Let time go on."""
        self._take(visit.Ticked())

    def replied(self) -> None:
        """Look whether the cloud has answered."""
        guest = self._state.guest
        reply = self._members.reply(guest.visit) if guest else None
        if guest and reply and self._comings.has_left(guest.cards, reply.row):
            self._take(visit.Replied(guest.visit, None, left=True))
        elif guest and reply:
            choice, lent = self._choose(reply.row), self._lent(reply.row)
            self._take(visit.Replied(guest.visit, reply.row, choice.first, choice.more, reply.answer, lent))
        word = self._members.reply(_spend(guest.visit)) if guest else None
        if guest and word and word.granted is not None:
            self._take(visit.Decided(guest.visit, word.granted, word.row))

    def recalled(self) -> None:
        """Give back what the cloud calls back: at once, but for what somebody might just be spending."""
        if self._returning and self._returning.give_back(but=redeeming.at_hand(self._state.stage)):
            self.between_visits(self._give_back)

    def identify(self) -> None:
        """Show somebody in the shop which kiosk this is."""
        self._panel.play("identify")

    def between_visits(self, action: Callable[[], None]) -> None:
        """Do something when nobody is there: now, or as soon as the visit is over."""
        self._later.append(action)
        self._do_later()

    def renew(self, catalogue: Catalogue) -> None:
        """Go on with another catalogue; not within a visit."""
        self._catalogue = catalogue
        self._rules = _rules(catalogue, self._rules.language)
        self._take(visit.Ticked())

    def _cards(self, card: Card) -> tuple[CardKey, ...]:
        return tuple(card_key(key, card.kind, card.identity) for key in self._keys)

    def _tap(self, card: Card) -> visit.Tapped:
        cards = self._cards(card)
        member = self._members.find(cards)
        self._heard_at = self._members.heard_at()
        new = VisitId(secrets.token_hex(8))
        online, keeps = self._online(), self._recorder.accepts()
        if self._comings.has_left(cards, member):
            return visit.Tapped(new, card.kind, cards, None, None, keeps=keeps)
        if member:
            self._comings.arrived(cards)
        choice, newcomer = self._choose(member), self._comings.newcomer(card.kind, cards)
        tap = visit.Tapped(new, card.kind, cards, member, choice.first, online, keeps, choice.more)
        return replace(tap, newcomer=newcomer, lent=self._lent(member))

    def _lent(self, member: MemberRow | None) -> Lent | None:
        """What may be granted to a member without asking."""
        return self._allowances.of(member.member) if member and self._allowances else None

    def _give_back(self) -> None:
        assert self._returning is not None, "it is only put off where there is something"
        self._returning.give_back()

    def _choose(self, member: MemberRow | None) -> survey.Choice:
        """What to ask this member in this visit."""
        if member is None:
            return survey.Choice()
        stamp, ours = self._clock.stamp(), self._catalogue
        names = [each.question for each in ours.surveys]
        past = self._asked.past(member.member, names, stamp)
        at = datetime.fromtimestamp(stamp.wall, self._zone).astimezone(self._zone)
        now = survey.Now(at, stamp.synced)
        return survey.choose(ours.surveys, ours.asking, member, past, now, self._chance())

    def _online(self) -> bool:
        return self._ask is not None and not self._around().offline

    def _take(self, given: visit.Input) -> None:
        self._state, effects = self._rules.step(self._state, given, self._now())
        view = self._look()
        if view != self.view:
            self.view = view
            self._changed(view)
        for effect in effects:
            self._do(effect)
        self._do_later()

    def _do_later(self) -> None:
        while self._later and self._state.guest is None:
            self._later.pop(0)()

    def _do(self, effect: visit.Effect) -> None:
        match effect:
            case visit.Signal(pattern=pattern):
                self._panel.play(pattern)
            case visit.AskCloud():
                self._ask_cloud(effect)
            case visit.LoadPhones():
                self._post(lambda: phones.load(self._catalogue.joining.home))
            case visit.Record():
                self._record(effect)

    def _ask_cloud(self, asking: visit.AskCloud) -> None:
        name = _spend(asking.visit) if asking.spend else asking.visit
        wallet = self._allowances.wallet if asking.lend and self._allowances else None
        ask = Ask(name, asking.cards, visit.PATIENCE, asking.ticket, wallet, asking.spend)
        if self._ask is not None and self._ask(ask):
            return
        if asking.spend:
            self._take(visit.Decided(asking.visit, None))
        else:
            self._take(visit.Replied(asking.visit, None, reached=False))

    def _record(self, record: visit.Record) -> None:
        stamp, facts = self._clock.stamp(), record.events
        for fact in facts:
            if isinstance(fact, events.QuestionShown):
                self._asked.note(fact, stamp)
        done = None if record.confirms is None else self._confirmer(record.confirms, facts)
        if done and not self._holds(record.uses):
            done(False)  # noqa: FBT003 - as the recorder says it
            return
        self._recorder.record(tuple((fact, stamp) for fact in facts), done, record.fields, uses=record.uses)

    def _holds(self, uses: tuple[AllowanceId, ...]) -> bool:
        """Whether these allowances are still there: the cloud may have begun another life meanwhile."""
        guest = self._state.guest
        if not (uses and self._allowances and guest and guest.member):
            return not uses
        lent = self._allowances.of(guest.member)
        return lent is not None and set(uses) <= {lent.allowance}

    def _confirmer(self, attempt: int, facts: tuple[events.Event, ...]) -> Callable[[bool], None]:
        guest = self._state.guest
        assert guest is not None, "only a visit waits for the disk"

        def done(kept: bool) -> None:  # noqa: FBT001 - the recorder's word
            self._post(
                lambda: self._confirmed(visit.Recorded(guest.visit, attempt, kept), facts, guest.cards)
            )

        return done

    def _confirmed(
        self, word: visit.Recorded, facts: tuple[events.Event, ...], cards: tuple[CardKey, ...]
    ) -> None:
        for fact in facts if word.kept else ():
            self._comings.note(fact, cards)
        self._take(word)

    def _reader_is(self, name: str, event: events.Event, *, up: bool) -> None:
        self._readers[name] = up
        self._do(visit.Record((event,)))
        self._take(visit.Ticked())

    def _look(self) -> View:
        return show(self._state, self._rules, self._around())

    def _around(self) -> Surroundings:
        return Surroundings(
            self._catalogue.brand,
            self._catalogue.timings,
            any(self._readers.values()) or not self._readers,
            self._heard_at,
            self._clock.stamp().wall,
            self._catalogue.talking.answer_days,
        )

    def _now(self) -> float:
        return self._clock.stamp().monotonic_ns / 1e9


def _rules(catalogue: Catalogue, language: Language) -> visit.Rules:
    return visit.Rules(catalogue.timings, language, catalogue.redeeming, catalogue.joining, catalogue.leaving)


def _spend(visit: VisitId) -> str:
    """As what it is asked whether a visit may spend points."""
    return f"{visit}-spend"
