"""The generated club: the same every time, believable, and made of events like any other."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Model

from cloud.club.demo.questions import FOLLOWING, QUESTIONS
from cloud.club.demo.seed import Club, seed
from cloud.club.demo.shops import SHOPS
from cloud.club.demo.tray import EACH, KINDS, DemoCard, demo_cards
from cloud.club.models import Card, Consent, Entry, Member, MemberAsked, Purchase, Receipt, Return
from cloud.collector.audit import Audit, behind
from cloud.collector.models import MemberVersion, Outbox, Parked, StoredEvent
from cloud.collector.rebuild import rebuild
from cloud.desk.access import ROLES
from cloud.desk.models import Staff
from cloud.voice.alarms.models import Watch
from cloud.voice.models import Answer, Message, TapCount
from kiosk.catalogue import CES
from mqtt.vocabulary import ClubKey, card_key
from tests.cloud.tables import EVERYTHING, Rows, contents
from tests.demo.plan import EVERY_KIND

KEY = ClubKey("1", bytes(16))
UNTIL = date(2026, 11, 22)
MEMBERS, DAYS = 1200, 21
TABLES: tuple[type[Model], ...] = (
    *(table for table in EVERYTHING if table is not Entry),
    Purchase,
    Return,
    Receipt,
    Consent,
    Message,
)
LINE = (
    "member",
    "kind",
    "points",
    "reason",
    "occurred_at",
    "received_at",
    "store",
    "rule_version",
    "invoice",
)


def grow(until: date = UNTIL) -> Club:
    return seed(KEY, until, MEMBERS, lambda _text: None, DAYS)


@pytest.fixture
def seeded(db: None) -> Club:  # noqa: ARG001 - what it needs
    return grow()


@pytest.fixture
def tray(seeded: Club) -> list[DemoCard]:
    return demo_cards(seeded.regulars, KEY)


def grown(until: date) -> dict[str, Rows]:
    """All tables after a seed that is undone."""
    with transaction.atomic():
        grow(until)
        tables = contents(*TABLES) | {"Entry": list(Entry.objects.order_by("id").values_list(*LINE))}
        transaction.set_rollback(True)
    return tables


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_club() -> None:
    assert grown(UNTIL) == grown(UNTIL)


@pytest.mark.django_db
def test_another_day_moves_the_history(seeded: Club) -> None:
    assert seeded.events == StoredEvent.objects.count()
    last = StoredEvent.objects.latest("occurred_at").occurred_at
    first = StoredEvent.objects.earliest("occurred_at").occurred_at
    assert (last.date(), (last - first).days) == (date(2026, 11, 21), DAYS - 1)


@pytest.mark.usefixtures("seeded")
def test_the_history_posted_anew_from_its_events_gives_the_same_figures() -> None:
    assert rebuild(lambda _: None, put_right=False).level


@pytest.mark.usefixtures("seeded")
def test_all_of_it_is_posted_and_nothing_is_parked_or_doubled() -> None:
    assert (behind(), Parked.objects.count()) == (False, 0)
    assert (Audit().doubled(), Audit().points_off()) == (0, 0)


@pytest.mark.usefixtures("seeded")
def test_every_member_who_is_there_has_one_version_and_nothing_waits() -> None:
    versions = sorted(MemberVersion.objects.values_list("version", flat=True))
    here = Member.objects.filter(left_on=None, merged_into=None).count()
    assert (versions, Outbox.objects.count()) == (list(range(1, here + 1)), 0)


@pytest.mark.usefixtures("seeded")
def test_every_kind_of_event_occurs_and_every_store_is_busy() -> None:
    kinds = Counter(StoredEvent.objects.values_list("type", flat=True))
    assert {"club.answer.undone.v1", "club.question.dismissed.v1", "club.visit.ended.v1"} < kinds.keys()
    assert {shop.store for shop in SHOPS} == set(TapCount.objects.values_list("store_id", flat=True))


@pytest.mark.usefixtures("seeded")
def test_some_come_often_and_many_seldom() -> None:
    visits = Counter(Entry.objects.filter(reason="visit").values_list("member_id", flat=True))
    assert max(visits.values()) >= 5 * sorted(visits.values())[len(visits) // 2]


def test_a_stores_dip_shows_in_its_answers(seeded: Club) -> None:
    assert seeded.events

    def mean(store: str) -> float:
        counting = Answer.objects.filter(question="ces", undone=False, flagged=False)
        values = counting.filter(store=store).values_list("value", flat=True)
        return sum(values) / len(values)

    assert mean("tajrish") > mean("vanak") > mean("ekbatan")


def test_the_generated_kiosks_ask_what_the_demos_own_can_ask_as_often() -> None:
    asked = [(one.id, one.scale.worst, one.scale.best, one.then) for one in (*QUESTIONS, *FOLLOWING.values())]
    plan = {one.question: one for one in EVERY_KIND}
    assert {one: plan[one].share for one in plan if plan[one].opens} == {q.id: q.share for q in QUESTIONS}
    assert sorted(asked) == sorted(
        (one.question, one.scale.worst, one.scale.best, "".join(branch.question for branch in one.then))
        for one in EVERY_KIND
    )


def test_whose_card_is_on_the_tray_can_be_asked(tray: list[DemoCard]) -> None:
    rests = datetime.combine(UNTIL, time(), UTC) - timedelta(days=CES.cooldown_days)
    lately = MemberAsked.objects.filter(at__gt=rests)
    assert lately.exists()
    assert not lately.filter(member__in=[card["member"] for card in tray if card["member"]]).exists()


def test_the_tray_holds_members_cards_for_every_reader_and_a_strangers(tray: list[DemoCard]) -> None:
    assert Counter(card["reader"] for card in tray) == dict.fromkeys(KINDS, EACH + 1)
    assert [card["reader"] for card in tray if card["member"] is None] == list(KINDS)
    members = [card["member"] for card in tray if card["member"]]
    assert len(set(members)) == len(members)


def test_the_cloud_knows_the_trays_cards_by_their_keys_alone(tray: list[DemoCard]) -> None:
    holders = dict(Card.objects.values_list("key", "member_id"))
    for card in tray:
        key = card_key(KEY, KINDS[card["reader"]], bytes.fromhex(card["card"]))
        assert holders.get(key) == card["member"]


def test_the_tray_has_numbers_of_every_length(tray: list[DemoCard]) -> None:
    lengths = {(card["reader"], len(card["card"]) // 2) for card in tray}
    assert lengths == {("em4100", 5), ("rc522", 4), ("rc522", 7), ("magstripe", 9), ("wedge", 9)}


@pytest.mark.django_db
def test_the_command_makes_club_tray_and_user_and_does_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = tmp_path / "cards.json"
    options = [
        "--club-key",
        f"1:{bytes(16).hex()}",
        "--until",
        "2026-11-22",
        "--members",
        "500",
        "--days",
        "30",
    ]
    call_command("seed", *options, "--cards", str(cards), "--user", "hq", "--password", "x", "--staff")
    said = capsys.readouterr().out
    assert "seeded: 500 members" in said
    assert " = liability " in said
    assert (len(json.loads(cards.read_bytes())), cards.stat().st_mode & 0o777) == (
        len(KINDS) * (EACH + 1),
        0o600,
    )
    assert all(user.check_password("x") for user in User.objects.all())
    employed = Staff.objects.values_list("user__username", "role", "stores")
    assert ("hq", "owner", None) in employed
    assert ("clerk", "clerk", "tajrish") in employed
    assert sorted(role for _, role, _ in employed) == sorted(ROLES)
    watched = set(Watch.objects.values_list("index", "store", "accountable__username"))
    assert len(watched) == 2 * (len(SHOPS) + 1)
    assert {("ces", None, "hq"), ("nps", "ekbatan", "hq"), ("ces", "tajrish", "tajrish")} < watched
    assert StoredEvent.objects.count() > 3_000
    with pytest.raises(CommandError, match="has members already"):
        call_command("seed", *options)
    assert Member.objects.count() == 500
