"""Several processes that spend one budget and one member's limit at the same moment, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import postgres
from tests.cloud.processes import Cloud, new_database

SPENDERS, TURNS = 4, 25
PUBLISH = """
import json
from datetime import UTC, datetime
import django
django.setup()
from cloud.club.rule_sets import publish
rule = {"when": "visit", "gives": {"kind": "fixed", "points": 10}}
rules = [
    rule | {"id": "budget", "limits": {"budget": 405}},
    rule | {"id": "member", "limits": {"per_member": 30}},
]
publish(json.dumps({"rules": rules}), "tests", datetime(2026, 1, 1, tzinfo=UTC))
"""
SPEND = f"""
import sys
from pathlib import Path
import django
django.setup()
from django.db import transaction
from cloud.club import accounts, grants
from cloud.club.rule_sets import RuleSets
from tests.cloud.earners import occasion
sets, me, ready = RuleSets(), int(sys.argv[1]), Path(sys.argv[2])
(ready / str(me)).touch()
while len(list(ready.iterdir())) < {SPENDERS}:
    pass
for number in range({TURNS}):
    with transaction.atomic():
        happened = occasion("visit", number + {TURNS} * me)
        granted = grants.grant(grants.judged(sets.look(), [happened]))
        accounts.book(granted)
        grants.note_uses(granted)
"""
NEEDED = pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL on this machine")


@pytest.fixture(params=["as the suite", pytest.param("postgresql", marks=NEEDED)])
def cloud(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cloud]:
    other = request.param == "postgresql"
    made = Cloud(tmp_path, "mqtt://127.0.0.1:1", postgres.cluster().make() if other else new_database())
    made.prepare()
    yield made
    made.stop()


def test_neither_a_budget_nor_a_members_limit_is_overdrawn_and_both_are_used_up(
    cloud: Cloud, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    ready.mkdir()
    assert cloud.start("-c", PUBLISH).wait() == 0
    spenders = [cloud.start("-c", SPEND, str(number), str(ready)) for number in range(SPENDERS)]
    assert [one.wait() for one in spenders] == [0] * SPENDERS
    booked = {
        rule: cloud.ask(f"SELECT count(*) FROM club_entry WHERE source_key LIKE '%/{rule}/earn'")[0][0]
        for rule in ("budget", "member")
    }
    assert booked == {"budget": 40, "member": 30}
