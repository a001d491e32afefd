"""Commands: sent until the kiosk's own event says what became of them, and believed once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cloud.collector import storage
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.poster import Poster
from cloud.fleet import commands
from cloud.fleet.models import Command as Row
from mqtt.down import Command
from mqtt.events import CommandDone
from mqtt.topics import down
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import Kiosk
from tests.cloud.wires import Wire, hello

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOWN = down(KioskId("vanak-1"), "command")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(club: None, wire: Wire) -> Dispatcher:  # noqa: ARG001 - what it needs
    return Dispatcher(wire, GENERATION)


def result(name: str) -> tuple[str, str]:
    row = Row.objects.get(id=name)
    return row.result, row.detail


def test_a_command_is_sent_at_once_and_again_at_each_hello(dispatcher: Dispatcher, wire: Wire) -> None:
    name = commands.give("vanak-1", "identify", HOUR, NOW)
    assert dispatcher.turn() == 1
    assert wire.take(DOWN, Command) == [Command(name, "identify", NOW + HOUR)]
    assert not dispatcher.turn()
    for _ in range(2):
        dispatcher.answer(hello("vanak-1"))
        assert [command.id for command in wire.take(DOWN, Command)] == [name]


def test_other_kiosks_are_not_told(dispatcher: Dispatcher, wire: Wire) -> None:
    commands.give("vanak-1", "identify", HOUR, NOW)
    dispatcher.turn()
    assert [topic for topic, _, _ in wire.sent] == [DOWN]
    wire.sent.clear()
    dispatcher.answer(hello("tajrish-1"))
    assert wire.take(down(KioskId("tajrish-1"), "command"), Command) == []


def test_the_kiosks_event_ends_it_and_later_words_change_nothing(
    dispatcher: Dispatcher, wire: Wire, store: Callable[..., list[storage.Reply]]
) -> None:
    name = commands.give("vanak-1", "logs", HOUR, NOW)
    dispatcher.turn()
    store(
        Kiosk()
        .record(CommandDone(name, "logs", "done", "sync-1.log"), CommandDone(name, "logs", "failed"))
        .send()
    )
    Poster().turn()
    wire.sent.clear()
    dispatcher.answer(hello("vanak-1"))
    assert wire.take(DOWN, Command) == []
    assert result(name) == ("done", "sync-1.log")


def test_a_kiosk_speaks_only_of_its_own_commands(
    club: None,  # noqa: ARG001 - what it needs
    store: Callable[..., list[storage.Reply]],
) -> None:
    name = commands.give("vanak-1", "logs", HOUR, NOW)
    other = Kiosk(KioskId("tajrish-1"), StoreId("tajrish"))
    store(other.record(CommandDone(name, "logs", "done"), CommandDone("nobody's", "logs", "done")).send())
    Poster().turn()
    assert result(name) == ("", "")


def test_what_was_given_while_the_broker_was_away_goes_at_the_next_hello(
    dispatcher: Dispatcher, wire: Wire
) -> None:
    wire.away = True
    name = commands.give("vanak-1", "identify", HOUR, NOW)
    dispatcher.turn()
    wire.away = False
    dispatcher.answer(hello("vanak-1"))
    assert [command.id for command in wire.take(DOWN, Command)] == [name]


def test_the_commands_give_and_list(club: None) -> None:  # noqa: ARG001 - what it needs
    name = run("command", "vanak-1", "restart", "--within", "60")
    assert name in run("commands", "vanak-1")
    assert "waiting" in run("commands", "vanak-1")
    assert run("commands", "tajrish-1") == ""
    with pytest.raises(CommandError, match="'zap'"):
        run("command", "vanak-1", "zap")
    with pytest.raises(CommandError, match="no kiosk 'nobody-1'"):
        run("command", "nobody-1", "restart")


@pytest.mark.parametrize("within", ["nan", "inf", "1e300"])
def test_a_deadline_that_is_none_is_said(club: None, within: str) -> None:  # noqa: ARG001 - what it needs
    with pytest.raises(CommandError):
        run("command", "vanak-1", "restart", "--within", within)


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()
