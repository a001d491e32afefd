"""The poster dies around its commit, and whoever goes on after it books nothing twice and nothing never."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mqtt.vocabulary import Epoch
from tests.cloud.kiosks import MEMBER, Kiosk, Sent, answer, days, tap, undo
from tests.cloud.processes import Cloud, wait_for
from tests.cloud.test_kiosk_joining import NEWCOMER, agreed, joined, part
from tests.cloud.test_kiosk_leaving import left

DEAD = 9
TABLES = ("club_entry", "voice_answer", "voice_answercount", "voice_tapcount", "collector_outbox")
STORE = """
import sys
import django
django.setup()
from django.db import transaction
from cloud.collector import storage
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import NOON, Sent
with transaction.atomic():
    storage.store([Sent(sys.argv[1], sys.argv[2].encode())], NOON, GENERATION)
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that has stored three days of one kiosk, and posted nothing."""
    made = Cloud(tmp_path, "mqtt://127.0.0.1:1")
    made.prepare()
    kiosk = Kiosk()
    for number in range(8):
        kiosk.record(tap(number), answer(number, 6), at=days(number // 3))
    sent = kiosk.record(undo(1), at=days(3)).send()
    kept(made, sent)
    yield made
    made.stop()


def kept(cloud: Cloud, *sent: Sent) -> None:
    """Store messages, in a process of its own."""
    for one in sent:
        assert cloud.start("-c", STORE, one.topic, one.payload.decode()).wait() == 0


def posted(cloud: Cloud, point: str) -> int:
    """Post in a process of its own; how it ended."""
    return cloud.start("-m", "tests.cloud.dying_poster", point).wait()


def contents(cloud: Cloud) -> dict[str, list[tuple[Any, ...]]]:
    return {table: cloud.ask(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def marks(cloud: Cloud) -> list[tuple[Any, ...]]:
    return cloud.ask("SELECT posted, upto FROM collector_stream")


def test_a_poster_that_dies_before_its_commit_leaves_nothing(cloud: Cloud) -> None:
    assert posted(cloud, "before commit") == DEAD
    assert not any(contents(cloud).values())
    assert marks(cloud) == [(0, 17)]


def test_a_poster_that_dies_after_its_commit_leaves_the_batch_and_its_mark(cloud: Cloud) -> None:
    assert posted(cloud, "after commit") == DEAD
    assert marks(cloud) == [(7, 17)]
    assert cloud.ask("SELECT sum(count) FROM voice_tapcount") == [(4,)]


@pytest.mark.parametrize("point", ["before commit", "after commit"])
def test_however_often_it_dies_the_figures_are_those_of_one_who_lived(cloud: Cloud, point: str) -> None:
    assert posted(cloud, point) == DEAD
    assert posted(cloud, "after commit") == DEAD
    assert posted(cloud, point) == DEAD
    wait_for(lambda: posted(cloud, "never") == 0, "the rest is posted")
    assert marks(cloud) == [(17, 17)]
    assert cloud.ask("SELECT sum(points), count(*) FROM club_entry") == [(30, 3)]
    assert cloud.ask("SELECT sum(count) FROM voice_tapcount") == [(8,)]
    assert cloud.ask("SELECT sum(count) FROM voice_answercount") == [(7,)]
    assert cloud.ask("SELECT count(*) FROM voice_answer WHERE NOT undone") == [(7,)]
    assert cloud.ask("SELECT DISTINCT member_id FROM collector_outbox") == [(MEMBER,)]


JOINED = (
    "SELECT m.id, j.person, c.status, p.phone, x.fields, (SELECT count(*) FROM club_consent)"
    " FROM club_kioskjoin j JOIN club_member m ON m.id = j.member_id JOIN club_card c ON c.member_id = m.id"
    " JOIN club_person p ON p.member_id = m.id JOIN club_personpart x ON x.event = j.event"
)


def test_who_joins_is_one_member_and_one_person_wherever_it_dies_and_leaves_once(cloud: Cloud) -> None:
    assert posted(cloud, "never") == 0
    joins = Kiosk(epoch=Epoch("d" * 16)).record(joined(personal=True), agreed())
    kept(cloud, joins.send(), part("d" * 16))
    for point in ("before commit", "after commit"):
        assert posted(cloud, point) == DEAD
    assert posted(cloud, "never") == 0
    for point in ("before commit", "after commit", "never"):
        cloud.start("-m", "tests.cloud.dying_settler", point).wait()
    assert cloud.ask(JOINED) == [(NEWCOMER, "kept", "active", "+989121234567", "{}", 1)]
    kept(cloud, joins.record(left(7, NEWCOMER)).send(3))
    for point in ("before commit", "after commit", "never"):
        posted(cloud, point)
    assert cloud.ask("SELECT count(*) FROM club_receipt") == [(1,)]
    assert cloud.ask("SELECT count(*) FROM club_person WHERE phone IS NOT NULL") == [(0,)]
