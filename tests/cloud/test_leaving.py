"""Leaving: who a member is goes, from the files too; what they did stays without a name, with a receipt."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec
import pytest
from django.db import connection, transaction

from cloud.club import cards, joining, leaving, merging
from cloud.club.accounts import balances
from cloud.club.arrangement import Agreed, Details
from cloud.club.codes import is_code
from cloud.club.errors import Unknown, Untimely
from cloud.club.models import Card, Consent, Entry, Member, MemberAsked, Person, PersonPart, Receipt
from cloud.collector import pages, storage
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.models import MemberVersion, Outbox
from cloud.collector.rebuild import rebuild
from cloud.fleet.scrubbing import PERSONAL, scrub
from cloud.voice.models import Answer
from mqtt import down
from mqtt.events import MemberJoined
from mqtt.topics import group_members, up
from mqtt.vocabulary import CardKey, GroupId, MemberId
from tests.cloud.conftest import GENERATION, make_club, make_member
from tests.cloud.kiosks import CARD, EPOCH, MEMBER, NOON, Kiosk, Sent, answer, days, shown, tap, visit_id
from tests.cloud.test_poster import post_all
from tests.cloud.wires import Wire

TEHRAN = GroupId("tehran")
NAME, FAMILY = "نسترن", "کریمی‌زادگان"
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's files")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="reads PostgreSQL's files")
OTHER = MemberId("m-bbbbbbbbbb")


def who(number: str = "09121234567", name: str = NAME) -> Details:
    return Details(name, FAMILY, number, date(1992, 5, 9))


def collected(kiosk: Kiosk, first: int = 1) -> None:
    at = max(row.time for row in kiosk.rows)
    storage.store([kiosk.send(first)], at, GENERATION)
    post_all()


def part(sequence: int, **fields: str) -> Sent:
    """What the people of an event say of themselves."""
    return Sent(up(Kiosk().kiosk, "person"), down.encode(down.Person(f"{EPOCH}-{sequence}", fields)))


def joined(card: CardKey = CARD) -> MemberJoined:
    return MemberJoined(visit_id(1), "em4100", (card,), "fa", personal=True)


def told(wire: Wire) -> list[down.MembersBatch]:
    return wire.take(group_members(TEHRAN), down.MembersBatch)


def test_who_leaves_is_erased_and_what_they_did_stays_without_a_name(club: None) -> None:  # noqa: ARG001 - what it needs
    joining.add_person(MEMBER, who(), (Agreed("news", 1, "fa"),), NOON)
    collected(Kiosk().record(tap(1), shown(1), answer(1, 5)))
    receipt = leaving.leave(MEMBER, days(1))
    assert not Person.objects.exists()
    assert not MemberAsked.objects.exists()
    assert (balances([MEMBER]), Answer.objects.get().member) == ({MEMBER: 10}, MEMBER)
    assert Consent.objects.get().withdrawn_at == days(1)
    assert receipt.erased == {"persons": 1, "asked": 1, "parts": 0, "consents withdrawn": 1}
    assert receipt.kept == {"entries": 1, "consents": 1, "cards": 1}
    assert Member.objects.get(id=MEMBER).left_on == days(1).date()


def test_a_receipt_has_a_code_with_a_check_digit_and_names_nobody(club: None) -> None:  # noqa: ARG001 - what it needs
    receipt = leaving.leave(MEMBER, NOON)
    assert is_code(receipt.code)
    columns = Receipt.objects.values().get()
    assert set(columns) == {"code", "at", "kiosk", "erased", "kept"}
    assert MEMBER not in repr(columns)


def test_the_kiosks_get_a_tombstone_and_a_tap_is_that_of_an_unknown_card(club: None) -> None:  # noqa: ARG001 - what it needs
    wire = Wire()
    dispatcher = Dispatcher(wire, GENERATION)
    cards.issue(MEMBER, CardKey(f"1:{50:032x}"), NOON)
    dispatcher.turn()
    assert [row.member for row in told(wire)[0].rows] == [MEMBER]
    leaving.leave(MEMBER, days(1))
    dispatcher.turn()
    assert [(batch.gone, batch.rows) for batch in told(wire)] == [((MEMBER,), ())]
    assert pages.find(TEHRAN, [CARD]) is None
    assert pages.page(TEHRAN, 0, GENERATION).gone == (MEMBER,)
    assert MemberVersion.objects.get().gone


def test_one_without_a_name_can_leave_too_and_the_kiosks_forget_the_card(club: None) -> None:  # noqa: ARG001 - what it needs
    member = joining.join_with_card(CardKey(f"1:{50:032x}"), joining.Occasion(TEHRAN, "fa", NOON))
    wire = Wire()
    dispatcher = Dispatcher(wire, GENERATION)
    dispatcher.turn()
    assert leaving.leave(member, days(1)).erased["persons"] == 0
    wire.sent.clear()
    dispatcher.turn()
    assert [batch.gone for batch in told(wire)] == [(member,)]


def test_a_card_that_left_earns_nothing_and_posting_all_again_gives_the_same(club: None) -> None:  # noqa: ARG001 - what it needs
    kiosk = Kiosk().record(tap(1))
    collected(kiosk)
    leaving.leave(MEMBER, days(1))
    collected(kiosk.record(tap(2), at=days(2)), 2)
    assert (Entry.objects.count(), Card.objects.get().status) == (1, "left")
    assert rebuild(lambda _: None, put_right=False).exact


def test_one_of_whom_no_kiosk_ever_heard_is_not_missed_there(club: None) -> None:  # noqa: ARG001 - what it needs
    leaving.leave(MEMBER, NOON)
    Outbox.objects.all().delete()
    assert rebuild(lambda _: None, put_right=False).level


def test_a_lost_card_of_one_who_left_stays_lost(club: None) -> None:  # noqa: ARG001 - what it needs
    cards.lose(CARD, NOON)
    leaving.leave(MEMBER, days(1))
    assert Card.objects.get().status == "lost"
    assert pages.find(TEHRAN, [CARD]) is None


def test_what_they_said_at_a_kiosk_is_emptied_and_is_not_kept_when_it_is_sent_again(club: None) -> None:  # noqa: ARG001 - what it needs
    make_member(OTHER, other := CardKey(f"1:{50:032x}"))
    kiosk = Kiosk().idle(1).record(joined(), joined(other), shown(1))
    collected(kiosk)
    parts = [part(number, given_name=NAME) for number in (2, 3, 4)]
    storage.store(parts, NOON, GENERATION)
    assert leaving.leave(MEMBER, days(1)).erased["parts"] == 2
    storage.store(parts, days(2), GENERATION)
    kept = {row.event.rpartition("-")[2]: row.fields for row in PersonPart.objects.all()}
    assert kept == {"2": "{}", "3": f'{{"given_name":"{NAME}"}}', "4": "{}"}


def test_what_they_said_and_comes_only_after_they_left_is_not_kept(club: None) -> None:  # noqa: ARG001 - what it needs
    make_member(OTHER, other := CardKey(f"1:{50:032x}"))
    kiosk = Kiosk().record(joined(), joined(other), shown(1))
    for strange in (b'{"member": ["x"], "cards": 7}', b'{"member": "\\u0000"}', b"[]"):
        kiosk.add("club.later.v9", strange)
    collected(kiosk)
    leaving.leave(MEMBER, days(1))
    storage.store([part(number, given_name=NAME) for number in range(1, 8)], days(2), GENERATION)
    assert [row.fields == "{}" for row in PersonPart.objects.order_by("event")] == [
        *(True, False, True, False, False, False, False)
    ]


def test_a_part_of_a_place_that_no_stream_can_have_stops_nobody_from_leaving(club: None) -> None:  # noqa: ARG001 - what it needs
    collected(Kiosk().record(joined()))
    storage.store([part(9_999_999_999_999_999_999, given_name=NAME), part(1, name=NAME)], NOON, GENERATION)
    assert leaving.leave(MEMBER, days(1)).erased["parts"] == 1


def test_the_persons_of_all_who_were_merged_into_one_go_with_them(club: None) -> None:  # noqa: ARG001 - what it needs
    make_member(OTHER, CardKey(f"1:{50:032x}"))
    make_member(third := MemberId("m-cccccccccc"))
    merging.merge(third, OTHER, NOON)
    merged = merging.merge(OTHER, MEMBER, NOON)
    leaving.leave(MEMBER, days(1))
    assert not Person.objects.exists()
    assert set(Card.objects.values_list("status", flat=True)) == {"left"}
    assert set(Member.objects.values_list("left_on", flat=True)) == {days(1).date()}
    with pytest.raises(Untimely):
        merging.unmerge(merged.id, days(2))


def test_one_leaves_once_and_is_no_member_afterwards(club: None) -> None:  # noqa: ARG001 - what it needs
    leaving.leave(MEMBER, NOON)
    with pytest.raises(Untimely, match="has left"):
        leaving.leave(MEMBER, days(1))
    with pytest.raises(Untimely):
        joining.add_person(MEMBER, who(), (), NOON)
    with pytest.raises(Unknown):
        leaving.leave(MemberId("m-zzzzzzzzzz"), NOON)
    assert Receipt.objects.count() == 1


def test_the_number_is_free_for_whoever_joins_next(club: None) -> None:  # noqa: ARG001 - what it needs
    joining.add_person(MEMBER, who(), (), NOON)
    leaving.leave(MEMBER, days(1))
    joining.join_with_phone(who(), (), joining.Occasion(TEHRAN, "fa", days(2)))


# --- in the files


SECRETS = {NAME.encode(), b"+98912123", b"n.karimi@example.ir", FAMILY.encode()}


@pytest.fixture
def crowded(transactional_db: None) -> list[MemberId]:  # noqa: ARG001 - what it needs
    """So many persons that their pages were filled and split; some of them with all there is to erase."""
    make_club()
    joining.decide(
        '{"asks": ["given_name", "family_name", "phone", "birthday", "email"], "needs": ["phone"]}'
    )
    for number in range(400):
        make_member(f"m-{number * 77 % 400:010d}", CardKey(f"1:{100 + number:032x}"))
    kiosk = Kiosk()
    with transaction.atomic():
        for number in range(40):
            said = who(f"0912123{4500 + number}")
            joining.add_person(
                crowd(number), msgspec.structs.replace(said, email="n.karimi@example.ir"), (), NOON
            )
            kiosk.record(joined(CardKey(f"1:{200 + number:032x}")))
    with transaction.atomic():
        storage.store(
            [kiosk.send(), *(part(n + 1, name=NAME, phone=f"+98912123{n}") for n in range(40))],
            NOON,
            GENERATION,
        )
    return [crowd(number) for number in range(40)]


def crowd(number: int) -> MemberId:
    return MemberId(f"m-{(100 + number) * 77 % 400:010d}")


def left(members: list[MemberId]) -> None:
    for member in members:
        leaving.leave(member, days(1))


def in_files() -> set[bytes]:
    """Which secrets stand in SQLite's file and its log."""
    path = Path(connection.settings_dict["NAME"])
    files = (path, path.with_name(f"{path.name}-wal"))
    found = b"".join(file.read_bytes() for file in files if file.exists())
    return {secret for secret in SECRETS if secret in found}


@on_sqlite
def test_nothing_is_left_in_the_files_of_sqlite(crowded: list[MemberId]) -> None:
    assert in_files() == SECRETS
    left(crowded)
    assert scrub()
    assert in_files() == set()


@on_sqlite
def test_while_somebody_reads_the_log_stays_and_that_is_said(crowded: list[MemberId]) -> None:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM club_person").fetchone()
        left(crowded)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 100")
        assert not scrub()
        reader.execute("COMMIT")
    assert scrub()
    assert in_files() == set()


@on_sqlite
def test_a_database_from_before_is_written_anew_if_asked(crowded: list[MemberId]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        left(crowded)
        cursor.execute("PRAGMA secure_delete = ON")
    assert scrub(whole=True)
    assert in_files() == set()


@on_postgresql
def test_postgresql_writes_the_tables_anew_if_asked_and_nothing_is_left_in_them(
    crowded: list[MemberId],
) -> None:
    analyze()
    assert in_relations() == SECRETS
    assert NAME in in_statistics()
    left(crowded)
    assert scrub()
    assert not Person.objects.exclude(phone=None).exists()
    assert NAME not in in_statistics()
    assert scrub(whole=True)
    assert in_relations() == set()


def analyze() -> None:
    """What PostgreSQL does by itself when a table has changed enough."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def in_statistics() -> str:
    """What the planner knows of the values in the table of persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE tablename = 'club_person'"
        )
        return str(cursor.fetchall())


def in_relations() -> set[bytes]:
    """Which secrets stand in the files of PostgreSQL's tables of persons, their indices and statistics."""
    names = ", ".join(f"'{name}'::regclass" for name in (*PERSONAL, "pg_statistic"))
    found = b""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            f"SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE oid IN ({names})"
            f" OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN ({names}))"
        )
        for (content,) in cursor.fetchall():
            found += bytes(content)
    return {secret for secret in SECRETS if secret in found}
