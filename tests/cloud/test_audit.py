"""The audit: it says 0 where all is well, and finds each thing that is there twice or not at all."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import msgspec
import pytest
from django.core.management import call_command
from django.db.models import F

from cloud.club.models import Entry
from cloud.collector import storage
from cloud.collector.audit import Audit, Of, Seen, behind, totals
from cloud.collector.poster import Poster
from cloud.voice.models import AnswerCount, DayCount, ShownCount, TapCount
from mqtt.vocabulary import Epoch, KioskId
from tests.cloud.kiosks import CARD, EPOCH, UNKNOWN, Kiosk, answer, shown, tap, undo
from tests.cloud.tampering import forget

Store = Callable[..., list[storage.Reply]]


@pytest.fixture
def kiosk(store: Store) -> Kiosk:
    """A kiosk whose little history is stored and posted."""
    made = Kiosk().record(tap(1), answer(1, 6), undo(1), answer(1, 5, attempt=2), tap(2), answer(2, 7))
    store(made.send())
    Poster().turn()
    return made


def surplus() -> dict[str, int]:
    return {what: number for what, number in Audit().surplus().items() if number}


@pytest.mark.usefixtures("kiosk")
def test_where_all_is_well_it_finds_nothing() -> None:
    audit = Audit()
    assert (audit.doubled(), audit.points_off(), behind()) == (0, 0, False)


def test_counts_by_day_and_impressions_too_many_are_found(kiosk: Kiosk, store: Store) -> None:
    store(kiosk.record(shown(3), answer(3, 4)).send())
    Poster().turn()
    assert surplus() == {}
    DayCount.objects.filter(value=4).update(count=3)
    ShownCount.objects.update(count=2)
    assert surplus() == {"answers by day": 2, "impressions": 1}


@pytest.mark.usefixtures("kiosk")
def test_it_counts_what_is_stored_and_posted_of_a_stream() -> None:
    found = totals(Of(KioskId("vanak-1"), EPOCH))
    assert (found.collected, found.posted, found.taps, found.answers, found.parked) == (6, 6, 2, 3, 0)
    assert totals(Of(KioskId("vanak-1"), Epoch("f" * 16))).collected == 0


def test_what_is_stored_and_not_posted_is_told_apart(kiosk: Kiosk, store: Store) -> None:
    store(kiosk.idle(2).send())
    assert (totals(Of()).collected, totals(Of()).posted, behind()) == (8, 6, True)


def test_a_visit_that_was_stored_twice_is_found(kiosk: Kiosk, store: Store) -> None:
    store(kiosk.record(tap(2)).send())
    Poster().turn()
    assert surplus() == {"visits": 1}


def test_an_answer_that_came_under_two_epochs_is_parked_and_not_doubled(kiosk: Kiosk, store: Store) -> None:
    again = Kiosk(epoch=Epoch("f" * 16)).record(answer(2, 7))
    store(again.send())
    Poster().turn()
    assert kiosk
    assert (surplus(), totals(Of()).parked) == ({}, 1)


@pytest.mark.usefixtures("kiosk")
def test_a_tap_that_was_credited_twice_is_found() -> None:
    entry = Entry.objects.get()
    entry.pk, entry.limit_key, entry.source_key = None, None, entry.source_key.replace("visit", "again")
    entry.save()
    assert surplus() == {"credits": 1, "points": 10}


@pytest.mark.usefixtures("kiosk")
def test_a_count_that_is_too_high_is_found() -> None:
    TapCount.objects.update(count=F("count") + 1)
    AnswerCount.objects.filter(value=7).update(count=2)
    assert surplus() == {"counted taps": 1, "counted answers": 1}


@pytest.mark.usefixtures("kiosk")
def test_missing_points_are_found() -> None:
    forget(*Entry.objects.all())
    assert (Audit().points_off(), Audit().doubled()) == (-10, 0)


@pytest.mark.usefixtures("kiosk")
def test_what_was_seen_and_is_there_is_not_lost() -> None:
    seen = [Seen("tap", CARD), Seen("tap", CARD), Seen("answer", CARD, 6), Seen("answer", CARD, 7)]
    assert Audit().lost(seen, Of()) == 0


@pytest.mark.usefixtures("kiosk")
@pytest.mark.parametrize("seen", [Seen("tap", UNKNOWN), Seen("answer", CARD, 1), Seen("answer", UNKNOWN, 7)])
def test_what_was_seen_and_is_not_there_is_lost(seen: Seen) -> None:
    assert Audit().lost([seen], Of()) == 1


@pytest.mark.usefixtures("kiosk")
def test_a_third_tap_that_was_seen_is_lost_where_two_are_there() -> None:
    assert Audit().lost([Seen("tap", CARD)] * 3, Of()) == 1


@pytest.mark.usefixtures("kiosk")
def test_what_lies_in_another_stream_is_lost_to_this_one() -> None:
    assert Audit().lost([Seen("tap", CARD)], Of(KioskId("vanak-10"))) == 1


@pytest.mark.usefixtures("kiosk")
def test_the_command_prints_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = tmp_path / "seen.jsonl"
    seen.write_bytes(b"\n".join(msgspec.json.encode(asdict(Seen("tap", card))) for card in (CARD, UNKNOWN)))
    call_command("audit", kiosk="vanak-1", seen=seen)
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "collected": 6,
        "posted": 6,
        "taps": 2,
        "answers": 3,
        "parked": 0,
        "doubled": 0,
        "points_off": 0,
        "lost": 1,
    }
