"""The rebuild: it finds nothing where all is well, puts right what is wrong, and never touches the ledger."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F

from cloud.club.models import Entry
from cloud.collector import storage, versions
from cloud.collector.models import Closing, MemberVersion, Outbox, Parked, StoredEvent, Stream
from cloud.collector.poster import Poster
from cloud.collector.rebuild import Report, rebuild
from cloud.voice.models import Answer, AnswerCount, TapCount
from mqtt.vocabulary import Epoch, KioskId, StoreId
from tests.cloud.kiosks import MEMBER, NOON, Kiosk, answer, days, tap, undo
from tests.cloud.tables import POSTED, contents
from tests.cloud.tampering import change, forget

Store = Callable[..., list[storage.Reply]]
TAJRISH = KioskId("tajrish-1"), StoreId("tajrish")


@pytest.fixture
def kiosk(store: Store) -> Kiosk:
    """A kiosk whose little history of three days is stored, posted and given to the kiosks."""
    made = Kiosk()
    for number in range(6):
        made.record(tap(number), answer(number, 5), at=days(number // 2))
    made.record(undo(1), answer(1, 3, attempt=2), answer(1, 4, attempt=2), at=days(3))
    store(made.send())
    post()
    return made


def post() -> None:
    poster = Poster(batch=4)
    while poster.turn():
        pass
    Outbox.objects.create(member_id=MEMBER)
    versions.assign(NOON)
    Outbox.objects.all().delete()


def rebuilt(*, put_right: bool = True) -> Report:
    return rebuild(lambda _: None, put_right=put_right)


@pytest.mark.usefixtures("kiosk")
def test_where_all_is_well_nothing_differs() -> None:
    before = contents(*POSTED, Parked, Stream)
    report = rebuilt()
    assert (report.level, report.events, report.entries.found) == (True, 14, 3)
    assert contents(*POSTED, Parked, Stream) == before
    assert not Outbox.objects.exists()


@pytest.mark.usefixtures("kiosk")
def test_wrong_counts_and_answers_are_put_right() -> None:
    before = contents(*POSTED)
    AnswerCount.objects.filter(value=5).update(count=F("count") + 3)
    TapCount.objects.first().delete()  # type: ignore[union-attr]
    Answer.objects.filter(attempt=1, undone=True).update(undone=False)
    assert not rebuilt().level
    assert contents(*POSTED) == before
    assert rebuilt().level


@pytest.mark.usefixtures("kiosk")
def test_a_check_changes_nothing() -> None:
    AnswerCount.objects.update(count=F("count") + 3)
    before = contents(*POSTED)
    report = rebuilt(put_right=False)
    assert (report.level, report.exact) == (False, True)
    assert contents(*POSTED) == before


@pytest.mark.usefixtures("kiosk")
def test_an_entry_that_no_event_gives_is_told_and_stays() -> None:
    entry = Entry.objects.earliest("id")
    entry.pk, entry.limit_key, entry.source_key = None, None, f"vanak-1/{'e' * 16}-99/visit/earn"
    entry.save()
    report = rebuilt()
    assert [line.source_key for line in report.entries.extra] == [entry.source_key]
    assert (report.members, Entry.objects.count()) == (1, 4)
    assert set(Outbox.objects.values_list("member_id", flat=True)) == {MEMBER}


@pytest.mark.usefixtures("kiosk")
def test_an_entry_that_is_missing_is_told_and_not_made() -> None:
    forget(Entry.objects.earliest("id"))
    report = rebuilt()
    assert ([line.points for line in report.entries.missing], report.exact) == ([10], False)
    assert Entry.objects.count() == 2


@pytest.mark.usefixtures("kiosk")
def test_an_entry_of_other_points_is_told() -> None:
    change(Entry.objects.earliest("id"), points=11)
    entries = rebuilt().entries
    assert ([line.points for line in entries.extra], [line.points for line in entries.missing]) == (
        [11],
        [10],
    )


@pytest.mark.usefixtures("kiosk")
def test_an_entry_that_did_not_come_from_an_event_is_read_as_it_stands() -> None:
    entry = Entry.objects.earliest("id")
    entry.pk, entry.limit_key, entry.source_key, entry.reason = None, None, "goodwill/17", "goodwill"
    entry.save()
    report = rebuilt()
    assert (report.level, report.entries.found) == (True, 4)


def test_which_visit_of_a_day_was_credited_may_be_another(store: Store) -> None:
    late = Kiosk(*TAJRISH, epoch=Epoch("f" * 16)).record(tap(1))
    early = Kiosk().record(tap(2))
    store(early.send())
    Stream.objects.update(posted=1)  # as if it had been behind
    store(late.send())
    post()
    Stream.objects.filter(kiosk="vanak-1").update(posted=0)
    post()
    report = rebuilt()
    assert (report.level, report.entries.reordered) == (True, 1)


@pytest.mark.usefixtures("kiosk")
def test_what_was_parked_stays_parked() -> None:
    assert Parked.objects.get().sequence == 15
    assert rebuilt().level
    assert Parked.objects.count() == 1


@pytest.mark.usefixtures("kiosk")
def test_nothing_is_put_right_where_an_event_cannot_be_posted_any_more() -> None:
    StoredEvent.objects.filter(sequence=1).update(data="[]")
    before = contents(*POSTED)
    report = rebuilt()
    assert (len(report.failed), report.exact) == (1, False)
    assert contents(*POSTED) == before


@pytest.mark.usefixtures("kiosk")
def test_a_member_that_no_kiosk_was_told_of_is_told() -> None:
    MemberVersion.objects.all().delete()
    assert rebuilt().members == 1
    assert Outbox.objects.get().member_id == MEMBER


@pytest.mark.usefixtures("kiosk")
def test_what_is_stored_and_not_posted_does_not_differ(store: Store, kiosk: Kiosk) -> None:
    store(kiosk.record(tap(77), at=NOON + timedelta(days=9)).send())
    assert rebuilt().level
    assert Stream.objects.get().posted == 15


def close_first_day() -> None:
    """Drop the events of the first day, as retention drops a month's."""
    gone = StoredEvent.objects.filter(sequence__lte=4)
    entry = Entry.objects.earliest("id")
    figures = [
        ("tap", ["vanak", "2026-03-21T12"], 2, 0),
        ("answer", ["vanak", "ces", 1, "2026-03-21T12", 5], 1, 0),
        ("entry", [entry.member_id, entry.limit_key, entry.source_key], 1, entry.points),
    ]
    for kind, key, count, points in figures:
        Closing.objects.create(month="2026-03", kind=kind, key=json.dumps(key), count=count, points=points)
    gone.delete()


@pytest.mark.usefixtures("kiosk")
def test_a_rebuild_starts_from_the_closing_figures_of_what_was_dropped() -> None:
    close_first_day()
    report = rebuilt()
    assert (report.level, report.entries.found) == (True, 3)


def test_an_answer_that_is_undone_when_its_event_is_long_gone_stays_undone(
    store: Store, kiosk: Kiosk
) -> None:
    close_first_day()
    first = len(kiosk.rows) + 1
    kiosk.record(undo(0), at=days(9))
    store(kiosk.send(first))
    post()
    assert rebuilt().level


@pytest.mark.usefixtures("kiosk")
def test_an_entry_that_a_closing_names_and_that_is_gone_is_told() -> None:
    close_first_day()
    forget(Entry.objects.earliest("id"))
    assert [line.reason for line in rebuilt().entries.missing] == ["closed"]


@pytest.mark.usefixtures("kiosk")
def test_the_command_says_what_differs_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    forget(Entry.objects.earliest("id"))
    with pytest.raises(SystemExit, match="1"):
        call_command("rebuild", check=True)
    said = capsys.readouterr().out
    assert "entries: 1 missing" in said
    assert f"vanak-1/{'e' * 16}-1/visit/earn: 10 points for {MEMBER}" in said


@pytest.mark.usefixtures("kiosk")
def test_the_command_is_content_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rebuild")
    assert "14 events posted again" in capsys.readouterr().out
