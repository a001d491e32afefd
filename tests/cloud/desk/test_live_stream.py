"""The live stream through the real web: who may read it, how it resumes, how it ends."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloud.desk.management.commands.web import PATIENCE
from cloud.desk.numerals import digits
from tests.cloud.desk.house import DEADLINE, ROOT, Database, Visitor, Web


@pytest.fixture
def store_manager(web: Web) -> Iterator[Visitor]:
    """Of the store `zand`."""
    with closing(Visitor(web.url)) as visitor:
        yield visitor.sign_in("zand")


def test_the_stream_is_refused_to_who_is_not_signed_in(stranger: Visitor) -> None:
    assert stranger.get("/stream").status == 401


def test_a_stored_event_arrives_with_its_id(analyst: Visitor, database: Database) -> None:
    head = database.store_events(1)[0]
    stream = analyst.get(f"/stream?after={head}")
    [new] = database.store_events(1)
    message = next(message for message in stream.messages() if {"id", "data"} <= message.keys())
    assert message["id"] == str(new)
    assert "کارت عضو خوانده شد" in message["data"]
    assert "ونک" in message["data"]


def test_who_comes_back_gets_exactly_what_was_missed_in_order(analyst: Visitor, database: Database) -> None:
    last, *missed = database.store_events(40)
    stream = analyst.get("/stream", {"Last-Event-ID": str(last)})
    missed += database.store_events(3)
    assert stream.events(42) == missed


def test_the_browsers_own_place_is_believed_before_the_address(analyst: Visitor, database: Database) -> None:
    first, second, third = database.store_events(3)
    stream = analyst.get(f"/stream?after={first - 1}", {"Last-Event-ID": str(second)})
    assert stream.events(1) == [third]


def test_what_is_too_old_is_skipped_and_said_so(analyst: Visitor, database: Database) -> None:
    last, *missed = database.store_events(601)
    stream = analyst.get("/stream", {"Last-Event-ID": str(last)})
    skipped = next(message for message in stream.messages() if message.get("event") == "skipped")
    assert digits("100", "fa") in skipped["data"]
    assert stream.events(500) == missed[100:]


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, "1e3", "9" * 18, "\xb2"])
def test_a_place_that_is_none_begins_with_what_comes(
    analyst: Visitor, database: Database, after: str
) -> None:
    database.store_events(1)
    stream = analyst.get("/stream", {"Last-Event-ID": after})
    next(message for message in stream.messages() if message.get("event") == "figures")
    new = database.store_events(1)
    assert stream.events(1) == new


def test_figures_follow_when_answers_are_booked(analyst: Visitor, database: Database) -> None:
    stream = analyst.get("/stream").messages()
    before = next(message for message in stream if message.get("event") == "figures")
    database.count_answers(6, 40)
    after = next(message for message in stream if message.get("event") == "figures")
    assert "id" not in after
    assert before["data"] != after["data"]


def test_a_store_manager_hears_of_their_own_store_only_and_resumes_behind_what_was_not_theirs(
    store_manager: Visitor, database: Database
) -> None:
    [start] = database.store_events(1)
    stream = store_manager.get(f"/stream?after={start}")
    messages = stream.messages()
    figures = next(message for message in messages if message.get("event") == "figures")
    assert 'data-store="zand"' in figures["data"]
    assert 'data-store="vanak"' not in figures["data"]
    [first] = database.store_events(1, store="zand")
    database.store_events(2)
    [last] = database.store_events(1, store="zand")
    behind = database.store_events(1)[0]
    heard: list[int] = []
    while behind not in heard:
        message = next(messages)
        heard += [int(message["id"])] if "id" in message else []
        assert "ونک" not in message.get("data", "")
    assert {first, last} <= set(heard)
    stream.close()
    [new] = database.store_events(1, store="zand")
    assert store_manager.get("/stream", {"Last-Event-ID": str(heard[-1])}).events(1) == [new]


@pytest.mark.parametrize("store", ["vanak", "nowhere"])
def test_a_stream_of_anothers_store_is_as_one_of_none(store_manager: Visitor, store: str) -> None:
    assert store_manager.get(f"/stream?store={store}").status == 404
    assert store_manager.get(f"/stream?view=board&store=zand&store={store}").status == 404


def test_who_sees_all_may_choose_some(analyst: Visitor, database: Database) -> None:
    [start] = database.store_events(1)
    stream = analyst.get(f"/stream?after={start}&store=zand")
    [_, wanted] = [database.store_events(1)[0], database.store_events(1, store="zand")[0]]
    assert stream.events(1) == [wanted]


def test_who_looks_after_machines_hears_of_events_and_sees_no_customers_figure(
    web: Web, database: Database
) -> None:
    with closing(Visitor(web.url)) as fleet:
        fleet.sign_in("machines")
        stream = fleet.get("/stream")
        first = next(message for message in stream.messages() if message.get("event") == "figures")
        assert 'data-part="state"' in first["data"]
        assert "CES" not in first["data"]
        assert 'data-part="today-tap"' not in first["data"]
        new = database.store_events(1)
        assert stream.events(1) == new


def test_a_clerk_has_no_stream_and_an_analyst_no_board(web: Web) -> None:
    with closing(Visitor(web.url)) as clerk, closing(Visitor(web.url)) as numbers:
        assert clerk.sign_in("till").get("/stream").status == 403
        assert numbers.sign_in("numbers").get("/stream?view=board").status == 403


def test_the_board_is_renewed_when_a_kiosk_goes_off(analyst: Visitor, database: Database) -> None:
    said = "(kiosk_id, heard_at, online, app, uptime, queue, queue_age, clock, disk_free, readers)"
    now = datetime.now(UTC).replace(tzinfo=None)
    database.run(
        f"INSERT INTO fleet_kioskhealth {said} VALUES ('vanak-1', '{now}', 1, 'x', 0, 0, 0, 1, 9e9, '{{}}')"
    )
    boards = analyst.get("/stream?view=board").messages()
    assert 'data-kiosk="vanak-1" data-state="online"' in next(m for m in boards if "data" in m)["data"]
    database.run("UPDATE fleet_kioskhealth SET online = 0")
    assert 'data-kiosk="vanak-1" data-state="offline"' in next(m for m in boards if "data" in m)["data"]
    database.run("DELETE FROM fleet_kioskhealth")


def test_200_streams_of_the_web_all_hear_every_event_once(
    analyst: Visitor, store_manager: Visitor, database: Database
) -> None:
    [start] = database.store_events(1)
    streams = [(analyst if n % 2 else store_manager).get(f"/stream?after={start}") for n in range(200)]
    new = [database.store_events(1, store=("zand", "vanak")[n % 2])[0] for n in range(10)]
    for n, stream in enumerate(streams):
        assert stream.events(10 if n % 2 else 5) == (new if n % 2 else new[::2])


def test_an_open_stream_holds_no_connection_to_the_database(
    analyst: Visitor, web: Web, database: Database
) -> None:
    [start] = database.store_events(1)
    streams = [analyst.get(f"/stream?after={start}") for _ in range(30)]
    new = database.store_events(1)
    assert [stream.events(1) for stream in streams] == [new] * 30
    assert web.connections < 10


def test_the_stream_is_neither_stored_nor_held_back_on_its_way(analyst: Visitor) -> None:
    headers = analyst.get("/stream").response.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "server" not in headers


def test_the_web_stops_at_once_though_streams_are_open(database: Database) -> None:
    web = Web.start(database)
    with closing(Visitor(web.url)) as visitor:
        visitor.sign_in()
        streams = [visitor.get("/stream") for _ in range(3)]
        for stream in streams:
            next(stream.messages())
        began = time.monotonic()
        assert web.stop() == 0
        assert time.monotonic() - began < PATIENCE, "the streams ended, they were not given up"
        for stream in streams:
            stream.read()  # raises if it was cut off in the middle


def test_a_port_that_is_taken_is_said_with_what_to_do(web: Web, database: Database) -> None:
    done = _web(database, BASHGAH_WEB_PORT=str(web.port))
    assert done.returncode == 1
    assert f"Port {web.port} of 127.0.0.1 is taken" in done.stderr
    assert "BASHGAH_WEB_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_cannot_be_is_said_without_a_traceback(database: Database) -> None:
    done = _web(database, BASHGAH_WEB_PORT="70000")
    assert done.returncode == 1
    assert "Port 70000" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_tables_is_said_with_what_to_do(tmp_path: Path) -> None:
    done = _web(Database(tmp_path))
    assert done.returncode == 1
    assert "migrate" in done.stderr


@pytest.mark.parametrize(
    "path",
    [
        "desk/desk.css",
        "desk/live.css",
        "desk/live.js",
        "desk/follow.js",
        "desk/board.js",
        "desk/mark.svg",
        "fonts/Estedad-Regular.ttf",
    ],
)
def test_what_the_pages_need_is_served(stranger: Visitor, path: str) -> None:
    assert stranger.get(f"/static/{path}").status == 200


def test_nothing_beside_the_static_folders_is_served(stranger: Visitor) -> None:
    assert stranger.get("/static/../settings.py").status != 200


def _web(database: Database, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cloud", "web"],
        cwd=ROOT,
        env=database.environment | environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
