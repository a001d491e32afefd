"""`python -m cloud rules`: shown, checked, published, and what other rules would have cost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cloud.club.models import Entry, RuleSet
from cloud.club.rule_files import read
from cloud.collector import storage
from cloud.collector.dry_run import dry_run
from mqtt.vocabulary import Epoch, KioskId, StoreId
from tests.cloud.kiosks import NOON, Kiosk, answer, days, tap
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_poster import post_all

Store = Callable[..., list[storage.Reply]]
DOUBLE = {"id": "visit", "when": "visit", "gives": {"kind": "fixed", "points": 20}, "limits": {"per_day": 1}}
SAID = {"id": "answer", "when": "answer", "gives": {"kind": "fixed", "points": 3}, "stores": ["vanak"]}
BUY = {"id": "buy", "when": "purchase", "gives": {"kind": "per-amount", "step": 100000, "points": 1}}


def document(*rules: dict[str, Any]) -> str:
    return json.dumps({"rules": rules})


@pytest.fixture
def posted(store: Store) -> None:
    """Two stores with visits and answers."""
    store(Kiosk().record(tap(1), answer(1, 5), tap(2)).record(tap(3), at=days(-1)).send())
    store(Kiosk(KioskId("tajrish-1"), StoreId("tajrish"), Epoch("f" * 16)).record(tap(4), at=days(-2)).send())
    post_all()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def written(*rules: dict[str, Any]) -> str:
        made = tmp_path / "rules.json"
        made.write_text(document(*rules), "utf-8")
        return str(made)

    return written


@pytest.mark.usefixtures("posted")
def test_a_dry_run_tells_what_rules_would_have_cost_by_store_beside_what_was_booked() -> None:
    said: list[str] = []
    cost = dry_run(read(document(DOUBLE, SAID, BUY), 0), NOON, said.append)
    assert (cost.would, cost.booked) == ({"vanak": 43, "tajrish": 20}, {"vanak": 20, "tajrish": 10})
    assert (cost.events, set(cost.unseen)) == (5, {"purchase"})
    assert said == ["looked at 5 of 5 events"]


@pytest.mark.usefixtures("posted")
def test_a_dry_run_changes_nothing() -> None:
    before = contents(*POSTED)
    dry_run(read(document(DOUBLE, SAID), 0), NOON, lambda _: None)
    assert contents(*POSTED) == before


@pytest.mark.usefixtures("posted")
def test_a_dry_run_of_the_rules_in_force_costs_what_was_booked() -> None:
    cost = dry_run(read(RuleSet.objects.get().document, 1), NOON, lambda _: None)
    assert cost.would == cost.booked


@pytest.mark.usefixtures("posted")
def test_what_was_received_before_the_days_is_not_looked_at() -> None:
    cost = dry_run(read(document(DOUBLE), 0), NOON + timedelta(seconds=1), lambda _: None)
    assert (cost.events, cost.would.total(), cost.booked.total()) == (0, 0, 0)


def test_a_long_dry_run_says_how_far_it_is_and_limits_hold_across_its_pages(store: Store) -> None:
    kiosk = Kiosk()
    for number in range(5):
        kiosk.record(tap(number))
    store(kiosk.send())
    post_all()
    said: list[str] = []
    cost = dry_run(read(document(DOUBLE), 0), NOON, said.append, page=2)
    assert cost.would == {"vanak": 20}
    assert said == [f"looked at {number} of 5 events" for number in (2, 4, 5)]


@pytest.mark.usefixtures("posted")
def test_the_command_prints_the_costs(file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    ago = (datetime.now(UTC) - NOON).days + 2
    call_command("rules", "dry-run", file(DOUBLE, BUY), "--days", str(max(ago, 1)))
    out = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["vanak", "40", "20"] in out
    assert ["all", "stores", "60", "30"] in out
    assert "purchase" in out[-1]


@pytest.mark.django_db
def test_it_shows_checks_and_publishes(file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rules", "check", file(BUY))
    call_command("rules", "publish", file(BUY), "--from", "2100-03-21T00:00:00+03:30", "--by", "Maryam")
    call_command("rules", "show")
    call_command("rules", "show", "--version", "1")
    checked, published, shown, *rest = capsys.readouterr().out.splitlines()
    assert checked == "1 rules, all well"
    assert published == "version 2, in force from 2100-03-20 20:30:00 UTC"
    assert shown.startswith("version 2, by Maryam at ")
    assert json.loads(rest[0]) == {"rules": [BUY]}
    assert rest[1].startswith("version 1, by bashgah at ")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], 'rule "buy", field valid_days'),
        (["publish"], 'rule "buy", field valid_days'),
        (["dry-run", "--days", "3"], 'rule "buy", field valid_days'),
        (["dry-run", "--days", "0"], "whole number of days"),
        (["dry-run", "--days", "²"], "whole number of days"),
        (["publish", "--from", "2100-03-21"], "with its offset"),
    ],
)
def test_what_is_wrong_is_told(file: Callable[..., str], words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("rules", words[0], file(BUY | {"valid_days": "180"}), *words[1:])
    assert RuleSet.objects.count() == 1


@pytest.mark.django_db
def test_a_version_that_is_not_there_and_one_too_early_are_told(file: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="no such version"):
        call_command("rules", "show", "--version", "9")
    with pytest.raises(CommandError, match="cannot be in force before"):
        call_command("rules", "publish", file(BUY), "--from", "2026-03-21T00:00:00+03:30")
    assert not Entry.objects.exists()
