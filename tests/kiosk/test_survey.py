"""Whether a member is asked, what, and what follows: by shop, member, hour and chance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.asked import KEPT, Asked
from kiosk.catalogue import CES, CLI, CSAT, DEFAULT, NEEDS, NPS, Asking, Survey
from kiosk.clock import Stamp
from kiosk.survey import DAY, READS, Choice, Now, Past, choose, follow_up, is_too_quick
from mqtt import down
from mqtt.catalogue import Branch, Quiet
from mqtt.events import QuestionShown
from mqtt.vocabulary import MemberId, VisitId
from tests.kiosk.conftest import NOON, member

TEHRAN = timezone(timedelta(hours=3, minutes=30))
NOW = Now(NOON.astimezone(TEHRAN), sure=True)
UNSURE = Now(datetime(1970, 1, 1, 3, 30, tzinfo=TEHRAN), sure=False)
NEGAR = member(1)
NIGHT = Asking((Quiet("22:00", "08:00"),))
ALWAYS = Asking()


def ours(survey: Survey, **how: object) -> Survey:
    return msgspec.structs.replace(survey, **how)


def first(
    *surveys: Survey,
    row: down.MemberRow = NEGAR,
    past: Past | None = None,
    now: Now = NOW,
    asking: Asking = ALWAYS,
    chance: float = 0.0,
) -> Survey | None:
    return choose(surveys, asking, row, past or Past(), now, chance).first


def asked_elsewhere(days: float, question: str = "ces") -> down.MemberRow:
    return msgspec.structs.replace(NEGAR, asked=(down.Asked(question, NOON - timedelta(days=days)),))


def test_the_catalogues_first_question_is_asked_first() -> None:
    assert first(CES, CSAT) == CES


def test_a_question_rests_and_the_next_one_has_its_turn() -> None:
    asked = Past(since={"ces": 13.9 * DAY})
    assert first(CES, CSAT, past=asked) == CSAT
    assert first(CES, CSAT, past=Past(since={"ces": 14 * DAY})) == CES


def test_what_another_store_asked_rests_here_too() -> None:
    assert first(CES, row=asked_elsewhere(13)) is None
    assert first(CES, row=asked_elsewhere(14)) == CES
    assert first(CES, row=asked_elsewhere(1, "nps")) == CES


def test_the_later_of_two_times_counts() -> None:
    assert first(CES, row=asked_elsewhere(30), past=Past(since={"ces": 60.0})) is None
    assert first(CES, row=asked_elsewhere(1), past=Past(since={"ces": 30 * DAY})) is None


def test_a_clock_that_is_not_sure_asks_nothing_that_was_ever_asked() -> None:
    assert first(CES, row=asked_elsewhere(300), now=UNSURE) is None
    assert first(CES, now=UNSURE) == CES


def test_a_time_that_is_still_to_come_counts_as_just_now() -> None:
    assert first(CES, row=asked_elsewhere(-5)) is None


def test_a_question_without_a_rest_is_asked_every_time() -> None:
    assert first(ours(CES, cooldown_days=0.0), row=asked_elsewhere(0)) is not None


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (7, 59, True), (8, 0, False), (12, 0, False)],
)
def test_quiet_hours_are_the_stores_own_and_go_over_midnight(hour: int, minute: int, quiet: bool) -> None:  # noqa: FBT001
    now = Now(NOW.at.replace(hour=hour, minute=minute), sure=True)
    assert (first(CES, now=now, asking=NIGHT) is None) == quiet


def test_with_a_clock_that_cannot_tell_quiet_hours_it_is_quiet() -> None:
    assert first(CES, now=UNSURE, asking=NIGHT) is None


def test_a_quota_counts_what_was_shown_today() -> None:
    scarce = ours(CES, quota=2)
    assert first(scarce, past=Past(today={"ces": 1})) == scarce
    assert first(scarce, past=Past(today={"ces": 2})) is None
    assert first(ours(CES, quota=0)) is None


def test_shares_are_kept_by_one_random_number() -> None:
    surveys = (ours(CES, share=0.5), ours(CSAT, share=0.5), ours(NPS, share=0.0))
    found = [first(*surveys, chance=number / 1000) for number in range(1000)]
    assert [found.count(each) for each in (*surveys, None)] == [500, 250, 0, 250]


def test_a_blocked_member_is_asked_nothing() -> None:
    assert first(CES, row=member(3, blocked=True)) is None


def test_what_only_follows_never_begins_a_visit() -> None:
    assert first(*CLI[1:]) is None
    assert choose(CLI, ALWAYS, NEGAR, Past(), NOW, 0.0) == Choice(CLI[0], CLI[1:])


def test_whatever_is_answered_the_loyalty_questions_follow_each_other() -> None:
    for value in range(1, 7):
        assert follow_up(CLI[0], value, CLI[1:]) == CLI[1]
        assert follow_up(CLI[1], value, CLI[2:]) == CLI[2]
        assert follow_up(CLI[2], value, CLI) is None


def test_an_answer_leads_where_its_range_says_and_nowhere_that_rests() -> None:
    branching = ours(NPS, then=(Branch(0, 6, "ces"), Branch(9, 10, "needs")))
    led = [follow_up(branching, value, (CES, NEEDS)) for value in range(11)]
    assert led == [CES] * 7 + [None] * 2 + [NEEDS] * 2
    resting = choose((branching, CES), ALWAYS, NEGAR, Past(since={"ces": 5.0}), NOW, 0.0)
    assert follow_up(branching, 0, resting.more) is None


@pytest.mark.parametrize("survey", DEFAULT.surveys, ids=lambda each: each.question)
def test_an_answer_is_too_quick_below_its_kinds_figure(survey: Survey) -> None:
    assert is_too_quick(survey, READS[survey.kind] - 0.001)
    assert not is_too_quick(survey, READS[survey.kind])


def shown(question: str, who: int = 1) -> QuestionShown:
    return QuestionShown(VisitId("0" * 16), MemberId(f"m-{who:04d}"), question, 1, "fa")


def moment(seconds: float, *, boot: str = "a", set_by: float = 0.0, synced: bool = True) -> Stamp:
    """`seconds` after noon; `set_by`: how far the wall clock is off."""
    return Stamp(NOON.timestamp() + seconds + set_by, round((1e6 + seconds) * 1e9), boot, synced=synced)


def test_within_a_boot_a_clock_that_is_set_makes_nobody_askable_earlier() -> None:
    asked = Asked([(shown("ces"), moment(0.0))], UTC)
    assert asked.past(MemberId("m-0001"), ["ces"], moment(60.0, set_by=40 * DAY)).since == {"ces": 60.0}


def test_between_boots_the_wall_tells_or_nothing_does() -> None:
    asked = Asked([(shown("ces"), moment(0.0)), (shown("nps"), moment(1.0, synced=False))], UTC)
    past = asked.past(MemberId("m-0001"), ["ces", "nps", "csat"], moment(5 * DAY, boot="b"))
    assert past.since == {"ces": 5 * DAY, "nps": 0.0}


def test_a_day_begins_at_the_stores_midnight_and_what_cannot_be_dated_counts() -> None:
    midnight = (15 - 3.5 + 12 - 12) * 3600.0  # noon in the fixture is 12:00 in Tehran
    asked = Asked([(shown("ces"), moment(0.0)), (shown("ces", 2), moment(1.0, synced=False))], TEHRAN)
    nobody = MemberId("m-9999")
    assert asked.past(nobody, [], moment(3600.0)).today == {"ces": 2}
    assert asked.past(nobody, [], moment(midnight + 1800.0)).today == {}
    assert asked.past(nobody, [], moment(midnight + 1800.0, boot="b")).today == {"ces": 1}


def test_the_record_stays_small_and_forgets_the_oldest() -> None:
    asked = Asked(((shown("ces", who), moment(who * DAY)) for who in range(KEPT + 1)), UTC)
    later = moment(KEPT * DAY + 5.0)
    assert asked.past(MemberId("m-0000"), ["ces"], later).since == {}
    assert asked.past(MemberId("m-0001"), ["ces"], later).since == {"ces": (KEPT - 1) * DAY + 5.0}
    assert asked.past(MemberId("m-0001"), ["ces"], later).today == {"ces": 1}


def test_every_impression_of_a_busy_minute_counts() -> None:
    asked = Asked(zone=UTC)
    for second in range(60):
        asked.note(shown("ces"), moment(second / 2))
    assert asked.past(MemberId("m-9999"), [], moment(40.0)).today == {"ces": 60}


@dataclass
class Town:
    """Members in two stores whose kiosks reboot, lose the time and hear of each other through the cloud."""

    time: float = 0.0
    boots: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    unsure: set[int] = field(default_factory=set)
    journals: dict[int, list[tuple[QuestionShown, Stamp]]] = field(default_factory=lambda: {0: [], 1: []})
    records: dict[int, Asked] = field(default_factory=lambda: {0: Asked(zone=UTC), 1: Asked(zone=UTC)})
    truth: dict[tuple[MemberId, str], float] = field(default_factory=dict)

    def stamp(self, kiosk: int) -> Stamp:
        off = -50 * 365 * DAY if kiosk in self.unsure else 0.0
        return moment(self.time, boot=f"{kiosk}-{self.boots[kiosk]}", set_by=off, synced=not off)

    def reboot(self, kiosk: int, *, sure: bool) -> None:
        self.boots[kiosk] += 1
        self.records[kiosk] = Asked(self.journals[kiosk], UTC)
        (self.unsure.discard if sure else self.unsure.add)(kiosk)

    def visit(self, kiosk: int, who: int, chance: float, answers: Iterable[int]) -> None:
        stamp, row = self.stamp(kiosk), self._row(who)
        past = self.records[kiosk].past(row.member, [each.question for each in TOWN], stamp)
        choice = choose(TOWN, ALWAYS, row, past, Now(stamp.time, stamp.synced), chance)
        survey, more = choice.first, choice.more
        for value in answers:
            if survey is None:
                return
            self._show(kiosk, row, survey, stamp)
            more = tuple(each for each in more if each.question != survey.question)
            survey = follow_up(survey, value, more)

    def _show(self, kiosk: int, row: down.MemberRow, survey: Survey, stamp: Stamp) -> None:
        key = row.member, survey.question
        age = self.time - self.truth.get(key, float("-inf"))
        assert age >= survey.cooldown_days * DAY, f"{survey.question} again after {age:.0f} s"
        self.truth[key] = self.time
        fact = QuestionShown(VisitId("0" * 16), row.member, survey.question, 1, "fa")
        self.journals[kiosk].append((fact, stamp))
        self.records[kiosk].note(fact, stamp)

    def _row(self, who: int) -> down.MemberRow:
        found = member(who)
        asked = tuple(
            down.Asked(question, NOON + timedelta(seconds=at))
            for (name, question), at in self.truth.items()
            if name == found.member
        )
        return msgspec.structs.replace(found, asked=asked)


TOWN = (
    ours(CES, cooldown_days=2.0, share=0.5, then=(Branch(1, 3, "nps"), Branch(4, 7, "ces"))),
    ours(NPS, cooldown_days=1.0, then=(Branch(0, 6, "csat"), Branch(7, 10, "ces"))),
    ours(CSAT, cooldown_days=30.0, quota=3),
)


@dataclass(frozen=True)
class Visit:
    """Somebody comes, and answers every question with the same value."""

    kiosk: int
    who: int
    chance: float
    value: int


@dataclass(frozen=True)
class Wait:
    """Time goes on."""

    seconds: float


@dataclass(frozen=True)
class Reboot:
    """A kiosk starts anew, with a clock or without."""

    kiosk: int
    sure: bool


HAPPENS = st.one_of(
    st.builds(Visit, st.integers(0, 1), st.integers(1, 2), st.floats(0, 0.99), st.integers(0, 7)),
    st.builds(Wait, st.sampled_from((30.0, 3600.0, DAY / 2, DAY, 2 * DAY, 31 * DAY))),
    st.builds(Reboot, st.integers(0, 1), st.booleans()),
)


@settings(max_examples=2000, deadline=None)
@given(st.lists(HAPPENS, max_size=20))
def test_whatever_happens_nobody_is_asked_again_before_the_question_has_rested(
    happens: list[Visit | Wait | Reboot],
) -> None:
    town = Town()
    for what in happens:
        match what:
            case Visit(kiosk, who, chance, value):
                town.visit(kiosk, who, chance, (value, value, value))
            case Wait(seconds):
                town.time += seconds
            case Reboot(kiosk, sure):
                town.reboot(kiosk, sure=sure)
