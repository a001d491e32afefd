"""Each line of the technician's screen: how it stands, what to do about it, what the ticket says of it."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from drivers.reasons import LOST
from kiosk.checks import DAY, Facts, IdentityFact, ReaderFact, checks
from kiosk.device.report import Report
from kiosk.ticket import MOST, ticket
from kiosk.views import CheckLine, CheckName, Condition, Says
from mqtt.vocabulary import Language
from ui.technician_figures import advice, said
from ui.technician_words import WORDS

FINE = Facts(
    readers=(ReaderFact("rc522", up=True, tapped=12.0),),
    panel="wired",
    enrolled=True,
    links=("eth0",),
    route="eth0",
    heard=3.0,
    queue=0,
    oldest=0.0,
    free=10 * 2**30,
    free_low=200 * 2**20,
    free_least=20 * 2**20,
    journal=4 * 2**20,
    takes=True,
    wall=1_795_000_000.0,
    synced=True,
    moved=0.0,
    temperature=51.0,
    undervoltage=False,
    app="0.1.0",
    python="3.11.2",
    kivy="2.3.1",
    image="Debian 12",
    catalogue=3,
    members=5012,
    identity=IdentityFact("tajrish-1", 1_795_000_000.0 + 61 * DAY),
    trouble="",
)
TABLE: list[tuple[dict[str, Any], CheckName, Condition, Says]] = [
    ({"enrolled": False}, "technician", "warning", "nobody-set-up"),
    ({}, "reader", "good", "reader-tapped"),
    ({"readers": (ReaderFact("rc522", up=True),)}, "reader", "good", "reader-up"),
    ({"readers": (ReaderFact("rc522"),)}, "reader", "warning", "reader-starting"),
    ({"readers": (ReaderFact("rc522", up=False, reason="reset"),)}, "reader", "bad", "reader-down"),
    ({"readers": ()}, "reader", "bad", "no-readers"),
    ({}, "panel", "good", "panel-wired"),
    ({"panel": "mock"}, "panel", "good", "panel-mock"),
    ({"panel": "lost"}, "panel", "bad", "panel-lost"),
    ({}, "network", "good", "routed"),
    ({"route": ""}, "network", "bad", "no-route"),
    ({"route": "", "links": ()}, "network", "bad", "no-link"),
    ({}, "identity", "good", "identity-lasts"),
    ({"identity": None}, "identity", "warning", "identity-none"),
    ({"wall": 1_795_000_000.0 + 41.5 * DAY}, "identity", "warning", "identity-ends"),
    ({"wall": 1_795_000_000.0 + 62 * DAY}, "identity", "bad", "identity-ended"),
    ({"trouble": "ended"}, "identity", "bad", "identity-ended"),
    ({"identity": IdentityFact()}, "identity", "bad", "identity-damaged"),
    ({"trouble": "revoked"}, "identity", "bad", "identity-revoked"),
    ({"trouble": "refused"}, "identity", "bad", "identity-refused"),
    ({"trouble": "away"}, "identity", "good", "identity-lasts"),
    ({"trouble": "wrong-authority"}, "broker", "bad", "broker-foreign"),
    ({"trouble": "wrong-name"}, "broker", "bad", "broker-foreign"),
    ({"trouble": "clock"}, "clock", "bad", "clock-held"),
    ({}, "broker", "good", "heard"),
    ({"heard": 200.0}, "broker", "warning", "heard-late"),
    ({"heard": None}, "broker", "bad", "not-heard"),
    ({}, "queue", "good", "queue-empty"),
    ({"queue": 3, "oldest": 20.0}, "queue", "good", "queue-waits"),
    ({"queue": 3, "oldest": 400.0}, "queue", "warning", "queue-stuck"),
    ({"queue": 3, "oldest": 100_000.0}, "queue", "bad", "queue-stuck"),
    ({"queue": 20_000, "oldest": 20.0}, "queue", "bad", "queue-stuck"),
    ({}, "disk", "good", "disk-free"),
    ({"free": 100 * 2**20}, "disk", "warning", "disk-low"),
    ({"free": 2**20}, "disk", "bad", "disk-full"),
    ({"device": Report("sound", data_bytes=2**30)}, "card", "good", "card-sound"),
    ({"device": Report("made", data_bytes=2**30)}, "card", "good", "card-sound"),
    ({"device": Report("repaired", data_bytes=2**30)}, "card", "warning", "card-mended"),
    ({"device": Report("remade", remade=1)}, "card", "warning", "card-remade"),
    ({"device": Report("sound", remade=2)}, "card", "warning", "card-remade"),
    ({"device": Report("sound", watchdog=15.0)}, "watchdog", "good", "watchdog-armed"),
    ({"device": Report("sound"), "raspberry_pi": True}, "watchdog", "warning", "watchdog-off"),
    ({}, "journal", "good", "journal-takes"),
    ({"takes": False}, "journal", "bad", "journal-refuses"),
    ({}, "clock", "good", "clock-set"),
    ({"moved": -3600.0}, "clock", "good", "clock-moved"),
    ({"synced": False}, "clock", "warning", "clock-unsure"),
    ({"wall": 100.0}, "clock", "bad", "clock-wrong"),
    ({}, "temperature", "good", "cool"),
    ({"temperature": 75.0}, "temperature", "warning", "warm"),
    ({"temperature": 85.0}, "temperature", "bad", "hot"),
    ({}, "power", "good", "power-enough"),
    ({"undervoltage": True}, "power", "bad", "power-low"),
    ({}, "software", "good", "running"),
    ({}, "image", "good", "image-is"),
    ({}, "catalogue", "good", "catalogue-is"),
    ({"catalogue": 0}, "catalogue", "good", "catalogue-built-in"),
    ({}, "members", "good", "members-are"),
]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def found(changed: dict[str, Any], check: CheckName, language: Language = "en") -> CheckLine:
    (line,) = (line for line in checks(replace(FINE, **changed), language) if line.check == check)
    return line


@pytest.mark.parametrize(("changed", "check", "state", "says"), TABLE)
def test_a_line_stands_as_the_table_says(
    changed: dict[str, Any], check: CheckName, state: Condition, says: Says
) -> None:
    line = found(changed, check)
    assert (line.state, line.says) == (state, says)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("changed", "check", "state", "says"), TABLE)
def test_a_line_has_its_sentence_and_one_that_is_not_good_says_what_to_do(
    changed: dict[str, Any], check: CheckName, state: Condition, says: Says, language: Language
) -> None:
    line = found(changed, check, language)
    assert said(line, language), says
    assert "{" not in said(line, language)
    assert bool(advice(line, language)) == (state != "good")


def test_every_sentence_and_every_line_is_in_the_table() -> None:
    assert {says for *_, says in TABLE} == set(get_args(Says))
    assert {check for _, check, *_ in TABLE} == set(get_args(CheckName))


@pytest.mark.parametrize("reason", LOST)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_reader_has_the_drivers_own_advice(reason: str, language: Language) -> None:
    line = found({"readers": (ReaderFact("em4100", up=False, reason=reason),)}, "reader", language)
    assert advice(line, language) == getattr(LOST[reason], language)


def test_what_this_machine_does_not_measure_has_no_line() -> None:
    lines = checks(replace(FINE, temperature=None, undervoltage=None), "en")
    assert not {"temperature", "power"} & {line.check for line in lines}


def test_off_the_sd_image_there_is_no_line_of_its_card_and_on_a_desk_none_of_a_watchdog() -> None:
    for device, named in ((None, set()), (Report("sound"), {"card"})):
        lines = checks(replace(FINE, device=device), "en")
        assert {"card", "watchdog"} & {line.check for line in lines} == named


def test_the_worst_comes_first() -> None:
    states = [line.state for line in checks(replace(FINE, heard=None, synced=False), "en")]
    assert states == sorted(states, key=["bad", "warning", "good"].index)
    assert states[:3] == ["bad", "warning", "good"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_words(language: Language) -> None:
    assert set(WORDS[language].says) == set(get_args(Says))
    assert set(WORDS[language].checks) == set(get_args(CheckName))
    assert set(WORDS[language].advice) == set(WORDS["en"].advice)


def test_the_ticket_tells_how_the_kiosk_is() -> None:
    facts = replace(FINE, readers=(ReaderFact("em4100", up=False, reason="unplugged"),), queue=7, oldest=35.0)
    lines = ticket("tajrish-1", "tajrish", facts, ("11-28 02:35Z em4100 unplugged",)).splitlines()
    assert lines[0] == "bashgah tajrish-1 (tajrish)"
    assert {"em4100 DOWN unplugged", "queue 7 oldest 35s", "wrong: reader-down", "temp 51 C"} <= set(lines)
    assert lines[-1] == "11-28 02:35Z em4100 unplugged"


@pytest.mark.parametrize(
    ("device", "said"),
    [
        (Report("repaired", remade=2, watchdog=15.0), "card repaired remade 2 watchdog 15s"),
        (Report("sound"), "card sound remade 0 watchdog off"),
    ],
)
def test_the_ticket_tells_of_card_and_watchdog(device: Report, said: str) -> None:
    lines = ticket("tajrish-1", "tajrish", replace(FINE, device=device), ()).splitlines()
    assert said in lines


def test_a_ticket_stays_short_and_ascii_whatever_there_is() -> None:
    readers = tuple(ReaderFact("wedge", up=False, reason="permission-denied") for _ in range(9))
    facts = replace(FINE, readers=readers, image="تصویر" * 30, wall=1e18)
    text = ticket("k" * 40, "s" * 40, facts, ("e" * 30,) * 5)
    assert len(text) <= MOST
    assert text.isascii()
