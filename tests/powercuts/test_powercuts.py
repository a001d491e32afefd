"""Ten power cuts under a real ext4: nothing confirmed is lost, and without flushes much is."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.powercuts import machine, marks, proof, story
from tests.powercuts.__main__ import run
from tests.powercuts.check import judge
from tests.powercuts.cuts import Crash, Cut, Recording, crashes
from tests.powercuts.disk import Disk
from tests.powercuts.proof import passed

SEED, VISITS = 7, 24
pytestmark = pytest.mark.skipif(
    bool(machine.missing()),
    reason=f"not here: {', '.join(machine.missing())}; `make powercuts CUTS=10` brings it and does the same",
)


@pytest.fixture(scope="module")
def orders() -> list[story.Order]:
    return proof.orders(SEED, VISITS)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return machine.record(tmp_path_factory.mktemp("machine"), seed=SEED, visits=VISITS)


def said(crash: Crash, word: str, value: object) -> Crash:
    return replace(crash, said={**crash.said, word: str(value)})


def test_ten_cuts_lose_nothing_and_the_counter_proof_loses_some() -> None:
    line = run(10, SEED, VISITS, lambda _: None)
    assert (line["cuts"], line["lost"], line["corrupt"]) == (10, 0, 0)
    assert line["control_lost_in"]
    assert passed(line)
    assert not passed({**line, "control_lost_in": 0})


def test_every_confirmation_stands_in_the_log_of_writes(
    recording: Recording, orders: Sequence[story.Order]
) -> None:
    marks = [entry.mark for entry in recording.entries if entry.mark.startswith("kept=")]
    assert marks == [f"kept={number}" for number, order in enumerate(orders, 1) if order.shown]


def test_a_disk_that_was_never_written_is_seen_to_have_lost_everything(
    recording: Recording, orders: Sequence[story.Order], tmp_path: Path
) -> None:
    (crash,) = crashes(recording, [Cut(20, 0.5, 1)])
    verdict = judge(replace(crash, disk=recording.disk), orders, tmp_path)
    assert verdict.lost == verdict.confirmed > 0
    assert any("catalogue" in word for word in verdict.wrong)


def test_a_confirmation_too_many_is_one_that_is_lost(
    recording: Recording, orders: Sequence[story.Order], tmp_path: Path
) -> None:
    (crash,) = crashes(recording, [Cut(20, 0.0, 1)])
    verdict = judge(said(crash, marks.KEPT, len(orders)), orders, tmp_path)
    assert 0 < verdict.lost < verdict.confirmed
    assert verdict.wrong == ()


@pytest.mark.parametrize(
    "promise",
    [
        (marks.CATALOGUE, 7, "the catalogue"),
        (marks.BEGUN, 30, "done twice"),
        (marks.EPOCH, "another", "the epoch another was lost"),
    ],
    ids=lambda promise: promise[0],
)
def test_every_other_promise_is_looked_after_too(
    recording: Recording,
    orders: Sequence[story.Order],
    tmp_path: Path,
    promise: tuple[str, object, str],
) -> None:
    (crash,) = crashes(recording, [Cut(20, 0.0, 1)])
    word, value, complaint = promise
    verdict = judge(said(crash, word, value), orders, tmp_path)
    assert any(complaint in wrong for wrong in verdict.wrong)


def test_bytes_changed_in_the_journal_are_seen(
    recording: Recording, orders: Sequence[story.Order], tmp_path: Path
) -> None:
    crash = list(crashes(recording, [Cut(len(orders) // 2, 0.9, 1)]))[-1]
    told = b'"question":"ces"'
    image = bytes(crash.disk)
    assert told in image
    changed = Disk.of(image.replace(told, b'"question":"cis"'))
    verdict = judge(replace(crash, disk=changed), orders, tmp_path)
    assert verdict.wrong
